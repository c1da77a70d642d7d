import type { EndpointId } from "./endpoint-id.ts";
import type { Clue, Source } from "./response-signals.ts";

/** What a body alone tells: the part of a `Clue` that is read from it. */
export type Reading = Pick<Clue, "from" | "codes" | "type" | "said" | "ids">;

/** An object of JSON, of which nothing is known. */
export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown) => (typeof value === "string" ? value : "");
const number = (value: unknown) => (typeof value === "number" && Number.isSafeInteger(value) ? [value] : []);

/** Enough of an array of errors to know them by. */
const MOST_ERRORS = 16;

export const reading = (from: Source, rest: Partial<Reading> = {}): Reading => ({
  from,
  codes: [],
  type: "",
  said: "",
  ids: {},
  ...rest,
});

/** The value, or undefined where the text is no JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

/**
 * Tells the known forms of JSON apart. The gateway's list of errors is `error`, the Cloudflare API's is `errors`;
 * in logs and older versions the list stands alone, and its codes have to tell whose it is. An error of OpenAI's looks like
 * one of Anthropic's without its envelope, so that it has to be known who was asked.
 * @source cloudflare/ai (ai-gateway-provider), cloudflare-typescript and docs.claude.com "Errors"; bare lists:
 * openclaw/openclaw#34788; `cloudflare_error`: developers.cloudflare.com, changelog of March 2026.
 */
export function readJson(value: unknown, endpoint: EndpointId = "anthropic"): Reading {
  if (Array.isArray(value)) return readErrors(undefined, value);
  if (!isObject(value)) return reading("other");
  if (value.cloudflare_error === true) {
    const ids = { "cf-ray": text(value.ray_id) };
    return reading("edge", { codes: number(value.error_code), said: text(value.title), ids });
  }
  const { error, errors } = value;
  if (value.name === "AiGatewayError") {
    const { codes, said } = readErrors("gateway", Array.isArray(error) ? error : []);
    return reading("gateway", {
      codes: [...codes, ...number(value.internalCode)],
      said: said || text(value.message) || text(value.description),
    });
  }
  if (Array.isArray(error)) return readErrors("gateway", error);
  if (Array.isArray(errors) && value.success !== true) return readErrors("cloudflare-api", errors);
  if (endpoint !== "anthropic" && isObject(error) && typeof error.message === "string") {
    return reading(endpoint, { type: text(error.code) || text(error.type), said: error.message });
  }
  if (isObject(error) && (value.type === "error" || /_error$|^forbidden$|^request_too_large$/.test(text(error.type)))) {
    const ids = { "request-id": text(value.request_id) };
    return reading("anthropic", { type: text(error.type), said: text(error.message), ids });
  }
  return reading("other", { said: text(value.message) || text(value.detail) || text(error) });
}

function readErrors(from: Source | undefined, list: readonly unknown[]): Reading {
  const errors = list.slice(0, MOST_ERRORS).filter(isObject);
  const chain = errors.flatMap(({ error_chain }) =>
    Array.isArray(error_chain) ? error_chain.slice(0, MOST_ERRORS).filter(isObject) : [],
  );
  const codes = [...errors, ...chain].flatMap(({ code }) => number(code));
  const known = from ?? sourceOfCode(codes[0]);
  return known === undefined ? reading("other") : reading(known, { codes, said: text(errors[0]?.message) });
}

function sourceOfCode(code: number | undefined): Source | undefined {
  if (code === undefined) return undefined;
  return code >= 2000 && code < 3000 ? "gateway" : "cloudflare-api";
}

/** The same for JSON that cannot be parsed, mostly because it was cut off: what its beginning shows. */
export function readBrokenJson(body: string): Reading {
  if (!/^[\s\uFEFF]*[[{]/.test(body)) return reading("other");
  const codes = [...body.slice(0, 4096).matchAll(/"(?:internalCode|code)"\s*:\s*(\d{3,5})\b/g)].map(([, code]) =>
    Number(code),
  );
  const raw = /"message"\s*:\s*"([^"]*)/.exec(body)?.[1] ?? "";
  const decoded = parseJson(`"${raw}"`);
  const said = typeof decoded === "string" ? decoded : raw;
  const type = /"error"\s*:\s*\{[^{}]*?"type"\s*:\s*"(\w{1,60})"/.exec(body)?.[1];
  if (/"type"\s*:\s*"error"/.test(body) && type !== undefined) return reading("anthropic", { type, said });
  if (/"name"\s*:\s*"AiGatewayError"|"error"\s*:\s*\[/.test(body)) return reading("gateway", { codes, said });
  if (/"errors"\s*:\s*\[\s*\{/.test(body)) return reading("cloudflare-api", { codes, said });
  return reading("cut");
}

/**
 * A stream of events: an `error` among them is Anthropic's, after which nothing more comes.
 * @source docs.claude.com, "Streaming messages".
 */
export function readEvents(body: string): Reading {
  const data = body.split(/\r?\n/).filter((line) => line.startsWith("data:"));
  const error = data.findLast((line) => /"type"\s*:\s*"error"/.test(line));
  if (error !== undefined) {
    const value = parseJson(error.slice("data:".length));
    return value === undefined ? readBrokenJson(error.slice("data:".length)) : readJson(value);
  }
  return reading(data.some((line) => line.includes("message_start")) ? "success" : "other");
}

/** Whether this is what a request that went well brings: a list, model, message or count, or the API's result. */
export function isExpected(value: unknown, fromCloudflareApi: boolean): boolean {
  if (!isObject(value)) return false;
  if (fromCloudflareApi && value.success === true) return true;
  if (value.type === "message") return Array.isArray(value.content);
  if (value.type === "model") return typeof value.id === "string";
  if (value.object === "response") return Array.isArray(value.output);
  if (value.object === "chat.completion") return Array.isArray(value.choices);
  return Array.isArray(value.data) || typeof value.input_tokens === "number";
}
