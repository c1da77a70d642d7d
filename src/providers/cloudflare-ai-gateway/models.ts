import type { Model } from "../model.ts";

/** When the catalogs were compiled. */
export const CATALOG_DATE = "2026-10";

/**
 * Anthropic's models, newest first, which `models list` shows without asking the gateway.
 * @source Anthropic's model pages and migration guides, October 2026; prices in USD per million tokens.
 */
export const CLAUDE_MODELS: readonly Model[] = [
  claude("claude-haiku-5-5", "Claude Haiku 5.5", [0.1, 0.5, 0.01, 0.125]),
  claude("claude-sonnet-5-5", "Claude Sonnet 5.5", [2, 10, 0.1, 2.5]),
  claude("claude-opus-5-5", "Claude Opus 5.5", [4, 20, 0.2, 5]),
  claude("claude-fable-5-1", "Claude Fable 5.1", [10, 50, 0.25, 12.5]),
  claude("claude-opus-5", "Claude Opus 5", [5, 25, 0.5, 6.25]),
  claude("claude-sonnet-5", "Claude Sonnet 5", [2, 10, 0.2, 2.5]),
  claude("claude-fable-5", "Claude Fable 5", [10, 50, 1, 12.5]),
  claude("claude-opus-4-8", "Claude Opus 4.8", [5, 25, 0.5, 6.25]),
  claude("claude-opus-4-7", "Claude Opus 4.7", [5, 25, 0.5, 6.25]),
  claude("claude-sonnet-4-6", "Claude Sonnet 4.6", [3, 15, 0.3, 3.75]),
  claude("claude-opus-4-6", "Claude Opus 4.6", [5, 25, 0.5, 6.25]),
  claude("claude-opus-4-5-20251101", "Claude Opus 4.5", [5, 25, 0.5, 6.25], {
    contextWindow: 200_000,
    maxTokens: 64_000,
  }),
  claude("claude-haiku-4-5-20251001", "Claude Haiku 4.5", [1, 5, 0.1, 1.25], {
    contextWindow: 200_000,
    maxTokens: 64_000,
  }),
  claude("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", [3, 15, 0.3, 3.75], {
    contextWindow: 200_000,
    maxTokens: 64_000,
  }),
];

/**
 * When requests for a model begin to fail, for each of its ids. Kept out of the catalog because catalog entries are
 * copied into configurations, where unknown keys are rejected.
 * @source Anthropic's page "Model deprecations", October 2026.
 */
export const CLAUDE_RETIREMENTS: Readonly<Record<string, string>> = {
  "claude-sonnet-4-5": "2026-11-30",
  "claude-sonnet-4-5-20250929": "2026-11-30",
  "claude-opus-4-1": "2026-08-05",
  "claude-opus-4-1-20250805": "2026-08-05",
  "claude-sonnet-4-0": "2026-06-15",
  "claude-sonnet-4-20250514": "2026-06-15",
  "claude-opus-4-0": "2026-06-15",
  "claude-opus-4-20250514": "2026-06-15",
  "claude-3-7-sonnet-latest": "2026-02-19",
  "claude-3-7-sonnet-20250219": "2026-02-19",
  "claude-3-opus-latest": "2026-01-05",
  "claude-3-opus-20240229": "2026-01-05",
};

/**
 * The successor of a model that retires, for each of its ids.
 * @source Anthropic's page "Model deprecations", column "Recommended replacement".
 */
export const CLAUDE_SUCCESSORS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(CLAUDE_RETIREMENTS).map((id) => [id, id.includes("opus") ? "claude-opus-4-8" : "claude-sonnet-4-6"]),
);

/**
 * A selection of the models that Cloudflare runs itself, starting with those suited to agents.
 * @source developers.cloudflare.com/workers-ai/models and models.dev, 2026.
 */
export const WORKERS_AI_MODELS: readonly Model[] = [
  {
    id: "@cf/openai/gpt-oss-120b",
    name: "GPT-OSS 120B",
    reasoning: true,
    input: ["text"],
    cost: { input: 0.35, output: 0.75, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 128_000,
    maxTokens: 16_384,
  },
  {
    id: "@cf/zai-org/glm-5.3",
    name: "GLM 5.3",
    reasoning: true,
    input: ["text"],
    cost: { input: 1.4, output: 4.4, cacheRead: 0.26, cacheWrite: 0 },
    contextWindow: 1_048_576,
    maxTokens: 131_072,
  },
  {
    id: "@cf/qwen/qwen3.8-27b",
    name: "Qwen 3.8 27B",
    reasoning: true,
    input: ["text", "image"],
    cost: { input: 0.45, output: 3.2, cacheRead: 0.05, cacheWrite: 0 },
    contextWindow: 262_144,
    maxTokens: 262_144,
  },
  {
    id: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
    name: "Llama 3.3 70B Instruct",
    reasoning: false,
    input: ["text"],
    cost: { input: 0.29, output: 2.25, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 24_000,
    maxTokens: 24_000,
  },
];

/** @source developers.openai.com and models.dev, 2026: prices for prompts of up to 272,000 tokens. */
export const GPT_MODELS: readonly Model[] = [
  {
    id: "gpt-5.5",
    name: "GPT-5.5",
    reasoning: true,
    input: ["text", "image"],
    cost: { input: 5, output: 30, cacheRead: 0.5, cacheWrite: 0 },
    contextWindow: 1_050_000,
    maxTokens: 128_000,
  },
  {
    id: "gpt-5.4",
    name: "GPT-5.4",
    reasoning: true,
    input: ["text", "image"],
    cost: { input: 2.5, output: 15, cacheRead: 0.25, cacheWrite: 0 },
    contextWindow: 1_050_000,
    maxTokens: 128_000,
  },
];

function claude(
  id: string,
  name: string,
  [input, output, cacheRead, cacheWrite]: readonly [number, number, number, number],
  { contextWindow, maxTokens } = { contextWindow: 1_000_000, maxTokens: 128_000 },
): Model {
  return {
    id,
    name,
    reasoning: true,
    input: ["text", "image"],
    cost: { input, output, cacheRead, cacheWrite },
    contextWindow,
    maxTokens,
  };
}
