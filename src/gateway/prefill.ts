import {
  type ByteSpan,
  elementBefore,
  isBrokenAt,
  isListAt,
  scanObject,
  someElement,
  typeAt,
  valueAt,
} from "./json-scan.ts";
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
export function stripPrefill({ bytes, messagesAt, hasFallbackCredit }: Conversation): StrippedBody {
  const untouched = { bytes, removed: 0, isEmptied: false };
  if (messagesAt === undefined || hasFallbackCredit || !isListAt(bytes, messagesAt)) return untouched;
  const open = messagesAt.start;
  const close = messagesAt.end - 1;
  let removed = 0;
  let turn = elementBefore(bytes, open, close);
  const end = turn?.end ?? close;
  let cut = end;
  while (turn !== undefined && removed < MOST_TURNS && isPrefill(bytes, turn)) {
    removed++;
    cut = turn.before;
    turn = elementBefore(bytes, open, cut);
  }
  if (removed === 0) return untouched;
  if (turn === undefined) return cut === open ? { ...untouched, isEmptied: true } : untouched;
  return { bytes: Buffer.concat([bytes.subarray(0, cut), bytes.subarray(end)]), removed, isEmptied: false };
}

/** @why no client prefills with nearly as many; the rest is left to the upstream's judgement. */
const MOST_TURNS = 10_000;

const READ: ReadonlySet<string> = new Set(["role", "content", "tool_calls", ...FALLBACK_CREDIT_FIELDS]);

/** Nothing is parsed but short values: a turn may be as long as the body, and of as many pieces. */
function isPrefill(bytes: Buffer, at: ByteSpan): boolean {
  const values = scanObject(bytes, at.start, READ)?.values;
  const read = (name: string) => {
    const place = values?.get(name);
    return place && valueAt(bytes, place);
  };
  if (values === undefined || read("role") !== "assistant") return false;
  return !isBrokenAt(bytes, at) && !callsTools(bytes, values) && !FALLBACK_CREDIT_FIELDS.some(read);
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

function callsTools(bytes: Buffer, values: ReadonlyMap<string, ByteSpan>): boolean {
  const has = (name: string, test: (element: ByteSpan) => boolean) => {
    const list = values.get(name);
    return list !== undefined && isListAt(bytes, list) && someElement(bytes, list.start, MOST_BLOCKS, test);
  };
  return (
    has("tool_calls", () => true) ||
    has("content", (block) => {
      const type = typeAt(bytes, block);
      return typeof type === "string" && TOOL_BLOCK.test(type);
    })
  );
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
