import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import { isObject } from "../../core/json.ts";
import { fail, ok, type Problem, type Result } from "../../core/result.ts";
import { Secret } from "../../core/secret.ts";
import type { AccountAccess, DiscoveryContext, Listing } from "../discovery.ts";
import type { Finding } from "../finding.ts";
import { TIMEOUTS, withRetry } from "../probe.ts";
import type { HttpResult } from "../provider.ts";
import { type ApiListRequest, type ApiRequest, onPage } from "./account-api.ts";
import { apiBase } from "./address.ts";
import { checkApiToken } from "./checks.ts";
import { diagnoseFailure } from "./diagnose.ts";
import { parseBody } from "./response-body.ts";
import type { ContentProblem } from "./response-signals.ts";

/** @why fifty models with everything that may be said about each, including input and output schemas. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** @why 2500 entries to choose from: a longer list is a server that never ends. */
const MOST_PAGES = 50;

export interface ApiFailure {
  readonly finding: Finding;
  /**
   * What the same response means if the token turns out to be active: Cloudflare rejects invalid tokens and missing
   * permissions alike.
   */
  readonly ifActive: Finding;
}

interface Connection {
  readonly access: AccountAccess;
  readonly base: URL;
}

/** Cleans the token, and rejects a malformed one before anything is sent. */
export function openConnection(access: AccountAccess, context: DiscoveryContext): Result<Connection, ApiFailure> {
  const token = checkApiToken(access.token.reveal());
  if (!token.ok) return notSent("credentials.malformed", token.error);
  const base = apiBase(context);
  if (!base.ok) return notSent("environment.invalid", base.error);
  return ok({ access: { ...access, token: new Secret(token.value.value) }, base: base.value });
}

/** A transient failure is retried once, unless the request would change something. */
export async function callApi<T>(
  request: ApiRequest<T>,
  access: AccountAccess,
  context: DiscoveryContext,
): Promise<Result<T, ApiFailure>> {
  const connection = openConnection(access, context);
  if (!connection.ok) return connection;
  const isTransient = (result: Result<T, ApiFailure>) =>
    !result.ok && result.error.finding.transient && (request.body === undefined || request.isSafe === true);
  return withRetry(() => callOnce(request, connection.value, context), isTransient, access.signal, context);
}

/** Fetches a list page by page, without duplicates, and says if there may be more. */
export async function fetchAll<T>(
  request: ApiListRequest<T>,
  access: AccountAccess,
  context: DiscoveryContext,
): Promise<Result<Listing<T>, ApiFailure>> {
  const items = new Map<string, T>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const listed = await callApi(onPage(request, page), access, context);
    if (!listed.ok) return listed;
    const before = items.size;
    for (const item of listed.value.items) items.set(JSON.stringify(item), item);
    // A server without pagination returns the first page again.
    if (listed.value.isLast || items.size === before) return ok({ items: [...items.values()], isCut: false });
  }
  return ok({ items: [...items.values()], isCut: true });
}

async function callOnce<T>(
  request: ApiRequest<T>,
  connection: Connection,
  { http }: DiscoveryContext,
): Promise<Result<T, ApiFailure>> {
  const response = await http(httpRequest(request, connection));
  const content = response.ok ? contentOf(response.value, request, connection.access.token) : fail(undefined);
  return content.ok ? content : fail(failureFor(response, request, content.error, connection));
}

/** Contains nothing of the user's except the token. */
function httpRequest({ path, query, body }: ApiRequest<unknown>, { access, base }: Connection): HttpRequest {
  const search = query === undefined ? "" : `?${new URLSearchParams(query)}`;
  return {
    method: body === undefined ? "GET" : "POST",
    url: `${base.origin}${base.pathname.replace(/\/+$/, "")}${path}${search}`,
    headers: {
      authorization: `Bearer ${access.token.reveal()}`,
      "user-agent": access.userAgent,
      ...(body !== undefined && { "content-type": typeof body === "string" ? "text/plain" : "application/json" }),
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    ...TIMEOUTS,
    maxBodyBytes: MAX_BODY_BYTES,
    ...(access.signal && { signal: access.signal }),
  };
}

function contentOf<T>(
  { status, body }: HttpResponse,
  { read, isBare }: ApiRequest<T>,
  token: Secret,
): Result<T, ContentProblem | undefined> {
  const value = status >= 200 && status < 300 ? parseBody(body) : undefined;
  return isObject(value) && (value.success === true || isBare === true) ? read(value, token) : fail(undefined);
}

function failureFor(
  response: HttpResult,
  { permission, gatewayId }: ApiRequest<unknown>,
  problem: ContentProblem | undefined,
  { access, base }: Connection,
): ApiFailure {
  const finding = (isActive: boolean) =>
    diagnoseFailure(
      response,
      {
        // Any endpoint would do here.
        endpoint: "anthropic",
        host: base.hostname,
        credentials: "key",
        hasGatewayToken: false,
        ...(gatewayId !== undefined && { gatewayId }),
        account: { isActive, ...(permission !== undefined && { permission }), ...(problem && { problem }) },
      },
      [access.token],
    );
  return { finding: finding(false), ifActive: finding(true) };
}

function notSent(code: string, { message, hint = () => "" }: Problem): Result<never, ApiFailure> {
  const finding = { code, layer: "this machine", message, fix: hint, transient: false, ids: {} };
  return fail({ finding, ifActive: finding });
}
