import { isObject, parseJson } from "../core/json.ts";
import { printable } from "../core/printable.ts";
import { scrub } from "../core/redact.ts";
import { clock, type LogLevel, levelOf, requestText, type ShownRequest } from "./log.ts";

/** A line of a stored log. */
export interface LogEntry {
  /** The line as it is stored. */
  readonly line: string;
  /** Absent of what others printed, such as a crash. */
  readonly time: Date | undefined;
  readonly level: LogLevel;
  /** For a person, without its time; several lines for a stack trace. */
  readonly text: string;
}

/** Known from elsewhere, such as the journal, in case the line itself does not say it. */
export interface StoredWith {
  readonly time?: Date | undefined;
  readonly level?: LogLevel | undefined;
}

/**
 * Reads a line of the log as `gateway run` writes it where it is no terminal. Anything else is shown as it is, and is an
 * error unless `known` says otherwise: a gateway prints nothing else but why it does not start, or crashed.
 */
export function readLogLine(line: string, known: StoredWith = {}): LogEntry {
  const value = line.startsWith("{") ? parseJson(line) : undefined;
  if (isObject(value)) {
    const time = timeOf(value.time) ?? known.time;
    const level = LEVELS.find((one) => one === value.level) ?? "info";
    if (isRequest(value)) return { line, time, level, text: requestText(value) };
    if (typeof value.message === "string") return { line, time, level, text: printable(value.message) };
  }
  return { line, time: known.time, level: known.level ?? "error", text: withVisibleCodes(scrub(line)) };
}

/** A request of the record, whose names are those of the log. */
export const requestEntry = (line: string, record: ShownRequest & { readonly time: string }): LogEntry => ({
  line,
  time: timeOf(record.time),
  level: levelOf(record),
  text: requestText(record),
});

function timeOf(text: unknown): Date | undefined {
  const time = new Date(typeof text === "string" ? text : Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

const LEVELS: readonly LogLevel[] = ["debug", "warn", "error"];

const TEXTS = ["client", "model", "ended"];
const NUMBERS = [
  "firstByteMs",
  "inputTokens",
  "outputTokens",
  "cacheReadTokens",
  "cacheWrite5mTokens",
  "cacheWrite1hTokens",
  "prefillRemoved",
];

/** Checks only what the text is made of. */
function isRequest(
  value: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, unknown>> & ShownRequest {
  const { method, path, status, durationMs, tried } = value;
  return (
    typeof method === "string" &&
    typeof path === "string" &&
    typeof status === "number" &&
    typeof durationMs === "number" &&
    (tried === undefined || (Array.isArray(tried) && tried.every((one) => typeof one === "string"))) &&
    TEXTS.every((name) => value[name] === undefined || typeof value[name] === "string") &&
    NUMBERS.every((name) => value[name] === undefined || typeof value[name] === "number")
  );
}

const INVISIBLE = /[\p{Cc}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/** Characters that move a terminal's cursor, or turn its lines around, as a programmer writes them: `\x1b`. */
const withVisibleCodes = (text: string): string =>
  text.replaceAll("\t", "    ").replace(INVISIBLE, (code) => {
    const hex = (code.codePointAt(0) ?? 0).toString(16);
    return hex.length <= 2 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`;
  });

/** The time of day, with the day before it where that is not today, in local time. */
export function stamp(time: Date, now: Date): string {
  return dayOf(time) === dayOf(now) ? clock(time) : wholeStamp(time);
}

/** `2026-11-28 18:15:41`, in local time. */
export const wholeStamp = (time: Date): string => `${dayOf(time)} ${clock(time)}`;

const dayOf = (time: Date): string =>
  [time.getFullYear(), time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
