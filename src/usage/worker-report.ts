import type { Price, PriceTable } from "../providers/price.ts";
import { type Charge, costAt, feeOn, NOTHING, type PriceOf, priceFor } from "./cost.ts";
import { BILLING } from "./data-point.ts";
import { type Grouping, type Report, type Row, Sums, sortRows } from "./sums.ts";
import { dayNumbered, SUMMED, type WorkerQuery } from "./worker-query.ts";

/** A row of an answer; 64-bit numbers come as text. */
export type SqlRow = Readonly<Record<string, unknown>>;

interface Quantiles {
  readonly p50: number;
  readonly p95: number;
}

/** Sums that Cloudflare has made, with the times that it found. */
class WorkerSums extends Sums {
  /** Answers of which the time to the first byte is known. */
  timed = 0;
  firstByteMs: Quantiles | undefined;

  override firstByte(share: number): number | undefined {
    return share === 0.5 ? this.firstByteMs?.p50 : this.firstByteMs?.p95;
  }
}

export interface WorkerReport extends Report {
  /** Data points that were read. */
  readonly points: number;
  /** True if some of them stand for several requests. */
  readonly isSampled: boolean;
}

const counts = Object.keys(SUMMED) as readonly (keyof typeof SUMMED)[];

/** Builds the report of a machine's record from answers to `sumsSql` and `timesSql`. */
export class WorkerReportBuilder {
  readonly #query: Pick<WorkerQuery, "by" | "thresholds">;
  readonly #priceOf: PriceOf;
  readonly #rows = new Map<string | undefined, WorkerSums>();
  readonly #total = new WorkerSums();
  #points = 0;

  constructor(query: Pick<WorkerQuery, "by" | "thresholds">, priceOf: PriceOf) {
    this.#query = query;
    this.#priceOf = priceOf;
  }

  /** Answers whose time to the first byte is known: without one, times cannot be asked for. */
  get timed(): number {
    return this.#total.timed;
  }

  /** Returns false for a row that is none of `sumsSql`. */
  addSums(row: SqlRow): boolean {
    const [key] = keyIn(row, this.#query.by) ?? [];
    const group = groupIn(row);
    if (group === undefined || (this.#query.by === "day" && key === undefined)) return false;
    const sums = this.#rows.get(key) ?? new WorkerSums();
    this.#rows.set(key, sums);
    const charge = chargeOf(group, this.#query.thresholds, this.#priceOf);
    for (const each of [sums, this.#total]) {
      each.requests += group.requests;
      for (const name of counts) each[name] += group[name];
      each.timed += group.timed;
      if (charge === "unknown") each.unpriced += group.requests;
      else {
        each.cost += charge.cost;
        each.fee += charge.fee;
      }
    }
    this.#points += group.points;
    return true;
  }

  /** Returns false for a row that is none of `timesSql`. */
  addTimes(row: SqlRow, of: "row" | "all"): boolean {
    const [p50, p95] = [numberIn(row.p50), numberIn(row.p95)];
    const found = of === "all" ? [undefined] : keyIn({ ...row, [this.#query.by]: row.rowkey }, this.#query.by);
    if (p50 === undefined || p95 === undefined || found === undefined) return false;
    const sums = of === "all" ? this.#total : this.#rows.get(found[0]);
    // One that came meanwhile.
    if (sums !== undefined) sums.firstByteMs = { p50, p95 };
    return true;
  }

  report(): WorkerReport {
    const rows: readonly Row[] = [...this.#rows].map(([key, sums]) => ({ key, sums }));
    return {
      rows: sortRows(rows, this.#query.by),
      total: this.#total,
      points: this.#points,
      isSampled: this.#points < this.#total.requests,
    };
  }
}

/** @why sums of more would be no numbers any more. */
const MOST = Number.MAX_SAFE_INTEGER;

/** `undefined` for anything that counts nothing. */
export const numberIn = (value: unknown): number | undefined => {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && number >= 0 && number <= MOST ? number : undefined;
};

/** The key, which may be `undefined`, in a list; `undefined` if there is no column for it. */
function keyIn(row: SqlRow, by: Grouping): readonly [string | undefined] | undefined {
  const value = by === "model" || by === "provider" ? row[by] : row.rowkey;
  if (by !== "day") return typeof value === "string" ? [value === "" ? undefined : value] : undefined;
  const number = numberIn(value);
  return number === undefined || number > 100_000 ? undefined : [dayNumbered(number)];
}

type Group = Readonly<
  Record<(typeof counts)[number] | "requests" | "points" | "timed" | "tier" | "billing", number>
> & {
  readonly provider: string;
  readonly model: string;
  readonly answered: string | undefined;
  readonly hasFee: boolean;
};

function groupIn(row: SqlRow): Group | undefined {
  const { provider, model, answered, tier = 0, hasfee } = row;
  const names = ["requests", "points", "timed", "billing", ...counts] as const;
  const numbers = [...names.map((name) => [name, numberIn(row[name])] as const), ["tier", numberIn(tier)] as const];
  if (numbers.some(([, value]) => value === undefined)) return undefined;
  if (typeof provider !== "string" || typeof model !== "string" || typeof answered !== "string") return undefined;
  const values = Object.fromEntries(numbers) as Readonly<Record<(typeof names)[number] | "tier", number>>;
  return {
    ...values,
    provider,
    model,
    answered: answered === "" ? undefined : answered,
    hasFee: numberIn(hasfee) === 1,
  };
}

function chargeOf(group: Group, thresholds: readonly number[], priceOf: PriceOf): Charge {
  if (group.billing === BILLING.nothing) return NOTHING;
  const price = group.billing === BILLING.counted ? priceFor(group, priceOf) : undefined;
  if (price === undefined) return "unknown";
  const cost = costAt(priceBeyond(price, thresholds[group.tier - 1] ?? 0), group);
  return { cost, fee: group.hasFee ? feeOn(cost) : 0 };
}

/** The price of prompts that are longer than that, and no longer than the next threshold. */
function priceBeyond(price: Price, promptTokens: number): Omit<Price, "above"> {
  const { above, ...rest } = price;
  return above !== undefined && promptTokens >= above.promptTokens ? priceBeyond(above.price, promptTokens) : rest;
}

/** All lengths of prompts on which a price depends, ascending. */
export function thresholdsIn(tables: Iterable<PriceTable>): readonly number[] {
  const found = new Set<number>();
  const look = ({ above }: Price): void => {
    if (above === undefined) return;
    found.add(above.promptTokens);
    look(above.price);
  };
  for (const { prices } of tables) for (const price of Object.values(prices)) look(price);
  return [...found].sort((a, b) => a - b);
}
