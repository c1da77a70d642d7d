import type { Config } from "../config/schema.ts";
import type { ListedModel } from "../providers/model.ts";
import { isAliasOf } from "../providers/model-ref.ts";
import type { Endpoint } from "../providers/provider.ts";

/** What is known of a model; what nobody says is absent. */
interface Offer {
  readonly name?: string;
  readonly input?: readonly string[];
  readonly contextWindow?: number;
  /** Tokens that OpenClaw may use, where that is less. */
  readonly contextTokens?: number;
}

/** A provider's models by id. */
export type Offers = ReadonlyMap<string, Offer>;

/** @source what the published OpenClaw takes for a model that does not say (seen with its `config get`). */
const DEFAULTS: Offer = { input: ["text"], contextWindow: 200_000 };

interface OffersInput {
  readonly config: Config;
  readonly endpoints: readonly Endpoint[];
  /** What providers themselves list, by provider; absent for one that was not asked. */
  readonly listed: ReadonlyMap<string, readonly ListedModel[]>;
}

/** Whether the catalogue adds to what the configuration describes. */
export const usesCatalogue = (providerId: string, { models }: Config): boolean =>
  models?.mode !== "replace" || models.providers?.[providerId] === undefined;

/**
 * What the configuration describes, then what the provider lists, then what the catalogue adds. What the provider says
 * of a model stands; the configuration, or else the catalogue, says the rest.
 */
export function offeredBy(providerId: string, { config, endpoints, listed }: OffersInput): Offers {
  const catalogue = endpoints.find((endpoint) => endpoint.providerId === providerId)?.models ?? [];
  const own = config.models?.providers?.[providerId]?.models ?? [];
  const now = listed.get(providerId) ?? [];
  const known = new Map<string, Offer>();
  for (const model of [...own, ...catalogue]) {
    if (!known.has(model.id)) known.set(model.id, { ...DEFAULTS, ...model });
  }
  const order = [...own, ...now, ...(usesCatalogue(providerId, config) ? catalogue : [])];
  const said = new Map(now.map((model) => [model.id, model]));
  return new Map(order.map(({ id }) => [id, { ...known.get(id), ...said.get(id) }]));
}

/** The id under which a provider lists a model: its own, or the dated one that it is an alias of. */
export function listedAs(id: string, models: readonly ListedModel[]): string | undefined {
  return (models.find((model) => model.id === id) ?? models.find((model) => isAliasOf(id, model.id)))?.id;
}
