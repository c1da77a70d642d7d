import { isObject } from "../core/json.ts";

/** An error in a response whose status denies it, as a document that clients can read, with the status it stands for. */
export interface MeantError {
  readonly status: number;
  readonly body: string;
}

/**
 * The status of an error by the name of its kind.
 * @source docs.claude.com, "Errors"; developers.openai.com, "Error codes", and openai-openapi: `ResponseErrorCode`;
 * `server_is_overloaded` and `slow_down` as openai/codex retries them.
 */
const BY_NAME: ReadonlyMap<unknown, number> = new Map(
  Object.entries({
    invalid_request_error: 400,
    authentication_error: 401,
    billing_error: 402,
    permission_error: 403,
    forbidden: 403,
    not_found_error: 404,
    conflict_error: 409,
    request_too_large: 413,
    rate_limit_error: 429,
    api_error: 500,
    timeout_error: 504,
    overloaded_error: 529,

    invalid_prompt: 400,
    context_length_exceeded: 400,
    invalid_api_key: 401,
    insufficient_permissions: 403,
    unsupported_country_region_territory: 403,
    model_not_found: 404,
    rate_limit_exceeded: 429,
    tokens: 429,
    requests: 429,
    insufficient_quota: 429,
    billing_hard_limit_reached: 429,
    credit_balance_exhausted: 429,
    server_error: 500,
    internal_error: 500,
    internal_server_error: 500,
    service_unavailable: 503,
    server_is_overloaded: 503,
    slow_down: 503,
  }),
);

/**
 * The status that comes with a code of Cloudflare's.
 * @source developers.cloudflare.com/ai-gateway and cloudflare/ai: 2xxx; cloudflare-typescript: the others.
 */
const BY_CODE: ReadonlyMap<unknown, number> = new Map([
  [2001, 400],
  [2003, 429],
  [2008, 400],
  [2009, 401],
  [2016, 424],
  [2017, 424],
  [2021, 402],
  [2029, 400],
  [2030, 400],
  [2040, 400],
  [2041, 429],
  [2044, 400],
  [2045, 429],
  [7000, 500],
  [7001, 400],
  [7003, 404],
  [9109, 403],
  [10000, 401],
]);

/** Nothing says what it is, so it is a fault of whoever answered. */
const UNKNOWN_STATUS = 502;

const asStatus = (value: unknown) => {
  const number = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 400 && number < 600 ? number : undefined;
};

type Json = Readonly<Record<string, unknown>>;

const NOTHING: Json = {};

const first = (value: unknown): Json => {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return isObject(one) ? one : NOTHING;
};

/** By its own words: a status in a number, else the name of its kind, the most specific first. */
function statusOf(error: unknown, around: Json = NOTHING): number {
  const { code, type, status, message } = first(error);
  return (
    asStatus(around.httpCode) ??
    asStatus(status) ??
    asStatus(code) ??
    BY_NAME.get(code) ??
    BY_NAME.get(type) ??
    BY_CODE.get(code) ??
    asStatus(around.status) ??
    (around.success === false ? byWords(message) : undefined) ??
    UNKNOWN_STATUS
  );
}

/** @source developers.cloudflare.com/ai-gateway/features/policies: errors without a code. */
function byWords(message: unknown): number | undefined {
  if (typeof message !== "string") return undefined;
  return /\blimit/i.test(message) ? 429 : /\bdenied\b/i.test(message) ? 403 : undefined;
}

/** The error in a document of status 200; `undefined` if it is none. */
export function errorInDocument(value: unknown, text: string): MeantError | undefined {
  if (Array.isArray(value)) return isBareList(value) ? { status: statusOf(value), body: text } : undefined;
  if (!isObject(value)) return undefined;
  const { error, errors } = value;
  const isError =
    value.type === "error" ||
    value.cloudflare_error === true ||
    value.name === "AiGatewayError" ||
    (value.success === false && (Array.isArray(errors) || Boolean(error))) ||
    (isObject(error) ? Object.keys(error).length > 0 : typeof error === "string" && error !== "");
  return isError ? { status: statusOf(error ?? errors ?? value, value), body: text } : undefined;
}

/** @source openclaw/openclaw#34788: older versions answer with nothing but the list. */
function isBareList(list: readonly unknown[]): boolean {
  const { code, message } = first(list);
  return typeof code === "number" && typeof message === "string";
}

/**
 * The error in an event's data. Those of the Responses API have it inside of a response, or have no member for it, so
 * they are put into the form of an error document.
 * @source openai-openapi: `ResponseFailedEvent`, `ResponseErrorEvent`.
 */
export function errorInEvent(value: unknown, text: string): MeantError {
  if (!isObject(value)) return { status: UNKNOWN_STATUS, body: text };
  const { response, error = isObject(response) ? response.error : undefined, code, message } = value;
  if (isObject(response)) return { status: statusOf(error), body: asDocument(error) };
  if (error === undefined && typeof message === "string")
    return { status: statusOf(value), body: asDocument({ code, message }) };
  return { status: statusOf(error, value), body: text };
}

function asDocument(error: unknown): string {
  const { code = null, message, type = code ?? "server_error" } = isObject(error) ? error : {};
  const said = typeof message === "string" ? message : "The upstream says that the response failed.";
  return JSON.stringify({ error: { message: said, type, param: null, code } });
}
