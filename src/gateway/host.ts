import type { NetworkFault } from "../core/http.ts";

/** One request to an upstream; nothing is added to the headers but what HTTP itself needs. */
export interface UpstreamRequest {
  readonly origin: string;
  /** With the query. */
  readonly path: string;
  readonly method: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer | NodeJS.ReadableStream | null;
}

/** Told what becomes of a request, in this order; after `onEnd`, `onFault` or `onBug` nothing follows. */
export interface UpstreamHandler {
  /** `rawHeaders` are names and values in turn. */
  readonly onHead: (status: number, rawHeaders: readonly Buffer[]) => void;
  readonly onData: (chunk: Buffer) => void;
  readonly onEnd: () => void;
  /** `isStale`: a connection that had been kept open was closed before a byte of the answer came. */
  readonly onFault: (fault: NetworkFault, isStale: boolean) => void;
  /** Not the network is at fault but the program. */
  readonly onBug: (error: Error) => void;
}

/** A request on its way. */
export interface Flow {
  /** Holds the answer back until `resume`. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends it at once; nothing more is heard of it. */
  readonly abort: () => void;
}

/** The way to the upstreams: connections that are kept open, and the proxy of the environment. */
export interface Transport {
  /** The handler is never called before this has returned. */
  readonly send: (request: UpstreamRequest, handler: UpstreamHandler) => Flow;
  /** Ends every connection. */
  readonly close: () => Promise<void>;
}
