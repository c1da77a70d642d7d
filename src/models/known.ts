import type { Config } from "../config/schema.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { ListedModel } from "../providers/model.ts";
import type { Endpoint } from "../providers/provider.ts";
import { readCache } from "./cache.ts";
import { catalogOf, type ListedByProvider, retirementTags } from "./catalog.ts";

/** None if they cannot be read: the built-in models serve as well. */
function cachedLists(...asked: Parameters<typeof readCache>): ListedByProvider {
  try {
    return readCache(...asked).listed;
  } catch (error) {
    if (error instanceof OpenclawError) return new Map();
    throw error;
  }
}

/** What requests can name: configured models, those of the last list, and built-in ones that no list contradicts. */
export function knownModels(
  { config, endpoints }: { readonly config: Config; readonly endpoints: readonly Endpoint[] },
  paths: Pick<Paths, "stateDir">,
  context: Pick<Context, "files" | "now">,
): ReadonlyMap<string, readonly Pick<ListedModel, "id" | "name">[]> {
  const listed = cachedLists({ config, endpoints }, paths, context);
  const today = context.now().toISOString().slice(0, "2026-11-28".length);
  const known = Object.keys(config.models?.providers ?? {}).map((provider) => {
    const list = listed.get(provider);
    const catalog = catalogOf(provider, { config, endpoints, listed });
    const described = new Set(config.models?.providers?.[provider]?.models?.map(({ id }) => id));
    const isOffered = (id: string) => described.has(id) || list === undefined || list.some((model) => model.id === id);
    const isRetired = (id: string) =>
      retirementTags({ provider, model: id }, endpoints, list ?? [], today).includes("retired");
    const models = [...catalog].filter(([id]) => isOffered(id) && !isRetired(id));
    return [provider, models.map(([id, { name }]) => ({ id, ...(name !== undefined && { name }) }))] as const;
  });
  return new Map(known);
}
