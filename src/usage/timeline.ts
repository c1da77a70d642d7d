import { chargeFor, type PriceOf } from "./cost.ts";
import type { UsageLine } from "./line.ts";
import { LAST_PERIODS, type LastPeriod, type PeriodFigures, SCALES } from "./period-figures.ts";
import { byCost, type Counted, type FiguresRow, figures, type Row, Sums } from "./sums.ts";

const MINUTE_MS = 60_000;

/** @why nobody may ask for the last minute for long. */
const MOST_SECONDS = 180;

/** For how many days back lines count at all. */
export const TIMELINE_DAYS = SCALES["90d"].steps;

const KINDS = ["model", "client", "provider"] as const;
type Kind = (typeof KINDS)[number];

/** @why names of models come from requests. What comes when there are so many is counted together. */
const MOST_KEYS = 1_000;

/** Not a text, so that nobody's name can be the same. */
const OTHERS = Symbol("others");
type Key = string | undefined | typeof OTHERS;

interface Step {
  readonly total: Sums;
  readonly by: Readonly<Record<Kind, Map<Key, Sums>>>;
}

const newStep = (): Step => ({
  total: new Sums(),
  by: { model: new Map(), client: new Map(), provider: new Map() },
});

/** Rows of a document, besides the one of all others. */
const MOST_ROWS = 200;

/**
 * Sums of the last 90 days by time, model, client and provider, in steps that are the shorter the later they are. What is
 * kept depends on the number of steps and names, not on that of lines, which may come in any order.
 */
export class Timeline {
  readonly #scales = LAST_PERIODS.map((period) => ({ ...SCALES[period], period, known: new Map<number, Step>() }));
  readonly #keys: Readonly<Record<Kind, Set<string | undefined>>> = {
    model: new Set(),
    client: new Set(),
    provider: new Set(),
  };
  /** Requests that ended in each of the last seconds, by its number since 1970. */
  readonly #seconds = new Map<number, number>();
  readonly #priceOf: PriceOf;
  #tidiedMs = 0;

  constructor(priceOf: PriceOf) {
    this.#priceOf = priceOf;
  }

  add(line: UsageLine, nowMs: number): void {
    const ms = Date.parse(line.time);
    if (Math.abs(nowMs - ms) < MINUTE_MS) {
      const second = Math.floor(ms / 1_000);
      this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + 1);
      if (this.#seconds.size > MOST_SECONDS) this.#forgetSeconds(nowMs);
    }
    const counted = { line, charge: chargeFor(line, this.#priceOf) };
    const keys = KINDS.map((kind) => this.#keyOf(kind, line));
    for (const { stepMs, steps, known } of this.#scales) {
      const place = Math.floor(ms / stepMs);
      if (Math.abs(place - Math.floor(nowMs / stepMs)) > steps) continue;
      const step = known.get(place) ?? newStep();
      known.set(place, step);
      addTo(step, keys, counted);
    }
  }

  /** Requests that ended in the minute up to now. */
  lastMinute(nowMs: number): number {
    this.#forgetSeconds(nowMs);
    const last = Math.floor(nowMs / 1_000);
    let sum = 0;
    for (const [second, count] of this.#seconds) if (second <= last) sum += count;
    return sum;
  }

  /** Lines later than `nowMs` by a clock that was wrong are left out, as those before the period. */
  figures(period: LastPeriod, nowMs: number): PeriodFigures {
    this.#tidy(nowMs);
    const { stepMs, steps } = SCALES[period];
    const known = this.#scales.find((scale) => scale.period === period)?.known;
    const last = Math.floor(nowMs / stepMs);
    const places = Array.from({ length: steps + 1 }, (_, index) => last - steps + index);
    const all = places.map((place) => known?.get(place) ?? EMPTY);
    const total = new Sums();
    for (const step of all) total.addAll(step.total);
    const each = all.map((step) => figures(step.total));
    return {
      period,
      since: new Date((last - steps) * stepMs).toISOString(),
      until: new Date(nowMs).toISOString(),
      stepMs,
      total: figures(total),
      series: {
        time: places.map((place) => (place * stepMs) / 1_000),
        requests: each.map(({ requests }) => requests),
        failures: each.map(({ failures }) => failures),
        inputTokens: each.map(({ inputTokens }) => inputTokens),
        outputTokens: each.map(({ outputTokens }) => outputTokens),
        cacheReadTokens: each.map(({ cacheReadTokens }) => cacheReadTokens),
        cacheWrite5mTokens: each.map(({ cacheWrite5mTokens }) => cacheWrite5mTokens),
        cacheWrite1hTokens: each.map(({ cacheWrite1hTokens }) => cacheWrite1hTokens),
        costUsd: each.map(({ costUsd }) => costUsd),
        firstByteP50Ms: each.map(({ firstByteMs }) => firstByteMs.p50),
        firstByteP95Ms: each.map(({ firstByteMs }) => firstByteMs.p95),
      },
      byModel: rowsOf(all, "model"),
      byClient: rowsOf(all, "client"),
      byProvider: rowsOf(all, "provider"),
    };
  }

  #keyOf(kind: Kind, line: UsageLine): Key {
    const key = line[kind];
    const known = this.#keys[kind];
    if (known.has(key)) return key;
    if (known.size >= MOST_KEYS) return OTHERS;
    known.add(key);
    return key;
  }

  #forgetSeconds(nowMs: number): void {
    const first = Math.floor((nowMs - MINUTE_MS) / 1_000);
    for (const second of this.#seconds.keys()) if (second <= first) this.#seconds.delete(second);
  }

  /** Once a minute, since no step is shorter. */
  #tidy(nowMs: number): void {
    if (Math.abs(nowMs - this.#tidiedMs) < MINUTE_MS) return;
    this.#tidiedMs = nowMs;
    for (const { stepMs, steps, known } of this.#scales) {
      const first = Math.floor(nowMs / stepMs) - steps;
      for (const place of known.keys()) if (place < first) known.delete(place);
    }
  }
}

const EMPTY: Step = newStep();

function addTo({ total, by }: Step, keys: readonly Key[], counted: Counted): void {
  total.count(counted);
  for (const [index, kind] of KINDS.entries()) {
    const sums = by[kind].get(keys[index]) ?? new Sums();
    by[kind].set(keys[index], sums);
    sums.count(counted);
  }
}

function rowsOf(steps: readonly Step[], kind: Kind): readonly FiguresRow[] {
  const sums = new Map<Key, Sums>();
  for (const step of steps) {
    for (const [key, added] of step.by[kind]) {
      const known = sums.get(key) ?? new Sums();
      sums.set(key, known);
      known.addAll(added);
    }
  }
  const beyond = sums.get(OTHERS);
  sums.delete(OTHERS);
  const rows = [...sums].map(([key, one]): Row => ({ key: key as string | undefined, sums: one })).toSorted(byCost);
  const shown = rows.slice(0, MOST_ROWS).map(({ key, sums: one }) => ({ key: key ?? null, ...figures(one) }));
  const left = rows.slice(MOST_ROWS);
  if (left.length === 0 && beyond === undefined) return shown;
  const rest = new Sums();
  for (const one of [...left.map((row) => row.sums), ...(beyond === undefined ? [] : [beyond])]) rest.addAll(one);
  return [...shown, { key: null, others: left.length + (beyond === undefined ? 0 : 1), ...figures(rest) }];
}
