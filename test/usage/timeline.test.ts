import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UsageLine } from "../../src/usage/line.ts";
import { isLastPeriod, LAST_PERIODS } from "../../src/usage/period-figures.ts";
import { figures, ReportBuilder } from "../../src/usage/sums.ts";
import { Timeline } from "../../src/usage/timeline.ts";
import { bareLine } from "../support/served-line.ts";
import { priceOf, usageLine } from "../support/usage-arbitrary.ts";

const KINDS = { byModel: "model", byClient: "client", byProvider: "provider" } as const;
const NOW = Date.parse("2026-11-20T13:37:12.345Z");

/** Half of them within the last hour, so that short periods have some. */
const line = fc
  .tuple(usageLine, fc.boolean(), fc.nat({ max: 3_700_000 }))
  .map(([one, isLate, agoMs]) => (isLate ? { ...one, time: new Date(NOW - agoMs).toISOString() } : one));

function timelineOf(lines: readonly UsageLine[], nowMs = NOW) {
  const timeline = new Timeline(priceOf);
  for (const one of lines) timeline.add(one, nowMs);
  return timeline;
}

/** What `openclaw usage` says of the same lines. */
function reportOf(lines: readonly UsageLine[], by: "model" | "client" | "provider") {
  const builder = new ReportBuilder((one) => one[by], priceOf);
  for (const one of lines) builder.add(one);
  const { rows, total } = builder.report(by);
  return { rows: rows.map(({ key, sums }) => ({ key: key ?? null, ...figures(sums) })), total: figures(total) };
}

const within = (lines: readonly UsageLine[], since: string, until: number) =>
  lines.filter(({ time }) => Date.parse(time) >= Date.parse(since) && Date.parse(time) < until);

describe("a timeline", () => {
  it("says of each period, and of each of its steps, what a report says of the same lines", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 80 }), fc.constantFrom(...LAST_PERIODS), (lines, period) => {
        const found = timelineOf(lines).figures(period, NOW);
        const since = Date.parse(found.since);
        const end = since + found.series.time.length * found.stepMs;
        const inPeriod = within(lines, found.since, end);
        expect(found.total).toEqual(reportOf(inPeriod, "model").total);
        for (const [member, kind] of Object.entries(KINDS) as [keyof typeof KINDS, "model" | "client" | "provider"][])
          expect(found[member]).toEqual(reportOf(inPeriod, kind).rows);
        const { series } = found;
        for (const [index, time] of series.time.entries()) {
          const from = new Date(time * 1_000).toISOString();
          const { total } = reportOf(within(inPeriod, from, time * 1_000 + found.stepMs), "model");
          expect([
            series.requests[index],
            series.failures[index],
            series.inputTokens[index],
            series.outputTokens[index],
            series.costUsd[index],
            series.firstByteP50Ms[index],
            series.firstByteP95Ms[index],
          ]).toEqual([
            total.requests,
            total.failures,
            total.inputTokens,
            total.outputTokens,
            total.costUsd,
            total.firstByteMs.p50,
            total.firstByteMs.p95,
          ]);
        }
      }),
    );
  });

  it("is the same in any order, and whenever it was looked at", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.constantFrom(...LAST_PERIODS), (lines, period) => {
        const laterMs = NOW + 25 * 60 * 60 * 1_000;
        // None is added before its time, unless a clock was wrong.
        const past = lines.filter(({ time }) => Date.parse(time) <= NOW);
        const expected = timelineOf(past, laterMs).figures(period, laterMs);
        const looked = timelineOf(past.toReversed());
        for (const each of LAST_PERIODS) looked.figures(each, NOW);
        expect(looked.figures(period, laterMs)).toEqual(expected);
      }),
    );
  });

  it("covers what it says, in steps without a gap up to now", () => {
    for (const [period, hours, steps] of [
      ["1h", 1, 61],
      ["24h", 24, 97],
      ["7d", 168, 85],
      ["30d", 720, 121],
      ["90d", 2_160, 91],
    ] as const) {
      const { since, until, stepMs, series } = timelineOf([]).figures(period, NOW);
      expect(until).toBe(new Date(NOW).toISOString());
      expect(series.time.length).toBe(steps);
      expect((series.time[0] ?? 0) * 1_000).toBe(Date.parse(since));
      expect(Date.parse(since) + hours * 60 * 60 * 1_000).toBeLessThanOrEqual(NOW);
      expect((series.time.at(-1) ?? 0) * 1_000 + stepMs).toBeGreaterThan(NOW);
      const gaps = series.time.slice(1).map((time, index) => time - (series.time[index] ?? 0));
      expect(new Set(gaps)).toEqual(new Set([stepMs / 1_000]));
    }
    expect(["1h", "90d", "2h", "", "toString"].map(isLastPeriod)).toEqual([true, true, false, false, false]);
  });

  it("counts names beyond a thousand together, and shows two hundred and their rest", () => {
    const now = new Date(NOW).toISOString();
    const lines = Array.from({ length: 1_500 }, (_, index) => bareLine(now, { model: `own/m${index}` }));
    const { byModel, byClient, total } = timelineOf(lines).figures("1h", NOW);
    expect(byModel.length).toBe(201);
    expect(byModel.at(-1)).toMatchObject({ key: null, others: 801, requests: 1_300 });
    expect(byModel.reduce((sum, { requests }) => sum + requests, 0)).toBe(total.requests);
    expect(byClient).toHaveLength(1);
    expect(byClient[0]).not.toHaveProperty("others");
  });
});
