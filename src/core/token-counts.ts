/** Tokens of a request, as log and record name them. */
interface PromptTokens {
  /** Those that no cache held, and none was to keep. */
  readonly inputTokens?: number | undefined;
  readonly cacheReadTokens?: number | undefined;
  readonly cacheWrite5mTokens?: number | undefined;
  readonly cacheWrite1hTokens?: number | undefined;
}

/** All that went in, whatever of it was cached. */
export const promptTokens = (counts: PromptTokens): number =>
  (counts.inputTokens ?? 0) +
  (counts.cacheReadTokens ?? 0) +
  (counts.cacheWrite5mTokens ?? 0) +
  (counts.cacheWrite1hTokens ?? 0);

interface CacheWrites {
  /** All that was written to a cache, however long it is kept. */
  readonly cacheWriteTokens?: number | undefined;
  /** What of it is kept for an hour. */
  readonly cacheWrite1hTokens?: number | undefined;
}

/** What is kept for five minutes; `undefined` if nothing is said of what was written. */
export const cacheWrite5mTokens = ({ cacheWriteTokens, cacheWrite1hTokens = 0 }: CacheWrites): number | undefined =>
  cacheWriteTokens === undefined ? undefined : Math.max(cacheWriteTokens - cacheWrite1hTokens, 0);
