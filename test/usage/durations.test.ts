import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Durations } from "../../src/usage/durations.ts";

const timesOf = (all: readonly number[]) => {
  const times = new Durations();
  for (const ms of all) times.add(ms);
  return times;
};

const SHARES = [0, 0.5, 0.95, 1];
const sharesOf = (times: Durations) => SHARES.map((share) => times.quantile(share));

const tenth = fc.nat({ max: 50_000 }).map((tenths) => tenths / 10);

describe("times", () => {
  it("have the shares of a sorted list, as long as no more than a thousand of them differ", () => {
    fc.assert(
      fc.property(fc.array(tenth, { minLength: 1, maxLength: 1_000 }), (all) => {
        const sorted = all.toSorted((a, b) => a - b);
        const expected = SHARES.map((share) => sorted[Math.max(Math.ceil(share * all.length) - 1, 0)]);
        expect(sharesOf(timesOf(all))).toEqual(expected);
      }),
    );
  });

  it("are the same in any order and in any groups, however many there are", () => {
    const many = fc.array(fc.nat({ max: 4_000_000_000 }), { minLength: 1, maxLength: 4_000, size: "max" });
    fc.assert(
      fc.property(many, fc.array(fc.nat({ max: 3_999 }), { maxLength: 5 }), (all, cuts) => {
        const expected = sharesOf(timesOf(all));
        expect(sharesOf(timesOf(all.toReversed()))).toEqual(expected);
        const ends = [...cuts, all.length].toSorted((a, b) => a - b);
        const joined = new Durations();
        let start = 0;
        for (const end of ends) {
          joined.addAll(timesOf(all.slice(start, end)));
          start = Math.max(end, start);
        }
        expect(sharesOf(joined)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it("are right to a two-hundredth part beyond that", () => {
    const all = Array.from({ length: 100_000 }, (_, index) => index * 7 + 0.1);
    const times = timesOf(all);
    for (const share of [0.01, 0.5, 0.95, 0.999, 1]) {
      const exact = all[Math.max(Math.ceil(share * all.length) - 1, 0)] ?? 0;
      const found = times.quantile(share) ?? 0;
      expect(found).toBeLessThanOrEqual(exact);
      expect(found).toBeGreaterThan(exact * 0.995);
    }
  });

  it("have none without one", () => {
    expect(new Durations().quantile(0.5)).toBeUndefined();
    const joined = new Durations();
    joined.addAll(new Durations());
    expect(joined.quantile(0.5)).toBeUndefined();
  });
});
