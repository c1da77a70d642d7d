import { aliasResolver } from "../config/model-selection.ts";
import type { Config, ProviderConfig } from "../config/schema.ts";
import { parseModelRef } from "../providers/model-ref.ts";
import type { Endpoint } from "../providers/provider.ts";
import { defaultModels } from "./default-models.ts";
import { type Entrance, isLoopback } from "./entrance.ts";
import { requestRules, responseRules } from "./headers.ts";
import type { GatewaySettings, Upstream } from "./settings.ts";
import { apiOf, type Entry, upstreamOf } from "./upstreams.ts";

export interface ConfigureInput {
  readonly config: Config;
  readonly endpoints: readonly Endpoint[];
  /** What the references of each entry of `models.providers` came to. */
  readonly credentials: ReadonlyMap<string, Entry["credentials"]>;
  /** Where the gateway itself takes connections. */
  readonly entrance: Entrance;
  /** What the command line and the environment decide. */
  readonly rules: Pick<GatewaySettings, "access" | "stripPrefill" | "allowedHosts" | "allowedOrigins">;
}

export interface Configured {
  readonly settings: GatewaySettings;
  /** What is to be said once when the settings are taken up: each a sentence. */
  readonly notices: readonly string[];
}

/** What the gateway works with, from what the files say; it asks nobody and reads nothing. */
export function settingsFrom({ config, endpoints, credentials, entrance, rules }: ConfigureInput): Configured {
  const all = Object.entries(config.models?.providers ?? {});
  const own = new Set(all.filter(([, entry]) => leadsTo(entrance, entry)).map(([id]) => id));
  const entries = new Map(all.filter(([id]) => !own.has(id)));
  const upstreams = new Map<string, Upstream>();
  const unusable = new Map<string, string>();
  const problems: string[] = [];
  const apiFor = (id: string) => apiOf(id, entries.get(id) ?? {}, endpoints);
  for (const [id, entry] of entries) {
    const resolved = credentials.get(id);
    if (resolved === undefined) continue;
    const upstream = upstreamOf({ id, entry, credentials: resolved }, endpoints);
    if (upstream.ok) {
      upstreams.set(id, upstream.value);
      continue;
    }
    const why = `models.providers.${id}: ${upstream.error}`;
    unusable.set(id, why);
    if (apiFor(id) !== undefined) problems.push(why);
  }
  if (entries.size === 0) problems.push("No provider is configured. Run `openclaw onboard`.");
  const alias = aliasResolver(config);
  /** Where the published OpenClaw is a client, it names this gateway as the provider of what others serve. */
  const resolveAlias = (text: string) => {
    const resolved = alias(text);
    const ref = own.size === 0 ? undefined : parseModelRef(resolved);
    return ref !== undefined && own.has(ref.provider) ? ref.model : resolved;
  };
  const { refs, notices } = defaultModels(config, entries, resolveAlias, apiFor);
  const [primary] = refs;
  const isReady = primary === undefined ? upstreams.size > 0 : upstreams.has(primary.provider);
  return {
    settings: {
      ...rules,
      requestRules: requestRules(endpoints.flatMap(({ reservedHeaders = [] }) => reservedHeaders)),
      responseRules: responseRules(endpoints.flatMap(({ logIdHeader }) => logIdHeader ?? [])),
      upstreams,
      unusable,
      problems,
      isReady,
      defaults: refs,
      resolveAlias,
    },
    notices: [...[...own].map(aboutOwn), ...unusable.values(), ...notices],
  };
}

const aboutOwn = (id: string) =>
  `models.providers.${id} leads to this gateway itself: what names it is served by the other providers.`;

function leadsTo({ host, port }: Entrance, { baseUrl }: ProviderConfig): boolean {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return false;
  const url = new URL(baseUrl);
  const name = url.hostname.replace(/^\[|\]$/g, "");
  const isHere = name === "localhost" || name === host || isLoopback(name);
  return isHere && Number(url.port || (url.protocol === "https:" ? 443 : 80)) === port;
}
