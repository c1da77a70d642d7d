/** Sizes in bytes, times in milliseconds. */
export interface WorkerLimits {
  /** Of a body that the rules read. */
  readonly bodyBytes: number;
  /** Total of all such bodies that an isolate holds at one time. */
  readonly heldBytes: number;
  /** Longest time that a client may go without reading its response. */
  readonly stalledMs: number;
}

const MB = 1024 * 1024;

/**
 * A body may be as long as on Node. All that is in memory of it at one time is up to twice its size: as it came, and as it
 * is sent.
 * @source developers.cloudflare.com/workers/platform/limits: an isolate has 128 MB, and serves many requests.
 */
export const LIMITS: WorkerLimits = { bodyBytes: 32 * MB, heldBytes: 40 * MB, stalledMs: 300_000 };
