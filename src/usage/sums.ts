import { type Charge, chargeFor, type PriceOf, USD } from "./cost.ts";
import type { UsageLine } from "./line.ts";
import { hasFailover, isCacheHit, outcomeOf } from "./outcome.ts";
import { Times } from "./times.ts";

/** What the rows of a report are. */
export const GROUPINGS = ["day", "model", "client", "session", "provider"] as const;

export type Grouping = (typeof GROUPINGS)[number];

/** The key of a row; `undefined` for requests that have none, such as those of the token without a name. */
export type KeyOf = (line: UsageLine) => string | undefined;

export const keyFor = (by: Grouping, dayOf: (ms: number) => string): KeyOf =>
  by === "day" ? ({ time }) => dayOf(Date.parse(time)) : (line) => line[by];

const TOKENS = [
  "inputTokens",
  "outputTokens",
  "cacheReadTokens",
  "cacheWrite5mTokens",
  "cacheWrite1hTokens",
] as const satisfies readonly (keyof UsageLine)[];

/** What the sums of a request are, so that it is looked at once for several of them. */
export interface Counted {
  readonly line: UsageLine;
  readonly charge: Charge;
}

/** Sums over requests. Every one of them is a number of the same things, so that those of rows add up to the total. */
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
  readonly #firstByte = new Times();

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
    for (const name of TOKENS) this[name] += line[name] ?? 0;
    if (charge === "unknown") this.unpriced += 1;
    else {
      this.cost += charge.cost;
      this.fee += charge.fee;
    }
    if (firstByteMs !== undefined && status < 400) this.#firstByte.add(firstByteMs);
  }

  /** As if each request of the others were counted here, too. */
  addAll(others: Sums): void {
    for (const name of ADDED) this[name] += others[name];
    this.#firstByte.addAll(others.#firstByte);
  }

  /** The time to the first byte that so large a share of answers did not exceed; `undefined` without one. */
  firstByte(share: number): number | undefined {
    return this.#firstByte.share(share);
  }
}

const ADDED = [
  "requests",
  "failures",
  "cancelled",
  "failovers",
  "cacheHits",
  ...TOKENS,
  "cost",
  "fee",
  "unpriced",
] as const satisfies readonly (keyof Sums)[];

export interface Row {
  readonly key: string | undefined;
  readonly sums: Sums;
}

export interface Report {
  /** Days in their order, anything else by what it cost, then by requests. */
  readonly rows: readonly Row[];
  readonly total: Sums;
}

export class ReportBuilder {
  readonly #rows = new Map<string | undefined, Sums>();
  readonly #total = new Sums();
  readonly #keyOf: KeyOf;
  readonly #priceOf: PriceOf;

  constructor(keyOf: KeyOf, priceOf: PriceOf) {
    this.#keyOf = keyOf;
    this.#priceOf = priceOf;
  }

  add(line: UsageLine): void {
    const key = this.#keyOf(line);
    const sums = this.#rows.get(key) ?? new Sums();
    this.#rows.set(key, sums);
    const counted = { line, charge: chargeFor(line, this.#priceOf) };
    sums.count(counted);
    this.#total.count(counted);
  }

  report(by: Grouping): Report {
    const rows = [...this.#rows].map(([key, sums]) => ({ key, sums }));
    return { rows: rows.toSorted(by === "day" ? inTime : byCost), total: this.#total };
  }
}

const inTime = (a: Row, b: Row) => ((a.key ?? "") < (b.key ?? "") ? -1 : 1);

/** The dearest first. */
export const byCost = (a: Row, b: Row) =>
  b.sums.cost + b.sums.fee - a.sums.cost - a.sums.fee || b.sums.requests - a.sums.requests || inTime(a, b);

/** As JSON and CSV have them, under English names. `costUsd` is null where nothing of it is known. */
export function figures(sums: Sums) {
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
