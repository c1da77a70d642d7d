import { isObject, parseJson } from "../../core/json.ts";
import type { EndpointId } from "./endpoint-rows.ts";

/** Who wrote a response, judging by its format. `cut` is truncated JSON, `other` is unknown. */
export type Author =
  | "fault"
  | "success"
  | "gateway"
  | "cloudflare-api"
  | "anthropic"
  | "openai"
  | "workers-ai"
  | "edge"
  | "challenge"
  | "access"
  | "redirect"
  | "page"
  | "cut"
  | "other";

/** The facts that the body alone reveals. */
export interface Signals {
  readonly author: Author;
  /** Cloudflare's codes, most specific first. */
  readonly codes: readonly number[];
  /** Anthropic's `error.type`. For others, `error.code` or else `error.type`. */
  readonly type: string;
  /** The upstream's own words, or the system's name for the fault. */
  readonly upstreamMessage: string;
  /** Ids in the body, keyed by the header that normally carries them. */
  readonly ids: Readonly<Record<string, string>>;
}

export type Json = Readonly<Record<string, unknown>>;

const text = (value: unknown) => (typeof value === "string" ? value : "");
const number = (value: unknown) => (typeof value === "number" && Number.isSafeInteger(value) ? [value] : []);

/** Enough of an array of errors to recognise it. */
const MOST_ERRORS = 16;

export const signals = (author: Author, rest: Partial<Signals> = {}): Signals => ({
  author,
  codes: [],
  type: "",
  upstreamMessage: "",
  ids: {},
  ...rest,
});

/** Some servers begin with a byte order mark. `undefined` if it is not JSON. */
export const parseBody = (body: string): unknown => parseJson(body.replace(/^\uFEFF/, ""));

/**
 * Recognises the known JSON formats. The gateway's list of errors is `error`, a single object if a policy refuses; the
 * Cloudflare API's is `errors`; logs and older versions have the bare list, whose codes reveal the author. OpenAI's
 * errors look like Anthropic's without the envelope, so only the endpoint tells them apart.
 * @source cloudflare/ai (ai-gateway-provider), cloudflare-typescript and docs.claude.com "Errors"; bare lists:
 * openclaw/openclaw#34788; `cloudflare_error`: developers.cloudflare.com, changelog of March 2026; policies:
 * developers.cloudflare.com/ai-gateway/features/policies, seen on 27 November 2026.
 */
export function readJson(value: unknown, endpoint: EndpointId = "anthropic"): Signals {
  if (Array.isArray(value)) return readErrors(undefined, value);
  if (!isObject(value)) return signals("other");
  if (value.cloudflare_error === true) {
    const ids = { "cf-ray": text(value.ray_id) };
    return signals("edge", { codes: number(value.error_code), upstreamMessage: text(value.title), ids });
  }
  const { error, errors } = value;
  if (value.name === "AiGatewayError") {
    const { codes, upstreamMessage } = readErrors("gateway", Array.isArray(error) ? error : [error]);
    return signals("gateway", {
      codes: [...codes, ...number(value.internalCode)],
      upstreamMessage: upstreamMessage || text(value.message) || text(value.description),
    });
  }
  if (Array.isArray(error)) return readErrors("gateway", error);
  if (value.success === false && isObject(error)) return readErrors("gateway", [error]);
  if (Array.isArray(errors) && value.success !== true) return readErrors("cloudflare-api", errors);
  if (endpoint !== "anthropic" && isObject(error) && typeof error.message === "string") {
    return signals(endpoint, { type: text(error.code) || text(error.type), upstreamMessage: error.message });
  }
  if (isObject(error) && (value.type === "error" || /_error$|^forbidden$|^request_too_large$/.test(text(error.type)))) {
    const ids = { "request-id": text(value.request_id) };
    return signals("anthropic", { type: text(error.type), upstreamMessage: text(error.message), ids });
  }
  return signals("other", { upstreamMessage: text(value.message) || text(value.detail) || text(error) });
}

function readErrors(author: Author | undefined, list: readonly unknown[]): Signals {
  const errors = list.slice(0, MOST_ERRORS).filter(isObject);
  const chain = errors.flatMap(({ error_chain }) =>
    Array.isArray(error_chain) ? error_chain.slice(0, MOST_ERRORS).filter(isObject) : [],
  );
  const codes = [...errors, ...chain].flatMap(({ code }) => number(code));
  const known = author ?? sourceOfCode(codes[0]);
  return known === undefined ? signals("other") : signals(known, { codes, upstreamMessage: text(errors[0]?.message) });
}

function sourceOfCode(code: number | undefined): Author | undefined {
  if (code === undefined) return undefined;
  return code >= 2000 && code < 3000 ? "gateway" : "cloudflare-api";
}

/** Recognises JSON that cannot be parsed, usually because it was truncated, by its beginning. */
export function readBrokenJson(body: string): Signals {
  if (!/^[\s\uFEFF]*[[{]/.test(body)) return signals("other");
  const codes = [...body.slice(0, 4096).matchAll(/"(?:internalCode|code)"\s*:\s*(\d{3,5})\b/g)].map(([, code]) =>
    Number(code),
  );
  const raw = /"message"\s*:\s*"([^"]*)/.exec(body)?.[1] ?? "";
  const decoded = parseBody(`"${raw}"`);
  const upstreamMessage = typeof decoded === "string" ? decoded : raw;
  const type = /"error"\s*:\s*\{[^{}]*?"type"\s*:\s*"(\w{1,60})"/.exec(body)?.[1];
  if (/"type"\s*:\s*"error"/.test(body) && type !== undefined) return signals("anthropic", { type, upstreamMessage });
  if (/"name"\s*:\s*"AiGatewayError"|"error"\s*:\s*\[|"success"\s*:\s*false\s*,\s*"error"\s*:\s*\{/.test(body))
    return signals("gateway", { codes, upstreamMessage });
  if (/"errors"\s*:\s*\[\s*\{/.test(body)) return signals("cloudflare-api", { codes, upstreamMessage });
  return signals("cut");
}

/**
 * An `error` event in a stream is always Anthropic's, and the last event.
 * @source docs.claude.com, "Streaming messages".
 */
export function readEvents(body: string): Signals {
  const data = body.split(/\r?\n/).filter((line) => line.startsWith("data:"));
  const error = data.findLast((line) => /"type"\s*:\s*"error"/.test(line));
  if (error !== undefined) {
    const value = parseBody(error.slice("data:".length));
    return value === undefined ? readBrokenJson(error.slice("data:".length)) : readJson(value);
  }
  return signals(data.some((line) => line.includes("message_start")) ? "success" : "other");
}

/** True for a success: a list, model, message or count, or the API's result. */
export function isExpected(value: unknown, fromCloudflareApi: boolean): boolean {
  if (!isObject(value)) return false;
  if (fromCloudflareApi && value.success === true) return true;
  if (value.type === "message") return Array.isArray(value.content);
  if (value.type === "model") return typeof value.id === "string";
  if (value.object === "response") return Array.isArray(value.output);
  if (value.object === "chat.completion") return Array.isArray(value.choices);
  return Array.isArray(value.data) || typeof value.input_tokens === "number";
}
