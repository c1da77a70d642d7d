import fc from "fast-check";
import type { UsageLine } from "../../src/usage/line.ts";

const PROVIDERS = ["cloudflare-ai-gateway", "cloudflare-ai-gateway-openai", "own"] as const;
const MODELS = [
  "claude-sonnet-5-5",
  "claude-haiku-5-5",
  "gpt-5.5",
  "unheard-of",
  "模型",
  "modèle",
  "🦀\u0301",
  "",
] as const;

const option = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const tokens = option(fc.nat({ max: 500_000 }));
const FROM = Date.parse("2026-10-20T00:00:00Z");
const DAYS_MS = 40 * 24 * 60 * 60 * 1000;

/** Any line that a gateway can write, within forty days around the end of summer time in Europe. */
export const usageLine: fc.Arbitrary<UsageLine> = fc
  .record({
    time: fc.nat({ max: DAYS_MS }).map((ms) => new Date(FROM + ms).toISOString()),
    provider: fc.constantFrom(...PROVIDERS),
    model: fc.constantFrom(...MODELS),
    client: option(fc.constantFrom("anna", "ci", "=1+1")),
    session: option(fc.constantFrom("s1", "s2", "s3")),
    method: fc.constantFrom("POST", "POST", "POST", "GET"),
    path: fc.constantFrom("/v1/messages", "/v1/messages", "/v1/responses", "/v1/messages/count_tokens"),
    status: fc.constantFrom(200, 200, 200, 429, 499, 529),
    firstByteMs: option(fc.double({ min: 0, max: 60_000, noNaN: true })),
    durationMs: fc.double({ min: 0, max: 600_000, noNaN: true }),
    requestBytes: fc.nat(),
    responseBytes: fc.nat(),
    inputTokens: tokens,
    outputTokens: tokens,
    cacheReadTokens: tokens,
    cacheWrite5mTokens: tokens,
    cacheWrite1hTokens: tokens,
    cacheStatus: option(fc.constantFrom("HIT", "MISS")),
    tried: option(fc.constant(["own/m: overloaded"])),
    ended: option(fc.constantFrom("client-gone", "upstream-cut-off")),
    unifiedBilling: option(fc.constant(true as const)),
  })
  .map((line) => ({ ...line, model: line.model === "" ? line.provider : `${line.provider}/${line.model}` }));

const PRICES = { "claude-sonnet-5-5": [2, 10], "claude-haiku-5-5": [0.1, 0.5], "gpt-5.5": [5, 30] } as const;

/** Of some of its models. */
export const priceOf = (_: string, model: string) => {
  const [input, output] = PRICES[model as keyof typeof PRICES] ?? [];
  return input === undefined || output === undefined ? undefined : { input, output, cacheRead: input / 10 };
};
