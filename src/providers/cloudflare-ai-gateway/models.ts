import type { Model } from "../provider.ts";

/** When the catalogue was made. */
export const CATALOGUED_IN = "October 2026";

/**
 * The built-in catalogue, newest first: what `models list` knows without asking the gateway.
 * @source Anthropic's model pages and migration guides, October 2026; prices in USD per million tokens.
 */
export const CATALOGUE: readonly Model[] = [
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
 * The day on which requests for a model begin to fail, by every id it has. A table of its own, since what the catalogue
 * says of a model is copied into configurations, where nothing else may stand.
 * @source Anthropic's page "Model deprecations", October 2026.
 */
export const RETIREMENTS: Readonly<Record<string, string>> = {
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
