import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { atOnce, inSlices, pausesFor, type Sliced } from "../../src/core/sliced.ts";
import { prepareBatch } from "../../src/gateway/batch.ts";
import { Scan } from "../../src/gateway/json-tokens.ts";
import { stripPrefill } from "../../src/gateway/prefill.ts";
import { readRequestBody } from "../../src/gateway/request-body.ts";
import { createRouter } from "../../src/gateway/targets.ts";
import { heavyBodies } from "../support/heavy-bodies.ts";
import { MODEL, OURS, testSettings } from "../support/local-gateway.ts";

/**
 * Counts what is done to the bytes: each that is looked at is a step, a call some, and what it is about besides. A native
 * search is just a call: of 32 MB it takes 3 ms.
 */
function counted(
  bytes: Buffer,
  work = { steps: 0 },
  isPartCounted = false,
): { bytes: Buffer; work: { steps: number } } {
  const proxy = new Proxy(bytes, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") {
        if (name !== "length") work.steps += 1;
        return value;
      }
      return (...args: number[]) => {
        const [from = 0, to = 0] = args.slice(-2);
        work.steps += 32;
        if (name === "toString") work.steps += 8 * (to - from);
        const result = value.apply(target, args);
        return name === "subarray" && isPartCounted ? counted(result, work, true).bytes : result;
      };
    },
  });
  return { bytes: proxy, work };
}

/** What comes of the work, how often it pauses, and the most that is done between two pauses. */
function slicesOf<T>(work: Sliced<T>, count: { readonly steps: number }) {
  let [longest, pauses, before] = [0, 0, count.steps];
  for (;;) {
    const next = work.next();
    longest = Math.max(longest, count.steps - before);
    before = count.steps;
    if (next.done) return { longest, pauses, value: next.value };
    pauses++;
  }
}

const ENTRY = { baseUrl: "http://127.0.0.1:1", api: "anthropic-messages" };
const ROUTER = createRouter(testSettings({ providers: { [OURS]: ENTRY }, primary: `${OURS}/${MODEL}` }));

/** A few milliseconds' worth. */
const MOST_STEPS = 450_000;

describe("between two pauses, little is done of a body of", () => {
  it.each(heavyBodies(700_000))("%s", (_, __, body) => {
    const { bytes, work } = counted(Buffer.from(body));
    const read = slicesOf(readRequestBody(new Scan(bytes)), work);
    expect(read.longest).toBeLessThan(MOST_STEPS);
    if (read.value === undefined) return;
    const stripped = slicesOf(stripPrefill(read.value), work);
    expect(stripped.longest).toBeLessThan(MOST_STEPS);
    expect(read.pauses + stripped.pauses).toBeLessThan(100);
  });

  it("a batch, whatever its requests are", () => {
    vi.spyOn(Buffer, "concat").mockReturnValue(Buffer.alloc(0));
    onTestFinished(() => void vi.restoreAllMocks());
    const many = (one: string) => `${one},`.repeat(700_000 / one.length / 2) + one;
    const requests = [
      ...heavyBodies(400_000).flatMap(([, status, body]) => (status === 200 ? [`{"params":${body}}`] : [])),
      many("{}"),
      many(`{"params":{"model":"${MODEL}"}}`),
      many(`{"params":{"model":"${MODEL}","thinking":{},"messages":[{"role":"user"},{"role":"assistant"}]}}`),
    ];
    for (const request of requests) {
      const { bytes, work } = counted(Buffer.from(`{"requests":[${request}]}`), undefined, true);
      const { longest, value } = slicesOf(prepareBatch(bytes, ROUTER, "thinking"), work);
      expect([request.slice(0, 80), value.ok, longest < MOST_STEPS]).toEqual([request.slice(0, 80), true, true]);
    }
  });
});

describe("pauses change nothing", () => {
  /** Text of many kinds of pieces, some of which are cut off. */
  const piece = fc.constantFrom(
    '{"a":',
    "[",
    "]",
    "}",
    ",",
    '"x\\"y"',
    '"\\\\"',
    " ",
    "\n",
    "12.5",
    "null",
    '"',
    "\\",
    ":",
  );

  it("in what is found", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (pieces, left) => {
        const bytes = Buffer.from(`{"model":"m","messages":[${pieces.join("")}]}`);
        const read = (scan: Scan) => ({ ...atOnce(readRequestBody(scan)), budget: undefined });
        expect(read(new Scan(bytes, { left, each: left }))).toEqual(read(new Scan(bytes)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("pauses", () => {
  it("end one at a time, in the order in which they were asked for", async () => {
    const ticks: (() => void)[] = [];
    const pause = pausesFor((then) => ticks.push(then));
    const done: string[] = [];
    function* work(name: string, slices: number): Sliced<string> {
      for (let slice = 0; slice < slices; slice++) {
        done.push(name);
        yield;
      }
      return name;
    }
    const all = Promise.all([
      inSlices(work("a", 3), pause),
      inSlices(work("b", 2), pause),
      inSlices(work("c", 0), pause),
    ]);
    expect(done).toEqual(["a", "b"]);
    const seen: string[][] = [];
    for (let tick = ticks.shift(); tick !== undefined; tick = ticks.shift()) {
      done.length = 0;
      tick();
      await new Promise(setImmediate);
      seen.push([...done]);
    }
    expect(seen).toEqual([["a"], ["b"], ["a"], [], []]);
    expect(await all).toEqual(["a", "b", "c"]);
  });

  it("are not needed for what takes one slice", () => {
    expect(
      inSlices(readRequestBody(new Scan(Buffer.from("{}"))), () => Promise.reject(new Error("asked for a pause"))),
    ).toMatchObject({ isEmpty: true });
  });
});
