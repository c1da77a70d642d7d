/** Prices of a model, in USD per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Absent where there is no discount. */
  readonly cacheRead?: number;
  /** Of a cache that is kept five minutes; absent where writing costs what input costs. */
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
  /** What all tokens of a request cost whose prompt, cache included, is longer. */
  readonly above?: { readonly promptTokens: number; readonly price: Price };
}

export interface PriceTable {
  /** When it was compiled: `2026-10`. */
  readonly date: string;
  readonly prices: Readonly<Record<string, Price>>;
}
