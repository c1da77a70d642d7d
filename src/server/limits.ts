/** Limits of the server; sizes in bytes, times in milliseconds. */
export interface Limits {
  /** @source docs.claude.com, "Request size limits": 32 MB for Messages and token counting. */
  readonly bodyBytes: number;
  /** Of all bodies that are held at one time. */
  readonly heldBytes: number;
  readonly headerBytes: number;
  readonly headersTimeoutMs: number;
  /** For a whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** The interval at which those two are checked. */
  readonly checkEveryMs: number;
  readonly keepAliveTimeoutMs: number;
  /** For the rest of a refused request to be read, so that its client gets to see the answer. */
  readonly lingerMs: number;
  /** For a client that takes nothing of its answer. */
  readonly stalledMs: number;
  readonly concurrentRequests: number;
  readonly connections: number;
  /** For open requests after the server was told to stop. */
  readonly drainMs: number;
}

/**
 * @why generous for one person and their tools, small against the memory of any machine that runs them. A request may
 * take as long to arrive as Anthropic's clients wait for its answer.
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
  stalledMs: 300_000,
  concurrentRequests: 2_048,
  connections: 4_096,
  drainMs: 30_000,
};
