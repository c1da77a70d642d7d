import { promptTokens } from "../core/token-counts.ts";
import { isAliasOf, withoutDate } from "../providers/model.ts";
import type { Price } from "../providers/price.ts";
import type { UsageLine } from "./line.ts";
import { isCacheHit } from "./outcome.ts";

/** A price by provider and model; `undefined` if it is not known. */
export type PriceOf = (provider: string, model: string) => Price | undefined;

/** In billionths of a USD, whole, so that sums are the same in any order. */
export type Cost = number;

export const USD: Cost = 1e9;

/** @source developers.cloudflare.com, "Unified Billing", 2026: on the credits that are bought; the prices are the provider's. */
const UNIFIED_BILLING_FEE = 0.05;

/** `fee` is what Unified Billing adds to `cost`. `unknown`: it was not for nothing, but the price or the tokens are not known. */
export type Charge = { readonly cost: Cost; readonly fee: Cost } | "unknown";

export const NOTHING: Charge = { cost: 0, fee: 0 };

/** Asked for no answer of a model: what is not billed. @source docs.claude.com and developers.openai.com. */
const isFree = (path: string) =>
  path.endsWith("/count_tokens") || path.endsWith("/input_tokens") || path.endsWith("/moderations");

/** True if it may have cost something. */
const mayBeCharged = (line: UsageLine) =>
  line.method === "POST" && !isFree(line.path) && (line.status < 400 || line.status === 499) && !isCacheHit(line);

/** Before its price is known. `nothing`: it costs nothing. `unknown`: its tokens are not known. */
export type Billing = "nothing" | "counted" | "unknown";

export function billingOf(line: UsageLine): Billing {
  if (!mayBeCharged(line)) return "nothing";
  const { model = "", inputTokens, outputTokens } = line;
  // A file, a batch and the like, whose answer names no tokens.
  if (modelName(line) === "" && inputTokens === undefined && outputTokens === undefined) return "nothing";
  // Nothing was sent before the client went.
  if (model === "") return "nothing";
  return inputTokens === undefined || outputTokens === undefined ? "unknown" : "counted";
}

/** Without the provider's id. */
const modelName = ({ provider = "", model = "" }: Named): string =>
  model.startsWith(provider) && model[provider.length] === "/" ? model.slice(provider.length + 1) : "";

type Named = Pick<UsageLine, "provider" | "model" | "answered">;

/** The price of the model that answered, else of the one that was asked. */
export function priceFor(line: Named, priceOf: PriceOf): Price | undefined {
  const { provider = "", answered } = line;
  return (answered === undefined ? undefined : priceOf(provider, answered)) ?? priceOf(provider, modelName(line));
}

export function chargeFor(line: UsageLine, priceOf: PriceOf): Charge {
  const billing = billingOf(line);
  if (billing !== "counted") return billing === "nothing" ? NOTHING : "unknown";
  const price = priceFor(line, priceOf);
  if (price === undefined) return "unknown";
  const { inputTokens = 0, outputTokens = 0 } = line;
  const { cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = line;
  const counted = { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens };
  const cost = costAt(price, counted);
  return { cost, fee: line.unifiedBilling ? feeOn(cost) : 0 };
}

/** What Unified Billing adds. */
export const feeOn = (cost: Cost): Cost => Math.round(cost * UNIFIED_BILLING_FEE);

type TokenCounts = Pick<UsageLine, "cacheReadTokens" | "cacheWrite5mTokens" | "cacheWrite1hTokens"> & {
  readonly inputTokens: number;
  readonly outputTokens: number;
};

/** Prices are for a million tokens, and costs in billionths. */
const PER_TOKEN = 1_000;

export function costAt(price: Price, counted: TokenCounts): Cost {
  const { inputTokens, outputTokens } = counted;
  const { cacheReadTokens = 0, cacheWrite5mTokens = 0, cacheWrite1hTokens = 0 } = counted;
  const { above } = price;
  if (above !== undefined && promptTokens(counted) > above.promptTokens) return costAt(above.price, counted);
  const { input, output, cacheRead = input, cacheWrite5m = input, cacheWrite1h = cacheWrite5m } = price;
  return Math.round(
    PER_TOKEN *
      (inputTokens * input +
        outputTokens * output +
        cacheReadTokens * cacheRead +
        cacheWrite5mTokens * cacheWrite5m +
        cacheWrite1hTokens * cacheWrite1h),
  );
}

/** @source developers.openai.com: `gpt-5.5-2026-04-23`. */
const ISO_DATE = /-\d{4}-\d{2}-\d{2}$/;

/** Prices by model, and by its id with a date or without. */
export function findPrice(prices: Readonly<Record<string, Price>>, model: string): Price | undefined {
  if (Object.hasOwn(prices, model)) return prices[model];
  const plain = withoutDate(model).replace(ISO_DATE, "");
  if (Object.hasOwn(prices, plain)) return prices[plain];
  const dated = Object.keys(prices).find((id) => isAliasOf(model, id));
  return dated === undefined ? undefined : prices[dated];
}
