import { isObject, parseJson } from "../core/json.ts";
import { JsonLines } from "../core/json-lines.ts";

/** One request of the record. Contains nothing of the conversation, and no credential. */
export interface UsageLine {
  /** When the request was over, in ISO 8601 and UTC. */
  readonly time: string;
  readonly provider?: string | undefined;
  /** As the client named it; absent if it named none. */
  readonly asked?: string | undefined;
  /** The one that served it, or was tried last: `provider/model`. */
  readonly model?: string | undefined;
  /** What the answer says, where it is another one. */
  readonly answered?: string | undefined;
  /** The name of the token that was presented; absent for the one without a name. */
  readonly client?: string | undefined;
  readonly session?: string | undefined;
  readonly method: string;
  readonly path: string;
  /** As sent to the client; 499 if it disconnected first. */
  readonly status: number;
  readonly firstByteMs?: number | undefined;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Without those that were read from a cache or written to one. */
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cacheReadTokens?: number | undefined;
  readonly cacheWrite5mTokens?: number | undefined;
  readonly cacheWrite1hTokens?: number | undefined;
  /** What the gateway in front says of its own cache, such as `HIT`. */
  readonly cacheStatus?: string | undefined;
  readonly logId?: string | undefined;
  readonly requestId?: string | undefined;
  /** Models that were skipped or failed before, and why. */
  readonly tried?: readonly string[] | undefined;
  /** The end, unless it ended well, such as `client-gone`. */
  readonly ended?: string | undefined;
  /** The gateway in front pays the provider, and charges a fee. */
  readonly unifiedBilling?: true | undefined;
}

/** Adds a line of the record. Its time has to be its first member. */
export function addLine(lines: JsonLines, line: UsageLine): void {
  lines.addMembers(line);
  lines.endLine();
}

/** With its line end. */
export function formatLine(line: UsageLine): string {
  const lines = new JsonLines();
  addLine(lines, line);
  return lines.take().toString();
}

/** Every line begins so, and no text in a line can contain it, since quotes are escaped there. */
const BEGINNING = '{"time":"';

/**
 * A line, or the whole one that follows half of another: a process that was killed while it wrote leaves such a half,
 * and one that wrote at the same moment continues in its line. `undefined` if there is none.
 */
export function parseLine(text: string): UsageLine | undefined {
  const start = text.lastIndexOf(BEGINNING);
  if (start < 0) return undefined;
  const value = parseJson(start === 0 ? text : text.slice(start));
  return isLine(value) ? value : undefined;
}

/** True if there is more in it than the line that was found. */
export const isHalf = (text: string): boolean => !text.startsWith(BEGINNING) || text.lastIndexOf(BEGINNING) > 0;

const TEXTS = ["provider", "asked", "model", "answered", "client", "session", "cacheStatus", "ended"];
const NUMBERS = [
  "firstByteMs",
  "inputTokens",
  "outputTokens",
  "cacheReadTokens",
  "cacheWrite5mTokens",
  "cacheWrite1hTokens",
];

/** What sums are made of has to be right; keys that a later version adds are not looked at. */
function isLine(value: unknown): value is UsageLine {
  if (!isObject(value)) return false;
  const { time, status, method, path, durationMs, tried } = value;
  return (
    typeof time === "string" &&
    !Number.isNaN(Date.parse(time)) &&
    isCount(status) &&
    isCount(durationMs) &&
    typeof method === "string" &&
    typeof path === "string" &&
    (tried === undefined || Array.isArray(tried)) &&
    TEXTS.every((name) => value[name] === undefined || typeof value[name] === "string") &&
    NUMBERS.every((name) => value[name] === undefined || isCount(value[name]))
  );
}

const isCount = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0;
