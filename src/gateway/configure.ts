import type { Credentials } from "../config/credentials.ts";
import { hostInUrl, isThisMachine, type ListenAddress, leadsTo } from "../config/listen-address.ts";
import { aliasResolver, modelChoice } from "../config/model-selection.ts";
import type { Config, ProviderConfig } from "../config/schema.ts";
import { fail, ok, type Problem, type Result, withPlace } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { unsendableHeader } from "../core/sendable.ts";
import { formatModelRef, isDated, type ModelRef, parseModelRef, withoutDate } from "../providers/model.ts";
import {
  type Api,
  apiOf,
  type Endpoint,
  PLACEHOLDER_KEY,
  pathKindsOf,
  type Setup,
  setUpCommand,
} from "../providers/provider.ts";
import { setupFault } from "../providers/setup-fault.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { requestRules } from "./request-head.ts";
import { responseRules } from "./response-head.ts";
import type { Diagnose, GatewaySettings, Upstream } from "./settings.ts";

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
    responseRules: responseRules(endpoints.flatMap(({ logIdHeader }) => logIdHeader ?? [])),
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
  return { settings, notices: [...ownNotices, ...unencrypted, ...unusable.values(), ...notices] };
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

/** A provider's entry with its first key, which knows the same with each further one. */
function upstreamOf(
  id: string,
  entry: ProviderConfig,
  credentials: Result<Credentials, readonly Problem[]>,
  known: Pick<ConfigureInput, "endpoints" | "rules">,
): Result<Upstream, Message> {
  const api = apiOf(id, entry.api, known.endpoints);
  if (api === undefined) return fail(({ gateway }) => gateway.unsupportedProtocol({ id, protocol: entry.api }));
  if (!credentials.ok) return fail(providerProblem(id, credentials.error));
  const { moreKeys = [], ...first } = credentials.value;
  const upstream = upstreamWithKey(id, entry, api, first, known);
  if (!upstream.ok) return upstream;
  const nextKeys: Upstream[] = [];
  for (const key of moreKeys) {
    const next = upstreamWithKey(id, entry, api, { ...first, apiKey: key.value }, known);
    if (!next.ok) return next;
    if (isSentOtherwise(next.value, upstream.value)) nextKeys.push(next.value);
  }
  return nextKeys.length === 0 ? upstream : ok({ ...upstream.value, nextKeys });
}

/** False where the entry says that no key is sent. */
const isSentOtherwise = (one: Upstream, other: Upstream): boolean =>
  [...one.headers].some(([name, value]) => other.headers.get(name) !== value);

function upstreamWithKey(
  id: string,
  entry: ProviderConfig,
  api: Api,
  { apiKey, headers }: Credentials,
  { endpoints, rules }: Pick<ConfigureInput, "endpoints" | "rules">,
): Result<Upstream, Message> {
  const endpoint = endpoints.find(({ providerId }) => providerId === id);
  const baseUrl = baseUrlOf(id, entry, api);
  if (!baseUrl.ok) return baseUrl;
  const setup: Setup = {
    baseUrl: baseUrl.value,
    ...(apiKey !== undefined && !apiKey.equals(NO_KEY) && { apiKey }),
    headers,
    model: "",
    values: endpoint?.answersIn(entry) ?? {},
  };
  if (endpoint !== undefined && setup.apiKey === undefined && entry.auth !== "token") {
    return fail(({ gateway }) => gateway.noApiKey(id));
  }
  const fault = endpoint && setupFault(endpoint, { ...setup, entry: { ...entry, baseUrl: baseUrl.value } });
  if (fault !== undefined) return fail(providerProblem(id, [fault]));
  const sent = endpoint === undefined ? foreignHeaders(setup, api) : endpoint.requestHeaders(setup);
  const [unsendable] = Object.entries(sent).flatMap(([name, value]) => unsendableHeader(name, value) ?? []);
  if (unsendable !== undefined) return fail(providerProblem(id, [unsendable]));
  const { origin, pathname } = new URL(baseUrl.value);
  const described = new Set(entry.models?.map((model) => model.id));
  const undated = new Set([...described].map(withoutDate));
  // A dated id is the model that the entry has without a date, and the other way round.
  const describes = (model: string) =>
    described.has(model) || (isDated(model) ? described.has(withoutDate(model)) : undated.has(model));
  return ok({
    providerId: id,
    api,
    origin,
    basePath: pathname.replace(/\/+$/, ""),
    headers: new Map([...hopHeader(rules.hop, baseUrl.value, endpoint), ...Object.entries(sent)]),
    attribute: endpoint?.attribution?.attributeFor(sent, rules.namesClients),
    paths: new Set(pathKindsOf(api, endpoint)),
    describes,
    owns: (model) => endpoint?.owns(model) === true,
    names: (model) => endpoint?.names?.(model) === true,
    maySend: (model) => endpoint === undefined || describes(model) || isServedAt(endpoint, model, endpoints),
    diagnose: diagnoseFor(setup, endpoint, endpoint ?? endpoints[0]),
    nextKeys: [],
  });
}

/** A provider's own address never leads back here, and need not know who passes a request on. */
const hopHeader = (hop: string | undefined, baseUrl: string, endpoint: Endpoint | undefined) =>
  hop === undefined || endpoint?.ownUrl?.(baseUrl) !== undefined ? [] : [["via", `1.1 ${hop}`] as const];

function ownerIn(endpoints: readonly Endpoint[], model: string): Endpoint | undefined {
  const named = parseModelRef(model);
  return (named && makerIn(endpoints, named)) ?? endpoints.find(({ names }) => names?.(model));
}

const makerIn = (endpoints: readonly Endpoint[], { provider, model }: ModelRef): Endpoint | undefined =>
  endpoints.find(({ id, names }) => id === provider && names?.(model));

function isServedAt(endpoint: Endpoint, model: string, endpoints: readonly Endpoint[]): boolean {
  if (endpoint.isClosed) return endpoint.owns(model);
  const owner = ownerIn(endpoints, model);
  return owner === undefined || owner === endpoint;
}

const providerProblem =
  (id: string, problems: readonly Problem[]): Message =>
  (text) =>
    text.gateway.providerProblem({ id, sentences: problems.map((problem) => say(withPlace(problem), text)) });

const NO_KEY = new Secret(PLACEHOLDER_KEY);

function baseUrlOf(id: string, { baseUrl }: ProviderConfig, api: Api): Result<string, Message> {
  if (baseUrl === undefined) return fail(({ gateway }) => gateway.noBaseUrl(id));
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || /[{}]/.test(baseUrl))
    return fail(({ gateway }) => gateway.baseUrlNotUrl(id));
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    return fail(({ gateway }) => gateway.baseUrlParts(id));
  const withoutSlash = baseUrl.replace(/\/+$/, "");
  // Clients of Anthropic's protocol append /v1 to the base URL themselves.
  return ok(api === "anthropic-messages" ? withoutSlash.replace(/\/v1$/, "") : withoutSlash);
}

/**
 * The key, in its protocol's header, and the entry's own headers, which take precedence. An empty value removes a
 * header.
 */
function foreignHeaders({ apiKey, headers }: Setup, api: Api): Readonly<Record<string, string>> {
  const key = apiKey?.reveal();
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.reveal()] as const);
  const all = {
    ...(key !== undefined &&
      (api === "anthropic-messages" ? { "x-api-key": key } : { authorization: `Bearer ${key}` })),
    ...Object.fromEntries(own),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

/** Network faults are the same for all upstreams; an unknown upstream's responses have to speak for themselves. */
function diagnoseFor(setup: Setup, endpoint: Endpoint | undefined, judge: Endpoint | undefined): Diagnose {
  return async (response, model) => {
    if (judge === undefined || (endpoint === undefined && response.ok)) return undefined;
    const { diagnose } = await judge.checks();
    return diagnose(response, { ...setup, model }, model === "" ? "models" : "message");
  };
}
