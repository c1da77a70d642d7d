import type { Api } from "../providers/provider.ts";
import { type ErrorResponse, errorResponse } from "./error-response.ts";

/** What a request is for, judging by its method and path alone. */
export type Route =
  /** `HEAD /`, which clients send to see whether a server is there. */
  | { readonly kind: "root" }
  | { readonly kind: "alive" }
  | { readonly kind: "ready" }
  | { readonly kind: "preflight" }
  | ForwardedRoute
  | { readonly kind: "error"; readonly error: ErrorResponse };

export type ForwardedRoute =
  /** Names a model, so its body must be read and perhaps changed. */
  | { readonly kind: "model"; readonly api: Api; readonly path: string }
  /** Anything else a provider may serve, forwarded unread. */
  | { readonly kind: "unread"; readonly path: string };

/**
 * Paths whose body names a model, and what they become below the base URL: OpenAI base URLs include `/v1`, or need
 * none.
 */
const MODEL_PATHS: ReadonlyMap<string, { readonly api: Api; readonly path: string }> = new Map([
  ["/v1/messages", { api: "anthropic-messages", path: "/v1/messages" }],
  ["/v1/messages/count_tokens", { api: "anthropic-messages", path: "/v1/messages/count_tokens" }],
  ["/v1/chat/completions", { api: "openai-completions", path: "/chat/completions" }],
  ["/v1/responses", { api: "openai-responses", path: "/responses" }],
]);

/** Others, such as `TRACE`, could reveal to a client what was added to its request. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);

/**
 * Anything another server might read as a different path: `//`, a trailing slash, dot segments, encoded blanks,
 * slashes, backslashes, percent signs and control characters, and encoded forms of letters, digits, dots and other
 * characters that need no encoding.
 */
const AMBIGUOUS =
  /\/\/|.\/$|\/\.{1,2}(?:\/|$)|%(?![0-9a-f]{2})|%(?:[01].|2[05def]|3\d|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9aef])|[\\;]/i;

/** Anything but visible ASCII, and `#`, which no request line contains. */
const NOT_VISIBLE = /[^!-~]|#/;

export function routeOf(method: string, target: string): Route {
  const query = target.indexOf("?");
  const pathname = query < 0 ? target : target.slice(0, query);
  if (NOT_VISIBLE.test(target)) return refuse("The request line contains characters that must be percent-encoded.");
  const modelPath = MODEL_PATHS.get(pathname);
  const search = query < 0 ? "" : target.slice(query);
  if (modelPath !== undefined && method === "POST") {
    return { kind: "model", api: modelPath.api, path: modelPath.path + search };
  }
  if (!pathname.startsWith("/")) return refuse("The request line contains a whole URL instead of a path.");
  if (AMBIGUOUS.test(pathname)) {
    return refuse(
      "The path contains '//', '..', an encoded separator or a trailing slash, so servers may read it differently.",
    );
  }
  if (method === "OPTIONS") return { kind: "preflight" };
  if (!METHODS.has(method)) return refuse(`The method ${method} is not supported.`);
  if (method === "HEAD" && pathname === "/") return { kind: "root" };
  if (isGetOrHead(method) && pathname === "/healthz") return { kind: "alive" };
  if (isGetOrHead(method) && pathname === "/readyz") return { kind: "ready" };
  if (modelPath !== undefined) return refuse(`${pathname} accepts POST, not ${method}.`);
  if (pathname.startsWith("/v1/v1/"))
    return missing("The path contains /v1 twice. Remove /v1 from the client's base URL.");
  if (pathname.startsWith("/v1/")) return { kind: "unread", path: pathname + search };
  return missing("It serves /v1/, /healthz and /readyz. Remove the path from the client's base URL.");
}

const isGetOrHead = (method: string) => method === "GET" || method === "HEAD";

const refuse = (why: string): Route => ({
  kind: "error",
  error: errorResponse("invalid_request_error", `The local gateway refuses this request. ${why}`),
});

const missing = (why: string): Route => ({
  kind: "error",
  error: errorResponse("not_found_error", `The local gateway serves nothing at this path. ${why}`),
});
