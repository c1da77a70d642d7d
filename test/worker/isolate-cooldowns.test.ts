import { describe, expect, it } from "vitest";
import { CooldownBook, type CooldownEvent } from "../../src/gateway/cooldown-book.ts";
import type { CooldownReason } from "../../src/gateway/cooldowns.ts";
import { IsolateCooldowns } from "../../src/worker/isolate-cooldowns.ts";

const LIMIT: CooldownReason = { why: "http-429", fault: "limit", retryAfterMs: 0 };
const MOMENT: CooldownReason = { why: "http-502", fault: "moment", retryAfterMs: 0 };

/** A Worker's object and its isolates, on one clock that the test moves. */
function startFleet() {
  const book = new CooldownBook();
  let nowMs = 1_000_000;
  const asked: (readonly CooldownEvent[])[] = [];
  const timers: { readonly atMs: number; readonly ring: () => void }[] = [];
  /** `hangs`: nothing comes back; `fails`: an error does. */
  let mode: "works" | "hangs" | "fails" = "works";
  let answer: { readonly is: unknown } | undefined;
  const faults: unknown[] = [];
  const isolate = (skewMs: number) =>
    new IsolateCooldowns({
      store: () => ({
        sync: async (events) => {
          asked.push(events);
          if (mode === "fails") throw new Error("CANARY");
          if (mode === "hangs") return new Promise(() => {});
          if (answer !== undefined) return answer.is as never;
          book.apply(events, nowMs);
          return structuredClone(book.entries(nowMs));
        },
      }),
      waitUntil: () => {},
      clockMs: () => nowMs + skewMs,
      delay: (ms) => new Promise((resolve) => void timers.push({ atMs: nowMs + ms, ring: resolve })),
      onFault: (error) => faults.push(error),
    });
  return {
    isolate,
    asked,
    faults,
    set: (next: typeof mode) => {
      mode = next;
    },
    answerWith: (is: unknown) => {
      answer = { is };
    },
    now: () => nowMs,
    settle: async (ms = 0) => {
      nowMs += ms;
      const due = timers.filter(({ atMs }) => atMs <= nowMs);
      for (const timer of due) timer.ring();
      timers.splice(0, timers.length, ...timers.filter((timer) => !due.includes(timer)));
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    },
  };
}

describe("cooldowns of several isolates", () => {
  it("are learned from the one that found out, whatever its clock says", async () => {
    const fleet = startFleet();
    const [a, b] = [fleet.isolate(0), fleet.isolate(5_000_000)];
    a.of("generation").failed("p/m", LIMIT, fleet.now(), 0);
    expect(b.of("generation").untilMs("p/m")).toBe(0);
    await fleet.settle();
    const waited = b.refresh();
    expect(waited).toBeInstanceOf(Promise);
    await waited;
    expect(b.of("generation").untilMs("p/m")).toBe(fleet.now() + 5_000_000 + 30_000);
    expect(b.of("counting").untilMs("p/m")).toBe(0);
    expect(b.of("generation").get("p/m")).toMatchObject({ fault: "limit", why: "http-429" });
  });

  it("end for all when one is served again", async () => {
    const fleet = startFleet();
    const [a, b] = [fleet.isolate(0), fleet.isolate(0)];
    a.of("generation").failed("p/m", MOMENT, fleet.now(), 0);
    await fleet.settle();
    await b.refresh();
    b.of("generation").served("p/m");
    await fleet.settle(10_000);
    expect(a.of("generation").get("p/m")).toBeDefined();
    expect(a.refresh()).toBeUndefined();
    await fleet.settle();
    expect(a.of("generation").get("p/m")).toBeUndefined();
  });

  it("count failures in a row wherever they happen, and those of one moment once", async () => {
    const fleet = startFleet();
    const [a, b] = [fleet.isolate(0), fleet.isolate(0)];
    for (const one of [a, b]) one.of("generation").failed("p/m", LIMIT, fleet.now(), 0);
    await fleet.settle();
    expect(b.of("generation").untilMs("p/m")).toBe(fleet.now() + 30_000);
    await fleet.settle(31_000);
    b.of("generation").failed("p/m", LIMIT, fleet.now(), 0);
    await fleet.settle();
    await fleet.settle(10_000);
    a.refresh();
    await fleet.settle();
    expect(a.of("generation").untilMs("p/m")).toBe(fleet.now() - 10_000 + 60_000);
  });

  it("ask the object once in ten seconds, and tell it only what changes something", async () => {
    const fleet = startFleet();
    const a = fleet.isolate(0);
    await a.refresh();
    for (let request = 0; request < 50; request += 1) {
      expect(a.refresh()).toBeUndefined();
      a.of("generation").served("p/m");
    }
    expect(fleet.asked).toEqual([[]]);
    for (let failure = 0; failure < 50; failure += 1) a.of("generation").failed("p/m", LIMIT, fleet.now(), 0.5);
    await fleet.settle();
    expect(fleet.asked.length).toBe(2);
    await fleet.settle(10_000);
    a.refresh();
    await fleet.settle();
    expect(fleet.asked.length).toBe(3);
  });
});

describe("an object that does not work", () => {
  it.each(["fails", "hangs"] as const)("costs a request a tenth of a second at most when it %s", async (mode) => {
    const fleet = startFleet();
    fleet.set(mode);
    const a = fleet.isolate(0);
    let isOver = false;
    void a.refresh()?.then(() => {
      isOver = true;
    });
    await fleet.settle(100);
    expect(isOver).toBe(true);
    for (let request = 0; request < 5; request += 1) {
      await fleet.settle(4_000);
      expect(a.refresh()).toBeUndefined();
    }
  });

  it.each(["fails", "hangs"] as const)(
    "leaves an isolate its own cooldowns when it %s, and is told later",
    async (mode) => {
      const fleet = startFleet();
      fleet.set(mode);
      const [a, b] = [fleet.isolate(0), fleet.isolate(0)];
      a.of("generation").failed("p/m", { ...LIMIT, fault: "payment" }, fleet.now(), 0);
      const until = a.of("generation").untilMs("p/m");
      await fleet.settle(3_000);
      expect(a.of("generation").untilMs("p/m")).toBe(until);
      expect(fleet.faults).toHaveLength(1);
      await fleet.settle(10_000);
      a.refresh();
      await fleet.settle(3_000);
      expect(fleet.faults).toHaveLength(1);
      fleet.set("works");
      await fleet.settle(10_000);
      a.refresh();
      await fleet.settle();
      await b.refresh();
      expect(b.of("generation").get("p/m")).toMatchObject({ fault: "payment" });
    },
  );

  const KNOWN = { limits: "generation", id: "p/m", why: "x", isAsked: false, fault: "limit", failures: 1, leftMs: 1 };

  it.each([
    ["text", "CANARY"],
    ["nothing", undefined],
    ["a list of something else", [1]],
    ["a kind of failure that nobody knows", [{ ...KNOWN, fault: "toString" }]],
    ["no number for the time", [{ ...KNOWN, leftMs: "1" }]],
    ["a time that never ends", [{ ...KNOWN, leftMs: Number.POSITIVE_INFINITY }]],
    ["a time of years", [{ ...KNOWN, leftMs: 1e12 }]],
  ])("keep what they know if the object answers with %s, and say so", async (_, is) => {
    const fleet = startFleet();
    const a = fleet.isolate(0);
    fleet.answerWith(is);
    await a.refresh();
    a.of("generation").failed("p/m", LIMIT, fleet.now(), 0);
    await fleet.settle(10_000);
    a.refresh();
    await fleet.settle();
    expect(a.of("generation").untilMs("p/m")).toBe(fleet.now() + 20_000);
    expect(fleet.faults).toHaveLength(1);
    fleet.answerWith([KNOWN]);
    await fleet.settle(10_000);
    a.refresh();
    await fleet.settle();
    expect(a.of("generation").untilMs("p/m")).toBe(fleet.now() + 1);
  });

  it("forgets no failure that happens while it is asked", async () => {
    const fleet = startFleet();
    const a = fleet.isolate(0);
    void a.refresh();
    a.of("generation").failed("p/m", LIMIT, fleet.now(), 0);
    await fleet.settle();
    expect(a.of("generation").untilMs("p/m")).toBe(fleet.now() + 30_000);
    expect(fleet.asked.flat()).toHaveLength(1);
  });
});

describe("the object's book", () => {
  it("takes no more than a Worker can have", () => {
    const book = new CooldownBook();
    for (let index = 0; index < 1_000; index += 1)
      book.apply([{ kind: "failed", limits: `limits-${index % 40}`, id: `p/${index}`, reason: LIMIT, random: 0 }], 0);
    book.apply([{ kind: "failed", limits: "limits-1", id: "x".repeat(201), reason: LIMIT, random: 0 }], 0);
    const entries = book.entries(1);
    expect(new Set(entries.map(({ limits }) => limits)).size).toBe(16);
    expect(entries.every(({ id }) => id.length <= 200)).toBe(true);
  });

  it("is the same after it was put away", () => {
    const book = new CooldownBook();
    book.apply([{ kind: "failed", limits: "generation", id: "p/m", reason: LIMIT, random: 0 }], 1_000);
    const again = new CooldownBook();
    again.restore(structuredClone(book.entries(2_000)), 50_000);
    expect(again.entries(50_000)).toEqual(book.entries(2_000));
    expect(again.entries(50_000 + 30_000 + 5 * 60_000)).toEqual([]);
  });
});
