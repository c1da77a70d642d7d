import type { Config } from "../config/schema.ts";
import type { Problem } from "../core/result.ts";
import { isAliasOf, type ListedModel, type ModelRef } from "../providers/model.ts";
import { type Endpoint, retirementOf } from "../providers/provider.ts";

/** Only providers that were asked have an entry. */
export type ListedByProvider = ReadonlyMap<string, readonly ListedModel[]>;

export interface ProviderLists {
  readonly listed: ListedByProvider;
  /** Remarks for the user; `where` is a provider's id. */
  readonly notes: readonly Problem[];
  readonly isPartial?: boolean;
}

interface CatalogModel {
  readonly name?: string;
  readonly input?: readonly string[];
  readonly contextWindow?: number;
  /** The number of tokens OpenClaw may use, if fewer. */
  readonly contextTokens?: number;
  /** USD per million tokens. */
  readonly cost?: { readonly input?: number; readonly output?: number };
}

export type Catalog = ReadonlyMap<string, CatalogModel>;

/** @source the published OpenClaw's assumptions about a model that does not say (seen with its `config get`). */
const DEFAULTS: CatalogModel = { input: ["text"], contextWindow: 200_000 };

interface CatalogInput {
  readonly config: Config;
  readonly endpoints: readonly Endpoint[];
  readonly listed: ListedByProvider;
}

/** True if the built-in models complement those in the configuration. */
export const usesBuiltIn = (providerId: string, { models }: Config): boolean =>
  models?.mode !== "replace" || models.providers?.[providerId] === undefined;

/**
 * A provider's models: first those in the configuration, then those the provider lists, then the built-in ones. For
 * each detail, the provider's word counts most, then the configuration, then the built-in catalog.
 */
export function catalogOf(providerId: string, { config, endpoints, listed }: CatalogInput): Catalog {
  const builtIn = endpoints.find((endpoint) => endpoint.providerId === providerId)?.models ?? [];
  const own = config.models?.providers?.[providerId]?.models ?? [];
  const live = listed.get(providerId) ?? [];
  const described = new Map<string, CatalogModel>();
  for (const model of [...own, ...builtIn]) {
    if (!described.has(model.id)) described.set(model.id, { ...DEFAULTS, ...model });
  }
  const order = [...own, ...live, ...(usesBuiltIn(providerId, config) ? builtIn : [])];
  const liveById = new Map(live.map((model) => [model.id, model]));
  return new Map(order.map(({ id }) => [id, { ...described.get(id), ...liveById.get(id) }]));
}

/** Of lists that are asked for each of their models, which are many in some. */
const indexes = new WeakMap<readonly object[], ReadonlyMap<string, object>>();

/** The first model with an id. */
export function modelById<T extends { readonly id: string }>(models: readonly T[], id: string): T | undefined {
  let index = indexes.get(models) as ReadonlyMap<string, T> | undefined;
  if (index === undefined) {
    index = new Map(models.toReversed().map((model) => [model.id, model]));
    indexes.set(models, index);
  }
  return index.get(id);
}

/** The id under which a provider lists a model: its own, or the dated one it is an alias of. */
export const listedId = (id: string, models: readonly ListedModel[]): string | undefined =>
  (modelById(models, id) ?? models.find((model) => isAliasOf(id, model.id)))?.id;

/** `retired`, or `retires:2026-11-30` if the day is known from the catalog or the provider. `today` is an ISO date. */
export function retirementTags(
  { provider, model }: ModelRef,
  endpoints: readonly Endpoint[],
  listed: readonly ListedModel[],
  today: string,
): readonly string[] {
  const { retirements = {} } = endpoints.find(({ providerId }) => providerId === provider) ?? {};
  const date = retirementOf({ retirements }, { id: model, ...modelById(listed, model) });
  if (date === undefined) return [];
  return [date <= today ? "retired" : `retires:${date}`];
}
