import { describe, expect, it } from "vitest";
import { clientLimiter } from "../../src/worker/client-limits.ts";

const BINDING = "OPENCLAW_LIMIT_2_PER_10S";

/** A limiter whose binding does what it is told, with its clock and what it was asked. */
function start(limit: (key: string) => Promise<{ success: boolean }>, nowMs = 1_700_000_003_000) {
  const asked: string[] = [];
  const faults: unknown[] = [];
  const late: (() => void)[] = [];
  const { mayForward, problems } = clientLimiter(
    {
      OPENCLAW_GATEWAY_LIMITS: "2/10s,bot=none",
      [BINDING]: {
        limit: ({ key }: { key: string }) => {
          asked.push(key);
          return limit(key);
        },
      },
    },
    {
      nowMs: () => nowMs,
      delay: () => new Promise((resolve) => void late.push(resolve)),
      onFault: (error) => faults.push(error),
    },
  );
  return { mayForward, problems, asked, faults, pass: () => late.splice(0).forEach((ring) => void ring()) };
}

describe("the limiter of clients", () => {
  it("counts each name by itself, and the token without a name as one that no name can be", async () => {
    const { mayForward, asked, problems } = start(async () => ({ success: true }));
    for (const client of ["anna", "ben", undefined]) expect(await mayForward?.(client)).toBeUndefined();
    expect(mayForward?.("bot")).toBeUndefined();
    expect([asked, problems]).toEqual([["anna", "ben", "="], []]);
  });

  it.each([
    [
      "anna",
      1_700_000_003_000,
      'The token of "anna" may send 2 requests every 10 seconds through this gateway. Try again in 7 seconds.',
      "7",
    ],
    [
      undefined,
      1_700_000_009_999,
      "This token may send 2 requests every 10 seconds through this gateway. Try again in 1 second.",
      "1",
    ],
    [
      undefined,
      1_700_000_010_000,
      "This token may send 2 requests every 10 seconds through this gateway. Try again in 10 seconds.",
      "10",
    ],
  ])("says to %s at %i when to come again", async (client, nowMs, message, seconds) => {
    const { mayForward } = start(async () => ({ success: false }), nowMs);
    expect(await mayForward?.(client)).toEqual({
      status: 429,
      type: "rate_limit_error",
      message,
      code: "client-limit",
      headers: ["retry-after", seconds],
    });
  });

  it("lets requests pass when counting fails, and says so once until it works", async () => {
    let isBroken = true;
    const { mayForward, faults } = start(async () => {
      if (isBroken) throw new Error("no counter");
      return { success: true };
    });
    for (let request = 0; request < 3; request += 1) expect(await mayForward?.("anna")).toBeUndefined();
    expect(faults).toHaveLength(1);
    isBroken = false;
    await mayForward?.("anna");
    isBroken = true;
    await mayForward?.("anna");
    expect(faults).toHaveLength(2);
  });

  it("waits for a count half a second at most", async () => {
    const { mayForward, faults, pass } = start(() => new Promise(() => {}));
    const asked = mayForward?.("anna");
    pass();
    expect(await asked).toBeUndefined();
    expect(faults).toHaveLength(1);
  });

  it("is not asked where nobody has a limit", () => {
    const deps = { nowMs: () => 0, delay: async () => {}, onFault: () => {} };
    expect(clientLimiter({}, deps)).toEqual({ problems: [] });
    expect(clientLimiter({ OPENCLAW_GATEWAY_LIMITS: "" }, deps)).toEqual({ problems: [] });
  });
});
