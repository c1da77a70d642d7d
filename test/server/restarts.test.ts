import { describe, expect, it } from "vitest";
import { Restarts } from "../../src/server/restarts.ts";

/** The waits when each worker runs so long before it ends. */
function waits(workers: number, lives: readonly number[]): readonly (number | undefined)[] {
  const restarts = new Restarts(workers);
  let nowMs = 1_000;
  return lives.map((ranMs) => {
    nowMs += ranMs;
    return restarts.waitMs({ ranMs, nowMs });
  });
}

describe("a worker that ended is replaced", () => {
  it("at once if it ran for long", () => {
    expect(waits(2, [3_600_000, 60_000, 20_000])).toEqual([0, 0, 0]);
  });

  it("later and later if each ends soon, and not at all after the tenth in a minute", () => {
    expect(
      waits(
        2,
        Array.from({ length: 10 }, () => 300),
      ),
    ).toEqual([0, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, undefined]);
  });

  it("at once again after one that ran for long", () => {
    expect(waits(2, [300, 300, 20_000, 300])).toEqual([0, 100, 0, 0]);
  });

  it("for ever if it ends once in ten seconds", () => {
    expect(
      waits(
        2,
        Array.from({ length: 100 }, () => 9_000),
      ),
    ).not.toContain(undefined);
  });

  it("even if all of many end at one time", () => {
    expect(
      waits(
        32,
        Array.from({ length: 32 }, () => 0),
      ),
    ).not.toContain(undefined);
  });
});
