import { describe, expect, test } from "vitest";
import { kindAndWorkers } from "../../bench/gateway/contenders.ts";
import type { Sample } from "../../bench/gateway/measure.ts";
import { pairFigures } from "../../bench/gateway/pairs.ts";
import { LOADS, MARKED, named, STREAMS } from "../../bench/gateway/scenarios.ts";

describe("the name of a contender", () => {
  test.each([
    ["nginx", "nginx", 1],
    ["nginx:2", "nginx", 2],
    ["openclaw:4", "openclaw", 4],
    ["/builds/before/bin/openclaw.cjs", "/builds/before/bin/openclaw.cjs", 1],
    ["/builds/before/bin/openclaw.cjs:2", "/builds/before/bin/openclaw.cjs", 2],
  ])("%s", (given, name, workers) => {
    const { kind, workers: read } = kindAndWorkers(given);
    expect([kind.name, read]).toEqual([name, workers]);
  });

  test.each(["apache", "nginx:0", "direct:2", "ccr:2", ""])("%s is none", (given) => {
    expect(() => kindAndWorkers(given)).toThrow();
  });
});

const sample = (round: number, requestsPerSecond: number, cpuUs: number): Sample => ({
  ...{ round, requestsPerSecond, cpuUs },
  firstByteMs: new Float64Array(),
  eventMs: new Float64Array(),
});

describe("pairs", () => {
  test("ratios are those of the same round, and a round that one of them lacks is left out", () => {
    const first = [sample(1, 100, 10), sample(2, 400, 20), sample(3, 100, 10)];
    const own = [sample(1, 50, 20), sample(3, 100, 40), sample(4, 1, 1_000)];
    expect(pairFigures(own, first)).toMatchObject({
      rate: { median: 0.75, lower: 0.625, upper: 0.875 },
      cpu: { median: 3, lower: 2.5, upper: 3.5 },
      requestsPerSecond: 50,
      cpuUs: 40,
    });
  });

  test("traffic is found by a part of its name, and a name that none has is refused", () => {
    expect(named(LOADS, "1 KB, 16").map(({ name }) => name)).toEqual([
      "JSON, 1 KB, 16",
      "plain, 1 KB, 16",
      "burst, 1 KB, 16",
    ]);
    expect(named(LOADS)).toHaveLength(LOADS.length);
    expect(() => named(LOADS, "2 KB")).toThrow("JSON, 1 KB, 16");
  });

  test("the traffic of the targets is measured", () => {
    for (const name of Object.values(MARKED)) expect(named([...LOADS, ...STREAMS], name)).toHaveLength(1);
  });
});
