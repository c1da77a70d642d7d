import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PriceTable } from "../../src/providers/price.ts";
import { findPrice } from "../../src/usage/cost.ts";
import type { UsageLine } from "../../src/usage/line.ts";
import { calendarOf, daysBefore } from "../../src/usage/period.ts";
import { figures, GROUPINGS, type Grouping, keyFor, ReportBuilder } from "../../src/usage/sums.ts";
import {
  boundsOf,
  isDatasetName,
  PAGE_ROWS,
  sumsSql,
  timesSql,
  type WorkerQuery,
} from "../../src/usage/worker-query.ts";
import { type SqlRow, thresholdsIn, WorkerReportBuilder } from "../../src/usage/worker-report.ts";
import { bareLine, pointOf } from "../support/served-line.ts";
import { answerSql, type StoredPoint } from "../support/stand-in/analytics-sql.ts";
import { usageLine } from "../support/usage-arbitrary.ts";

const TABLE: PriceTable = {
  date: "2026-10",
  prices: {
    "claude-sonnet-5-5": {
      input: 2,
      output: 10,
      cacheRead: 0.2,
      cacheWrite5m: 2.5,
      cacheWrite1h: 4,
      above: {
        promptTokens: 200_000,
        price: { input: 4, output: 15, above: { promptTokens: 700_000, price: { input: 9, output: 30 } } },
      },
    },
    "claude-haiku-5-5": { input: 0.1, output: 0.5, cacheRead: 0.012_5 },
    "gpt-5.5": { input: 5, output: 30, above: { promptTokens: 272_000, price: { input: 10, output: 45 } } },
  },
};
const priceOf = (_: string, model: string) => findPrice(TABLE.prices, model);
const THRESHOLDS = thresholdsIn([TABLE]);

/** Some lines are before it. */
const PERIOD = { since: "2026-10-22", until: "2026-12-01" };
const NOW_MS = Date.parse("2026-12-01T20:00:00Z");

const queryOf = (by: Grouping, timeZone: string): WorkerQuery => ({
  dataset: "usage_gw",
  by,
  ...boundsOf(PERIOD, calendarOf(timeZone), NOW_MS),
  thresholds: THRESHOLDS,
});

function rowsOf(sql: string, points: readonly StoredPoint[]): readonly SqlRow[] {
  const { status, body } = answerSql(sql, { usage_gw: points });
  if (status !== 200) throw new Error(body);
  return JSON.parse(body).data;
}

function readBack(points: readonly StoredPoint[], query: WorkerQuery) {
  const builder = new WorkerReportBuilder(query, priceOf);
  if (points.length > 0) for (const row of rowsOf(sumsSql(query, 0), points)) expect(builder.addSums(row)).toBe(true);
  if (builder.timed > 0) {
    for (const row of rowsOf(timesSql(query, 0), points)) expect(builder.addTimes(row, "row")).toBe(true);
    for (const row of rowsOf(timesSql(query, "all"), points)) expect(builder.addTimes(row, "all")).toBe(true);
  }
  return builder.report();
}

/** As a report of lines, but for less than a billionth of a dollar a request, by which each is rounded there. */
function expectSame(found: ReturnType<typeof readBack>, lines: readonly UsageLine[], by: Grouping, timeZone: string) {
  const builder = new ReportBuilder(keyFor(by, calendarOf(timeZone)), priceOf);
  for (const line of lines) builder.add(line);
  const wanted = builder.report(by);
  const keys = ({ rows }: Pick<typeof wanted, "rows">) => rows.map(({ key }) => key).sort();
  expect(keys(found)).toEqual(keys(wanted));
  for (const { key, sums } of [...wanted.rows, { key: "total", sums: wanted.total }]) {
    const other = key === "total" ? found.total : found.rows.find((row) => row.key === key)?.sums;
    if (other === undefined) throw new Error(String(key));
    const { costUsd: cost, unifiedBillingFeeUsd: fee, ...counts } = figures(other);
    const { costUsd, unifiedBillingFeeUsd, ...others } = figures(sums);
    expect({ key, ...counts }).toEqual({ key, ...others });
    expect(cost === null).toBe(costUsd === null);
    for (const [one, another] of [
      [cost, costUsd],
      [fee, unifiedBillingFeeUsd],
    ])
      expect(Math.abs((one ?? 0) - (another ?? 0))).toBeLessThan(1e-9 * (lines.length + 1));
  }
  for (const name of ["cost", "fee"] as const)
    expect(found.rows.reduce((sum, { sums }) => sum + sums[name], 0)).toBe(found.total[name]);
}

const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham", "Pacific/Kiritimati"];

/** With times as a trace has them: tenths of a millisecond. */
const line = usageLine.map((one) => ({
  ...one,
  ...(one.firstByteMs !== undefined && { firstByteMs: Math.round(one.firstByteMs * 10) / 10 }),
}));

describe("the report of a Worker's data points", () => {
  it("is that of the same lines in a machine's record, in any time zone", () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 60 }),
        fc.constantFrom(...GROUPINGS),
        fc.constantFrom(...ZONES),
        (all, by, timeZone) => {
          const dayOf = calendarOf(timeZone);
          const lines = all.filter(({ time }) => dayOf(Date.parse(time)) >= PERIOD.since);
          const points = (lines.length === 0 ? [] : all).map((one) => pointOf(one));
          const found = readBack(points, queryOf(by, timeZone));
          expectSame(found, lines, by, timeZone);
          expect([found.points, found.isSampled]).toEqual([lines.length, false]);
        },
      ),
    );
  });

  it("counts a point that stands for several requests as often", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(line, fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(...GROUPINGS),
        (all, by) => {
          const sampled = all.filter(([{ time }]) => time >= PERIOD.since);
          const points = sampled.map(([one, interval]) => pointOf(one, interval));
          const lines = sampled.flatMap(([one, interval]) => Array.from({ length: interval }, () => one));
          const found = readBack(points, queryOf(by, "UTC"));
          expectSame(found, lines, by, "UTC");
          expect([found.points, found.isSampled]).toEqual([sampled.length, lines.length > sampled.length]);
        },
      ),
    );
  });

  it("has what a long prompt costs", () => {
    const lengths = [200_000, 200_001, 272_001, 700_000, 700_001];
    const lines = lengths.flatMap((inputTokens) =>
      ["claude-sonnet-5-5", "gpt-5.5"].map((model) =>
        bareLine("2026-11-28T10:00:00.000Z", { provider: "p", model: `p/${model}`, inputTokens, outputTokens: 7 }),
      ),
    );
    const found = readBack(
      lines.map((one) => pointOf(one)),
      queryOf("model", "UTC"),
    );
    expectSame(found, lines, "model", "UTC");
    expect(THRESHOLDS).toEqual([200_000, 272_000, 700_000]);
  });

  it("refuses rows that do not fit the question", () => {
    const [good] = rowsOf(sumsSql(queryOf("client", "UTC"), 0), [
      pointOf({
        time: "2026-11-28T10:00:00.000Z",
        method: "POST",
        path: "/",
        status: 200,
        durationMs: 1,
        requestBytes: 1,
        responseBytes: 1,
      }),
    ]);
    const builder = new WorkerReportBuilder(queryOf("client", "UTC"), priceOf);
    expect(builder.addSums(good ?? {})).toBe(true);
    for (const change of [
      { requests: "many" },
      { requests: 1e308 },
      { inputTokens: "9007199254740993" },
      { requests: null },
      { requests: "" },
      { inputTokens: -1 },
      { outputTokens: "NaN" },
      { provider: null },
      { model: 1 },
      { billing: undefined },
    ])
      expect([change, builder.addSums({ ...good, ...change })]).toEqual([change, false]);
    expect(new WorkerReportBuilder(queryOf("day", "UTC"), priceOf).addSums({ ...good, rowkey: "x" })).toBe(false);
    expect(builder.addTimes({ rowkey: "", p50: null, p95: 1 }, "row")).toBe(false);
    expect(builder.addTimes({ p50: 1, p95: "2" }, "all")).toBe(true);
  });
});

describe("what is asked of Workers Analytics Engine", () => {
  it("begins and ends with local days, and goes back no further than anything is kept", () => {
    for (const timeZone of ZONES) {
      const dayOf = calendarOf(timeZone);
      const { fromS, toS, offsets } = boundsOf(PERIOD, dayOf, NOW_MS + 7 * 24 * 60 * 60 * 1000);
      expect([dayOf(fromS * 1000 - 1), dayOf(fromS * 1000)]).toEqual(["2026-10-21", "2026-10-22"]);
      expect([dayOf(toS * 1000 - 1), dayOf(toS * 1000)]).toEqual(["2026-12-01", "2026-12-02"]);
      expect(offsets.length).toBeLessThan(5);
    }
    const old = boundsOf({ since: "2020-01-01", until: "2026-12-01" }, calendarOf("UTC"), NOW_MS);
    expect(old.fromS).toBe(Date.parse(`${daysBefore("2026-12-01", 93)}T00:00:00Z`) / 1000);
    expect(boundsOf(PERIOD, calendarOf("UTC"), NOW_MS).toS).toBe(NOW_MS / 1000 + 1);
  });

  it("has nothing of a user in it but the name of a dataset, which is a word", () => {
    for (const name of ["usage_openclaw_gateway", "a", "_x1"]) expect(isDatasetName(name)).toBe(true);
    for (const name of ["", "1a", "a-b", "a b", "a;DROP", "a'", 'a"', "a\n", "ä", "a".repeat(200)])
      expect([name, isDatasetName(name)]).toEqual([name, false]);
    for (const by of GROUPINGS)
      for (const sql of [sumsSql(queryOf(by, "Europe/Berlin"), 3), timesSql(queryOf(by, "Europe/Berlin"), "all")])
        expect(sql).toMatch(/^[\w (),.*+<>=-]+$/);
    expect(timesSql(queryOf("model", "UTC"), 0)).toBe(
      [
        "SELECT blob3 AS rowkey, quantileExactWeighted(0.5)(double2, _sample_interval) AS p50,",
        "quantileExactWeighted(0.95)(double2, _sample_interval) AS p95 FROM usage_gw",
        "WHERE timestamp >= toDateTime(1792627200) AND timestamp < toDateTime(1796155201)",
        "AND double1 < 400 AND double2 >= 0 GROUP BY rowkey ORDER BY rowkey LIMIT 5000",
      ].join(" "),
    );
    expect(sumsSql(queryOf("session", "UTC"), 1)).toContain(`LIMIT ${PAGE_ROWS} OFFSET ${PAGE_ROWS}`);
  });
});
