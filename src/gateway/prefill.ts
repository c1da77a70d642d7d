import type { Sliced } from "../core/sliced.ts";
import {
  isBrokenAt,
  isListAt,
  type ScannedValue,
  scanObject,
  skipBlanks,
  typeAt,
  valueAt,
  within,
} from "./json-scan.ts";
import { type ByteSpan, Scan } from "./json-tokens.ts";
import { type Conversation, FALLBACK_CREDIT_FIELDS } from "./request-body.ts";

export interface StrippedBody {
  /** The very same bytes if nothing was removed. */
  readonly bytes: Buffer;
  readonly removed: number;
  /** No turn would be left, so nothing was removed. */
  readonly isEmptied: boolean;
}

/**
 * Removes trailing assistant turns, with which a client prefills the response. Everything else in the body is
 * untouched. A turn that is part of a tool call, or covered by a fallback credit, is kept along with everything before
 * it.
 */
export function* stripPrefill({ bytes, messagesAt, budget, hasFallbackCredit }: Conversation): Sliced<StrippedBody> {
  const untouched = { bytes, removed: 0, isEmptied: false };
  const turns = messagesAt?.elements;
  if (messagesAt === undefined || turns === undefined || hasFallbackCredit) return untouched;
  const scan = new Scan(bytes, budget);
  let left = turns.length;
  for (; left > 0 && turns.length - left < MOST_TURNS; left--) {
    const turn = turns[left - 1];
    if (turn === undefined || !(yield* isPrefill(scan, within(turn, messagesAt)))) break;
  }
  const removed = turns.length - left;
  if (removed === 0) return untouched;
  const [kept, last] = [turns[left - 1], turns[turns.length - 1]];
  if (kept === undefined || last === undefined) return { ...untouched, isEmptied: true };
  const comma = yield* skipBlanks(scan, within(kept, messagesAt).end);
  return {
    bytes: Buffer.concat([bytes.subarray(0, comma), bytes.subarray(within(last, messagesAt).end)]),
    removed,
    isEmptied: false,
  };
}

/** @why no client prefills with nearly as many; the rest is left to the upstream's judgement. */
const MOST_TURNS = 10_000;

const READ: ReadonlySet<string> = new Set(["role", "content", "tool_calls", ...FALLBACK_CREDIT_FIELDS]);

/** Nothing is parsed but short values: a turn may be as long as the body, and of as many pieces. */
function* isPrefill(scan: Scan, at: ByteSpan): Sliced<boolean> {
  const values = (yield* scanObject(scan, at.start, READ))?.values;
  if (values === undefined) return false;
  for (const name of ["role", ...FALLBACK_CREDIT_FIELDS]) {
    const place = values.get(name);
    const value = place && (yield* valueAt(scan, place));
    if (name === "role" ? value !== "assistant" : value) return false;
  }
  return !isBrokenAt(scan, at) && !(yield* callsTools(scan, values));
}

/**
 * Blocks that mark a turn as part of a tool call: its result is still to come, or came in the turn itself, which is to
 * be continued (`pause_turn`). The first two are Anthropic's; `toolCall` and `tool_calls` are OpenClaw's names for
 * those of others.
 * @source @anthropic-ai/sdk 1.14.0: `tool_use`, `server_tool_use`, `mcp_tool_use` and results such as
 * `web_search_tool_result`; the published OpenClaw, which keeps `tool_use`, `toolCall` and `tool_calls`.
 */
const TOOL_BLOCK = /^(?:.+_)?tool_use$|^.+_tool_result$|^toolCall$/;

/** @why no turn has nearly as many; one that does is kept. */
const MOST_BLOCKS = 10_000;

function* callsTools(scan: Scan, values: ReadonlyMap<string, ScannedValue>): Sliced<boolean> {
  const calls = values.get("tool_calls");
  if (calls !== undefined && isListAt(scan.bytes, calls) && calls.elements?.length !== 0) return true;
  const content = values.get("content");
  if (content === undefined || !isListAt(scan.bytes, content)) return false;
  const blocks = content.elements;
  if (blocks === undefined || blocks.length > MOST_BLOCKS) return true;
  for (const block of blocks) {
    const type = yield* typeAt(scan, within(block, content));
    if (typeof type === "string" && TOOL_BLOCK.test(type)) return true;
  }
  return false;
}

/** The first version that rejects prefill even without thinking. */
const REFUSED_SINCE = { major: 4, minor: 6 } as const;

/** `claude-sonnet-4-5-20250929`, and the older form `claude-3-7-sonnet-latest`. */
const NAMES = [
  /^claude-[a-z]+-(?<major>\d{1,2})(?:[-.](?<minor>\d{1,2}))?(?:-(?:\d{8}|latest))?$/,
  /^claude-(?<major>\d{1,2})(?:[-.](?<minor>\d{1,2}))?-[a-z]+(?:-(?:\d{8}|latest))?$/,
];

/**
 * True for a model that rejects a trailing assistant turn even without thinking. An id without a version counts as new.
 * @source Anthropic's migration guides for 4.6, Sonnet 5.5 and Haiku 5.5; openclaw/openclaw#72905; as met with Sonnet 5
 * (magic-context#511), Opus 4.7 and 4.8 (copilot-api#261), Fable 5 (llxprt-code#3695).
 */
export function refusesPrefill(model: string): boolean {
  const groups = NAMES.map((name) => name.exec(model)?.groups).find((found) => found !== undefined);
  if (groups === undefined) return true;
  const [major, minor] = [Number(groups.major), Number(groups.minor ?? 0)];
  return major > REFUSED_SINCE.major || (major === REFUSED_SINCE.major && minor >= REFUSED_SINCE.minor);
}
