/** One request as it is sent: only headers that HTTP itself needs are added. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Until the connection is established, TLS included. */
  readonly connectTimeoutMs: number;
  /** From then until the first byte of the response, and between any two bytes. */
  readonly idleTimeoutMs: number;
  /** A longer response is cut off here, which is no error. */
  readonly maxBodyBytes: number;
  /** Variables that name a proxy; those of the process unless given. */
  readonly proxyVariables?: Readonly<Record<string, string | undefined>>;
  /** Bypasses any proxy: the response must come from this machine. */
  readonly direct?: boolean;
  /** Ends the request at once, with a fault of kind `aborted`. */
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** By lower-case name; several of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Reasons for a missing response. `proxy`: the proxy itself failed; `certificate`: the server's was not accepted;
 * `tls`: any other failure to agree on encryption.
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
  /** The system's own code, such as `ECONNREFUSED`. */
  readonly systemCode?: string;
  /** The address of the proxy that was used, without credentials. */
  readonly proxy?: string;
  /** The status with which the proxy refused the request; 407 asks for credentials. */
  readonly proxyStatus?: number;
}
