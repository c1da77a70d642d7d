import { durationMs } from "../config/duration.ts";

/** `all` is no limit; `undefined` for anything that is no number of lines. */
export function linesIn(text: string): number | undefined {
  if (text.trim().toLowerCase() === "all") return Number.POSITIVE_INFINITY;
  return /^\d{1,7}$/.test(text.trim()) && Number(text) <= MOST_LINES ? Number(text) : undefined;
}

const MOST_LINES = 1_000_000;

const DAY_MS = 24 * 60 * 60 * 1000;

/** A moment before `now`: how long ago, or when in local time. `undefined` for anything else. */
export function momentIn(text: string, now: Date): Date | undefined {
  const wanted = text.trim();
  const [, days] = /^([1-9]\d{0,3}) ?d$/i.exec(wanted) ?? [];
  const ago = days === undefined ? (/[smh]$/i.test(wanted) ? durationMs(wanted) : undefined) : Number(days) * DAY_MS;
  if (ago !== undefined) return new Date(now.getTime() - ago);
  if (wanted.toLowerCase() === "today") return new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const [, date = "", time = "00:00", zone = ""] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(wanted) ?? [];
  const moment = new Date(`${date}T${time}${zone}`);
  return Number.isNaN(moment.getTime()) || moment > now ? undefined : moment;
}
