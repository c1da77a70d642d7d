import { type Refusal, refusal } from "./refusal.ts";
import type { Api } from "./settings.ts";

/** What a request is for, by its method and path alone. */
export type Route =
  /** `HEAD /`, which clients send to see whether anybody is there. */
  | { readonly kind: "root" }
  | { readonly kind: "alive" }
  | { readonly kind: "ready" }
  /** Names a model, so that its body is read, judged and perhaps changed. */
  | { readonly kind: "model"; readonly api: Api; readonly path: string }
  /** Everything else that a provider may answer: handed on as it is. */
  | { readonly kind: "pass"; readonly path: string }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * The paths whose body names a model, and the path below the base URL: those of the OpenAI kind have their `/v1` in the
 * base URL, or do without.
 */
const MODEL_PATHS: ReadonlyMap<string, { readonly api: Api; readonly path: string }> = new Map([
  ["/v1/messages", { api: "anthropic-messages", path: "/v1/messages" }],
  ["/v1/messages/count_tokens", { api: "anthropic-messages", path: "/v1/messages/count_tokens" }],
  ["/v1/chat/completions", { api: "openai-completions", path: "/chat/completions" }],
  ["/v1/responses", { api: "openai-responses", path: "/responses" }],
]);

/**
 * What another server might read as a different path: `//`, a segment of dots, and the encoded forms of dots, slashes,
 * backslashes and control characters.
 */
const AMBIGUOUS = /\/\/|\/\.{1,2}(?:\/|$)|%(?:2e|2f|5c|25|[01][0-9a-f]|7f)|[\\;]/i;

const ONE_MODEL_PATH = /^\/v1\/(?:messages(?:\/count_tokens)?|chat\/completions|responses)$/;

/** Sorts a request by its method and its target as it stood in the request line. */
export function routeOf(method: string, target: string): Route {
  const query = target.indexOf("?");
  const pathname = query < 0 ? target : target.slice(0, query);
  const search = query < 0 ? "" : target.slice(query);
  const modelPath = method === "POST" ? MODEL_PATHS.get(pathname) : undefined;
  if (modelPath !== undefined) return { kind: "model", api: modelPath.api, path: modelPath.path + search };
  if (!pathname.startsWith("/")) {
    return refuse("invalid_request_error", "The local gateway takes a path, not a whole URL, in the request line.");
  }
  if (AMBIGUOUS.test(pathname)) {
    return refuse("invalid_request_error", "The path has '//', '..' or an encoded separator, and could mean another one.");
  }
  if (method === "HEAD" && pathname === "/") return { kind: "root" };
  if (isRead(method) && pathname === "/healthz") return { kind: "alive" };
  if (isRead(method) && pathname === "/readyz") return { kind: "ready" };
  if (pathname.startsWith("/v1/v1/")) {
    return refuse("not_found_error", "The path has /v1 twice: let the client's base URL end without /v1.");
  }
  if (ONE_MODEL_PATH.test(pathname)) {
    return refuse("invalid_request_error", `${pathname} takes POST, not ${method}.`);
  }
  if (pathname.startsWith("/v1/")) return { kind: "pass", path: pathname + search };
  return refuse("not_found_error", "The local gateway serves the paths under /v1/, /healthz and /readyz.");
}

const isRead = (method: string) => method === "GET" || method === "HEAD";

const refuse = (...what: Parameters<typeof refusal>): Route => ({ kind: "refused", refusal: refusal(...what) });
