import type { Config } from "../config/schema.ts";
import type { Price, PriceTable } from "../providers/price.ts";
import type { Endpoint } from "../providers/provider.ts";
import { findPrice, type PriceOf } from "./cost.ts";

/** As an entry of `models.providers.<id>.models` has it. */
interface ConfiguredModel {
  readonly id: string;
  readonly cost?: unknown;
}

/** @source docs.claude.com, "Prompt caching": 1.25 and 2 times the price of input. */
const HOUR_TO_FIVE_MINUTES = 2 / 1.25;

const KEYS = ["input", "output", "cacheRead", "cacheWrite"] as const;

/** @why names come from requests, and a gateway that runs for months must not keep them all. */
const MOST_KNOWN = 1_000;

/** Nothing but zeros is what the published OpenClaw fills in where it knows no price. */
function configuredPrice(cost: unknown): Price | undefined {
  if (typeof cost !== "object" || cost === null) return undefined;
  const [input, output, cacheRead, cacheWrite] = KEYS.map((key) => {
    const value = (cost as Readonly<Record<string, unknown>>)[key];
    return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : 0;
  }) as [number, number, number, number];
  if (input === 0 && output === 0) return undefined;
  return {
    input,
    output,
    ...(cacheRead > 0 && { cacheRead }),
    ...(cacheWrite > 0 && { cacheWrite5m: cacheWrite, cacheWrite1h: cacheWrite * HOUR_TO_FIVE_MINUTES }),
  };
}

/** True if the configuration repeats the table, as onboarding writes it; the table knows more. */
const isSame = (configured: Price, known: Price): boolean =>
  configured.input === known.input &&
  configured.output === known.output &&
  (configured.cacheRead ?? 0) === (known.cacheRead ?? 0) &&
  (configured.cacheWrite5m ?? 0) === (known.cacheWrite5m ?? 0);

/** The price in the user's configuration, else in the table of the provider. */
export function priceLookup(
  tables: ReadonlyMap<string, PriceTable>,
  configured: ReadonlyMap<string, readonly ConfiguredModel[]>,
): PriceOf {
  const own = new Map(
    [...configured].map(([provider, models]) => {
      const prices = models.flatMap(({ id, cost }) => {
        const price = configuredPrice(cost);
        return price === undefined ? [] : [[id, price] as const];
      });
      return [provider, Object.fromEntries(prices)] as const;
    }),
  );
  const known = new Map<string, Map<string, Price | undefined>>();
  const find = (provider: string, model: string) => {
    const listed = findPrice(tables.get(provider)?.prices ?? {}, model);
    const given = findPrice(own.get(provider) ?? {}, model);
    return given === undefined || (listed !== undefined && isSame(given, listed)) ? listed : given;
  };
  return (provider, model) => {
    const ofProvider = known.get(provider) ?? new Map<string, Price | undefined>();
    if (ofProvider.size === 0) known.set(provider, ofProvider);
    const price = ofProvider.get(model);
    if (price !== undefined || ofProvider.has(model)) return price;
    const found = find(provider, model);
    if (ofProvider.size >= MOST_KNOWN) ofProvider.clear();
    ofProvider.set(model, found);
    return found;
  };
}

/** The table of each provider that has one. */
export async function priceTables(endpoints: readonly Endpoint[]): Promise<ReadonlyMap<string, PriceTable>> {
  const found = await Promise.all(
    endpoints.map(async ({ providerId, prices }) => [providerId, await prices?.()] as const),
  );
  return new Map(found.flatMap(([id, table]) => (table === undefined ? [] : [[id, table] as const])));
}

/** The prices of a configuration, and of the tables. */
export function pricesIn(config: Pick<Config, "models">, tables: ReadonlyMap<string, PriceTable>): PriceOf {
  return priceLookup(tables, configuredModels(config));
}

/** Models by provider, as the configuration describes them. */
export const configuredModels = ({ models }: Pick<Config, "models">): ReadonlyMap<string, readonly ConfiguredModel[]> =>
  new Map(
    Object.entries(models?.providers ?? {}).map(
      ([id, { models: all = [] }]) =>
        [id, all.map((model: ConfiguredModel) => ({ id: model.id, cost: model.cost }))] as const,
    ),
  );
