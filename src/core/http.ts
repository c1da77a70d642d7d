/** One request, as it goes out: nothing is added to the headers but what HTTP itself needs. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Until the connection stands, TLS included. */
  readonly connectTimeoutMs: number;
  /** From then until the first byte of the answer, and between any two. */
  readonly idleTimeoutMs: number;
  /** A longer answer is cut off here, without being an error. */
  readonly maxBodyBytes: number;
  /** Those that name a proxy; of the process's own environment unless given. */
  readonly proxyVariables?: Readonly<Record<string, string | undefined>>;
  /** Never through a proxy: the answer is to come from this very machine. */
  readonly direct?: boolean;
  /** Ends the request at once, as a fault of kind `aborted`. */
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** By lower-case name; several of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Why there is no answer, as far as the machine can tell. `proxy`: the proxy itself could not be used;
 * `certificate`: the other side's is not accepted, `tls`: any other failure to agree on encryption.
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
  /** Set when a proxy was on the way: its address without credentials. */
  readonly proxy?: string;
  /** The status with which the proxy refused to pass the request on; 407 asks for credentials. */
  readonly proxyStatus?: number;
}
