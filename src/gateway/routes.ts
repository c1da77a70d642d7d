import type { Api } from "../providers/provider.ts";
import { type Refusal, refusal } from "./refusal.ts";

/** What a request is for, by its method and path alone. */
export type Route =
  /** `HEAD /`, which clients send to see whether anybody is there. */
  | { readonly kind: "root" }
  | { readonly kind: "alive" }
  | { readonly kind: "ready" }
  /** A browser asks whether its page may send a request. */
  | { readonly kind: "preflight" }
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

/** Others, such as `TRACE`, could tell a client what was added to its request. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);

/**
 * What another server might read as a different path: `//`, a slash at the end, a segment of dots, the encoded forms of
 * blanks, slashes, backslashes, percent signs and control characters, and those of letters, digits, dots and other characters
 * that need no encoding.
 */
const AMBIGUOUS =
  /\/\/|.\/$|\/\.{1,2}(?:\/|$)|%(?![0-9a-f]{2})|%(?:[01].|2[05def]|3\d|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9aef])|[\\;]/i;

/** Whatever is no visible ASCII, and the beginning of what no request line has. */
const UNSEEN = /[^!-~]|#/;

/** Sorts a request by its method and its target as it stood in the request line. */
export function routeOf(method: string, target: string): Route {
  const query = target.indexOf("?");
  const pathname = query < 0 ? target : target.slice(0, query);
  if (UNSEEN.test(target)) return refuse("The request line has characters that belong encoded.");
  const modelPath = MODEL_PATHS.get(pathname);
  const search = query < 0 ? "" : target.slice(query);
  if (modelPath !== undefined && method === "POST") {
    return { kind: "model", api: modelPath.api, path: modelPath.path + search };
  }
  if (!pathname.startsWith("/")) return refuse("The request line has a whole URL where a path belongs.");
  if (AMBIGUOUS.test(pathname)) {
    return refuse(
      "The path has '//', '..', an encoded separator or a slash at its end, and could be taken for another one.",
    );
  }
  if (method === "OPTIONS") return { kind: "preflight" };
  if (!METHODS.has(method)) return refuse(`The method ${method} is not served.`);
  if (method === "HEAD" && pathname === "/") return { kind: "root" };
  if (isRead(method) && pathname === "/healthz") return { kind: "alive" };
  if (isRead(method) && pathname === "/readyz") return { kind: "ready" };
  if (modelPath !== undefined) return refuse(`${pathname} takes POST, not ${method}.`);
  if (pathname.startsWith("/v1/v1/"))
    return missing("The path has /v1 twice: let the client's base URL end without it.");
  if (pathname.startsWith("/v1/")) return { kind: "pass", path: pathname + search };
  return missing("It serves the paths under /v1/, /healthz and /readyz; let the client's base URL end without a path.");
}

const isRead = (method: string) => method === "GET" || method === "HEAD";

const refuse = (why: string): Route => ({
  kind: "refused",
  refusal: refusal("invalid_request_error", `The local gateway does not take this request. ${why}`),
});

const missing = (why: string): Route => ({
  kind: "refused",
  refusal: refusal("not_found_error", `The local gateway has nothing at this path. ${why}`),
});
