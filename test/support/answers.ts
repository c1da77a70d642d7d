import type { HttpResponse, NetworkFault, NetworkFaultKind } from "../../src/core/http.ts";

/** Answers in the form they have on the wire. Every builder takes further headers last. */

type Headers = Readonly<Record<string, string>>;

/** Any answer; JSON unless the headers say otherwise. */
export function answer(status: number, body: string, headers: Headers = {}): HttpResponse {
  return { status, headers: { "content-type": "application/json", ...headers }, body };
}

const json = (status: number, value: unknown, headers: Headers = {}) => answer(status, JSON.stringify(value), headers);

/** What everything has that passed Cloudflare's edge. */
export const EDGE_HEADERS: Headers = { "cf-ray": "9d3a1ccbaab15ec6-FRA", server: "cloudflare" };

/** @source cloudflare/ai and public captures of 2026: the array is `error`, and the object names itself. */
export function gatewayError(code: number, status: number, message: string, headers: Headers = {}): HttpResponse {
  const value = {
    success: false,
    result: [],
    messages: [],
    error: [{ code, message }],
    name: "AiGatewayError",
    httpCode: status,
    internalCode: code,
    message,
    description: message,
  };
  return json(status, value, { ...EDGE_HEADERS, "cf-aig-log-id": "01KBGATEWAYLOG0000000000ID", ...headers });
}

/** @source openclaw/openclaw#34788 and others of 2025: nothing after the array, or nothing but the array. */
export function oldGatewayError(code: number, status: number, message: string, form: "unnamed" | "bare"): HttpResponse {
  const error = [{ code, message }];
  return json(status, form === "bare" ? error : { success: false, result: [], messages: [], error }, EDGE_HEADERS);
}

/** @source developers.cloudflare.com/ai-gateway/features/policies, 27 November 2026: an object, and no code. */
export const policyError = (status: number, message: string, more: object = {}): HttpResponse =>
  json(status, { success: false, error: { message, ...more } }, EDGE_HEADERS);

/** @source docs.claude.com, "Errors". */
export function anthropicError(status: number, type: string, message: string, headers: Headers = {}): HttpResponse {
  const id = "req_011CSHoEeqs5C35K2UUqR7Fy";
  const value = { type: "error", error: { type, message }, request_id: id };
  return json(status, value, { ...EDGE_HEADERS, "request-id": id, ...headers });
}

/** @source developers.openai.com, "Error codes". */
export const openaiError = (
  status: number,
  type: string,
  code: string | null,
  message: string,
  headers: Headers = {},
): HttpResponse => json(status, { error: { message, type, param: null, code } }, { ...EDGE_HEADERS, ...headers });

/** @source cloudflare-typescript: the array is `errors`; `chain` holds the codes behind the first. */
export function cloudflareApiError(
  code: number,
  status: number,
  message: string,
  chain: readonly number[] = [],
  headers: Headers = {},
): HttpResponse {
  const error_chain = chain.map((inner) => ({ code: inner, message: "Invalid format for Authorization header" }));
  const error = { code, message, ...(chain.length > 0 ? { error_chain } : {}) };
  const value = { result: null, success: false, errors: [error], messages: [] };
  return json(status, value, { ...EDGE_HEADERS, ...headers });
}

/** What Cloudflare's edge sends to a client that takes no page. */
export const edgeText = (code: number, status: number): HttpResponse =>
  answer(status, `error code: ${code}\n`, { ...EDGE_HEADERS, "content-type": "text/plain; charset=UTF-8" });

/** @source developers.cloudflare.com, changelog of March 2026: errors of the edge as problem+json. */
export const edgeJson = (code: number, status: number, title: string): HttpResponse =>
  json(
    status,
    { title: `Error ${code}: ${title}`, status, error_code: code, ray_id: "9d3a1ccbaab15ec6", cloudflare_error: true },
    { "content-type": "application/problem+json" },
  );

/** Any page. */
export const page = (status: number, title: string, body = "", headers: Headers = {}): HttpResponse =>
  answer(status, `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body>${body}</body></html>\n`, {
    "content-type": "text/html; charset=UTF-8",
    ...headers,
  });

/** The edge's own error page. */
export const edgePage = (code: number, status: number, title: string): HttpResponse =>
  page(status, `${title} | Cloudflare`, `<span class="cf-error-code">${code}</span> Cloudflare Ray ID`, EDGE_HEADERS);

export const challengePage = (): HttpResponse =>
  page(403, "Just a moment...", "", { ...EDGE_HEADERS, "cf-mitigated": "challenge" });

/** The login of Cloudflare Access where redirects were followed, and where they were not. */
export const accessLogin = (): HttpResponse =>
  page(200, "Sign in ・ Cloudflare Access", "team.cloudflareaccess.com", EDGE_HEADERS);
export const accessRedirect = (): HttpResponse =>
  redirect("https://team.cloudflareaccess.com/cdn-cgi/access/login/ai.example.com?kid=1", EDGE_HEADERS);

/** What Access says to a client that takes no page, and to one whose service token no policy includes. */
export const accessChallenge = (status: number): HttpResponse =>
  answer(status, '{"message":"Unauthorized"}', {
    ...EDGE_HEADERS,
    "content-type": "application/json",
    "www-authenticate": 'Cloudflare-Access resource_metadata="https://ai.example.com/.well-known/x"',
  });

export const redirect = (location: string, headers: Headers = {}): HttpResponse =>
  answer(302, "", { location, ...headers });

/** @source docs.claude.com, "List models". */
export const modelList = (ids: readonly string[]): HttpResponse =>
  json(
    200,
    {
      data: ids.map((id) => ({ type: "model", id, display_name: id, created_at: "2026-09-28T00:00:00Z" })),
      has_more: false,
      first_id: ids[0] ?? null,
      last_id: ids.at(-1) ?? null,
    },
    EDGE_HEADERS,
  );

/** A page of that list which others follow, unless `more` says no; `last` is what the next is asked for after. */
export const modelPage = (data: readonly unknown[], last: unknown, more: unknown = true): HttpResponse =>
  json(200, { data, has_more: more, first_id: null, last_id: last }, EDGE_HEADERS);

/** @source docs.claude.com, "Messages". */
export const message = (model: string, text: string): HttpResponse =>
  json(
    200,
    {
      id: "msg_01XFDUDYJgAACzvnptvVoYEL",
      type: "message",
      role: "assistant",
      model,
      content: [{ type: "text", text }],
      stop_reason: "end_turn",
      stop_sequence: null,
      usage: { input_tokens: 8, output_tokens: 1 },
    },
    EDGE_HEADERS,
  );

/** A stream of named events. */
export const events = (...list: readonly { readonly type: string }[]): HttpResponse =>
  answer(200, list.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""), {
    ...EDGE_HEADERS,
    "content-type": "text/event-stream; charset=utf-8",
  });

export const fault = (kind: NetworkFaultKind, rest: Omit<NetworkFault, "kind"> = {}): NetworkFault => ({
  kind,
  ...rest,
});
