import type { UsageLine } from "./line.ts";

type PromptTokens = Pick<UsageLine, "inputTokens" | "cacheReadTokens" | "cacheWrite5mTokens" | "cacheWrite1hTokens">;

/** All that went in, whatever of it was cached. */
export const promptTokens = (counts: PromptTokens): number =>
  (counts.inputTokens ?? 0) +
  (counts.cacheReadTokens ?? 0) +
  (counts.cacheWrite5mTokens ?? 0) +
  (counts.cacheWrite1hTokens ?? 0);
