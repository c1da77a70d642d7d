import type { PeriodFigures, Values } from "../usage/period-figures.ts";

/** Sums place by place; null only where every part is. */
export function added(...parts: readonly Values[]): Values {
  return (parts[0] ?? []).map((_, index) => {
    const known = parts.map((values) => values[index] ?? null).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  });
}

/** Tokens that went in and were not read from a cache. */
export const freshTokens = (series: PeriodFigures["series"]): Values =>
  added(series.inputTokens, series.cacheWrite5mTokens, series.cacheWrite1hTokens);

/** Steps on an axis: 1, 2 or 5 times a power of ten, as many as fit. */
export function ticks(most: number, wanted: number): readonly number[] {
  if (!(most > 0)) return [0];
  const rough = most / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999_999) ?? 10) * power;
  return Array.from({ length: Math.ceil(most / step - 0.000_001) + 1 }, (_, index) => index * step);
}
