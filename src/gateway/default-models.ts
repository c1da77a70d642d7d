import { modelChoice } from "../config/model-selection.ts";
import type { Config, ProviderConfig } from "../config/schema.ts";
import { formatModelRef, type ModelRef, parseModelRef } from "../providers/model-ref.ts";
import type { Api } from "../providers/provider.ts";

/** Entries of `models.providers` by their id. */
export type Entries = ReadonlyMap<string, ProviderConfig>;

export interface DefaultModels {
  /** The default model and what takes its place when it fails. */
  readonly refs: readonly ModelRef[];
  /** What was left out and why, each a sentence. */
  readonly notices: readonly string[];
}

/** The default model and its fallbacks. One that speaks another protocol than the default cannot take its place. */
export function defaultModels(
  config: Config,
  entries: Entries,
  resolveAlias: (text: string) => string,
  apiOf: (providerId: string) => Api | undefined,
): DefaultModels {
  const { primary, fallbacks } = modelChoice(config.agents?.defaults?.model);
  const refs: ModelRef[] = [];
  const notices: string[] = [];
  for (const text of primary === undefined ? [] : [primary, ...fallbacks]) {
    const ref = refOf(resolveAlias(text), entries);
    const [first] = refs;
    if (ref === undefined) {
      notices.push(`The model '${text}' is of no provider that is configured, and is left out.`);
    } else if (first !== undefined && apiOf(ref.provider) !== apiOf(first.provider)) {
      const names = [ref, first].map(formatModelRef);
      notices.push(`The fallback ${names[0]} speaks another protocol than ${names[1]}, and is skipped.`);
    } else refs.push(ref);
  }
  return { refs, notices };
}

/** An id alone belongs to the provider that describes it, or else to the first. */
function refOf(text: string, entries: Entries): ModelRef | undefined {
  const ref = parseModelRef(text);
  if (ref !== undefined && entries.has(ref.provider)) return ref;
  const ids = [...entries.keys()];
  const describing = ids.find((id) => entries.get(id)?.models?.some((model) => model.id === text));
  const provider = describing ?? (ref === undefined ? ids[0] : undefined);
  return provider === undefined ? undefined : { provider, model: text };
}
