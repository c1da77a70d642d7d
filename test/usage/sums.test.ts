import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chargeFor } from "../../src/usage/cost.ts";
import type { UsageLine } from "../../src/usage/line.ts";
import { calendarOf } from "../../src/usage/period.ts";
import { figures, GROUPINGS, type Grouping, keyFor, ReportBuilder } from "../../src/usage/sums.ts";
import { priceOf, usageLine } from "../support/usage-arbitrary.ts";

const dayOf = calendarOf("Europe/Berlin");

function reportOf(lines: readonly UsageLine[], by: Grouping) {
  const builder = new ReportBuilder(keyFor(by, dayOf), priceOf);
  for (const line of lines) builder.add(line);
  return builder.report(by);
}

describe("a report", () => {
  it("has rows that add up to the total, and to the lines, whatever they are and in whatever order", () => {
    fc.assert(
      fc.property(fc.array(usageLine, { maxLength: 60 }), fc.constantFrom(...GROUPINGS), (lines, by) => {
        const { rows, total } = reportOf(lines, by);
        const { firstByteMs, costUsd, ...counts } = figures(total);
        const sumOf = (name: string) =>
          rows.reduce((sum, { sums }) => sum + figures(sums)[name as keyof typeof counts], 0);
        for (const [name, value] of Object.entries(counts).filter(([name]) => !name.endsWith("Usd")))
          expect([name, sumOf(name)]).toEqual([name, value]);
        expect(rows.reduce((sum, { sums }) => sum + sums.cost, 0)).toBe(total.cost);
        expect(rows.reduce((sum, { sums }) => sum + sums.fee, 0)).toBe(total.fee);
        expect(total.requests).toBe(lines.length);
        const charges = lines.map((line) => chargeFor(line, priceOf));
        expect(total.unpriced).toBe(charges.filter((charge) => charge === "unknown").length);
        expect(total.cost).toBe(charges.reduce((sum, charge) => sum + (charge === "unknown" ? 0 : charge.cost), 0));
        expect(total.outputTokens).toBe(lines.reduce((sum, { outputTokens = 0 }) => sum + outputTokens, 0));
        expect(figures(reportOf(lines.toReversed(), by).total)).toEqual(figures(total));
        expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
      }),
    );
  });

  it("has the time to the first byte that half, and nearly all, of the answers did not exceed", () => {
    const line = (firstByteMs: number, status = 200): UsageLine => ({
      time: "2026-11-28T10:00:00.000Z",
      method: "POST",
      path: "/v1/messages",
      status,
      firstByteMs,
      durationMs: 1,
      requestBytes: 1,
      responseBytes: 1,
    });
    const times = Array.from({ length: 100 }, (_, index) => 100 - index);
    const { total } = reportOf([...times.map((ms) => line(ms)), line(9_999, 529)], "day");
    expect([total.firstByte(0.5), total.firstByte(0.95)]).toEqual([50, 95]);
    expect(reportOf([line(7)], "day").total.firstByte(0.95)).toBe(7);
    expect(reportOf([], "day").total.firstByte(0.5)).toBeUndefined();
  });

  it("tells failures from what the client gave up", () => {
    const line = { time: "2026-11-28T10:00:00.000Z", method: "POST", path: "/", durationMs: 1 };
    const of = (status: number, ended?: string) => ({ ...line, status, requestBytes: 0, responseBytes: 0, ended });
    const { total } = reportOf(
      [of(200), of(200, "client-gone"), of(499), of(200, "upstream-cut-off"), of(429), of(503, "x"), of(304)],
      "day",
    );
    expect([total.requests, total.failures, total.cancelled]).toEqual([7, 3, 2]);
  });
});
