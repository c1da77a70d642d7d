import type { Credentials } from "../config/credentials.ts";
import type { ProviderConfig } from "../config/schema.ts";
import { fail, ok, type Problem, type Result, withPlace } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { unsendableHeader } from "../core/sendable.ts";
import { isDated, type ModelRef, parseModelRef, withoutDate } from "../providers/model.ts";
import { type Api, apiOf, type Endpoint, PLACEHOLDER_KEY, pathKindsOf, type Setup } from "../providers/provider.ts";
import { setupFault } from "../providers/setup-fault.ts";
import { type Message, say } from "../text/message.ts";
import type { Diagnose, GatewaySettings, Upstream } from "./settings.ts";

export interface UpstreamDeps {
  readonly endpoints: readonly Endpoint[];
  readonly rules: Pick<GatewaySettings, "namesClients" | "hop">;
}

/** A provider's entry with its first key, which knows the same with each further one. */
export function upstreamOf(
  id: string,
  entry: ProviderConfig,
  credentials: Result<Credentials, readonly Problem[]>,
  known: UpstreamDeps,
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
  { endpoints, rules }: UpstreamDeps,
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
    hasFee: endpoint?.hasFee?.(setup) === true,
    diagnose: diagnoseFor(setup, endpoint, endpoint ?? endpoints[0]),
    nextKeys: [],
  });
}

/** A provider's own address never leads back here, and need not know who passes a request on. */
const hopHeader = (hop: string | undefined, baseUrl: string, endpoint: Endpoint | undefined) =>
  hop === undefined || endpoint?.ownUrl?.(baseUrl) !== undefined ? [] : [["via", `1.1 ${hop}`] as const];

export function ownerIn(endpoints: readonly Endpoint[], model: string): Endpoint | undefined {
  const named = parseModelRef(model);
  return (named && makerIn(endpoints, named)) ?? endpoints.find(({ names }) => names?.(model));
}

export const makerIn = (endpoints: readonly Endpoint[], { provider, model }: ModelRef): Endpoint | undefined =>
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
