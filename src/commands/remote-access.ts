import { type Client, type GatewayAccess, usableApis } from "../clients/client.ts";
import { servedModels } from "../clients/served-models.ts";
import { allTokens } from "../config/named-tokens.ts";
import { withProxy } from "../config/resolve.ts";
import { challenge } from "../config/token-proof.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { isObject, parseJsonObject } from "../core/json.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import type { Secret } from "../core/secret.ts";
import { type Endpoint, endpointsOf, type Provider } from "../providers/provider.ts";
import { type RemoteHealth, remoteHealth } from "../service/remote-health.ts";
import { remoteNotes, remoteProblems } from "../service/remote-problems.ts";
import { say } from "../text/message.ts";
import { type OpenGateway, tokenCommand } from "./client-access.ts";

type Served = Pick<GatewayAccess, "models" | "preferred">;

/** Nobody says which models there are, so that each client takes its own. */
const UNKNOWN: Served = { models: { "anthropic-messages": [], "openai-responses": [], "openai-completions": [] } };

/**
 * What clients are told about a gateway elsewhere, which is asked who it is and what it serves; the token is not sent.
 * Warns of whatever keeps clients from using it. Throws `usage.invalid` for a name.
 */
export async function remoteAccess(
  gateway: OpenGateway,
  as: string | undefined,
  providers: readonly Provider[],
  paths: Paths,
  context: Context,
): Promise<GatewayAccess & { readonly isListening: boolean }> {
  assertNoName(as, gateway);
  const { url, shown, tokens, files } = gateway;
  const proxied = withProxy(files, context);
  const token = allTokens(tokens)[0];
  const health = await remoteHealth({ url, token }, proxied);
  for (const message of [...remoteProblems(shown, health, paths), ...remoteNotes(shown, health)])
    context.err(`${context.text.commands.note(say(message, context.text))}\n`);
  return {
    url,
    isRemote: true,
    isListening: health.answers !== "nobody",
    tokenCommand: tokenCommand(tokens, undefined, paths, context),
    ...(await served({ url, token }, health, endpointsOf(providers), proxied)),
  };
}

/** Names of tokens are known where the gateway runs; this machine has the one that was given to it. */
export function assertNoName(name: string | undefined, { isRemote }: Pick<OpenGateway, "isRemote">): void {
  if (!isRemote || name === undefined) return;
  throw new OpenclawError((t) => t.service.remote.namesElsewhere, {
    code: "usage.invalid",
    hint: (t) => t.service.remote.nameThere,
  });
}

/** Throws `provider.unserved` if the gateway serves nothing for the client, or lists no models where it needs them. */
export function assertUsable(
  { name, apis, speaks, means }: Client,
  access: GatewayAccess,
  { profile }: Pick<Paths, "profile">,
): void {
  if (usableApis({ apis }, access).length === 0)
    throw new OpenclawError(
      (t) => t.service.remote.notServed({ client: name, protocols: apis.map((api) => t.clients.protocols[api]) }),
      { code: "provider.unserved", hint: (t) => t.service.remote.setUpThere },
    );
  const needsList = speaks === "each" && means === "file";
  if (!needsList || Object.values(access.models).some(({ length }) => length > 0)) return;
  throw new OpenclawError((t) => t.service.remote.modelsUnknown(name), {
    code: "provider.unserved",
    hint: (t) => t.service.remote.seeStatus(commandLine(profile, "gateway status")),
  });
}

/** @measured a model takes 60 to 150 bytes; Cloudflare has hundreds. */
const LIMITS = { connectTimeoutMs: 10_000, idleTimeoutMs: 15_000, totalTimeoutMs: 30_000, maxBodyBytes: 4_194_304 };

/** @why what others name goes into files and shells. */
const NAME = /^[\w@./:+-]{1,200}$/;

/** The models that the gateway lists for whoever proves to know its token, by the protocol of their provider. */
async function served(
  { url, token }: { readonly url: string; readonly token: Secret | undefined },
  health: RemoteHealth,
  endpoints: readonly Endpoint[],
  { http, randomBytes }: Pick<Context, "http" | "randomBytes">,
): Promise<Served> {
  if (health.answers !== "gateway" || !["known", "unneeded"].includes(health.token)) return UNKNOWN;
  const headers = token === undefined ? {} : challenge(token, randomBytes).headers;
  const listed = await http({ method: "GET", url: `${url}/v1/models`, headers, ...LIMITS });
  const { data } = (listed.ok && listed.value.status === 200 && parseJsonObject(listed.value.body)) || {};
  const models = (Array.isArray(data) ? data : []).flatMap((entry) => {
    const { id, owned_by: owner, display_name: name } = isObject(entry) ? entry : {};
    if (typeof id !== "string" || !NAME.test(id) || typeof owner !== "string") return [];
    return [{ owner, model: { id, name: typeof name === "string" ? name : id } }];
  });
  const entries = [...new Set(models.map(({ owner }) => owner))].map(
    (id) => [id, { models: models.filter(({ owner }) => owner === id).map(({ model }) => model) }] as const,
  );
  const config = { models: { providers: Object.fromEntries(entries) } };
  const found = servedModels({ config, endpoints, url });
  return Object.keys(found.models).length === 0 ? UNKNOWN : found;
}
