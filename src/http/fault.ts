import type { NetworkFault, NetworkFaultKind } from "../core/http.ts";

export interface RequestProgress {
  /** The connection was established, TLS included. */
  readonly connected: boolean;
  /** The proxy's address without credentials, if the request uses one. */
  readonly proxy?: string;
  readonly proxyReached: boolean;
}

/**
 * Codes of the resolver, of sockets and of undici.
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
  // This machine has no descriptor or no memory left for a connection.
  EMFILE: "unreachable",
  ENFILE: "unreachable",
  ENOBUFS: "unreachable",
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
  // undici asserts what it expects of a response, such as a status of at least 100.
  ERR_ASSERTION: "not-http",
};

const KIND_BY_PATTERN: readonly (readonly [RegExp, NetworkFaultKind])[] = [
  [/^EAI_/, "name-not-found"],
  // OpenSSL's verification errors as Node names them, and Node's own for a host name mismatch.
  [/^(?!ERR_).*(?:CERT|CRL|SIGNATURE|ISSUER|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/, "certificate"],
  [/^ERR_TLS_CERT_/, "certificate"],
  [/^ERR_(?:SSL|TLS|OSSL)_/, "tls"],
  // Codes of zlib and brotli for a body that cannot be decompressed.
  [/^(?:Z_|ERR_BROTLI_|ERR__ERROR_)/, "not-http"],
];

/** If several addresses were tried, an unreachable one says less than one that refused. */
const UNREACHABLE_CODES = new Set(["EADDRNOTAVAIL", "EHOSTUNREACH", "ENETUNREACH"]);

/** undici's message for a proxy's refusal, whose status is in no other field. */
const PROXY_REFUSED = /^Proxy (?:response|Authentication Required) \((\d{3})\)/;

/** Start of a TLS alert received in place of an HTTP response: record type 21, version 3.x. */
const TLS_ALERT = "\u0015\u0003";

/** undici's error for a malformed response, which has no code. */
const PARSER_ERROR = "HTTPParserError";

interface SystemError extends Error {
  readonly code?: string;
  readonly errors?: readonly SystemError[];
  readonly data?: unknown;
}

/** `undefined` if the error is a bug rather than a network fault. */
export function networkFault(error: unknown, progress: RequestProgress): NetworkFault | undefined {
  const specific = mostSpecific(error as SystemError, progress);
  const { code, message } = specific;
  const status = PROXY_REFUSED.exec(message)?.[1];
  if (status !== undefined) return { kind: "proxy", ...proxyOf(progress), proxyStatus: Number(status) };
  const kind = kindOf(specific, progress);
  if (kind === undefined) return undefined;
  return {
    kind: isProxyAtFault(progress, isHttpError(specific)) ? "proxy" : kind,
    ...(code === undefined || isHttpError(specific) ? {} : { systemCode: code }),
    ...proxyOf(progress),
  };
}

export function timeoutFault(progress: RequestProgress): NetworkFault {
  if (isProxyAtFault(progress, false)) return { kind: "proxy", systemCode: "ETIMEDOUT", ...proxyOf(progress) };
  return { kind: timeoutKind(progress), ...proxyOf(progress) };
}

const proxyOf = ({ proxy }: RequestProgress) => (proxy === undefined ? {} : { proxy });

const timeoutKind = ({ connected }: RequestProgress) => (connected ? "answer-timeout" : "connect-timeout");

/** Until the tunnel is open, malformed HTTP comes from the proxy; a reset or a certificate may come from beyond it. */
function isProxyAtFault({ connected, proxy, proxyReached }: RequestProgress, isAboutProtocol: boolean): boolean {
  return proxy !== undefined && !connected && (!proxyReached || isAboutProtocol);
}

const isHttpError = ({ code = "", name }: SystemError) =>
  name === PARSER_ERROR || /^(?:UND_ERR_|ERR_ASSERTION$)/.test(code);

function kindOf(
  { code = "", name, message, data }: SystemError,
  progress: RequestProgress,
): NetworkFaultKind | undefined {
  if (code === "ETIMEDOUT") return timeoutKind(progress);
  if (code === "UND_ERR_SOCKET" && message.startsWith("bad ")) return "not-http";
  if (name === PARSER_ERROR) {
    if (message.includes("EOF")) return "cut-off";
    return String(data).startsWith(TLS_ALERT) ? "tls" : "not-http";
  }
  return KIND_BY_CODE[code] ?? KIND_BY_PATTERN.find(([pattern]) => pattern.test(code))?.[1];
}

/** Looks inside errors that aggregate several attempts, or wrap another error. */
function mostSpecific(error: SystemError, progress: RequestProgress): SystemError {
  const { errors = [], cause } = error;
  if (errors.length > 0) return errors.find(({ code }) => !UNREACHABLE_CODES.has(code ?? "")) ?? errors[0] ?? error;
  const isWrapper = cause instanceof Error && kindOf(error, progress) === undefined;
  return isWrapper ? mostSpecific(cause, progress) : error;
}
