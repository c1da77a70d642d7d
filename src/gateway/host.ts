import type { NetworkFault } from "../core/http.ts";
import type { Result } from "../core/result.ts";
import type { ErrorResponse } from "./error-response.ts";
import type { RequestHead } from "./headers.ts";
import type { RequestTrace } from "./request-trace.ts";

/**
 * The contract with a runtime that hosts the gateway: it hands over the requests of clients, and sends to the upstreams.
 * Headers are always names and values in turn.
 */

/** A body that is passed through unread: a stream of the host's own kind. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** One request of a client, from its head to the last byte of its answer. */
export interface ProxiedRequest {
  readonly method: string;
  /** The target as it stood in the request line. */
  readonly url: string;
  readonly headers: readonly string[];
  /** `stopping`: the host is shutting down. `full`: it serves as many requests as it can. */
  readonly admission: "open" | "stopping" | "full";
  /** Filled in on the way and logged by the host when the connection is done with the request. */
  readonly trace: RequestTrace;
  /** The client has left: no answer reaches it. */
  readonly isGone: boolean;
  /** The whole body, or why the host refuses it. Never settles if the client leaves before its end. */
  readonly readBody: (head: RequestHead) => Promise<Buffer | ErrorResponse>;
  /** The body unread, for a request that is forwarded as it comes. */
  readonly openBody: (head: RequestHead) => ByteStream;
  /**
   * Sends to an upstream; resolves as soon as the head of the answer is there. Rejects only if the program is at fault. The
   * host aborts it when the client leaves.
   */
  readonly send: (request: UpstreamRequest) => Promise<UpstreamAnswer | UpstreamFault>;
  /** Answers in one go; does nothing if an answer has begun. */
  readonly answer: (status: number, headers: readonly string[], body: Buffer) => void;
  /** `isFollowed`: the first bytes of the body, or its end, come at once, so that the head can leave together with them. */
  readonly begin: (status: number, headers: readonly string[], isFollowed: boolean) => void;
  /** Undefined when more can follow at once, else a promise that resolves when the client has caught up. */
  readonly write: (bytes: Buffer) => Promise<void> | undefined;
  readonly end: (last?: string) => void;
  /** Ends the connection so that the client cannot take what it has for the whole answer. */
  readonly cut: () => void;
}

/** One request to an upstream; the transport adds only the headers that HTTP itself needs. */
export interface UpstreamRequest {
  readonly origin: string;
  /** With the query. */
  readonly path: string;
  readonly method: string;
  readonly headers: readonly string[];
  readonly body: Buffer | ByteStream | null;
}

/** The body of an answer, to be read once. */
export interface UpstreamBody {
  /** `read` has something to give at once. */
  readonly isReady: boolean;
  /** The next bytes, undefined at the end, or why it broke off. Rejects only if the program is at fault. */
  readonly read: () => Promise<Result<Buffer | undefined, NetworkFault>>;
}

export interface UpstreamAnswer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: UpstreamBody;
}

/** There is no answer. `isStale`: a connection that had been kept open was closed before a byte of one came. */
export interface UpstreamFault {
  readonly kind: "fault";
  readonly fault: NetworkFault;
  readonly isStale: boolean;
}

/** A request on its way to an upstream. */
export interface UpstreamCall extends UpstreamBody {
  /** To be called once. */
  readonly head: () => Promise<UpstreamAnswer | UpstreamFault>;
  /** Ends it at once: whatever is awaited of it becomes a fault of kind `aborted`. */
  readonly abort: () => void;
}

/** The way to the upstreams: connections that are kept open, and the proxy of the environment. */
export interface Transport {
  readonly send: (request: UpstreamRequest) => UpstreamCall;
  /** Ends every connection. */
  readonly close: () => Promise<void>;
}
