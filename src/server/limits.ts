/** Sizes in bytes, times in milliseconds. */
export interface Limits {
  /** @source docs.claude.com, "Request size limits": 32 MB for Messages and token counting. */
  readonly bodyBytes: number;
  /** Total of all bodies held at one time. */
  readonly heldBytes: number;
  readonly headerBytes: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** Time between two checks of these two timeouts. */
  readonly checkEveryMs: number;
  readonly keepAliveTimeoutMs: number;
  /**
   * Limits of reading more of a request that has its response, so that its client gets to see that: silence, time
   * altogether, and size.
   */
  readonly lingerMs: number;
  readonly lingerTotalMs: number;
  readonly lingerBytes: number;
  /** Longest time that a client may go without reading its response. */
  readonly stalledMs: number;
  readonly concurrentRequests: number;
  readonly connections: number;
  /** Time for open requests to end after the server was told to stop. */
  readonly drainMs: number;
}

/**
 * @why generous for one person and their tools, and small compared with any machine's memory. A request may take as
 * long to arrive as Anthropic's clients wait for a response.
 */
export const LIMITS: Limits = {
  bodyBytes: 32 * 1024 * 1024,
  heldBytes: 512 * 1024 * 1024,
  headerBytes: 32 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 600_000,
  checkEveryMs: 5_000,
  keepAliveTimeoutMs: 65_000,
  lingerMs: 5_000,
  lingerTotalMs: 30_000,
  lingerBytes: 64 * 1024 * 1024,
  stalledMs: 300_000,
  concurrentRequests: 2_048,
  connections: 4_096,
  drainMs: 30_000,
};

/** @why two bodies of the largest size can always be held. */
const LEAST_HELD_BYTES = 2 * LIMITS.bodyBytes;

/**
 * The limits of each of several processes. The memory for bodies is shared out; requests and connections are as many in each.
 * @why the machine's memory is one, and each process brings a core for its requests.
 */
export const limitsOfEach = (workers: number): Limits => ({
  ...LIMITS,
  heldBytes: Math.max(LEAST_HELD_BYTES, Math.floor(LIMITS.heldBytes / workers)),
});
