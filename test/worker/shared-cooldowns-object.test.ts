import { describe, expect, it, vi } from "vitest";
import type { CooldownEvent } from "../../src/gateway/cooldown-book.ts";
import type { DurableState } from "../../src/worker/durable.ts";

vi.mock("cloudflare:workers", () => ({ DurableObject: class {} }));
const { SharedCooldowns } = await import("../../src/worker/shared-cooldowns-object.ts");

const FAILED: CooldownEvent = {
  kind: "failed",
  limits: "generation",
  id: "p/m",
  reason: { why: "payment", fault: "payment", retryAfterMs: 0 },
  random: 0,
};

/** A disk that outlives the object; `isBroken` as where the day's writes are used up. */
function disk(isBroken = false) {
  const kept = new Map<string, unknown>();
  const use = async <T>(work: () => T): Promise<T> => {
    if (isBroken) throw new Error("Exceeded allowed rows written.");
    return work();
  };
  const waiting: Promise<void>[] = [];
  const state: DurableState = {
    blockConcurrencyWhile: async (work) => void waiting.push(work()),
    storage: {
      get: (key) => use(() => structuredClone(kept.get(key)) as never),
      put: (key, value) => use(() => void kept.set(key, structuredClone(value))),
    },
  };
  return { state, isLoaded: () => Promise.all(waiting) };
}

describe("the object of shared cooldowns", () => {
  it("knows after it was put away what it knew, with the time that has passed", async () => {
    const { state, isLoaded } = disk();
    const [before] = new SharedCooldowns(state, {}).sync([FAILED]);
    expect(before).toMatchObject({ id: "p/m", limits: "generation", leftMs: 600_000 });
    vi.setSystemTime(Date.now() + 60_000);
    try {
      const again = new SharedCooldowns(state, {});
      await isLoaded();
      expect(again.sync([])[0]?.leftMs).toBeLessThanOrEqual(540_000);
      expect(again.sync([])).toMatchObject([{ id: "p/m", fault: "payment", failures: 1 }]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("works without its disk", async () => {
    const { state, isLoaded } = disk(true);
    const object = new SharedCooldowns(state, {});
    await isLoaded();
    object.sync([FAILED]);
    expect(object.sync([])).toMatchObject([{ id: "p/m" }]);
  });
});
