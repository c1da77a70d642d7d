import type { Texts } from "../text/message.ts";
import { shownMs } from "../text/numbers.ts";

type Units = Texts["dashboard"]["units"];

/** Stands where there is no value. */
export const NOTHING = "–";

export const millis = (ms: number | null | undefined): string => shownMs(ms, NOTHING);

/** `512 B`, `1.5 KiB`, `12 MiB` */
export function bytes(number: number): string {
  if (number < 1024) return `${number} B`;
  const unit =
    number < 1024 ** 2
      ? (["KiB", 1024] as const)
      : number < 1024 ** 3
        ? (["MiB", 1024 ** 2] as const)
        : (["GiB", 1024 ** 3] as const);
  return `${Number((number / unit[1]).toPrecision(number / unit[1] < 10 ? 2 : 3))} ${unit[0]}`;
}

/** `12 %`; never 0 or 100 where it is a little more or less. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return NOTHING;
  const share = (100 * part) / whole;
  if (part > 0 && share < 0.1) return "<0.1 %";
  if (part < whole && share > 99.9) return ">99.9 %";
  return `${Number(share.toFixed(share < 10 ? 1 : 0))} %`;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Of the two largest units: `3 d 4 h`, `12 min 5 s`. */
export function span(ms: number, units: Units): string {
  const left = Math.max(ms, 0);
  const parts = (
    [
      [units.day, DAY_MS, Number.POSITIVE_INFINITY],
      [units.hour, HOUR_MS, DAY_MS],
      [units.minute, MINUTE_MS, HOUR_MS],
      [units.second, SECOND_MS, MINUTE_MS],
    ] as const
  ).map(([name, size, above]) => [Math.floor((left % above) / size), name] as const);
  const first = parts.findIndex(([number]) => number > 0);
  if (first < 0) return units.second(0);
  return parts
    .slice(first, first + 2)
    .filter(([number]) => number > 0)
    .map(([number, name]) => name(number))
    .join(" ");
}

/** Times as the reader's language has them, in the browser's time zone. */
export class TimeFormat {
  readonly #clock: Intl.DateTimeFormat;
  readonly #minutes: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #full: Intl.DateTimeFormat;

  constructor(language: string) {
    const hours = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    this.#clock = new Intl.DateTimeFormat(language, { ...hours, second: "2-digit" });
    this.#minutes = new Intl.DateTimeFormat(language, hours);
    this.#day = new Intl.DateTimeFormat(language, { month: "short", day: "numeric" });
    this.#full = new Intl.DateTimeFormat(language, { month: "short", day: "numeric", ...hours });
  }

  /** `18:15:41` */
  clock(ms: number): string {
    return this.#clock.format(ms);
  }

  /** `18:15` */
  minutes(ms: number): string {
    return this.#minutes.format(ms);
  }

  /** `Nov 28` */
  day(ms: number): string {
    return this.#day.format(ms);
  }

  /** `Nov 28, 18:15` */
  full(ms: number): string {
    return this.#full.format(ms);
  }

  /** The beginning of a step, as exact as its length asks for. */
  step(ms: number, stepMs: number): string {
    return stepMs >= DAY_MS ? this.day(ms) : this.full(ms);
  }
}
