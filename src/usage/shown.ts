import { promptTokens } from "../core/token-counts.ts";
import { grouped } from "../text/numbers.ts";
import type { UsageLine } from "./line.ts";
import type { Figures } from "./sums.ts";

const SIZES = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** `950`, `0.25`, `12.3k`, `1.25M`, `3.1G` */
export function shortCount(number: number): string {
  for (const [size, unit] of SIZES) {
    // What rounds to 1,000 of a unit is one of the next.
    if (number >= size * 0.9995 && number >= 1e3) return `${Number((number / size).toPrecision(3))}${unit}`;
  }
  return String(Math.round(number * 100) / 100);
}

/** `$1,234.50`, below a cent `$0.0042` */
export function shownUsd(usd: number): string {
  if (usd === 0) return "$0.00";
  if (usd < 0.000_1) return "<$0.0001";
  if (usd < 0.01) return `$${usd.toFixed(4)}`;
  const [whole = "", cents = ""] = usd.toFixed(2).split(".");
  return `$${grouped(Number(whole))}.${cents}`;
}

/** Of an answer that was cut off, a part may be known; `undefined` if nothing is. */
export function shownTokens(line: UsageLine): { readonly input: string; readonly output: string } | undefined {
  const { inputTokens, outputTokens } = line;
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return {
    input: inputTokens === undefined ? "?" : shortCount(promptTokens(line)),
    output: outputTokens === undefined ? "?" : shortCount(outputTokens),
  };
}

/** What is not known is never shown as nothing. */
export function shownCost({ costUsd, unpricedRequests }: Pick<Figures, "costUsd" | "unpricedRequests">): string {
  if (costUsd === null) return "?";
  return unpricedRequests > 0 ? `${shownUsd(costUsd)}+?` : shownUsd(costUsd);
}
