import type { Env } from "../../core/context.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Message } from "../../text/message.ts";
import { isPlaceholder, repairPaste } from "../paste.ts";
import type { CheckedAnswer, OwnUrl, Values } from "../provider.ts";

/** @source https://developers.cloudflare.com/ai-gateway/: base of the provider-native endpoints. */
const GATEWAY_ORIGIN = "https://gateway.ai.cloudflare.com";

/** @source https://developers.cloudflare.com/ai-gateway/: `/v1/{account_id}/{gateway_id}/{provider}`. */
const GATEWAY_URL = /https:\/\/gateway\.ai\.cloudflare\.com\/v1\/([^/\s"'`\\?#]+)(?:\/([^/\s"'`\\?#]+))?/i;
/** Address of a gateway's page in the dashboard; the part after the account has moved before, so it is optional. */
const DASHBOARD_URL =
  /https:\/\/dash\.cloudflare\.com\/([0-9a-f]{32})(?:\/ai\/ai-gateway\/(?:gateways\/)?([^/\s"'`\\?#]+))?/i;

/** The ids in the first gateway or dashboard address in `text`. */
export function idsInUrl(text: string): { readonly accountId: string; readonly gatewayId?: string } | undefined {
  const [, accountId, gatewayId] = GATEWAY_URL.exec(text) ?? DASHBOARD_URL.exec(text) ?? [];
  if (accountId === undefined) return undefined;
  return gatewayId === undefined ? { accountId } : { accountId, gatewayId };
}

/** As far as it identifies the gateway: `/v1/{account_id}/{gateway_id}`. */
const OWN_URL = /^(https:\/\/gateway\.ai\.cloudflare\.com(?:\/[^/]*){0,3})(\/.*)?$/i;

/** Takes an address on Cloudflare's own host of gateways apart. */
export function ownUrl(url: string): OwnUrl | undefined {
  const [, root, path = ""] = OWN_URL.exec(url) ?? [];
  return root === undefined ? undefined : { root, path, answers: { ...idsInUrl(url) } };
}

/** The form in which a base URL is an answer, whichever endpoint it was given for. */
const ANSWERED_PATH = "/anthropic";

/** The end of a base URL that names the endpoint. */
const ENDPOINT_PATH = /\/(?:anthropic|workers-ai\/v1|openai)$/;

/** The base URL of an endpoint: below the given one, or Cloudflare's own address of the gateway. */
export function baseUrlFor({ baseUrl, accountId, gatewayId }: Values, basePath: string): string {
  if (baseUrl === undefined) return `${GATEWAY_ORIGIN}/v1/${accountId}/${gatewayId}${basePath}`;
  // A URL of any other form is Anthropic's endpoint as it is; the other endpoints are taken to be below it.
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

/** Host names of this machine, as `URL` writes them. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** True when requests to this URL cannot be read in transit. */
const isProtected = ({ protocol, hostname }: URL) =>
  protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));

/** Cloudflare's own address of a gateway, without a provider's segment. */
const GATEWAY_ROOT = /^https:\/\/gateway\.ai\.cloudflare\.com\/v1\/[^/]+\/[^/]+$/;

/** The end of a base URL that names an endpoint, with what clients append to it themselves. */
const CLIENT_PATH =
  /\/(?:(?:anthropic|workers-ai)(?:\/v1(?:\/.*)?)?|openai(?:\/v1)?(?:\/(?:responses|models|chat\/completions))?)$/;

/**
 * A base URL for Anthropic's endpoint, e.g. `https://ai.example.com/anthropic`, whichever endpoint's was given: the
 * others are made from it. Paths that clients append themselves (`/v1`, `/v1/messages`) are dropped, and the endpoint
 * is added where only the gateway is named.
 */
export function checkBaseUrl(raw: string): Result<CheckedAnswer> {
  const { value: text, repairs } = repairPaste(raw);
  const refuse = (message: Message, hint: Message) => fail({ message, hint });
  if (!URL.canParse(text))
    return refuse(
      (t) => t.cloudflare.baseUrlForm,
      (t) => t.cloudflare.baseUrlFormHint,
    );
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    return refuse(
      (t) => t.cloudflare.baseUrlPassword,
      (t) => t.cloudflare.leaveOut,
    );
  }
  if (url.search !== "" || url.hash !== "") {
    return refuse(
      (t) => t.cloudflare.baseUrlQuery,
      (t) => t.cloudflare.leaveOut,
    );
  }
  if (!isProtected(url)) {
    return refuse(
      (t) => t.cloudflare.baseUrlPlain(url.protocol),
      (t) => t.cloudflare.useHttps,
    );
  }
  const base = `${url.origin}${url.pathname}`.replace(/\/+$/, "").replace(CLIENT_PATH, ANSWERED_PATH);
  const value = base === url.origin || GATEWAY_ROOT.test(base) ? base + ANSWERED_PATH : base;
  return ok({
    value,
    repairs: value === text ? repairs : [...repairs, (t) => t.providers.changedTo(value)],
    warnings: [],
  });
}

/** @source developers.cloudflare.com/api. */
const API_BASE = "https://api.cloudflare.com/client/v4";

/**
 * The address of Cloudflare's API. `CLOUDFLARE_API_BASE_URL` replaces it: with another of Cloudflare's environments, or
 * a stand-in on this machine.
 * @source cloudflare/workers-sdk, which reads the same variable.
 */
export function apiBase({ env }: { readonly env: Env }): Result<URL> {
  const where = "CLOUDFLARE_API_BASE_URL";
  const given = env.CLOUDFLARE_API_BASE_URL?.trim() || API_BASE;
  const refuse = (message: Message, hint: Message) => fail({ message, where, hint });
  if (!URL.canParse(given))
    return refuse(
      (t) => t.cloudflare.apiBaseForm(where),
      (t) => t.cloudflare.correctOrUnset,
    );
  const url = new URL(given);
  if (!isProtected(url))
    return refuse(
      (t) => t.cloudflare.apiBasePlain(where),
      (t) => t.cloudflare.useHttps,
    );
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return refuse(
      (t) => t.cloudflare.apiBaseExtra(where),
      (t) => t.cloudflare.removeRest,
    );
  }
  return ok(url);
}

export type HostKind = "gateway" | "api" | "own";

/**
 * Tells apart Cloudflare's gateway, its API and the user's own domain. `account` is the question to the API, if any.
 */
export function hostKindOf({ host, account }: { readonly host: string; readonly account?: object }): HostKind {
  if (account !== undefined) return "api";
  const name = host.toLowerCase().replace(/:\d+$/, "");
  if (name === "gateway.ai.cloudflare.com") return "gateway";
  return name === "api.cloudflare.com" ? "api" : "own";
}

const ACCOUNT_IN_PATH = /^\/v1\/([0-9a-f]{32})\/[^/]+\//;

/**
 * The account that a base URL names. A path on any other host may mean anything, so the token goes to Cloudflare's API
 * only if the host is Cloudflare's, or the API's address is given too.
 */
export function accountInUrl(baseUrl: string, env: Env): string | undefined {
  const { hostname, pathname } = new URL(baseUrl);
  const isKnown = hostKindOf({ host: hostname }) === "gateway" || Boolean(env.CLOUDFLARE_API_BASE_URL);
  return isKnown ? ACCOUNT_IN_PATH.exec(pathname)?.[1] : undefined;
}
