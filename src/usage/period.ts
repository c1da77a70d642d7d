import { fail, ok, type Result } from "../core/result.ts";

/** A day as in `2026-11-28`. */
export type Day = string;

const DAY_MS = 24 * 60 * 60 * 1000;

const isoDay = (ms: number): Day => dayOf(new Date(ms).toISOString());

/** @why every zone's offset changes at a quarter of an hour, so all moments within one are of the same day. */
const QUARTER_MS = 15 * 60 * 1000;

/**
 * The time zone of this machine by its name; UTC where it has none.
 * @why for a `TZ` that no zone has, or that is empty, the system's calendar names none, or one that it then refuses.
 */
export function localTimeZone(): string {
  try {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions() as { readonly timeZone?: string };
    return new Intl.DateTimeFormat("en", { timeZone: timeZone ?? "UTC" }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

/**
 * Days as the clock of a time zone has them, whatever its summer time does.
 * @why remembered by quarters of an hour: the system's own calendar takes a microsecond for each moment.
 */
export function calendarOf(timeZone: string): (ms: number) => Day {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const known = new Map<number, Day>();
  let last = Number.NaN;
  let lastDay: Day = "";
  return (ms) => {
    const quarter = Math.floor(ms / QUARTER_MS);
    if (quarter === last) return lastDay;
    const day = known.get(quarter) ?? parts.format(quarter * QUARTER_MS);
    known.set(quarter, day);
    last = quarter;
    lastDay = day;
    return day;
  };
}

/** The day that many days before another. */
export const daysBefore = (day: Day, days: number): Day => isoDay(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS);

export interface Period {
  /** The first day. */
  readonly since: Day;
  /** The last day. */
  readonly until: Day;
}

/** Why a value of `--since` names no day or moment; `day` as it was written. */
export type SinceFault =
  | { readonly why: "no such day" | "future"; readonly day: Day }
  /** Hours, minutes, seconds, or a time of day. */
  | { readonly why: "parts of a day" }
  | { readonly why: "unreadable" };

export const UNREADABLE: SinceFault = { why: "unreadable" };

const LONGEST_DAYS = 3_660;

/** How many days `7d`, `7 D` or `1w` are; `undefined` for anything else, and for more than ten years. */
export function daysIn(text: string): number | undefined {
  const [, number, unit = ""] = /^([1-9]\d{0,3}) ?([dw])$/i.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  const days = Number(number) * (unit.toLowerCase() === "w" ? 7 : 1);
  return days > LONGEST_DAYS ? undefined : days;
}

/** `2h`, `18:29` and `2026-11-28 18:29`. */
const PART_OF_DAY = /^(?:\d+ ?[smh]|(?:\d{4}-\d{2}-\d{2}[t ])?\d{1,2}:\d{2}.*)$/;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * True if the calendar has it.
 * @why JavaScript takes 30 February for 2 March.
 */
export function isDay(text: string): boolean {
  const ms = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(ms) && isoDay(ms) === text;
}

/**
 * `7d` is today and the six days before, `1w` the same, `yesterday` that day and today, `2026-11-01` that day and all
 * after.
 */
export function periodSince(text: string, today: Day): Result<Period, SinceFault> {
  const wanted = text.trim().toLowerCase();
  const since = (day: Day) => ok({ since: day, until: today });
  const days = daysIn(wanted);
  if (days !== undefined) return since(daysBefore(today, days - 1));
  if (wanted === "today") return since(today);
  if (wanted === "yesterday") return since(daysBefore(today, 1));
  if (PART_OF_DAY.test(wanted)) return fail({ why: "parts of a day" });
  if (!DAY.test(wanted)) return fail(UNREADABLE);
  if (!isDay(wanted)) return fail({ why: "no such day", day: wanted });
  return wanted > today ? fail({ why: "future", day: wanted }) : since(wanted);
}

/** The day in UTC of a moment in ISO 8601. */
export const dayOf = (time: string): Day => time.slice(0, "2026-11-28".length);

/** The file of a day, which every zone names alike. */
export const fileOf = (day: Day): string => `${day}.jsonl`;

const FILE = /^(\d{4}-\d{2}-\d{2})\.jsonl$/;

export const isRecordFile = (name: string): boolean => FILE.test(name);

/** The names of files that can have lines of the period: a day of some zone is part of two or three days of the files. */
export const filesWithin = (names: readonly string[], { since, until }: Period): readonly string[] =>
  names
    .filter((name) => {
      const [, day] = FILE.exec(name) ?? [];
      return day !== undefined && day >= daysBefore(since, 1) && day <= daysBefore(until, -1);
    })
    .toSorted();

/** @why a clock that is years ahead for an hour would take the whole record with it. */
const LONGEST_PAUSE_DAYS = 366;

/** The names of files that are older than so many days; none if the last one is older than any pause. */
export const filesBefore = (names: readonly string[], now: Date, keptDays: number): readonly string[] => {
  const today = dayOf(now.toISOString());
  const days = names.flatMap((name) => FILE.exec(name)?.[1] ?? []);
  if (days.every((day) => day < daysBefore(today, LONGEST_PAUSE_DAYS))) return [];
  const oldest = daysBefore(today, keptDays - 1);
  return names.filter((name) => (FILE.exec(name)?.[1] ?? oldest) < oldest);
};
