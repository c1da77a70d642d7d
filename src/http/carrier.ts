export interface UpstreamTimeouts {
  readonly connectMs: number;
  /** From sending to the head of the response, or from one interim response to the next. */
  readonly firstByteMs: number;
  /** Between any two bytes of the response. */
  readonly idleMs: number;
}

/** Of a response, names and values. @why undici's default of 16 KiB would reject one with a long policy or many cookies. */
export const LONGEST_HEAD_BYTES = 64 * 1024;

/** By what is at the other end: the upstream, a forwarding proxy, or the upstream through a proxy's tunnel. */
export type ConnectionKind = "direct" | "through-proxy" | "tunnel";

/** A connection as the request that it carries sees it. */
export interface Carrier {
  readonly kind: ConnectionKind;
  /** It has completed a response since it was opened. */
  readonly isReused: boolean;
  /** Something of the response has come, so the other side has the request. `undefined` if the connection cannot tell. */
  readonly isHeard?: boolean;
  /** The response is complete, so the connection can carry the next request. */
  readonly release: () => void;
  /** The request failed, or the connection closed while idle, so it is not used again. */
  readonly discard: () => void;
  /** Others that have been idle as long may be closed as well. The next request opens a new one. */
  readonly discardIdle: () => void;
}

/** A request as the connection that carries it sees it. `onData` returns false if its reader is behind. */
export interface Carried {
  /** Set by the connection. */
  connection: Carrier | undefined;
  readonly onConnect: (abort: () => void) => void;
  readonly onHead: (status: number, headers: readonly string[], resume: () => void) => void;
  readonly onData: (bytes: Buffer) => boolean;
  readonly onComplete: () => void;
  readonly onError: (error: Error) => void;
}

export interface IdlePool<Connection> {
  /** Connections waiting for a request, the most recently released last. */
  readonly idle: Connection[];
  readonly discardIdle: () => void;
}
