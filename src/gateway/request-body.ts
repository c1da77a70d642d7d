import type { Sliced } from "../core/sliced.ts";
import { isShort, parseAt, type ScannedValue, scanObject, skipBlanks, valueAt } from "./json-scan.ts";
import { type Budget, type ByteSpan, isBlank, type Scan } from "./json-tokens.ts";

export interface Conversation {
  readonly bytes: Buffer;
  readonly messagesAt: ScannedValue | undefined;
  /** For further work on it. */
  readonly budget: Budget | undefined;
  /** The request redeems a credit for a refused one, so the conversation must not be changed. */
  readonly hasFallbackCredit: boolean;
}

/** Everything the gateway needs to know about a body that is a JSON object. */
export interface RequestBody extends Conversation {
  /** `undefined` if there is none, or it is not a string. */
  readonly model: string | undefined;
  readonly hasInvalidModel: boolean;
  readonly modelAt: ByteSpan | undefined;
  /** Place where a first member is inserted, and the text that follows it. */
  readonly insideAt: number;
  readonly isEmpty: boolean;
  readonly thinking: boolean;
}

/**
 * Fields of a refusal that a client sends back when it retries on another model, to continue at the price of a warm
 * cache.
 * @source @anthropic-ai/sdk 1.14.0: the token is a field of the request, the claim one of the refusal, which a client
 * may return with its turn; platform.claude.com, "Fallback credit": the retry has to be the refused request, unchanged
 * but for one assistant turn at its end, which the token allows for models that otherwise take none.
 */
export const FALLBACK_CREDIT_FIELDS = ["fallback_credit_token", "fallback_has_prefill_claim"] as const;

const READ = ["model", "thinking", ...FALLBACK_CREDIT_FIELDS] as const;
const FOUND: ReadonlySet<string> = new Set([...READ, "messages"]);

/**
 * Reads a body without parsing it; undefined when it is no JSON object, or one of too many members. Deeper levels are
 * not judged: a body that is broken there is forwarded as it came. A byte order mark is refused, as by JSON.parse; bytes
 * that are not UTF-8 pass.
 */
export function* readRequestBody(scan: Scan): Sliced<RequestBody | undefined> {
  const { bytes } = scan;
  const start = isBlank(bytes[0]) ? yield* skipBlanks(scan, 0) : 0;
  const object = yield* scanObject(scan, start, FOUND);
  if (object === undefined) return undefined;
  const { end } = object;
  if (end < bytes.length && (!isBlank(bytes[end]) || (yield* skipBlanks(scan, end)) < bytes.length)) return undefined;
  const { values, isEmpty } = object;
  const read: unknown[] = [];
  for (const name of READ) {
    const at = values.get(name);
    read.push(at === undefined ? null : isShort(at) ? parseAt(scan, at) : yield* valueAt(scan, at));
  }
  const [model, thinking, ...credit] = read;
  if (model === undefined || thinking === undefined || credit.includes(undefined)) return undefined;
  return {
    bytes,
    budget: scan.budget,
    insideAt: start + 1,
    isEmpty,
    model: typeof model === "string" ? model : undefined,
    hasInvalidModel: model !== null && typeof model !== "string",
    modelAt: values.get("model"),
    thinking: isThinking(thinking),
    messagesAt: values.get("messages"),
    hasFallbackCredit: credit.some(Boolean),
  };
}

/** A body in which there is nothing left to change. */
export const wholeBody = (bytes: Buffer): RequestBody => ({
  bytes,
  model: undefined,
  hasInvalidModel: false,
  modelAt: undefined,
  budget: undefined,
  insideAt: 0,
  isEmpty: true,
  thinking: false,
  messagesAt: undefined,
  hasFallbackCredit: false,
});

/**
 * @source the published OpenClaw 2026.4.29 to 2026.9.6, by running it: `{}`, `[]` and types it does not know are on.
 */
const isThinking = (value: unknown): boolean =>
  typeof value === "object" && value !== null && (value as { readonly type?: unknown }).type !== "disabled";

/** Renames the model without touching any other byte. If none is named, it becomes the first member. */
export function withModel(body: RequestBody, model: string): Conversation {
  const { bytes, modelAt, messagesAt, insideAt } = body;
  if (body.model === model) return body;
  const { start, end } = modelAt ?? { start: insideAt, end: insideAt };
  const name = JSON.stringify(model);
  const text = Buffer.from(modelAt === undefined ? `"model":${name}${body.isEmpty ? "" : ","}` : name);
  return {
    bytes: Buffer.concat([bytes.subarray(0, start), text, bytes.subarray(end)]),
    messagesAt: messagesAt && moved(messagesAt, start, text.length - (end - start)),
    budget: body.budget,
    hasFallbackCredit: body.hasFallbackCredit,
  };
}

/** Shifts a span in a buffer that grew by `by` bytes at `grownAt`. */
const moved = (place: ScannedValue, grownAt: number, by: number): ScannedValue =>
  place.start < grownAt ? place : { ...place, start: place.start + by, end: place.end + by };
