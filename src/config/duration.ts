const MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** @why timers of 25 days and more end at once, and a day is longer than any model thinks. */
const LONGEST_MS = 24 * MS.h;

/** A time such as `90s`, `10m` or `1h`, up to a day; a number alone is seconds. `undefined` for anything else. */
export function durationMs(text: string): number | undefined {
  const [, number = "", unit = "s"] = /^([1-9]\d{0,5}) ?([smh])?$/.exec(text.trim().toLowerCase()) ?? [];
  const ms = Number(number) * MS[unit as keyof typeof MS];
  return ms > 0 && ms <= LONGEST_MS ? ms : undefined;
}
