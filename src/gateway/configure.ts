import type { Credentials } from "../config/credentials.ts";
import { hostInUrl, isThisMachine, type ListenAddress, leadsTo } from "../config/listen-address.ts";
import { aliasResolver, modelChoice } from "../config/model-selection.ts";
import type { Config, ProviderConfig } from "../config/schema.ts";
import type { Problem, Result } from "../core/result.ts";
import { formatModelRef, type ModelRef, parseModelRef } from "../providers/model.ts";
import { type Api, apiOf, type Endpoint, pathKindsOf, setUpCommand } from "../providers/provider.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { makerIn, ownerIn, upstreamOf } from "./configure-upstream.ts";
import { requestRules } from "./request-head.ts";
import { responseRules } from "./response-head.ts";
import type { GatewaySettings, Upstream } from "./settings.ts";

export interface ConfigureInput {
  readonly config: Config;
  readonly endpoints: readonly Endpoint[];
  readonly credentials: ReadonlyMap<string, Result<Credentials, readonly Problem[]>>;
  readonly listen: ListenAddress;
  /** Hosts that lead there besides, as URLs write them. */
  readonly ownHosts?: ReadonlySet<string>;
  /** Decided by the command line and the environment. */
  readonly rules: Pick<
    GatewaySettings,
    "access" | "stripPrefill" | "namesClients" | "allowedHosts" | "allowedOrigins" | "hop"
  >;
  /** Of the commands that messages name. */
  readonly profile?: string | undefined;
  readonly english: Texts;
  /** Further knowledge of models; without it, upstreams are asked for their lists. */
  readonly catalog?: GatewaySettings["catalog"];
  readonly freshenCatalog?: GatewaySettings["freshenCatalog"];
}

export interface ConfiguredGateway {
  readonly settings: GatewaySettings;
  readonly notices: readonly Message[];
  /** The settings' problems, and the providers that cannot be used, for whoever reads another language. */
  readonly problems: readonly Message[];
  readonly unusable: ReadonlyMap<string, Message>;
}

type ProviderEntries = ReadonlyMap<string, ProviderConfig>;

/** Builds the gateway's settings from what was read; does no I/O itself. */
export function configure({
  config,
  endpoints,
  credentials,
  listen,
  ownHosts,
  rules,
  profile,
  english,
  catalog = () => new Map(),
  freshenCatalog = () => undefined,
}: ConfigureInput): ConfiguredGateway {
  const all = Object.entries(config.models?.providers ?? {});
  const here = { hostname: hostInUrl(listen.host), port: listen.port };
  const own = new Set(all.filter(([, { baseUrl }]) => leadsTo(baseUrl, here, ownHosts)).map(([id]) => id));
  const entries = new Map(all.filter(([id]) => !own.has(id)));
  const upstreams = new Map<string, Upstream>();
  const unusable = new Map<string, Message>();
  const problems: Message[] = [];
  const apiFor = (id: string) => apiOf(id, entries.get(id)?.api, endpoints);
  for (const [id, entry] of entries) {
    const resolved = credentials.get(id);
    if (resolved === undefined) continue;
    const upstream = upstreamOf(id, entry, resolved, { endpoints, rules });
    if (upstream.ok) {
      upstreams.set(id, upstream.value);
      continue;
    }
    unusable.set(id, upstream.error);
    if (apiFor(id) !== undefined) problems.push(upstream.error);
  }
  if (entries.size === 0) problems.push(({ gateway }) => gateway.noProvider);
  const alias = aliasResolver(config);
  /** When the published OpenClaw is the client, it prefixes models of other providers with this gateway's name. */
  const resolveAlias = (text: string) => {
    const resolved = alias(text);
    const ref = own.size === 0 ? undefined : parseModelRef(resolved);
    return ref !== undefined && own.has(ref.provider) ? ref.model : resolved;
  };
  const { refs, notices } = defaultModels(config, entries, resolveAlias, apiFor);
  const [primary] = refs;
  const knownProviders = new Map(
    endpoints.map((endpoint) => {
      const { providerId, label } = endpoint;
      const owner = {
        providerId,
        label,
        paths: pathKindsOf(endpoint.api, endpoint),
        setUp: setUpCommand(endpoint, profile),
      };
      return [providerId, owner] as const;
    }),
  );
  const settings: GatewaySettings = {
    ...rules,
    requestRules: requestRules(
      endpoints.flatMap(({ reservedHeaders = [] }) => reservedHeaders),
      endpoints.flatMap(({ attribution }) => attribution?.names ?? []),
    ),
    responseRules: responseRules(
      endpoints.flatMap(({ logIdHeader }) => logIdHeader ?? []),
      endpoints.flatMap(({ cacheStatusHeader }) => cacheStatusHeader ?? []),
    ),
    upstreams,
    unusable: new Map([...unusable].map(([id, message]) => [id, say(message, english)])),
    problems: problems.map((message) => say(message, english)),
    isReady: primary === undefined ? upstreams.size > 0 : upstreams.has(primary.provider),
    defaults: refs,
    resolveAlias,
    catalog,
    freshenCatalog,
    ownerOf: (model) => knownProviders.get(ownerIn(endpoints, model)?.providerId ?? ""),
    makerOf: (named) => makerIn(endpoints, named)?.providerId,
    knownProviders,
  };
  const ownNotices = [...own].map(
    (id): Message =>
      ({ gateway }) =>
        gateway.ownProvider(id),
  );
  const unencrypted = [...upstreams.values()].flatMap(({ providerId: id, origin }): readonly Message[] => {
    const { protocol, hostname } = new URL(origin);
    return protocol === "https:" || isThisMachine(hostname)
      ? []
      : [({ gateway }) => gateway.unencrypted({ id, host: hostname })];
  });
  return { settings, problems, unusable, notices: [...ownNotices, ...unencrypted, ...unusable.values(), ...notices] };
}

interface DefaultModels {
  readonly refs: readonly ModelRef[];
  readonly notices: readonly Message[];
}

/** The default model and its fallbacks. A fallback with a different protocol cannot replace the default. */
function defaultModels(
  config: Config,
  entries: ProviderEntries,
  resolveAlias: (text: string) => string,
  apiFor: (providerId: string) => Api | undefined,
): DefaultModels {
  const { primary, fallbacks } = modelChoice(config.agents?.defaults?.model);
  const refs: ModelRef[] = [];
  const notices: Message[] = [];
  for (const text of primary === undefined ? [] : [primary, ...fallbacks]) {
    const ref = refOf(resolveAlias(text), entries);
    const [first] = refs;
    if (ref === undefined) notices.push(({ gateway }) => gateway.modelOfNoProvider(text));
    else if (first !== undefined && apiFor(ref.provider) !== apiFor(first.provider)) {
      const names = { fallback: formatModelRef(ref), primary: formatModelRef(first) };
      notices.push(({ gateway }) => gateway.fallbackOfOtherProtocol(names));
    } else refs.push(ref);
  }
  return { refs, notices };
}

/** An id alone belongs to the provider that describes it, else to the first. */
function refOf(text: string, entries: ProviderEntries): ModelRef | undefined {
  const ref = parseModelRef(text);
  if (ref !== undefined && entries.has(ref.provider)) return ref;
  const ids = [...entries.keys()];
  const describing = ids.find((id) => entries.get(id)?.models?.some((model) => model.id === text));
  const provider = describing ?? (ref === undefined ? ids[0] : undefined);
  return provider === undefined ? undefined : { provider, model: text };
}
