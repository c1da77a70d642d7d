import type { Credentials } from "../config/credentials.ts";
import type { ProviderConfig } from "../config/schema.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import type { Provider, Setup } from "../providers/provider.ts";
import { ownHeaders } from "./own-headers.ts";
import { APIS, type Api, type Diagnose, type Upstream } from "./settings.ts";

/** An entry of `models.providers`, and what its references came to. */
export interface Entry {
  readonly id: string;
  readonly entry: ProviderConfig;
  readonly credentials: Result<Credentials, readonly Problem[]>;
}

/** The protocol of an entry; undefined when the gateway does not speak it. @source OpenClaw's own default, 2026.5.28. */
export const apiOf = ({ api = "openai-completions" }: ProviderConfig): Api | undefined =>
  APIS.find((known) => known === api);

/**
 * What OpenClaw sends as the key to an address on this machine where it has none.
 * @source the published OpenClaw, seen in 2026.5.28.
 */
const PLACEHOLDER_KEY = "custom-local";

/** Who answers for an entry, or the sentence that says why nobody does. */
export function upstreamOf(
  { id, entry, credentials }: Entry,
  providers: readonly Provider[],
): Result<Upstream, string> {
  const api = apiOf(entry);
  if (api === undefined) return fail(`The gateway does not speak ${entry.api}.`);
  if (!credentials.ok)
    return fail(credentials.error.map(({ message, hint }) => `${message} ${hint ?? ""}`.trim()).join(" "));
  const provider = providers.find(({ endpoint }) => endpoint.providerId === id);
  const baseUrl = baseUrlOf(entry, api, provider);
  if (!baseUrl.ok) return baseUrl;
  const { apiKey, headers } = credentials.value;
  const setup: Setup = {
    baseUrl: baseUrl.value,
    ...(apiKey !== undefined && !apiKey.equals(NO_KEY) && { apiKey }),
    headers,
    model: "",
    values: provider?.answersIn(entry) ?? {},
  };
  const sent = provider === undefined ? foreignHeaders(setup, api) : ownHeaders(provider, setup);
  if (!sent.ok) return sent;
  const bad = [...sent.value].find(([name, value]) => !isHeader(name, value));
  if (bad !== undefined) return fail(`The header '${bad[0].replace(/[^ -~]/g, "?")}' holds what no header can hold.`);
  const { origin, pathname } = new URL(baseUrl.value);
  return ok({
    providerId: id,
    api,
    origin,
    basePath: pathname.replace(/\/+$/, ""),
    headers: sent.value,
    models: new Set(entry.models?.map((model) => model.id)),
    diagnose: diagnoseFor(setup, provider, providers),
  });
}

const NO_KEY = new Secret(PLACEHOLDER_KEY);

/** @source RFC 9110, section 5: visible ASCII, blanks, and bytes above, which are passed on as they are. */
const isHeader = (name: string, value: string) =>
  /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && /^[\t -~\x80-\xff]*$/.test(value);

function baseUrlOf({ baseUrl }: ProviderConfig, api: Api, provider: Provider | undefined): Result<string, string> {
  if (baseUrl === undefined) return fail("It has no baseUrl. Run `openclaw onboard`.");
  const check = provider?.fields.find(({ id }) => id === "baseUrl")?.check(baseUrl);
  if (check?.ok === false) return fail(`${check.error.message} ${check.error.hint ?? ""}`.trim());
  const text = check?.value.value ?? baseUrl;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || /[{}]|%7[bd]/i.test(text)) {
    return fail("Its baseUrl is no address: it begins with https:// and has no placeholders.");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return fail("Its baseUrl holds a user name, a '?' or a '#': leave them out.");
  }
  // Clients append /v1 to an address of Anthropic's kind themselves.
  return ok(api === "anthropic-messages" ? text.replace(/\/+$/, "").replace(/\/v1$/, "") : text);
}

/** The key in the header of its protocol, and what the entry says on top; an empty value leaves a header out. */
function foreignHeaders({ apiKey, headers }: Setup, api: Api): Result<ReadonlyMap<string, string>, never> {
  const sent = new Map<string, string>();
  const key = apiKey?.reveal();
  if (key !== undefined && api === "anthropic-messages") sent.set("x-api-key", key);
  else if (key !== undefined) sent.set("authorization", `Bearer ${key}`);
  for (const [name, value] of Object.entries(headers)) sent.set(name.toLowerCase(), value.reveal());
  for (const [name, value] of sent) if (value === "") sent.delete(name);
  return ok(sent);
}

/** What happens on the way is the same for all; what an upstream of no provider of ours answers, it says itself. */
function diagnoseFor(setup: Setup, provider: Provider | undefined, providers: readonly Provider[]): Diagnose {
  const judge = provider ?? providers[0];
  return async (answer, model) => {
    if (judge === undefined || (provider === undefined && answer.ok)) return undefined;
    const { diagnose } = await judge.checks();
    return diagnose(answer, { ...setup, model }, model === "" ? "models" : "message");
  };
}
