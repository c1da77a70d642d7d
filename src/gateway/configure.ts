import { aliasResolver, modelChoice } from "../config/model-selection.ts";
import type { Config } from "../config/schema.ts";
import { formatModelRef, type ModelRef, parseModelRef } from "../providers/model-ref.ts";
import type { Endpoint } from "../providers/provider.ts";
import type { GatewaySettings, Upstream } from "./settings.ts";
import { apiOf, type Entry, upstreamOf } from "./upstreams.ts";

export interface ConfigureInput {
  readonly config: Config;
  readonly endpoints: readonly Endpoint[];
  /** What the references of each entry of `models.providers` came to. */
  readonly credentials: ReadonlyMap<string, Entry["credentials"]>;
  /** What the command line and the environment decide. */
  readonly rules: Pick<GatewaySettings, "access" | "stripPrefill" | "allowedHosts" | "allowedOrigins">;
}

export interface Configured {
  readonly settings: GatewaySettings;
  /** What is to be said once when the settings are taken up: each a sentence. */
  readonly notices: readonly string[];
}

/** What the gateway works with, from what the files say; it asks nobody and reads nothing. */
export function settingsFrom({ config, endpoints, credentials, rules }: ConfigureInput): Configured {
  const upstreams = new Map<string, Upstream>();
  const unusable = new Map<string, string>();
  const problems: string[] = [];
  for (const [id, resolved] of credentials) {
    const entry = config.models?.providers?.[id] ?? {};
    const upstream = upstreamOf({ id, entry, credentials: resolved }, endpoints);
    if (upstream.ok) {
      upstreams.set(id, upstream.value);
      continue;
    }
    const why = `models.providers.${id}: ${upstream.error}`;
    unusable.set(id, why);
    if (apiOf(id, entry, endpoints) !== undefined) problems.push(why);
  }
  if (credentials.size === 0) problems.push("No provider is configured. Run `openclaw onboard`.");
  const { refs, notices } = defaultsOf(config, endpoints);
  const [primary] = refs;
  const isReady = primary === undefined ? upstreams.size > 0 : upstreams.has(primary.provider);
  const resolveAlias = aliasResolver(config);
  return {
    settings: { ...rules, upstreams, unusable, problems, isReady, defaults: refs, resolveAlias },
    notices: [...unusable.values(), ...notices],
  };
}

/** The default model and its fallbacks. One that speaks another protocol than the default cannot take its place. */
function defaultsOf(
  config: Config,
  endpoints: readonly Endpoint[],
): { readonly refs: readonly ModelRef[]; readonly notices: readonly string[] } {
  const { primary, fallbacks } = modelChoice(config.agents?.defaults?.model);
  const resolveAlias = aliasResolver(config);
  const entries = config.models?.providers ?? {};
  const apiFor = ({ provider }: ModelRef) => apiOf(provider, entries[provider] ?? {}, endpoints);
  const refs: ModelRef[] = [];
  const notices: string[] = [];
  for (const text of primary === undefined ? [] : [primary, ...fallbacks]) {
    const ref = refOf(resolveAlias(text), entries);
    const [first] = refs;
    if (ref === undefined) notices.push(`The model '${text}' is of no provider that is configured, and is left out.`);
    else if (first !== undefined && apiFor(ref) !== apiFor(first)) {
      notices.push(
        `The fallback ${formatModelRef(ref)} speaks another protocol than ${formatModelRef(first)}, and is skipped.`,
      );
    } else refs.push(ref);
  }
  return { refs, notices };
}

/** An id without a provider belongs to the one that describes it. */
function refOf(text: string, entries: NonNullable<NonNullable<Config["models"]>["providers"]>): ModelRef | undefined {
  const ref = parseModelRef(text);
  if (ref !== undefined && Object.hasOwn(entries, ref.provider)) return ref;
  const [provider] = Object.entries(entries).find(([, { models }]) => models?.some(({ id }) => id === text)) ?? [];
  return provider === undefined ? undefined : { provider, model: text };
}
