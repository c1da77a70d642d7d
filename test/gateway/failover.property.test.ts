import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NetworkFaultKind } from "../../src/core/http.ts";
import { COOLDOWNS_MS, Cooldowns, type FaultClass } from "../../src/gateway/cooldowns.ts";
import { FailoverRun, type Failure, MOST_STALE, recoveryFor } from "../../src/gateway/failover.ts";
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

/** Written apart from the code: what a client does well to try again. */
const mayPass = (failed: Failure) =>
  failed.kind === "response"
    ? failed.status === 429 || failed.status >= 500
    : !["certificate", "not-http", "aborted"].includes(failed.fault);

describe("in every sequence of requests and failures", () => {
  it("each request tries a model, none twice but for one retry and closed connections, and ends", () => {
    fc.assert(
      fc.property(requests, (sequence) => {
        const cooldowns = new Cooldowns();
        let nowMs = 0;
        for (const { targets, laterMs, failures, random } of sequence) {
          nowMs += laterMs;
          const run = new FailoverRun<{ ref: string }, Failure>(targets, cooldowns, nowMs);
          const asked = [run.target.ref];
          const met: Failure[] = [];
          let retries = 0;
          for (const failed of failures) {
            const before = run.target.ref;
            const step = run.failed(failed, nowMs, random, failed);
            met.push(failed);
            if (step.kind === "stop") {
              const isPrimarys = before === targets[0].ref && recoveryFor(failed, true) === "none";
              if (!isPrimarys && met.some(mayPass)) expect(mayPass(step.evidence)).toBe(true);
              if (step.readyInMs > 0) expect(mayPass(step.evidence)).toBe(true);
              break;
            }
            if (step.target.ref === before) {
              retries++;
              met.pop();
            } else expect(asked).not.toContain(step.target.ref);
            asked.push(step.target.ref);
            if (step.target.ref !== before) expect(run.skipped.at(-1)).toBe(`${before}: ${failed.code}`);
          }
          const distinct = new Set(asked);
          expect([...distinct].every((ref) => targets.some((target) => target.ref === ref))).toBe(true);
          expect(asked.length).toBe(distinct.size + retries);
          expect(retries).toBeLessThanOrEqual(distinct.size + MOST_STALE);
          const named = [...new Set(targets.map(({ ref }) => ref))];
          for (const ref of named.slice(0, named.indexOf(run.target.ref))) {
            if (!distinct.has(ref)) {
              expect(run.skipped.some((line) => line.startsWith(`${ref}: cooling down (`))).toBe(true);
            }
          }
        }
      }),
    );
  });
});

/** For how long after `nowMs` a model is passed over. */
const coolsForMs = (cooldowns: Cooldowns, id: string, nowMs: number) => Math.max(cooldowns.untilMs(id) - nowMs, 0);

const FAULT_CLASSES = Object.keys(COOLDOWNS_MS) as FaultClass[];
const faultClass = fc.constantFrom(...FAULT_CLASSES);

const failAt = (cooldowns: Cooldowns, nowMs: number, random: number, askedMs = 0, fault: FaultClass = "limit") =>
  cooldowns.failed("p/a", { why: "anthropic.overloaded", fault, retryAfterMs: askedMs }, nowMs, random);

describe("a model that keeps failing", () => {
  it("cools down for longer each time, by the class of its failures, up to a tenth more", () => {
    fc.assert(
      fc.property(faultClass, fc.array(random, { minLength: 12, maxLength: 40 }), (fault, chances) => {
        const cooldowns = new Cooldowns();
        const steps = COOLDOWNS_MS[fault];
        let nowMs = 1e6;
        for (const [index, chance] of chances.entries()) {
          failAt(cooldowns, nowMs, chance, 0, fault);
          const cools = coolsForMs(cooldowns, "p/a", nowMs);
          const step = steps[Math.min(index, steps.length - 1)] ?? 0;
          expect(cools).toBeGreaterThanOrEqual(step - 1);
          expect(cools).toBeLessThanOrEqual(step * 1.1 + 1);
          nowMs += cools;
        }
      }),
    );
  });

  it("cools down exactly as long as it asked for, and at most an hour", () => {
    fc.assert(
      fc.property(faultClass, retryAfter, random, (fault, askedMs, chance) => {
        fc.pre(askedMs > 0);
        const cooldowns = new Cooldowns();
        failAt(cooldowns, 0, chance, askedMs, fault);
        expect(coolsForMs(cooldowns, "p/a", 0)).toBe(Math.min(askedMs, 3_600_000));
      }),
    );
  });

  it("does not cool down longer for failing in many requests at once", () => {
    const [once, often] = [new Cooldowns(), new Cooldowns()];
    failAt(once, 0, 0);
    for (let request = 0; request < 128; request++) failAt(often, request, 0);
    expect(coolsForMs(often, "p/a", 0)).toBe(coolsForMs(once, "p/a", 0));
    failAt(once, 30_000, 0);
    failAt(often, 30_000, 0);
    expect(coolsForMs(often, "p/a", 30_000)).toBe(coolsForMs(once, "p/a", 30_000));
  });

  it("cools down as long as one answer asked for, of several the longest", () => {
    const cooldowns = new Cooldowns();
    failAt(cooldowns, 0, 0);
    failAt(cooldowns, 10, 0, 5_000);
    expect(coolsForMs(cooldowns, "p/a", 0)).toBe(5_010);
    failAt(cooldowns, 20, 0, 45_000);
    failAt(cooldowns, 30, 0, 2_000);
    failAt(cooldowns, 40, 0);
    expect(coolsForMs(cooldowns, "p/a", 0)).toBe(45_020);
  });

  it("cools down longer when a graver failure comes meanwhile, and no shorter for a lighter one", () => {
    const cooldowns = new Cooldowns();
    failAt(cooldowns, 0, 0, 0, "moment");
    expect(coolsForMs(cooldowns, "p/a", 0)).toBe(1_000);
    failAt(cooldowns, 0, 0, 0, "payment");
    failAt(cooldowns, 0, 0, 0, "limit");
    expect(coolsForMs(cooldowns, "p/a", 0)).toBe(600_000);
  });

  it("starts over once it has served, after a long time, or with failures of another class", () => {
    const cooldowns = new Cooldowns();
    const fresh = () => {
      failAt(cooldowns, 1e9, 0);
      return coolsForMs(cooldowns, "p/a", 1e9);
    };
    for (const nowMs of [0, 30_000, 90_000]) failAt(cooldowns, nowMs, 0);
    expect(coolsForMs(cooldowns, "p/a", 90_000)).toBe(300_000);
    expect(fresh()).toBe(30_000);
    cooldowns.served("p/a");
    expect(fresh()).toBe(30_000);
    failAt(cooldowns, 1e9 + 30_000, 0, 0, "payment");
    expect(coolsForMs(cooldowns, "p/a", 1e9 + 30_000)).toBe(600_000);
  });
});

it("the memory of failures is bounded, and the latest stay in it", () => {
  const cooldowns = new Cooldowns();
  const fail = (index: number, nowMs: number) =>
    cooldowns.failed(`p/${index}`, { why: "answer.unknown", fault: "limit", retryAfterMs: 60_000 }, nowMs, 0);
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
