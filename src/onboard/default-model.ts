import { aliasResolver, modelChoice } from "../config/model-selection.ts";
import { formatModelRef, type ModelRef, parseModelRef } from "../providers/model-ref.ts";
import type { Endpoint } from "../providers/provider.ts";
import { entryOf, type Today } from "./current-state.ts";

/** The default model and its fallbacks, aliases resolved; the first is undefined when there is no default. */
function selection({ config: { config } }: Pick<Today, "config">) {
  const { primary, fallbacks } = modelChoice(config.agents?.defaults?.model);
  const resolve = aliasResolver(config);
  return [primary, ...fallbacks].map((text) => (text === undefined ? undefined : resolve(text)));
}

/** The default model; undefined when there is none. */
export function currentPrimary(today: Pick<Today, "config">): string | undefined {
  return selection(today)[0];
}

/** The default model and its fallbacks, as they are written. */
export function selectedModels(today: Pick<Today, "config">): readonly string[] {
  return selection(today).filter((text) => text !== undefined);
}

/**
 * The model to make the default: the one asked for, else today's if an endpoint that is set up serves it, else the first
 * endpoint's own.
 */
export function chosenModel(endpoints: readonly Endpoint[], wished: ModelRef | undefined, today: Today): ModelRef {
  const primary = parseModelRef(currentPrimary(today) ?? "");
  const [first] = endpoints;
  const isServed = endpoints.some(({ providerId }) => providerId === primary?.provider);
  const own = { provider: first?.providerId ?? "", model: first?.defaultModel ?? "" };
  return wished ?? (primary !== undefined && isServed ? primary : own);
}

/** The model that an endpoint's entry has to describe: the default if it serves that, else its own if it has none yet. */
export function modelOf(endpoint: Endpoint, chosen: ModelRef | undefined, today: Today): string | undefined {
  if (chosen?.provider === endpoint.providerId) return chosen.model;
  return entryOf(endpoint, today).models === undefined ? endpoint.defaultModel : undefined;
}

/** Whether making `model` the default would put it in the place of another provider's model. */
export function wouldReplaceDefault(model: ModelRef | undefined, today: Today): boolean {
  const primary = currentPrimary(today);
  if (model === undefined || primary === undefined || primary === formatModelRef(model)) return false;
  return parseModelRef(primary)?.provider !== model.provider;
}
