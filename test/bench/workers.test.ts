import { expect, test } from "vitest";
import { type Run, workerFigures } from "../../bench/gateway/workers.ts";

const run = (requestsPerSecond: number, gatewayUs: number): Run => ({
  ...{ requestsPerSecond, gatewayUs, loadUs: 25, evenness: 1 },
});

test("clients and upstream take from two cores what the workers cannot have", () => {
  const [one, two] = [[run(10_000, 100)], [run(15_000, 100)]];
  expect(workerFigures(two, one, 2, { cores: 2, share: 1 })).toMatchObject({
    toOne: { median: 1.5 },
    mostToOne: 1.6,
    loadUs: 25,
  });
});

test("workers that are held to a share of a core leave enough for them", () => {
  const [one, two] = [[run(4_000, 100)], [run(7_600, 100)]];
  expect(workerFigures(two, one, 2, { cores: 2, share: 0.4 })).toMatchObject({
    toOne: { median: 1.9 },
    mostToOne: 2,
  });
});
