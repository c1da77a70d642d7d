import { durationMs } from "../config/duration.ts";
import { OpenclawError } from "../core/errors.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Message } from "../text/message.ts";
import { daysIn, isDay, type SinceFault, UNREADABLE } from "../usage/period.ts";

/** `all` is no limit; `undefined` for anything that is no number of lines. */
export function linesIn(text: string): number | undefined {
  if (text.trim().toLowerCase() === "all") return Number.POSITIVE_INFINITY;
  return /^\d{1,7}$/.test(text.trim()) && Number(text) <= MOST_LINES ? Number(text) : undefined;
}

/** Hours, minutes and seconds of `9:30` or `18:29:05`; `undefined` if no clock shows that. */
function clockIn(text: string): readonly [number, number, number] | undefined {
  const [, hours, minutes, seconds = "0"] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text) ?? [];
  const clock = [Number(hours), Number(minutes), Number(seconds)] as const;
  return clock[0] < 24 && clock[1] < 60 && clock[2] < 60 ? clock : undefined;
}

/** Today in local time, or yesterday if that is still to come. @why just after midnight, `23:50` is ten minutes ago. */
function lastAt(clock: readonly [number, number, number], now: Date): Date {
  const at = (daysAgo: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo, ...clock);
  return at(0) > now ? at(1) : at(0);
}

const MOST_LINES = 1_000_000;

const DAY_MS = 24 * 60 * 60 * 1000;

/** A moment before `now`: how long ago, or when in local time. */
export function momentIn(text: string, now: Date): Result<Date, SinceFault> {
  const wanted = text.trim();
  const days = daysIn(wanted);
  const ago = days === undefined ? (/[smh]$/i.test(wanted) ? durationMs(wanted) : undefined) : days * DAY_MS;
  if (ago !== undefined) return ok(new Date(now.getTime() - ago));
  const clock = clockIn(wanted);
  if (clock !== undefined) return ok(lastAt(clock, now));
  const midnight = (before: number) => ok(new Date(now.getFullYear(), now.getMonth(), now.getDate() - before));
  if (wanted.toLowerCase() === "today") return midnight(0);
  if (wanted.toLowerCase() === "yesterday") return midnight(1);
  const [, date, time = "00:00", zone = ""] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(wanted) ?? [];
  if (date === undefined) return fail(UNREADABLE);
  if (!isDay(date)) return fail({ why: "no such day", day: date });
  const moment = new Date(`${date}T${time.replace(/^\d:/, "0$&")}${zone}`);
  if (Number.isNaN(moment.getTime())) return fail(UNREADABLE);
  return moment > now ? fail({ why: "future", day: wanted }) : ok(moment);
}

interface SinceErrorInput {
  readonly value: string;
  readonly fault: SinceFault;
  /** Says what works. */
  readonly hint: Message;
}

export const sinceError = ({ value, fault, hint }: SinceErrorInput): OpenclawError =>
  new OpenclawError(
    ({ commands: { usage } }) => {
      const flag = "--since";
      if (fault.why === "no such day") return usage.noSuchDay({ flag, day: fault.day });
      if (fault.why === "future") return usage.inFuture({ flag, time: fault.day });
      return fault.why === "parts of a day" ? usage.wholeDays({ flag, value }) : usage.notAllowed({ flag, value });
    },
    { code: "usage.invalid", hint },
  );
