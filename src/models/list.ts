import { aliasResolver, type ModelChoice, modelChoice } from "../config/model-selection.ts";
import type { Config, ModelConfig, ProviderConfig } from "../config/schema.ts";
import { formatModelRef, type ModelRef, parseModelRef } from "../providers/model-ref.ts";
import type { Model, Provider } from "../providers/provider.ts";

/** One line of `models list`; the shape of the published OpenClaw's `--json`. */
export interface ModelRow {
  readonly key: string;
  readonly name: string;
  /** Kinds joined by `+`: `text+image`; `-` when the model is not known. */
  readonly input: string;
  /** Tokens; null when the model is not known. */
  readonly contextWindow: number | null;
  /** Tokens that OpenClaw may use, where that is less. */
  readonly contextTokens?: number;
  /** Served from this machine or its network. */
  readonly local: boolean;
  /** Whether the provider's credential resolves. */
  readonly available: boolean;
  readonly tags: readonly string[];
  /** Configured, but described nowhere. */
  readonly missing: boolean;
}

export interface ListOptions {
  readonly all?: boolean;
  readonly provider?: string;
  readonly local?: boolean;
}

export interface ListInput {
  readonly config: Config;
  readonly providers: readonly Provider[];
  /** Providers whose credential resolves. */
  readonly authorised: ReadonlySet<string>;
}

/** @source what the published OpenClaw takes for a model that does not say (seen with its `config get`). */
const DEFAULT_CONTEXT_WINDOW = 200_000;

/** Every provider that is configured, built in or referred to, in that order. */
export function knownProviders({ config, providers }: Pick<ListInput, "config" | "providers">): readonly string[] {
  const referred = configuredRefs(config).map(({ ref }) => ref.provider);
  const configured = Object.keys(config.models?.providers ?? {});
  return [...new Set([...configured, ...providers.map(({ endpoint }) => endpoint.providerId), ...referred])];
}

/**
 * The rows to show: the configured models, with `provider` those of one provider and everything else it is known to
 * offer, with `all` those of every provider. Throws nothing; an unknown provider gives no rows.
 */
export function listModels(input: ListInput, { all, provider, local }: ListOptions): readonly ModelRow[] {
  const configured = new Map(configuredRefs(input.config).map((entry) => [formatModelRef(entry.ref), entry]));
  const offers = new Map(knownProviders(input).map((id) => [id, offeredBy(id, input)]));
  const shown = all || provider !== undefined ? [...offers] : [];
  const offered = shown.flatMap(([id, models]) => [...models.keys()].map((model) => ({ provider: id, model })));
  const refs = new Map(offered.map((ref) => [formatModelRef(ref), ref]));
  const ordered = new Map([...[...configured].map(([key, { ref }]) => [key, ref] as const), ...refs]);
  return [...ordered]
    .filter(([, ref]) => provider === undefined || ref.provider === provider)
    .map(([key, ref]) => row(ref, offers.get(ref.provider)?.get(ref.model), configured.get(key)?.tags ?? [], input))
    .filter((entry) => !local || entry.local);
}

interface ConfiguredRef {
  readonly ref: ModelRef;
  readonly tags: readonly string[];
}

/** Default, fallbacks, image model, its fallbacks, then the allow list; without one, all models of the configuration. */
function configuredRefs(config: Config): readonly ConfiguredRef[] {
  const { model, imageModel, models: allowed } = config.agents?.defaults ?? {};
  const tagged = [
    ...choiceTags(modelChoice(model), "default", "fallback"),
    ...choiceTags(modelChoice(imageModel), "image", "img-fallback"),
  ];
  const own = Object.entries(config.models?.providers ?? {}).flatMap(([id, entry]) =>
    (entry.models ?? []).map((described) => formatModelRef({ provider: id, model: described.id })),
  );
  for (const text of allowed === undefined ? own : Object.keys(allowed)) {
    tagged.push([text, allowed === undefined ? [] : ["configured"]]);
  }
  const resolveAlias = aliasResolver(config);
  const merged = new Map<string, ConfiguredRef>();
  for (const [text, tags] of tagged) {
    const key = resolveAlias(text);
    const ref = parseModelRef(key);
    if (ref === undefined || ref.model === "*") continue;
    merged.set(key, { ref, tags: [...(merged.get(key)?.tags ?? []), ...tags] });
  }
  return [...merged].map(([key, { ref, tags }]) => {
    const alias = allowed?.[key]?.alias;
    return { ref, tags: alias === undefined ? tags : [...tags, `alias:${alias}`] };
  });
}

function choiceTags({ primary, fallbacks }: ModelChoice, first: string, others: string): [string, string[]][] {
  const tagged: [string, string[]][] = fallbacks.map((text, index) => [text, [`${others}#${index + 1}`]]);
  return primary === undefined ? tagged : [[primary, [first]], ...tagged];
}

type Offers = ReadonlyMap<string, ModelConfig | Model>;

/** What the configuration describes, then what the catalogue adds; by id. */
function offeredBy(providerId: string, { config, providers }: ListInput): Offers {
  const entry = config.models?.providers?.[providerId];
  const replaced = config.models?.mode === "replace" && entry !== undefined;
  const known = providers.find(({ endpoint }) => endpoint.providerId === providerId)?.endpoint.models ?? [];
  const offers = new Map<string, ModelConfig | Model>();
  for (const model of [...(entry?.models ?? []), ...(replaced ? [] : known)]) {
    if (!offers.has(model.id)) offers.set(model.id, model);
  }
  return offers;
}

function row(
  ref: ModelRef,
  model: ModelConfig | Model | undefined,
  tags: readonly string[],
  input: ListInput,
): ModelRow {
  const entry = input.config.models?.providers?.[ref.provider];
  const contextTokens = model !== undefined && "contextTokens" in model ? model.contextTokens : undefined;
  return {
    key: formatModelRef(ref),
    name: model?.name ?? ref.model,
    input: model === undefined ? "-" : (model.input ?? ["text"]).join("+"),
    contextWindow: model === undefined ? null : (model.contextWindow ?? DEFAULT_CONTEXT_WINDOW),
    ...(contextTokens !== undefined && { contextTokens }),
    local: isLocal(entry),
    available: input.authorised.has(ref.provider),
    tags: model === undefined ? [...tags, "missing"] : tags,
    missing: model === undefined,
  };
}

/** Loopback, private networks and `.local` names. */
const LOCAL_HOST =
  /^(?:localhost|.+\.local|127(?:\.\d+){3}|10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|\[::1\])$/i;

function isLocal(entry: ProviderConfig | undefined): boolean {
  const url = entry?.baseUrl;
  return url !== undefined && URL.canParse(url) && LOCAL_HOST.test(new URL(url).hostname);
}
