import type { NetworkFault } from "../core/http.ts";
import type { Result } from "../core/result.ts";
import type { ErrorResponse } from "./error-response.ts";
import type { RequestHead } from "./request-head.ts";
import type { RequestTrace } from "./request-trace.ts";

/**
 * The contract with the runtime that hosts the gateway: it passes in client requests, and sends requests to upstreams.
 * Headers always alternate names and values.
 */

/** `isRepeatable`: as long as it says so, it can be iterated from its beginning again. */
export type ByteStream = AsyncIterable<Uint8Array> & { readonly isRepeatable?: boolean };

/** A client's request, from its head to the last byte of the response. */
export interface ProxiedRequest {
  readonly method: string;
  /** The target exactly as in the request line. */
  readonly url: string;
  readonly headers: readonly string[];
  /** `stopping`: the host is shutting down. `full`: it is serving as many requests as it can. */
  readonly admission: "open" | "stopping" | "full";
  /** Filled in along the way, and logged by the host when the connection is done with the request. */
  readonly trace: RequestTrace;
  /** The client has disconnected, so no response can reach it. */
  readonly isGone: boolean;
  /** The whole body, decoded, or why the host refuses it. Never settles if the client disconnects first. */
  readonly readBody: (head: RequestHead) => Promise<Buffer | ErrorResponse>;
  readonly openBody: (head: RequestHead) => ByteStream;
  /**
   * Resolves as soon as the response head has arrived. Rejects only because of a bug. The host aborts it if the client
   * disconnects, has its response, or another one is sent.
   */
  readonly send: (request: UpstreamRequest) => Promise<UpstreamResponse | UpstreamFault>;
  /** Sends a complete response; does nothing if one has begun. */
  readonly respond: (status: number, headers: readonly string[], body: Buffer) => void;
  /**
   * `isFollowed`: the first bytes of the body, or its end, follow immediately, so the head can be sent together with
   * them.
   */
  readonly begin: (status: number, headers: readonly string[], isFollowed: boolean) => void;
  /** Returns a promise if the client is behind, which resolves when it has caught up. */
  readonly write: (bytes: Buffer) => Promise<void> | undefined;
  readonly end: (last?: string) => void;
  /** Breaks the connection so that the client cannot take what it has for a complete response. */
  readonly cut: () => void;
}

/** The transport adds only headers that HTTP itself requires. */
export interface UpstreamRequest {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  readonly headers: readonly string[];
  readonly body: Buffer | ByteStream | null;
}

/** The next bytes of a body, `undefined` at its end, or why it broke off. */
export type Piece = Result<Buffer | undefined, NetworkFault>;

export interface UpstreamBody {
  /** A piece that has arrived is returned without a promise. Rejects only because of a bug. */
  readonly read: () => Piece | Promise<Piece>;
}

export interface UpstreamResponse {
  readonly kind: "response";
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: UpstreamBody;
}

/** No response. `isStale`: a kept-alive connection was closed before the first byte of a response. */
export interface UpstreamFault {
  readonly kind: "fault";
  readonly fault: NetworkFault;
  readonly isStale: boolean;
}

export interface UpstreamCall extends UpstreamBody {
  /** To be called once. */
  readonly head: () => Promise<UpstreamResponse | UpstreamFault>;
  /** Whatever is awaited becomes a fault of kind `aborted`. */
  readonly abort: () => void;
}

/** Sends requests to upstreams over kept-alive connections, through the environment's proxy. */
export interface Transport {
  readonly send: (request: UpstreamRequest) => UpstreamCall;
  readonly close: () => Promise<void>;
}
