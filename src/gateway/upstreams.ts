import type { Credentials } from "../config/credentials.ts";
import type { ProviderConfig } from "../config/schema.ts";
import { fail, ok, type Problem, problemText, type Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { PLACEHOLDER_KEY } from "../providers/placeholder-key.ts";
import { type Api, type Endpoint, protocolOf, type Setup } from "../providers/provider.ts";
import { setupFault } from "../providers/setup-fault.ts";
import { en } from "../text/en/index.ts";
import type { Diagnose, Upstream } from "./settings.ts";

/** An entry of `models.providers`, and what its references came to. */
export interface Entry {
  readonly id: string;
  readonly entry: ProviderConfig;
  readonly credentials: Result<Credentials, readonly Problem[]>;
}

/** The protocols that the gateway forwards. */
const APIS: readonly Api[] = ["anthropic-messages", "openai-completions", "openai-responses"];

/** The protocol of an entry; undefined when the gateway does not speak it. */
export function apiOf(id: string, { api }: ProviderConfig, endpoints: readonly Endpoint[]): Api | undefined {
  const spoken = protocolOf(
    api,
    endpoints.find(({ providerId }) => providerId === id),
  );
  return APIS.find((known) => known === spoken);
}

/** Who answers for an entry, or the sentence that says why nobody does. */
export function upstreamOf(
  { id, entry, credentials }: Entry,
  endpoints: readonly Endpoint[],
): Result<Upstream, string> {
  const api = apiOf(id, entry, endpoints);
  if (api === undefined) return fail(`The gateway does not speak ${entry.api}.`);
  if (!credentials.ok) {
    return fail(credentials.error.map((problem) => problemText(problem, en)).join(" "));
  }
  const endpoint = endpoints.find(({ providerId }) => providerId === id);
  const baseUrl = baseUrlOf(entry, api);
  if (!baseUrl.ok) return baseUrl;
  const { apiKey, headers } = credentials.value;
  const setup: Setup = {
    baseUrl: baseUrl.value,
    ...(apiKey !== undefined && !apiKey.equals(NO_KEY) && { apiKey }),
    headers,
    model: "",
    values: endpoint?.answersIn(entry) ?? {},
  };
  if (endpoint !== undefined && setup.apiKey === undefined && entry.auth !== "token") {
    return fail("It has no API key. Run `openclaw onboard`.");
  }
  const fault = endpoint && setupFault(endpoint, { ...setup, entry: { ...entry, baseUrl: baseUrl.value } });
  if (fault !== undefined) return fail(problemText(fault, en));
  const sent = endpoint === undefined ? foreignHeaders(setup, api) : endpoint.requestHeaders(setup);
  const [bad] = Object.entries(sent).find(([name, value]) => !isHeader(name, value)) ?? [];
  if (bad !== undefined) return fail(`The header '${bad.replace(/[^ -~]/g, "?")}' cannot be sent like this.`);
  const { origin, pathname } = new URL(baseUrl.value);
  const described = new Set(entry.models?.map((model) => model.id));
  return ok({
    providerId: id,
    api,
    origin,
    basePath: pathname.replace(/\/+$/, ""),
    headers: new Map(Object.entries(sent)),
    serves: (model) => described.has(model) || endpoint?.owns(model) === true,
    diagnose: diagnoseFor(setup, endpoint, endpoint ?? endpoints[0]),
  });
}

const NO_KEY = new Secret(PLACEHOLDER_KEY);

/** What HTTP itself says of a connection and a body, and no configuration can. */
const OF_HTTP: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** @source RFC 9110, section 5: visible ASCII, blanks, and bytes above, which are passed on as they are. */
const isHeader = (name: string, value: string) =>
  /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && /^[\t -~\x80-\xff]*$/.test(value) && !OF_HTTP.has(name);

function baseUrlOf({ baseUrl }: ProviderConfig, api: Api): Result<string, string> {
  if (baseUrl === undefined) return fail("It has no baseUrl. Run `openclaw onboard`.");
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || /[{}]/.test(baseUrl)) {
    return fail("Its baseUrl is no address: it begins with https:// and has no placeholders.");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return fail("Its baseUrl holds a user name, a '?' or a '#': leave them out.");
  }
  const asked = baseUrl.replace(/\/+$/, "");
  // Clients append /v1 to an address of Anthropic's kind themselves.
  return ok(api === "anthropic-messages" ? asked.replace(/\/v1$/, "") : asked);
}

/** The key in the header of its protocol, and what the entry says on top; an empty value leaves a header out. */
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

/** What happens on the way is the same for all; what an upstream of no endpoint of ours answers, it says itself. */
function diagnoseFor(setup: Setup, endpoint: Endpoint | undefined, judge: Endpoint | undefined): Diagnose {
  return async (answer, model) => {
    if (judge === undefined || (endpoint === undefined && answer.ok)) return undefined;
    const { diagnose } = await judge.checks();
    return diagnose(answer, { ...setup, model }, model === "" ? "models" : "message");
  };
}
