import type { HttpResponse, NetworkFault } from "../../core/http.ts";
import { isObject } from "../../core/json.ts";
import type { HttpResult } from "../provider.ts";
import { hostKindOf } from "./address.ts";
import type { EndpointId } from "./endpoint-rows.ts";
import { isExpected, parseBody, readBrokenJson, readEvents, readJson, type Signals, signals } from "./response-body.ts";

/** The fault in the content of a well-formed response. */
export type ContentProblem = "disabled" | "expired" | "nothing" | "unreadable";

/** @source developers.cloudflare.com/analytics/analytics-engine/sql-api: Account, Account Analytics, Read. */
export const ANALYTICS_READ = "Account Analytics Read";

/** A request to Cloudflare's API about the account. */
export interface AccountRequest {
  /** The permission it needs, as named in the dashboard; if absent, any token may ask. */
  readonly permission?: string;
  /** The token is known to be active. */
  readonly isActive?: boolean;
  readonly problem?: ContentProblem;
}

/** The request that was answered; the same response can mean different things. */
export interface SentRequest {
  readonly endpoint: EndpointId;
  readonly host: string;
  readonly gatewayId?: string;
  readonly model?: string;
  /** The way the request is paid for: a key in the request, a key stored with the gateway, or Unified Billing. */
  readonly credentials: "key" | "stored" | "billing";
  readonly hasGatewayToken: boolean;
  /** It carried what Cloudflare Access asks for: a service token, or the token of a user. */
  readonly hasAccessToken?: boolean;
  readonly alias?: string;
  /** Set if Cloudflare's API was asked rather than the gateway, whatever the host is called. */
  readonly account?: AccountRequest;
}

/** Everything that distinguishes one response from another. None of it is safe to show. */
export interface ResponseSignals extends Signals {
  /** 0 if there was no response, not even from a proxy. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fault?: NetworkFault;
}

export const passedCloudflare = ({ headers }: Pick<ResponseSignals, "headers">): boolean =>
  headers["cf-ray"] !== undefined || headers.server?.toLowerCase() === "cloudflare";

export function readSignals(response: HttpResult, sent: SentRequest): ResponseSignals {
  if (!response.ok) {
    const fault = response.error;
    return {
      ...signals("fault", { upstreamMessage: fault.systemCode ?? "" }),
      status: fault.proxyStatus ?? 0,
      headers: {},
      fault,
    };
  }
  const { status, headers } = response.value;
  return { ...readResponse(response.value, sent), status, headers };
}

function readResponse(response: HttpResponse, sent: SentRequest): Signals {
  const { status, headers, body } = response;
  if (isAccess(response)) return signals("access");
  // @source developers.cloudflare.com, "Detect a challenge page response".
  if (headers["cf-mitigated"] === "challenge") return signals("challenge");
  if (status >= 300 && status < 400) return signals("redirect");
  if (isPage(body)) return readPage(response);
  if (/\btext\/event-stream\b/i.test(headers["content-type"] ?? "")) return readEvents(body);

  // @source sigoden/aichat#1000 and odysseus-dev/odysseus#5175: Workers AI has no list of models for this method.
  if (sent.endpoint === "workers-ai" && sent.model === undefined && status === 405) return signals("success");

  const value = parseBody(body);
  const good = status >= 200 && status < 300;
  if (good && isSuccess(value, sent)) {
    const problem = sent.account?.problem;
    return problem === undefined ? signals("success") : signals("cloudflare-api", { type: problem });
  }
  const found = value === undefined ? readBrokenJson(body) : readJson(value, sent.endpoint);
  return found.author === "other" ? readPlain(response, found) : found;
}

const isSuccess = (value: unknown, sent: SentRequest) =>
  sent.account === undefined
    ? isExpected(value, hostKindOf(sent) === "api")
    : isObject(value) && value.success === true;

/**
 * Cloudflare Access protects a custom domain by redirecting to its login, by serving the login page when the redirect
 * was followed, or by refusing with a challenge of its own.
 * @source developers.cloudflare.com, Cloudflare One "Authorization cookie" and "Authenticate coding agents"; the page's
 * title and the challenge as seen in public logs.
 */
function isAccess({ headers, body }: HttpResponse): boolean {
  const location = headers.location ?? "";
  return (
    /^Cloudflare-Access\b/i.test(headers["www-authenticate"] ?? "") ||
    /\.cloudflareaccess\.com\/|\/cdn-cgi\/access\//.test(location) ||
    (isPage(body) && /<title>[^<]{0,40}Cloudflare Access|\.cloudflareaccess\.com\b|\/cdn-cgi\/access\//.test(body))
  );
}

/** Judged by the text, since JSON errors have come as `text/html`, and pages as JSON. */
const isPage = (body: string) => /^[\s\uFEFF]*<[!?a-z]/i.test(body);

const TITLE = /<title[^>]{0,100}>([^<]*)/i;

/** @source developers.cloudflare.com, "Cloudflare 1xxx errors" and "Cloudflare 5xx errors". */
function readPage(response: HttpResponse): Signals {
  const { status, body } = response;
  const upstreamMessage = TITLE.exec(body)?.[1] ?? "";
  if (/<title>Just a moment\.\.\./i.test(body)) return signals("challenge", { upstreamMessage });
  const ownPage = /\bcf-error-|Cloudflare Ray ID|used Cloudflare to restrict access|\| Cloudflare<\/title>/i.test(body);
  if (status < 400 || !(ownPage || passedCloudflare(response))) return signals("page", { upstreamMessage });
  return signals("edge", { codes: edgeCodes(body), upstreamMessage });
}

/** Short texts of the edge, and responses with nothing but a status. */
function readPlain(response: HttpResponse, found: Signals): Signals {
  const { status, body } = response;
  const codes = /^\s*error code: \d{3,4}\s*$/i.test(body.slice(0, 80)) ? edgeCodes(body) : [];
  if (codes.length > 0 || (status >= 520 && status <= 530 && status !== 529)) return signals("edge", { codes });
  return found;
}

function edgeCodes(body: string): readonly number[] {
  const [, code] =
    /\berror code:? (\d{3,4})\b/i.exec(body) ??
    /\bcf-error-code"?>\s{0,20}(\d{3,4})\b/i.exec(body) ??
    /\bError (1\d{3})\b/i.exec(body) ??
    [];
  return code === undefined ? [] : [Number(code)];
}
