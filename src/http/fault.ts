import type { NetworkFault, NetworkFaultKind } from "../core/http.ts";

/** How far a request had come when it failed. */
export interface Progress {
  /** Whether the connection stood, TLS included. */
  readonly connected: boolean;
  /** Set when the request goes through a proxy: its address without credentials. */
  readonly proxy?: string;
  /** Whether there was a connection to that proxy. */
  readonly proxyReached: boolean;
}

/**
 * Codes of the system's resolver and sockets, and of undici.
 * @source Node's documentation of errors; undici's lib/core/errors.js.
 */
const KIND_BY_CODE: Readonly<Record<string, NetworkFaultKind>> = {
  ENOTFOUND: "name-not-found",
  ENODATA: "name-not-found",
  ECONNREFUSED: "refused",
  EACCES: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  EHOSTDOWN: "unreachable",
  EHOSTUNREACH: "unreachable",
  ENETDOWN: "unreachable",
  ENETUNREACH: "unreachable",
  EPERM: "unreachable",
  ECONNABORTED: "cut-off",
  ECONNRESET: "cut-off",
  EPIPE: "cut-off",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "cut-off",
  UND_ERR_SOCKET: "cut-off",
  EPROTO: "tls",
  UND_ERR_HEADERS_OVERFLOW: "not-http",
};

/** For the codes that come in families. */
const KIND_BY_PATTERN: readonly (readonly [RegExp, NetworkFaultKind])[] = [
  [/^EAI_/, "name-not-found"],
  // OpenSSL's verification errors as Node names them, and Node's own for a host name that does not match.
  [/^(?!ERR_).*(?:CERT|CRL|SIGNATURE|ISSUER|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/, "certificate"],
  [/^ERR_TLS_CERT_/, "certificate"],
  [/^ERR_(?:SSL|TLS|OSSL)_/, "tls"],
  // A compressed body that is none: zlib's codes and brotli's.
  [/^(?:Z_|ERR_BROTLI_|ERR__ERROR_)/, "not-http"],
];

/** Of several addresses that were tried, one that there is no way to says less than one that answered something. */
const SAYS_LITTLE = new Set(["EADDRNOTAVAIL", "EHOSTUNREACH", "ENETUNREACH"]);

/** What undici says of a proxy that refuses; its errors have no field for the status. */
const PROXY_REFUSED = /^Proxy (?:response|Authentication Required) \((\d{3})\)/;

/** A TLS alert where an HTTP answer was expected: record type 21, version 3.x. */
const TLS_ALERT = "\u0015\u0003";

/** The name of undici's error for what is no HTTP; it should have a code, and has none. */
const PARSER_ERROR = "HTTPParserError";

interface SystemError extends Error {
  readonly code?: string;
  readonly errors?: readonly SystemError[];
  readonly data?: unknown;
}

/** Why the request failed; undefined when the error is not the network's but the program's. */
export function networkFault(error: unknown, progress: Progress): NetworkFault | undefined {
  const telling = mostTelling(error as SystemError, progress);
  const { code, message } = telling;
  const status = PROXY_REFUSED.exec(message)?.[1];
  if (status !== undefined) return { kind: "proxy", ...proxyOf(progress), proxyStatus: Number(status) };
  const kind = kindOf(telling, progress);
  if (kind === undefined) return undefined;
  return {
    kind: isProxyAtFault(progress, isAboutHttp(telling)) ? "proxy" : kind,
    ...(code === undefined || isAboutHttp(telling) ? {} : { systemCode: code }),
    ...proxyOf(progress),
  };
}

/** Which wait it was that took too long. */
export function timeoutFault(progress: Progress): NetworkFault {
  if (isProxyAtFault(progress, false)) return { kind: "proxy", systemCode: "ETIMEDOUT", ...proxyOf(progress) };
  return { kind: timeoutKind(progress), ...proxyOf(progress) };
}

const proxyOf = ({ proxy }: Progress) => (proxy === undefined ? {} : { proxy });

const timeoutKind = ({ connected }: Progress) => (connected ? "answer-timeout" : "connect-timeout");

/** Before the tunnel stands, who speaks HTTP badly is the proxy; a reset or a certificate may be the other side's. */
function isProxyAtFault({ connected, proxy, proxyReached }: Progress, isAboutHttp: boolean): boolean {
  return proxy !== undefined && !connected && (!proxyReached || isAboutHttp);
}

const isAboutHttp = ({ code = "", name }: SystemError) => name === PARSER_ERROR || code.startsWith("UND_ERR_");

function kindOf({ code = "", name, message, data }: SystemError, progress: Progress): NetworkFaultKind | undefined {
  if (code === "ETIMEDOUT") return timeoutKind(progress);
  if (code === "UND_ERR_SOCKET" && message.startsWith("bad ")) return "not-http";
  if (name === PARSER_ERROR) {
    if (message.includes("EOF")) return "cut-off";
    return String(data).startsWith(TLS_ALERT) ? "tls" : "not-http";
  }
  return KIND_BY_CODE[code] ?? KIND_BY_PATTERN.find(([pattern]) => pattern.test(code))?.[1];
}

/** Looks into the attempts at several addresses, and behind an error that only wraps another. */
function mostTelling(error: SystemError, progress: Progress): SystemError {
  const { errors = [], cause } = error;
  if (errors.length > 0) return errors.find(({ code }) => !SAYS_LITTLE.has(code ?? "")) ?? errors[0] ?? error;
  const isWrapper = cause instanceof Error && kindOf(error, progress) === undefined;
  return isWrapper ? mostTelling(cause, progress) : error;
}
