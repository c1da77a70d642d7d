import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NetworkFaultKind } from "../../src/core/http.ts";
import { Cooldowns, FailoverRun, type Failure, recoveryFor } from "../../src/gateway/failover.ts";
import { recoveryIn } from "../support/diagnosis-cases.ts";

const FAULTS: NetworkFaultKind[] = [
  "refused",
  "connect-timeout",
  "answer-timeout",
  "cut-off",
  "certificate",
  "aborted",
];

const retryAfter = fc.oneof(fc.constant(0), fc.nat(600_000), fc.constantFrom(1e12, Infinity));

const failure: fc.Arbitrary<Failure> = fc.oneof(
  fc
    .record({
      kind: fc.constant("response" as const),
      status: fc.constantFrom(400, 401, 402, 403, 404, 413, 429, 500, 502, 503, 504, 524, 529),
      code: fc.constantFrom(
        "gateway.token-rejected",
        "gateway.spend-limit",
        "anthropic.path-not-found",
        "answer.unknown",
      ),
      upstreamMessage: fc.constantFrom("", "This model has been retired."),
      retryAfterMs: retryAfter,
    })
    .map((answer) => ({ ...answer, ...recoveryIn(answer.code, answer.status) })),
  fc.record({
    kind: fc.constant("fault" as const),
    fault: fc.constantFrom(...FAULTS),
    code: fc.constant("network.fault"),
    isStale: fc.boolean(),
  }),
);

const random = fc.double({ min: 0, max: 1, noNaN: true });

const targets = fc
  .array(fc.constantFrom("p/a", "p/b", "q/a", "q/c"), { minLength: 1, maxLength: 6 })
  .map((refs) => refs.map((ref) => ({ ref })) as [{ ref: string }, ...{ ref: string }[]]);

/** Requests one after the other: how much later each comes, and what its attempts come to. */
const requests = fc.array(
  fc.record({
    targets,
    laterMs: fc.oneof(fc.nat(3_000), fc.nat(4_000_000)),
    failures: fc.array(failure, { maxLength: 12 }),
    random,
  }),
  { minLength: 1, maxLength: 30 },
);

describe("in every sequence of requests and failures", () => {
  it("each request tries a model, none twice but for one retry, and ends", () => {
    fc.assert(
      fc.property(requests, (sequence) => {
        const cooldowns = new Cooldowns();
        let nowMs = 0;
        for (const { targets, laterMs, failures, random } of sequence) {
          nowMs += laterMs;
          const run = new FailoverRun(targets, cooldowns, nowMs);
          const asked = [run.target.ref];
          let retries = 0;
          for (const failed of failures) {
            const recovery = recoveryFor(failed);
            const before = run.target.ref;
            const step = run.failed(failed, nowMs, random);
            if (step.kind === "stop") break;
            expect(recovery).not.toBe("none");
            if (step.target.ref === before) retries++;
            else expect(asked).not.toContain(step.target.ref);
            asked.push(step.target.ref);
            if (step.target.ref !== before) expect(run.skipped.at(-1)).toBe(`${before}: ${failed.code}`);
          }
          const distinct = new Set(asked);
          expect([...distinct].every((ref) => targets.some((target) => target.ref === ref))).toBe(true);
          expect(asked.length).toBe(distinct.size + retries);
          expect(retries).toBeLessThanOrEqual(distinct.size);
          const named = new Set(targets.map(({ ref }) => ref));
          for (const ref of named) {
            if (!distinct.has(ref) && [...named].indexOf(ref) < [...named].indexOf(run.target.ref)) {
              expect(run.skipped.some((line) => line.startsWith(`${ref}: cooling down (`))).toBe(true);
            }
          }
        }
      }),
    );
  });
});

/** For how long after `nowMs` a model is passed over, found from outside. */
function coolsForMs(cooldowns: Cooldowns, ref: string, nowMs: number): number {
  const isCooling = (ms: number) => cooldowns.choose([{ ref }, { ref: "ready/one" }], nowMs + ms).chosen[0].ref !== ref;
  let [from, to] = [0, 2 ** 33];
  while (to - from > 0.5) {
    const middle = (from + to) / 2;
    if (isCooling(middle)) from = middle;
    else to = middle;
  }
  return to;
}

const failAt = (cooldowns: Cooldowns, nowMs: number, random: number, askedMs = 0) =>
  cooldowns.failed("p/a", { why: "anthropic.overloaded", retryAfterMs: askedMs }, nowMs, random);

describe("a model that keeps failing", () => {
  it("cools down longer each time, from a second to five minutes and never more", () => {
    fc.assert(
      fc.property(fc.array(random, { minLength: 12, maxLength: 40 }), (chances) => {
        const cooldowns = new Cooldowns();
        let nowMs = 1e6;
        let last = 0;
        for (const chance of chances) {
          failAt(cooldowns, nowMs, chance);
          const cools = coolsForMs(cooldowns, "p/a", nowMs);
          expect(cools).toBeGreaterThanOrEqual(Math.min(Math.max(last, 1_000), 299_999));
          expect(cools).toBeLessThanOrEqual(300_001);
          [last, nowMs] = [cools, nowMs + cools];
        }
        expect(last).toBeGreaterThan(299_999);
      }),
    );
  });

  it("cools down at least as long as it asked for, and at most an hour", () => {
    fc.assert(
      fc.property(retryAfter, random, (askedMs, chance) => {
        const cooldowns = new Cooldowns();
        failAt(cooldowns, 0, chance, askedMs);
        const cools = coolsForMs(cooldowns, "p/a", 0);
        expect(cools).toBeGreaterThanOrEqual(Math.min(askedMs, 3_600_000));
        expect(cools).toBeLessThanOrEqual(Math.max(Math.min(askedMs, 3_600_000), 1_500) + 1);
      }),
    );
  });

  it("does not cool down longer for failing in many requests at once", () => {
    const [once, often] = [new Cooldowns(), new Cooldowns()];
    failAt(once, 0, 0);
    for (let request = 0; request < 128; request++) failAt(often, request, 0);
    expect(coolsForMs(often, "p/a", 0)).toBe(coolsForMs(once, "p/a", 0));
  });

  it("cools down longer when one answer asked for it", () => {
    const cooldowns = new Cooldowns();
    failAt(cooldowns, 0, 0);
    failAt(cooldowns, 10, 0, 45_000);
    failAt(cooldowns, 20, 0, 5_000);
    expect(Math.round(coolsForMs(cooldowns, "p/a", 0))).toBe(45_010);
  });

  it("cools down up to a half longer by chance", () => {
    const cools = [0, 0.5, 1].map((chance) => {
      const cooldowns = new Cooldowns();
      failAt(cooldowns, 0, chance);
      return Math.round(coolsForMs(cooldowns, "p/a", 0));
    });
    expect(cools).toEqual([1_000, 1_250, 1_500]);
  });

  it("starts over once it has served, or after a long time", () => {
    const cooldowns = new Cooldowns();
    const fresh = () => {
      failAt(cooldowns, 1e9, 0);
      return coolsForMs(cooldowns, "p/a", 1e9);
    };
    for (const nowMs of [0, 2_000, 5_000]) failAt(cooldowns, nowMs, 0);
    expect(coolsForMs(cooldowns, "p/a", 5_000)).toBeGreaterThan(3_999);
    expect(fresh()).toBeLessThan(1_001);
    cooldowns.served("p/a");
    expect(fresh()).toBeLessThan(1_001);
  });
});

it("the memory of failures is bounded, and the latest stay in it", () => {
  const cooldowns = new Cooldowns();
  const fail = (index: number, nowMs: number) =>
    cooldowns.failed(`p/${index}`, { why: "answer.unknown", retryAfterMs: 60_000 }, nowMs, 0);
  for (let index = 0; index < 1_000; index++) fail(index, 0);
  fail(1_000 - 256, 60_000);
  fail(1_000, 60_000);
  const cooling = Array.from({ length: 1_001 }, (_, index) => index).filter(
    (index) => coolsForMs(cooldowns, `p/${index}`, 59_999) > 0.5,
  );
  expect(cooling).toHaveLength(256);
  expect(cooling.slice(0, 2)).toEqual([744, 746]);
  expect(cooling.at(-1)).toBe(1_000);
});
