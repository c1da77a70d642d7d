import { BILLING, columnOf } from "./data-point.ts";
import { type Day, daysBefore, type Period } from "./period.ts";
import type { Grouping } from "./sums.ts";

/*
 * Questions to Workers Analytics Engine. Only numbers and the dataset's name, which is judged before, get into its SQL.
 * @source developers.cloudflare.com/analytics/analytics-engine/sql-reference. Seen in public code that uses it: `ORDER BY`
 * takes only what is selected, by its alias; there is no `uniq` and no `toString`; in a period without rows no column is known.
 */

export interface WorkerQuery {
  readonly dataset: string;
  readonly by: Grouping;
  readonly fromS: number;
  /** Not in it any more. */
  readonly toS: number;
  /** By how much local time is ahead, from a moment on; the first holds for all before. */
  readonly offsets: readonly Offset[];
  /** Lengths of prompts beyond which some prices are others, ascending. */
  readonly thresholds: readonly number[];
}

interface Offset {
  readonly fromS: number;
  readonly aheadS: number;
}

/** @source developers.cloudflare.com/analytics/analytics-engine/sql-api; `usage_…` is such a name, and its user may choose another. */
export const isDatasetName = (text: string): boolean => /^[A-Za-z_]\w{0,99}$/.test(text);

/** @why a row takes half a kilobyte, and an answer is held in memory. */
export const PAGE_ROWS = 5_000;

const within = ({ fromS, toS }: WorkerQuery) => `timestamp >= toDateTime(${fromS}) AND timestamp < toDateTime(${toS})`;

/** One row, `points`: how many rows there are. Names no column of ours, since there may be none yet. */
export const pointsSql = (query: WorkerQuery): string =>
  `SELECT count() AS points FROM ${query.dataset} WHERE ${within(query)}`;

/** Sums by their aliases. */
export const SUMMED = {
  failures: "failed",
  cancelled: "cancelled",
  failovers: "failover",
  cacheHits: "cacheHit",
  inputTokens: "inputTokens",
  outputTokens: "outputTokens",
  cacheReadTokens: "cacheReadTokens",
  cacheWrite5mTokens: "cacheWrite5mTokens",
  cacheWrite1hTokens: "cacheWrite1hTokens",
} as const;

const FIRST_BYTE = columnOf("firstByteMs");
const HAS_FIRST_BYTE = `${columnOf("status")} < 400 AND ${FIRST_BYTE} >= 0`;

/** A row for each key and whatever its price may depend on, in the order of its first columns. */
export function sumsSql(query: WorkerQuery, page: number): string {
  const groups: readonly (readonly [expression: string, alias: string])[] = [
    ...(query.by === "model" || query.by === "provider" ? [] : [[keyOf(query), "rowkey"] as const]),
    [columnOf("provider"), "provider"],
    [columnOf("model"), "model"],
    [columnOf("answered"), "answered"],
    [columnOf("billing"), "billing"],
    [columnOf("unifiedBilling"), "hasfee"],
    ...(query.thresholds.length === 0 ? [] : [[tierOf(query.thresholds), "tier"] as const]),
  ];
  const sums = Object.entries(SUMMED).map(([alias, name]) => [`sum(_sample_interval * ${columnOf(name)})`, alias]);
  const selected = [
    ...groups,
    ["sum(_sample_interval)", "requests"],
    ["count()", "points"],
    ...sums,
    [`sum(if(${HAS_FIRST_BYTE}, _sample_interval, 0))`, "timed"],
  ];
  return [
    `SELECT ${selected.map(([expression, alias]) => `${expression} AS ${alias}`).join(", ")}`,
    `FROM ${query.dataset} WHERE ${within(query)}`,
    grouped(groups.map(([, alias]) => alias)),
    paged(page),
  ].join(" ");
}

/** The times to the first byte of each row, or of all. */
export function timesSql(query: WorkerQuery, page: number | "all"): string {
  const quantile = (share: number) => `quantileExactWeighted(${share})(${FIRST_BYTE}, _sample_interval)`;
  const times = `${quantile(0.5)} AS p50, ${quantile(0.95)} AS p95`;
  const from = `FROM ${query.dataset} WHERE ${within(query)} AND ${HAS_FIRST_BYTE}`;
  return page === "all"
    ? `SELECT ${times} ${from}`
    : `SELECT ${keyOf(query)} AS rowkey, ${times} ${from} ${grouped(["rowkey"])} ${paged(page)}`;
}

const grouped = (aliases: readonly string[]) => `GROUP BY ${aliases.join(", ")} ORDER BY ${aliases.join(", ")}`;

const paged = (page: number) => `LIMIT ${PAGE_ROWS}${page === 0 ? "" : ` OFFSET ${page * PAGE_ROWS}`}`;

const DAY_S = 24 * 60 * 60;
const TIME = "toUInt32(timestamp)";

/** A day is its number since 1970, so that no time zone has to be known there. */
const keyOf = ({ by, offsets }: WorkerQuery): string => {
  if (by !== "day") return columnOf(by);
  const [first, ...others] = offsets;
  const ahead = others.reduce(
    (before, { fromS, aheadS }) => `if(${TIME} < ${fromS}, ${before}, ${aheadS})`,
    String(first?.aheadS ?? 0),
  );
  return `intDiv(${TIME} + ${ahead}, ${DAY_S})`;
};

/** The number of lengths that a prompt exceeds. */
function tierOf(thresholds: readonly number[]): string {
  const prompt = ["inputTokens", "cacheReadTokens", "cacheWrite5mTokens", "cacheWrite1hTokens"] as const;
  const counted = `${columnOf("billing")} = ${BILLING.counted}`;
  const sum = prompt.map(columnOf).join(" + ");
  return thresholds.map((most) => `if(${counted} AND ${sum} > ${most}, 1, 0)`).join(" + ");
}

/** The day of a number that SQL counts. */
export const dayNumbered = (number: number): Day => new Date(number * DAY_S * 1000).toISOString().slice(0, 10);

/** @source developers.cloudflare.com/analytics/analytics-engine/limits: three months, of at most 92 days. */
export const KEPT_DAYS = 93;

const QUARTER_S = 15 * 60;

/** When a period begins and ends, as far as anything is kept of it, and which days are in it. */
export function boundsOf(
  { since, until }: Period,
  dayOf: (ms: number) => Day,
  nowMs: number,
): Pick<WorkerQuery, "fromS" | "toS" | "offsets"> {
  const oldest = daysBefore(until, KEPT_DAYS);
  const first = since < oldest ? oldest : since;
  const offsets: Offset[] = [];
  for (let day = first; day <= until; day = daysBefore(day, -1)) {
    const fromS = startOf(day, dayOf);
    const add = (atS: number, aheadS: number) => {
      if (offsets.at(-1)?.aheadS !== aheadS) offsets.push({ fromS: atS, aheadS });
    };
    add(fromS, Date.parse(`${day}T00:00:00Z`) / 1000 - fromS);
    // A day of 25 hours: its last one would be the next day's first.
    const longerS = startOf(daysBefore(day, -1), dayOf) - fromS - DAY_S;
    if (longerS > 0) add(fromS + DAY_S, Date.parse(`${day}T00:00:00Z`) / 1000 - fromS - longerS);
  }
  // A request that comes while several questions are asked would be in some answers only.
  const toS = Math.min(startOf(daysBefore(until, -1), dayOf), Math.floor(nowMs / 1000) + 1);
  return { fromS: startOf(first, dayOf), toS, offsets };
}

/** The first second of a day. @why time zones are at most 14 hours ahead and 12 behind, by whole quarters of an hour. */
function startOf(day: Day, dayOf: (ms: number) => Day): number {
  const utcS = Date.parse(`${day}T00:00:00Z`) / 1000;
  let [before, after] = [utcS - 15 * 60 * 60, utcS + 15 * 60 * 60];
  while (after - before > QUARTER_S) {
    const middle = before + Math.floor((after - before) / QUARTER_S / 2) * QUARTER_S;
    if (dayOf(middle * 1000) < day) before = middle;
    else after = middle;
  }
  return after;
}
