import { aliasResolver, modelChoice } from "../config/model-selection.ts";
import { formatModelRef, type ModelRef, parseModelRef } from "../providers/model-ref.ts";
import type { Provider } from "../providers/provider.ts";
import type { Today } from "./today.ts";

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

/** The model to set up: the one asked for, else today's default if this provider serves it, else the provider's own. */
export function chosenModel(provider: Provider, wished: ModelRef | undefined, today: Today): ModelRef {
  const { providerId, defaultModel } = provider.endpoint;
  const primary = parseModelRef(currentPrimary(today) ?? "");
  return wished ?? (primary?.provider === providerId ? primary : { provider: providerId, model: defaultModel });
}

/** Whether making `model` the default would put it in the place of another provider's model. */
export function wouldReplaceDefault(model: ModelRef | undefined, today: Today): boolean {
  const primary = currentPrimary(today);
  if (model === undefined || primary === undefined || primary === formatModelRef(model)) return false;
  return parseModelRef(primary)?.provider !== model.provider;
}
