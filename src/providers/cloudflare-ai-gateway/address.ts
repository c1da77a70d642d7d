import { idsInUrl, isPlaceholder } from "../paste.ts";
import type { Values } from "../provider.ts";

/** @source https://developers.cloudflare.com/ai-gateway/: base of the provider-native endpoints. */
const GATEWAY_ORIGIN = "https://gateway.ai.cloudflare.com";

/** The form in which a base URL is an answer, whichever endpoint it was given for. */
const ANSWERED_PATH = "/anthropic";

/** The end of a base URL that names the endpoint. */
const ENDPOINT_PATH = /\/(?:anthropic|workers-ai\/v1|openai)$/;

/** Where an endpoint's requests go: below the base URL that was given, or at Cloudflare's own address of the gateway. */
export function baseUrlFor({ baseUrl, accountId, gatewayId }: Values, basePath: string): string {
  if (baseUrl === undefined) return `${GATEWAY_ORIGIN}/v1/${accountId}/${gatewayId}${basePath}`;
  // One of the user's own making leads to Anthropic's endpoint as it is; the others are taken to be below it.
  if (basePath === ANSWERED_PATH && !ENDPOINT_PATH.test(baseUrl)) return baseUrl;
  return baseUrl.replace(ENDPOINT_PATH, "") + basePath;
}

/** The answers that an endpoint's base URL holds: the reverse of `baseUrlFor`. */
export function addressIn(baseUrl: string | undefined, basePath: string): Values {
  if (baseUrl === undefined) return {};
  const { accountId, gatewayId } = idsInUrl(baseUrl) ?? {};
  const hasIds = [accountId, gatewayId].every((id) => id !== undefined && !isPlaceholder(id));
  if (accountId !== undefined && gatewayId !== undefined && hasIds) return { accountId, gatewayId };
  return { baseUrl: baseUrl.endsWith(basePath) ? baseUrl.slice(0, -basePath.length) + ANSWERED_PATH : baseUrl };
}
