/** `200k`, `1M`, `1.05M` */
export function formatTokens(tokens: number): string {
  if (Math.round(tokens / 1000) >= 1000) return `${Number((tokens / 1_000_000).toFixed(2))}M`;
  return tokens >= 1000 ? `${Math.round(tokens / 1000)}k` : String(tokens);
}
