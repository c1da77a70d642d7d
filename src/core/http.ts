/** Sent as is: only headers that HTTP itself requires are added. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Covers DNS, TCP and TLS. */
  readonly connectTimeoutMs: number;
  /** From connection to first byte, and between any two bytes. */
  readonly idleTimeoutMs: number;
  /** Until the response is complete, however steadily it arrives; not limited if absent. */
  readonly totalTimeoutMs?: number;
  /** A longer response is truncated, without an error. */
  readonly maxBodyBytes: number;
  /** Defaults to the variables of the process. */
  readonly proxyVariables?: Readonly<Record<string, string | undefined>>;
  /** Bypasses any proxy, for responses that must come from this machine. */
  readonly direct?: boolean;
  /** Gets the bytes of an answer of 200 as they come, none of which is in the response then. Compressed ones as they are. */
  readonly onData?: (chunk: Buffer) => void;
  /** Aborts the request with a fault of kind `aborted`. */
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** By lower-case name; repeated headers are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Why there is no response. `proxy`: the proxy itself failed; `certificate`: the server's certificate was rejected;
 * `tls`: any other TLS failure.
 */
export type NetworkFaultKind =
  | "name-not-found"
  | "refused"
  | "unreachable"
  | "connect-timeout"
  | "answer-timeout"
  | "cut-off"
  | "certificate"
  | "tls"
  | "proxy"
  | "not-http"
  | "aborted";

export interface NetworkFault {
  readonly kind: NetworkFaultKind;
  /** The operating system's code, such as `ECONNREFUSED`. */
  readonly systemCode?: string;
  /** The address of the proxy used, without credentials. */
  readonly proxy?: string;
  /** The status with which the proxy refused the request; 407 asks for credentials. */
  readonly proxyStatus?: number;
}

/** The spelling of the header with this lower-case name. Of several the last one counts. */
export const spellingOf = (headers: object, name: string | undefined): string | undefined =>
  Object.keys(headers).findLast((spelled) => spelled.toLowerCase() === name);
