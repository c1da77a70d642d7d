import { isLocalUrl } from "../config/listen-address.ts";
import { aliasResolver, type ModelChoice, modelChoice } from "../config/model-selection.ts";
import type { Config } from "../config/schema.ts";
import { formatModelRef, type ModelRef, parseModelRef } from "../providers/model.ts";
import { type Endpoint, isInCatalog, isOnlyNamed } from "../providers/provider.ts";
import { type Catalog, catalogOf, type ListedByProvider, listedId, modelById, retirementTags } from "./catalog.ts";

/** One line of `models list`; has the shape of the published OpenClaw's `--json`. */
export interface ModelRow {
  readonly key: string;
  readonly name: string;
  /** Kinds joined by `+`, such as `text+image`; `-` if unknown. */
  readonly input: string;
  /** In tokens; null if unknown. */
  readonly contextWindow: number | null;
  /** The number of tokens OpenClaw may use, if fewer. */
  readonly contextTokens?: number;
  /** Served from this machine or its network. */
  readonly local: boolean;
  /** True if the provider's credential resolves. A model the provider does not list is tagged instead. */
  readonly available: boolean;
  readonly tags: readonly string[];
  /** True if it is configured, but neither described nor listed. */
  readonly missing: boolean;
}

export interface ModelFilter {
  readonly all?: boolean;
  readonly provider?: string;
  readonly local?: boolean;
}

export interface ListInput {
  readonly config: Config;
  readonly endpoints: readonly Endpoint[];
  readonly available: ReadonlySet<string>;
  readonly listed: ListedByProvider;
  readonly today: string;
}

/** Tags a model that its provider was asked about and did not list for this key. */
const NOT_OFFERED = "not offered";

/** Tags a model of which nobody has said more than its name. */
const UNKNOWN = "unknown";

function isUnknown({ provider, model }: ModelRef, { config, endpoints }: ListInput): boolean {
  const endpoint = endpoints.find(({ providerId }) => providerId === provider);
  const entry = modelById(config.models?.providers?.[provider]?.models ?? [], model);
  return endpoint !== undefined && entry !== undefined && isOnlyNamed(entry) && !isInCatalog(endpoint, model);
}

/** Every provider that is configured, built in or referred to, in that order. */
export function knownProviders({ config, endpoints }: Pick<ListInput, "config" | "endpoints">): readonly string[] {
  const referred = configuredRefs(config).flatMap(({ ref }) => (ref.provider === "" ? [] : [ref.provider]));
  const configured = Object.keys(config.models?.providers ?? {});
  return [...new Set([...configured, ...endpoints.map(({ providerId }) => providerId), ...referred])];
}

/**
 * The rows to show: the configured models; with `provider`, that provider's configured models and everything else it
 * offers; with `all`, the same for every provider. An unknown provider yields no rows.
 */
export function modelRows(input: ListInput, { all, provider, local }: ModelFilter): readonly ModelRow[] {
  const configured = new Map(configuredRefs(input.config).map((entry) => [formatModelRef(entry.ref), entry]));
  const catalogs = new Map(knownProviders(input).map((id) => [id, catalogOf(id, input)]));
  const shown = all || provider !== undefined ? [...catalogs] : [];
  const offered = shown.flatMap(([id, models]) => [...models.keys()].map((model) => ({ provider: id, model })));
  const refs = new Map(offered.map((ref) => [formatModelRef(ref), ref]));
  const ordered = new Map([...[...configured].map(([key, { ref }]) => [key, ref] as const), ...refs]);
  return [...ordered]
    .filter(([, ref]) => provider === undefined || ref.provider === provider)
    .map(([key, ref]) => row(ref, catalogs.get(ref.provider) ?? new Map(), configured.get(key)?.tags ?? [], input))
    .filter((entry) => !local || entry.local);
}

export interface ConfiguredRef {
  readonly ref: ModelRef;
  readonly tags: readonly string[];
}

/** Default, fallbacks, image model, its fallbacks, then the allow list or, without one, all configured models. */
export function configuredRefs(config: Config): readonly ConfiguredRef[] {
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
    // It cannot be served without a provider, but is listed so that this is noticed.
    const ref = parseModelRef(key) ?? { provider: "", model: key };
    if (ref.model === "*" || ref.model === "") continue;
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

function row(ref: ModelRef, catalog: Catalog, configuredTags: readonly string[], input: ListInput): ModelRow {
  const listed = input.listed.get(ref.provider);
  const id = listed && listedId(ref.model, listed);
  const model = catalog.get(ref.model) ?? catalog.get(id ?? "");
  const tags = [
    ...configuredTags,
    ...(model === undefined ? ["missing"] : []),
    ...(listed !== undefined && id === undefined ? [NOT_OFFERED] : []),
    ...(listed === undefined && isUnknown(ref, input) ? [UNKNOWN] : []),
    ...retirementTags(ref, input.endpoints, listed ?? [], input.today),
  ];
  return {
    key: formatModelRef(ref),
    name: model?.name ?? ref.model,
    input: model?.input?.join("+") ?? "-",
    contextWindow: model?.contextWindow ?? null,
    ...(model?.contextTokens !== undefined && { contextTokens: model.contextTokens }),
    local: isLocalUrl(input.config.models?.providers?.[ref.provider]?.baseUrl),
    available: input.available.has(ref.provider),
    tags,
    missing: model === undefined,
  };
}
