import type { PathKind } from "../providers/provider.ts";
import { type ErrorResponse, errorResponse } from "./error-response.ts";
import { isPagePath, type PagePath } from "./own-paths.ts";
import { canonicalPath, isPostOnly, MODEL_PATHS, type ModelPath, pathKinds } from "./path-families.ts";
import type { RequestHead } from "./request-head.ts";

/** The purpose of a request, judging by its method, path and headers. */
export type Route =
  /** `HEAD /`, which clients send to see whether a server is there. */
  | { readonly kind: "root" }
  | { readonly kind: "alive" }
  | { readonly kind: "ready" }
  | { readonly kind: "preflight" }
  | { readonly kind: "page"; readonly path: PagePath; readonly search: string }
  | ForwardedRoute
  | { readonly kind: "error"; readonly error: ErrorResponse };

interface Forwarded {
  /** Below `/v1/`, with the query. */
  readonly path: string;
  /** Kinds that the path may be of, the likeliest first. */
  readonly paths: readonly PathKind[];
}

/** Names a model, so its body must be read and perhaps changed. */
export interface ModelRoute extends Forwarded {
  readonly kind: "model";
  readonly paths: readonly [PathKind];
  /** A body that names no model means the default one; elsewhere the upstream decides. */
  readonly isDefaulted: boolean;
  readonly limits: string;
}

export type ForwardedRoute =
  | ModelRoute
  /** Holds many requests, each of which names a model. */
  | (Forwarded & { readonly kind: "batch" })
  /** Answered here if models are known, else like anything else. */
  | (Forwarded & { readonly kind: "list" })
  /** Anything else a provider may serve, forwarded unread. */
  | (Forwarded & { readonly kind: "unread" });

/** The destination that the headers of a request name. */
export type Spoken = Pick<RequestHead, "upgrade" | "dialect" | "host">;

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

export function routeOf(method: string, target: string, spoken: Spoken): Route {
  const query = target.indexOf("?");
  const pathname = query < 0 ? target : target.slice(0, query);
  if (NOT_VISIBLE.test(target)) return refuse("The request line contains characters that must be percent-encoded.");
  if (spoken.upgrade) return NO_UPGRADE;
  const known = method === "POST" ? MODEL_PATHS.get(pathname) : undefined;
  if (known !== undefined) return modelRoute(target, known);
  if (!pathname.startsWith("/")) return refuse("The request line contains a whole URL instead of a path.");
  if (AMBIGUOUS.test(pathname)) {
    return refuse(
      "The path contains '//', '..', an encoded separator or a trailing slash, so servers may read it differently.",
    );
  }
  if (method === "OPTIONS") return { kind: "preflight" };
  if (!METHODS.has(method)) return wrongMethod(`The method ${method} is not supported.`, [...METHODS]);
  if (method === "HEAD" && pathname === "/") return { kind: "root" };
  if (pathname === "/healthz" || pathname === "/readyz" || isPagePath(pathname)) {
    if (method !== "GET" && method !== "HEAD")
      return wrongMethod(`${pathname} accepts GET, not ${method}.`, ["GET", "HEAD"]);
    if (isPagePath(pathname)) return { kind: "page", path: pathname, search: query < 0 ? "" : target.slice(query) };
    return { kind: pathname === "/healthz" ? "alive" : "ready" };
  }
  const path = canonicalPath(pathname);
  if (path === undefined)
    return missing(`It serves paths that begin with /v1/, /healthz and /readyz. ${baseUrlFor(spoken)}`);
  return routeBelow(method, path, query < 0 ? "" : target.slice(query), spoken);
}

/** `path` begins with `/v1/`, once. */
function routeBelow(method: string, path: string, search: string, { dialect }: Spoken): Route {
  const known = MODEL_PATHS.get(path);
  if (known !== undefined && method === "POST") return modelRoute(path + search, known);
  if (isPostOnly(path)) return wrongMethod(`${path} accepts POST, not ${method}.`, ["POST"]);
  const paths = pathKinds(path, dialect);
  if (paths.length === 0) return missing(`It cannot tell which provider serves ${familyIn(path)}. ${HEADERS_TELL}`);
  return { kind: kindOf(method, path), path: path + search, paths };
}

/** @measured a spread costs 0.3 of the 3.9 microseconds until a request can be sent. */
const modelRoute = (path: string, { paths, isDefaulted, limits }: ModelPath): ModelRoute => ({
  kind: "model",
  path,
  paths,
  isDefaulted,
  limits,
});

function kindOf(method: string, path: string): "batch" | "list" | "unread" {
  if (method === "POST") return path === "/v1/messages/batches" ? "batch" : "unread";
  return path === "/v1/models" && (method === "GET" || method === "HEAD") ? "list" : "unread";
}

/** @why an id further down may be somebody's secret. */
const familyIn = (path: string) => path.split("/", 3).join("/").slice(0, 40);

/** The base URL that the client needs, or both if it does not say whose API it speaks. */
function baseUrlFor({ dialect, host }: Spoken): string {
  const address = /^[\w.:[\]-]+$/.test(host) ? `http://${host}` : "the gateway's address";
  if (dialect === "anthropic") return `Set the client's base URL to ${address}.`;
  if (dialect === "openai") return `Set the client's base URL to ${address}/v1.`;
  return `Set the base URL of Anthropic's clients to ${address}, that of OpenAI's clients to ${address}/v1.`;
}

const HEADERS_TELL =
  "A header tells: `anthropic-version` for Anthropic's API, `OpenAI-Beta` or `OpenAI-Project` for OpenAI's.";

/**
 * @source RFC 9110, 15.5.22, for the header; Codex 0.171.0, which goes on with POST after this status only: seen.
 */
const NO_UPGRADE: Route = {
  kind: "error",
  error: {
    ...errorResponse(
      "invalid_request_error",
      "The local gateway serves HTTP alone, no WebSocket. Send the same request with POST.",
    ),
    status: 426,
    headers: ["upgrade", "HTTP/1.1", "connection", "upgrade"],
  },
};

const wrongMethod = (why: string, allowed: readonly string[]): Route => ({
  kind: "error",
  error: {
    ...errorResponse("invalid_request_error", `The local gateway refuses this request. ${why}`),
    status: 405,
    headers: ["allow", [...allowed, "OPTIONS"].join(", ")],
  },
});

const refuse = (why: string): Route => ({
  kind: "error",
  error: errorResponse("invalid_request_error", `The local gateway refuses this request. ${why}`),
});

const missing = (why: string): Route => ({
  kind: "error",
  error: errorResponse("not_found_error", `The local gateway serves nothing at this path. ${why}`),
});
