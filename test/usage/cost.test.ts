import { describe, expect, it } from "vitest";
import { ENDPOINTS } from "../../src/providers/cloudflare-ai-gateway/endpoints.ts";
import { chargeFor, costAt, findPrice } from "../../src/usage/cost.ts";
import type { UsageLine } from "../../src/usage/line.ts";
import { priceLookup } from "../../src/usage/prices.ts";

const tables = new Map(
  await Promise.all(
    ENDPOINTS.map(async ({ providerId, prices }) => {
      if (prices === undefined) throw new Error(`${providerId} has no prices`);
      return [providerId, await prices()] as const;
    }),
  ),
);
const priceOf = priceLookup(tables, new Map());

const [CLAUDE, GPT] = ["cloudflare-ai-gateway", "cloudflare-ai-gateway-openai"];

function served(model: string, more: Partial<UsageLine> = {}, provider = CLAUDE): UsageLine {
  const line = { time: "2026-11-28T10:00:00.000Z", method: "POST", path: "/v1/messages", status: 200, durationMs: 1 };
  return { ...line, requestBytes: 1, responseBytes: 1, provider, model: `${provider}/${model}`, ...more };
}

const M = 1_000_000;

/** In USD. */
function usd(line: UsageLine, find = priceOf): number | "unknown" {
  const charge = chargeFor(line, find);
  return charge === "unknown" ? charge : (charge.cost + charge.fee) / 1e9;
}

describe("the cost of a request", () => {
  it.each([
    ["input", { inputTokens: M, outputTokens: 0 }, 2],
    ["output", { inputTokens: 0, outputTokens: M }, 10],
    ["reading the cache", { inputTokens: 0, outputTokens: 0, cacheReadTokens: M }, 0.1],
    ["writing it for five minutes", { inputTokens: 0, outputTokens: 0, cacheWrite5mTokens: M }, 2.5],
    ["writing it for an hour", { inputTokens: 0, outputTokens: 0, cacheWrite1hTokens: M }, 4],
    ["all of it", { inputTokens: 1000, outputTokens: 500, cacheReadTokens: 10_000, cacheWrite5mTokens: 400 }, 0.009],
  ])("is that of %s", (_, tokens, expected) => {
    expect(usd(served("claude-sonnet-5-5", tokens))).toBe(expected);
  });

  it("has five per cent more where Unified Billing pays", () => {
    const line = served("claude-sonnet-5-5", { inputTokens: M, outputTokens: 0, unifiedBilling: true });
    expect(chargeFor(line, priceOf)).toEqual({ cost: 2e9, fee: 0.1e9 });
  });

  it("depends on the length of the prompt, where the price does", () => {
    const tokens = (inputTokens: number) => ({ inputTokens, outputTokens: 1000 });
    expect(usd(served("claude-haiku-5-5", tokens(100_000)))).toBe(0.0105);
    expect(usd(served("claude-haiku-5-5", tokens(100_001)))).toBe(0.0525005);
    // What came from the cache is part of the prompt.
    expect(usd(served("gpt-5.5", { ...tokens(0), cacheReadTokens: 272_001 }, GPT))).toBe(0.317001);
    expect(usd(served("gpt-5.5", { ...tokens(0), cacheReadTokens: 272_000 }, GPT))).toBe(0.166);
  });

  it.each([
    ["a model without a price", served("unheard-of", { inputTokens: 1, outputTokens: 1 })],
    ["a provider without prices", served("claude-sonnet-5-5", { inputTokens: 1, outputTokens: 1 }, "own")],
    ["an answer that names no tokens", served("claude-sonnet-5-5")],
    ["a stream that was cut off", served("claude-sonnet-5-5", { inputTokens: 1, ended: "upstream-cut-off" })],
    ["a client that went", served("claude-sonnet-5-5", { status: 499 })],
  ])("is unknown, and not nothing, for %s", (_, line) => {
    expect(usd(line)).toBe("unknown");
  });

  it.each([
    ["a failure", served("unheard-of", { status: 529 })],
    ["an answer from the gateway's cache", served("claude-sonnet-5-5", { inputTokens: M, cacheStatus: "HIT" })],
    ["counting tokens", served("claude-sonnet-5-5", { path: "/v1/messages/count_tokens" })],
    ["reading a file", { ...served("", { method: "GET" }), model: CLAUDE }],
    ["sending a file", { ...served(""), model: CLAUDE }],
    ["a request that was never sent", { ...served(""), model: undefined, status: 499 }],
  ])("is nothing for %s", (_, line) => {
    expect(usd(line)).toBe(0);
  });

  it("is that of the model that the answer names, if it has a price", () => {
    const tokens = { inputTokens: M, outputTokens: 0 };
    expect(usd(served("dynamic/cheap", { ...tokens, answered: "claude-opus-5-5" }))).toBe(4);
    expect(usd(served("claude-sonnet-5-5", { ...tokens, answered: "unheard-of" }))).toBe(2);
  });
});

describe("prices", () => {
  it("are known for every model of the catalogs, and none is nothing", () => {
    for (const { providerId, models } of ENDPOINTS)
      for (const { id, cost } of models) {
        const price = priceOf(providerId, id);
        expect([id, price?.input, price?.output]).toEqual([id, cost.input, cost.output]);
        expect([id, Object.values(price ?? {}).every((value) => value !== 0)]).toEqual([id, true]);
      }
  });

  it.each([
    ["claude-haiku-4-5", 1],
    ["claude-haiku-4-5-20251001", 1],
    ["claude-sonnet-5-5-20260928", 2],
    ["claude-sonnet-5", 2],
    ["constructor", undefined],
  ])("of %s are found by its id, with a date or without", (model, input) => {
    expect(priceOf(CLAUDE, model)?.input).toBe(input);
  });

  it("of OpenAI's dated ids are those of the model", () => {
    expect(priceOf(GPT, "gpt-5.5-2026-04-23")?.output).toBe(30);
    expect(findPrice({}, "gpt-5.5")).toBeUndefined();
  });

  it.each([
    ["a model that nobody knows", { input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1.25 }, 1],
    ["nothing but zeros", { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }, undefined],
    ["no price at all", undefined, undefined],
    ["what is no price", "free", undefined],
  ])("come from the configuration: %s", (_, cost, input) => {
    const find = priceLookup(tables, new Map([["own", [{ id: "m", cost }]]]));
    expect(find("own", "m")?.input).toBe(input);
  });

  it("of the user's own override the table, and a copy of the table does not", () => {
    const find = (cost: object) => priceLookup(tables, new Map([[CLAUDE, [{ id: "claude-haiku-5-5", cost }]]]));
    const copied = { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 };
    expect(find(copied)(CLAUDE, "claude-haiku-5-5")?.above?.promptTokens).toBe(100_000);
    const own = find({ ...copied, input: 0.09 })(CLAUDE, "claude-haiku-5-5");
    expect([own?.input, own?.above, own?.cacheWrite1h]).toEqual([0.09, undefined, 0.2]);
  });

  it("without a discount count what was cached as input", () => {
    const counted = { inputTokens: 0, outputTokens: 0, cacheReadTokens: M, cacheWrite1hTokens: M };
    expect(costAt({ input: 1, output: 1 }, counted)).toBe(2e9);
  });
});
