import type { Env } from "../../core/context.ts";
import { fail, ok, type Problem, type Result } from "../../core/result.ts";
import type { Message } from "../../text/message.ts";
import { isPlaceholder, repairPaste, unexpectedCharacter } from "../paste.ts";
import type { CheckedAnswer, OwnUrl, Values } from "../provider.ts";

/** @source https://developers.cloudflare.com/ai-gateway/: base of the provider-native endpoints. */
const GATEWAY_ORIGIN = "https://gateway.ai.cloudflare.com";

/** A URL may be shown, and is often copied, without its scheme; another scheme or host before it makes it a different one. */
const START = "(?<![\\w./:@-])(?:https:\\/\\/)?";
const PART = "[^/\\s\"'`\\\\?#]+";
/** @source https://developers.cloudflare.com/ai-gateway/: `/v1/{account_id}/{gateway_id}/{provider}`. */
const GATEWAY_URL = new RegExp(
  `${START}gateway\\.ai\\.cloudflare\\.com\\/v1\\/(${PART})(?:\\/(${PART})(?:\\/(${PART}))?)?`,
  "i",
);
/** A gateway's page in the dashboard. The part after the account has moved before, so it is optional. */
const DASHBOARD_URL = new RegExp(
  `${START}dash\\.cloudflare\\.com\\/([0-9a-f]{32})(?:\\/ai\\/ai-gateway\\/(?:gateways\\/)?(${PART}))?`,
  "i",
);

interface UrlIds {
  readonly accountId: string;
  readonly gatewayId?: string;
  /** The part after the gateway, which names who answers: `anthropic`. */
  readonly endpoint?: string;
}

/** Matches what prose, Markdown or a chat puts behind a URL, and no ID ends with. `...` is left: it marks a cut. */
const AFTER_URL = /(?<!\.)(?:\|[^|]{0,80})?(?:[)>\],;!*]|\.(?!\.)){1,8}$/;

export function idsInUrl(text: string): UrlIds | undefined {
  const match = GATEWAY_URL.exec(text) ?? DASHBOARD_URL.exec(text) ?? [];
  const [, accountId, gatewayId, endpoint] = match.map((part: string | undefined) => part?.replace(AFTER_URL, ""));
  if (accountId === undefined) return undefined;
  return {
    accountId,
    ...(gatewayId !== undefined && { gatewayId }),
    ...(endpoint !== undefined && { endpoint: endpoint.toLowerCase() }),
  };
}

/** The part that identifies the gateway: `/v1/{account_id}/{gateway_id}`. */
const OWN_URL = /^(https:\/\/gateway\.ai\.cloudflare\.com(?:\/[^/]*){0,3})(\/.*)?$/i;

export function ownUrl(url: string): OwnUrl | undefined {
  const [, root, path = ""] = OWN_URL.exec(url) ?? [];
  const { endpoint: _, ...ids } = idsInUrl(url) ?? {};
  return root === undefined ? undefined : { root, path, answers: ids };
}

/** The endpoint whose base URL is stored as the answer, whichever one was given. */
const ANSWERED_PATH = "/anthropic";

/** A base URL's trailing segment that names the endpoint. */
const ENDPOINT_PATH = /\/(?:anthropic|workers-ai\/v1|openai)$/;

/** An endpoint's base URL: below the given one, or Cloudflare's own address of the gateway. */
export function baseUrlFor({ baseUrl, accountId, gatewayId }: Values, basePath: string): string {
  if (baseUrl === undefined) return `${GATEWAY_ORIGIN}/v1/${accountId}/${gatewayId}${basePath}`;
  // An unrecognised URL is Anthropic's endpoint as it is; other endpoints are assumed to be below it.
  if (basePath === ANSWERED_PATH && !ENDPOINT_PATH.test(baseUrl)) return baseUrl;
  return baseUrl.replace(ENDPOINT_PATH, "") + basePath;
}

/** The reverse of `baseUrlFor`. */
export function addressIn(baseUrl: string | undefined, basePath: string): Values {
  if (baseUrl === undefined) return {};
  const { accountId, gatewayId } = idsInUrl(baseUrl) ?? {};
  const hasIds = [accountId, gatewayId].every((id) => id !== undefined && !isPlaceholder(id));
  if (accountId !== undefined && gatewayId !== undefined && hasIds) return { accountId, gatewayId };
  return { baseUrl: baseUrl.endsWith(basePath) ? baseUrl.slice(0, -basePath.length) + ANSWERED_PATH : baseUrl };
}

/** Host names of this machine, in `URL`'s spelling. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** True if requests to this URL cannot be read in transit. */
const isProtected = ({ protocol, hostname }: URL) =>
  protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));

/** A path that names a gateway and no endpoint, on Cloudflare's host and, where the account is one beyond doubt, on any. */
const GATEWAY_ROOT = /^https:\/\/gateway\.ai\.cloudflare\.com\/v1\/[^/]+\/[^/]+$|\/[0-9a-f]{32}\/[^/]+$/;

/** The endpoint's segment at the end of a base URL, plus anything clients append to it themselves. */
const CLIENT_PATH =
  /\/(?:(anthropic|workers-ai)(?:\/v1(?:\/.*)?)?|(openai)(?:\/v1)?(?:\/(?:responses|models|chat\/completions))?)$/;

/** Cloudflare's OpenAI-shaped endpoint for all providers, and what clients append to it. */
const COMPAT_PATH = /\/compat(?:\/v1)?(?:\/chat\/completions)?$/;

export const COMPAT: Problem = {
  message: (t) => t.cloudflare.compatEndpoint,
  hint: (t) => t.cloudflare.endpointUrls,
};

/** An endpoint that a URL names; the default one says nothing about what else is wanted. */
export const namedEndpoint = (endpoint: string | undefined): Values =>
  endpoint === undefined || ["anthropic", "v1"].includes(endpoint) ? {} : { endpoint };

/**
 * Normalises any endpoint's base URL to Anthropic's, e.g. `https://ai.example.com/anthropic`, from which the others are
 * derived. Drops paths that clients append themselves (`/v1`, `/v1/messages`), and adds the endpoint if only the
 * gateway is named. An endpoint other than Anthropic's is an answer of its own.
 */
export function checkBaseUrl(raw: string): Result<CheckedAnswer> {
  const { value: given, repairs } = repairPaste(raw);
  const refuse = (message: Message, hint: Message) => fail({ message, hint });
  const blank = given.search(/\s/);
  if (blank >= 0) return fail(unexpectedCharacter(given, blank));
  const text = gatewayUrlOf(given);
  // `host:8443/path` would be a URL of the scheme `host:`.
  if (!URL.canParse(text) || !/^[a-z][a-z\d+.-]*:\/\//i.test(text))
    return refuse(
      (t) => t.cloudflare.baseUrlForm,
      (t) => t.cloudflare.baseUrlFormHint,
    );
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    return refuse(
      (t) => t.cloudflare.baseUrlPassword,
      (t) => t.cloudflare.removeIt,
    );
  }
  if (url.search !== "" || url.hash !== "") {
    return refuse(
      (t) => t.cloudflare.baseUrlQuery,
      (t) => t.cloudflare.removeIt,
    );
  }
  if (!isProtected(url)) {
    return refuse(
      (t) => t.cloudflare.baseUrlPlain(url.protocol),
      (t) => t.cloudflare.useHttps,
    );
  }
  const bare = `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  if (COMPAT_PATH.test(bare)) return fail(COMPAT);
  const [, claudeOrWorkers, openai] = CLIENT_PATH.exec(bare) ?? [];
  const base = bare.replace(CLIENT_PATH, ANSWERED_PATH);
  const value = base === url.origin || GATEWAY_ROOT.test(base) ? base + ANSWERED_PATH : base;
  return ok({
    value,
    repairs: value === given ? repairs : [...repairs, (t) => t.providers.changedTo(value)],
    warnings: [],
    also: namedEndpoint(claudeOrWorkers ?? openai),
  });
}

/** The address of a gateway given by its page in the dashboard, or without `https://`; any other text as it is. */
function gatewayUrlOf(text: string): string {
  const { accountId, gatewayId } = idsInUrl(text) ?? {};
  if (/^(?:https:\/\/)?dash\./i.test(text) && accountId !== undefined && gatewayId !== undefined)
    return `${GATEWAY_ORIGIN}/v1/${accountId}/${gatewayId}`;
  return /^gateway\.ai\./i.test(text) && accountId !== undefined ? `https://${text}` : text;
}

/** @source developers.cloudflare.com/api. */
const API_BASE = "https://api.cloudflare.com/client/v4";

/**
 * The base URL of Cloudflare's API. `CLOUDFLARE_API_BASE_URL` overrides it with another Cloudflare environment, or a
 * local stand-in.
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

/** Tells Cloudflare's gateway, its API and the user's own domain apart. `account` is set for requests to the API. */
export function hostKindOf({ host, account }: { readonly host: string; readonly account?: object }): HostKind {
  if (account !== undefined) return "api";
  const name = host.toLowerCase().replace(/:\d+$/, "");
  if (name === "gateway.ai.cloudflare.com") return "gateway";
  return name === "api.cloudflare.com" ? "api" : "own";
}

const ACCOUNT_IN_PATH = /^\/v1\/([0-9a-f]{32})\/[^/]+\//;

/**
 * The account named in a base URL. On any other host the path may mean anything, so the token is sent to Cloudflare's
 * API only if the host is Cloudflare's or the API's base URL is set too.
 */
export function accountInUrl(baseUrl: string, env: Env): string | undefined {
  const { hostname, pathname } = new URL(baseUrl);
  const isKnown = hostKindOf({ host: hostname }) === "gateway" || Boolean(env.CLOUDFLARE_API_BASE_URL);
  return isKnown ? ACCOUNT_IN_PATH.exec(pathname)?.[1] : undefined;
}
