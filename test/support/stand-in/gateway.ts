import type { HttpResponse } from "../../../src/core/http.ts";
import { anthropic, type Credential } from "./anthropic.ts";
import type { Call } from "./call.ts";
import { gatewayFault } from "./faults.ts";
import { openai, workersAi } from "./openai-shaped.ts";
import { type Gateway, tokenIn, type World } from "./world.ts";

/** `/{account}/{gateway}/{provider}/…`, as it is after `/v1`. */
const PATH = /^\/([^/]+)\/([^/]+)(?:\/([^/]+)(\/.*)?)?$/;

/** AI Gateway: who may come in, with whose credentials, and to which provider. */
export function aiGateway(call: Call, world: World): HttpResponse {
  const [, accountId = "", gatewayId = "", provider = "", path = "/"] = PATH.exec(call.path) ?? [];
  if (!world.accounts.some(({ id }) => id === accountId)) {
    // Not documented: a request with a token is taken to be refused for it, one without for the gateway.
    return gatewayFault(call.headers["cf-aig-authorization"] === undefined ? 2001 : 2009);
  }
  const gateway = world.gateways.find(({ id, accountId: owner }) => id === gatewayId && owner === accountId);
  if (gateway === undefined) return gatewayFault(2001);
  return throughGateway({ ...call, path }, gateway, provider, world);
}

/** A custom domain, which stands for the first gateway: `/{provider}/…`. */
export function customDomain(call: Call, world: World): HttpResponse {
  const [, provider = "", path = "/"] = /^\/([^/]*)(\/.*)?$/.exec(call.path) ?? [];
  const [gateway] = world.gateways;
  return gateway === undefined ? gatewayFault(2001) : throughGateway({ ...call, path }, gateway, provider, world);
}

function throughGateway(call: Call, gateway: Gateway, provider: string, world: World): HttpResponse {
  const token = tokenIn(call.headers["cf-aig-authorization"], world);
  const mayRun = token?.accountIds.includes(gateway.accountId) === true && token.permissions.includes("run");
  if (gateway.authentication && !mayRun) return gatewayFault(2009);
  if (provider === "workers-ai") return workersAi(call, world);
  if (provider !== "anthropic" && provider !== "openai") return gatewayFault(2008);
  const credential = credentialFor(call, provider, gateway, world);
  if ("status" in credential) return credential;
  if (provider === "anthropic") return anthropic(call, credential, world);
  const key = credential.kind === "billing" ? world.openaiKeys[0] : credential.kind === "key" && credential.value;
  return openai(key ? { ...call, headers: { ...call.headers, authorization: `Bearer ${key}` } } : call, world);
}

/**
 * First what the request brings, whatever it is; then a stored key; then Unified Billing.
 * @source cloudflare-docs, `bring-your-own-keys.mdx`, 2026-07.
 */
function credentialFor(
  { headers }: Call,
  provider: string,
  gateway: Gateway,
  { credits }: World,
): Credential | HttpResponse {
  if (headers["x-api-key"]) return { kind: "key", value: headers["x-api-key"] };
  if (headers.authorization) return { kind: "bearer", value: headers.authorization };
  const stored = gateway.authentication ? (gateway.storedKeys[provider] ?? {}) : {};
  const alias = headers["cf-aig-byok-alias"];
  const value = stored[alias ?? "default"];
  if (value !== undefined) return { kind: "key", value };
  if (alias !== undefined) {
    const aliases = Object.keys(stored).map((name) => `'${name}'`);
    const configured = `Configured aliases: ${aliases.join(", ")}`;
    return gatewayFault(2040, `Provider '${provider}' has no BYOK credential named '${alias}'. ${configured}`);
  }
  if (gateway.byokOnly || headers["cf-aig-no-wholesale"] === "true") return gatewayFault(2044);
  if (!gateway.authentication || !gateway.wholesale) return { kind: "none" };
  return credits > 0 ? { kind: "billing" } : gatewayFault(2021);
}
