import { hashOf } from "../core/hash.ts";
import type { Sliced } from "../core/sliced.ts";
import { type ScannedValue, scanObject, typeAt, within } from "./json-scan.ts";
import { type ByteSpan, Scan } from "./json-tokens.ts";
import { type RequestBody, readRequestBody } from "./request-body.ts";
import type { Target } from "./targets.ts";
import type { FailedResponse } from "./upstream-failure.ts";

/**
 * Thinking is signed by the model that thought. What a fallback thought in an earlier turn may be refused by the default
 * model, and the other way round: only the model knows, so it is asked first.
 * @source platform.claude.com, "Preserved thinking": newer models leave out what they cannot read, without an error;
 * anthropics/claude-code#10627 and #63203, openclaw/openclaw#107221 and #84430 for the words of those that refuse it.
 */
const REFUSED =
  /\bmessages\.(\d+)\.content\.\d+(?:\.(?:redacted_)?thinking\.(?:signature|data)\b|: (?:Invalid [`\\]*(?:signature|data)[`\\]* in [`\\]*(?:redacted_)?thinking\b|[`\\]*thinking[`\\]* or [`\\]*redacted_thinking[`\\]* blocks in the latest assistant message cannot be modified))/i;

/** @why more conversations than anybody continues after a failover. */
const KEPT_TURNS = 64;

/** @why two turns that begin with so many equal bytes are the same for all that matters here. */
const TOLD_APART_BYTES = 16 * 1024;

/** The turns whose thinking a model has refused, so that the next request of the same conversation need not ask again. */
export class ForeignThinking {
  /** By model, position and content of the turn. */
  readonly #refused = new Map<string, { readonly ref: string; readonly index: number }>();

  /** True if the model has refused thinking of this conversation. */
  isRefused({ ref }: Target, body: RequestBody): boolean {
    if (this.#refused.size === 0) return false;
    for (const [key, refused] of this.#refused)
      if (refused.ref === ref && keyOf(ref, body, refused.index) === key) return true;
    return false;
  }

  /** True if the failure says so of this conversation, and it was not known. */
  hasRefused({ ref, protocol }: Target, body: RequestBody, { status, body: said }: FailedResponse): boolean {
    if (status !== 400 || protocol !== "anthropic-messages" || body.hasFallbackCredit) return false;
    const index = REFUSED.exec(said.toString("utf8"))?.[1];
    const key = index && keyOf(ref, body, Number(index));
    if (!key || this.#refused.has(key)) return false;
    const [oldest] = this.#refused.keys();
    if (this.#refused.size === KEPT_TURNS && oldest !== undefined) this.#refused.delete(oldest);
    this.#refused.set(key, { ref, index: Number(index) });
    return true;
  }
}

function keyOf(ref: string, { bytes, messagesAt }: RequestBody, index: number): string | undefined {
  const turn = messagesAt?.elements?.[index];
  if (messagesAt === undefined || turn === undefined) return undefined;
  const { start, end } = within(turn, messagesAt);
  return `${ref} ${index} ${hashOf(bytes.subarray(start, Math.min(end, start + TOLD_APART_BYTES))).join()}`;
}

const WANTED: ReadonlySet<string> = new Set(["messages", "thinking"]);
const CONTENT: ReadonlySet<string> = new Set(["content"]);
const THINKING: ReadonlySet<unknown> = new Set(["thinking", "redacted_thinking"]);

/**
 * Leaves out all thinking of earlier turns: what comes after a block that is missing is refused as well. A turn of nothing
 * else goes as a whole. Where the conversation stops at a tool's results, a fixed budget for thinking demands that the turn
 * begins with it, so thinking is off for this request.
 * @source platform.claude.com, "Extended thinking": "To avoid this requirement, disable `thinking`"; adaptive thinking
 * does not demand it.
 */
export function* withoutThinking(body: RequestBody): Sliced<RequestBody> {
  const { bytes } = body;
  const scan = new Scan(bytes, body.budget);
  const values = (yield* scanObject(scan, body.insideAt - 1, WANTED))?.values;
  const [messages, thinking] = [values?.get("messages"), values?.get("thinking")];
  if (messages?.elements === undefined) return body;
  const turns: Buffer[] = [];
  for (const turn of messages.elements) {
    const left = yield* turnWithoutThinking(scan, within(turn, messages));
    if (left !== undefined) turns.push(left);
  }
  const edits: Edit[] = [{ ...messages, text: list(turns) }];
  const last = messages.elements.at(-1);
  if (thinking !== undefined && last !== undefined && (yield* typeAt(scan, thinking)) === "enabled")
    if (yield* holdsResult(scan, within(last, messages))) edits.push({ ...thinking, text: OFF });
  yield;
  return (yield* readRequestBody(new Scan(edited(bytes, edits), body.budget))) ?? body;
}

const OFF = Buffer.from('{"type":"disabled"}');

/** `undefined` if nothing is left of it. */
function* turnWithoutThinking(scan: Scan, turn: ByteSpan): Sliced<Buffer | undefined> {
  const { bytes } = scan;
  const content = (yield* scanObject(scan, turn.start, CONTENT))?.values.get("content");
  const kept: Buffer[] = [];
  for (const block of content?.elements ?? []) {
    const at = within(block, content as ScannedValue);
    if (!THINKING.has(yield* typeAt(scan, at))) kept.push(bytes.subarray(at.start, at.end));
  }
  if (content?.elements === undefined || kept.length === content.elements.length)
    return bytes.subarray(turn.start, turn.end);
  if (kept.length === 0) return undefined;
  return Buffer.concat([bytes.subarray(turn.start, content.start), list(kept), bytes.subarray(content.end, turn.end)]);
}

function* holdsResult(scan: Scan, turn: ByteSpan): Sliced<boolean> {
  const content = (yield* scanObject(scan, turn.start, CONTENT))?.values.get("content");
  for (const block of content?.elements ?? [])
    if ((yield* typeAt(scan, within(block, content as ScannedValue))) === "tool_result") return true;
  return false;
}

interface Edit extends ByteSpan {
  readonly text: Buffer;
}

function edited(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of edits.toSorted((one, other) => one.start - other.start)) {
    pieces.push(bytes.subarray(at, start), text);
    at = end;
  }
  return Buffer.concat([...pieces, bytes.subarray(at)]);
}

const COMMA = Buffer.from(",");

const list = (elements: readonly Buffer[]) =>
  Buffer.concat([
    Buffer.from("["),
    ...elements.flatMap((one, index) => (index === 0 ? [one] : [COMMA, one])),
    Buffer.from("]"),
  ]);
