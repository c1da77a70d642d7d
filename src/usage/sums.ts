import { type Charge, chargeFor, type PriceOf, USD } from "./cost.ts";
import { Durations } from "./durations.ts";
import type { UsageLine } from "./line.ts";
import { hasFailover, isCacheHit, outcomeOf } from "./outcome.ts";

/** What the rows of a report are. */
export const GROUPINGS = ["day", "model", "client", "session", "provider"] as const;

export type Grouping = (typeof GROUPINGS)[number];

/** The key of a row; `undefined` for requests that have none, such as those of the token without a name. */
export type KeyOf = (line: UsageLine, timeMs: number) => string | undefined;

export const keyFor = (by: Grouping, dayOf: (ms: number) => string): KeyOf =>
  by === "day" ? (_, timeMs) => dayOf(timeMs) : (line) => line[by];

/** What the sums of a request are, so that it is looked at once for several of them. */
export interface Counted {
  readonly line: UsageLine;
  readonly charge: Charge;
}

/**
 * Sums over requests. Every one of them is a number of the same things, so that those of rows add up to the total.
 * @measured members by their names in a list take three times as long.
 */
export class Sums {
  requests = 0;
  /** Answered with an error, or cut off; not those that the client gave up. */
  failures = 0;
  /** Given up by the client. */
  cancelled = 0;
  /** Served, or tried, by another than the first choice. */
  failovers = 0;
  /** Answered from the cache of the gateway in front. */
  cacheHits = 0;
  inputTokens = 0;
  outputTokens = 0;
  cacheReadTokens = 0;
  cacheWrite5mTokens = 0;
  cacheWrite1hTokens = 0;
  /** In billionths of a USD. */
  cost = 0;
  /** What Unified Billing adds. */
  fee = 0;
  /** Requests that are not in `cost`, since their price or their tokens are not known. */
  unpriced = 0;
  readonly #firstByte = new Durations();

  add(line: UsageLine, priceOf: PriceOf): void {
    this.count({ line, charge: chargeFor(line, priceOf) });
  }

  count({ line, charge }: Counted): void {
    const { status, firstByteMs } = line;
    this.requests += 1;
    const outcome = outcomeOf(line);
    if (outcome === "cancelled") this.cancelled += 1;
    if (outcome === "failed") this.failures += 1;
    if (hasFailover(line)) this.failovers += 1;
    if (isCacheHit(line)) this.cacheHits += 1;
    this.inputTokens += line.inputTokens ?? 0;
    this.outputTokens += line.outputTokens ?? 0;
    this.cacheReadTokens += line.cacheReadTokens ?? 0;
    this.cacheWrite5mTokens += line.cacheWrite5mTokens ?? 0;
    this.cacheWrite1hTokens += line.cacheWrite1hTokens ?? 0;
    if (charge === "unknown") this.unpriced += 1;
    else {
      this.cost += charge.cost;
      this.fee += charge.fee;
    }
    if (firstByteMs !== undefined && status < 400) this.#firstByte.add(firstByteMs);
  }

  /** As if each request of the others were counted here, too. */
  addAll(others: Sums): void {
    this.requests += others.requests;
    this.failures += others.failures;
    this.cancelled += others.cancelled;
    this.failovers += others.failovers;
    this.cacheHits += others.cacheHits;
    this.inputTokens += others.inputTokens;
    this.outputTokens += others.outputTokens;
    this.cacheReadTokens += others.cacheReadTokens;
    this.cacheWrite5mTokens += others.cacheWrite5mTokens;
    this.cacheWrite1hTokens += others.cacheWrite1hTokens;
    this.cost += others.cost;
    this.fee += others.fee;
    this.unpriced += others.unpriced;
    this.#firstByte.addAll(others.#firstByte);
  }

  /** The time to the first byte that so large a share of answers did not exceed; `undefined` without one. */
  firstByte(share: number): number | undefined {
    return this.#firstByte.quantile(share);
  }
}

export interface Row {
  readonly key: string | undefined;
  /** It is the sum of so many rows, and has no key. */
  readonly others?: number;
  readonly sums: Sums;
}

export interface Report {
  /** Days in their order, anything else by what it cost, then by requests. */
  readonly rows: readonly Row[];
  readonly total: Sums;
}

export class ReportBuilder {
  readonly #rows = new Map<string | undefined, Sums>();
  readonly #keyOf: KeyOf;
  readonly #priceOf: PriceOf;

  constructor(keyOf: KeyOf, priceOf: PriceOf) {
    this.#keyOf = keyOf;
    this.#priceOf = priceOf;
  }

  add(line: UsageLine, timeMs = Date.parse(line.time)): void {
    this.#sumsOf(this.#keyOf(line, timeMs)).add(line, this.#priceOf);
  }

  #sumsOf(key: string | undefined): Sums {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const sums = new Sums();
    this.#rows.set(key === undefined ? key : copied(key), sums);
    return sums;
  }

  report(by: Grouping): Report {
    const rows = Array.from(this.#rows, ([key, sums]) => ({ key, sums }));
    const total = new Sums();
    for (const { sums } of rows) total.addAll(sums);
    return { rows: sortRows(rows, by), total };
  }
}

/** @why a part of a line keeps the whole line in memory. */
const copied = (text: string): string => Buffer.from(text).toString();

export const sortRows = (rows: readonly Row[], by: Grouping): readonly Row[] =>
  rows.toSorted(by === "day" ? inTime : byCost);

const inTime = (a: Row, b: Row) => ((a.key ?? "") < (b.key ?? "") ? -1 : 1);

/** The dearest first. */
export const byCost = (a: Row, b: Row) =>
  b.sums.cost + b.sums.fee - a.sums.cost - a.sums.fee || b.sums.requests - a.sums.requests || inTime(a, b);

/** The first so many of more rows, and one for all others. */
export function withOthers({ rows, total }: Report, most: number): Report {
  const sums = new Sums();
  for (const row of rows.slice(most)) sums.addAll(row.sums);
  return { rows: [...rows.slice(0, most), { key: undefined, others: rows.length - most, sums }], total };
}

/** As JSON and CSV have them, under English names. */
export interface Figures {
  readonly requests: number;
  readonly failures: number;
  readonly cancelled: number;
  readonly failovers: number;
  readonly cacheHits: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
  /** With the fee; null where nothing of it is known. */
  readonly costUsd: number | null;
  readonly unifiedBillingFeeUsd: number;
  readonly unpricedRequests: number;
  /** Null where no answer came. */
  readonly firstByteMs: { readonly p50: number | null; readonly p95: number | null };
}

/** Figures of requests that have something in common. */
export interface FiguresRow extends Figures {
  /** Null without a name. */
  readonly key: string | null;
  /** It stands for so many more. */
  readonly others?: number;
}

export function figures(sums: Sums): Figures {
  const { cost, fee, unpriced } = sums;
  return {
    requests: sums.requests,
    failures: sums.failures,
    cancelled: sums.cancelled,
    failovers: sums.failovers,
    cacheHits: sums.cacheHits,
    inputTokens: sums.inputTokens,
    outputTokens: sums.outputTokens,
    cacheReadTokens: sums.cacheReadTokens,
    cacheWrite5mTokens: sums.cacheWrite5mTokens,
    cacheWrite1hTokens: sums.cacheWrite1hTokens,
    costUsd: unpriced > 0 && cost + fee === 0 ? null : (cost + fee) / USD,
    unifiedBillingFeeUsd: fee / USD,
    unpricedRequests: unpriced,
    firstByteMs: { p50: sums.firstByte(0.5) ?? null, p95: sums.firstByte(0.95) ?? null },
  };
}
