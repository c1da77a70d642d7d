import type { TokenCounts } from "./answer-usage.ts";
import type { RequestRecord } from "./log.ts";

/** An attempt that an upstream did not serve. */
export interface FailedAttempt {
  readonly provider: string;
  /** Empty if the request names none. */
  readonly model: string;
  /** Who is to blame. */
  readonly layer: string;
  readonly code: string;
}

/**
 * A request that was to be forwarded, when it is over: its log line, and what only a record of usage has. Some of it
 * comes from clients and upstreams as it is.
 */
export interface ServedRequest {
  readonly logged: RequestRecord;
  readonly provider: string | undefined;
  /** The model as the client named it. */
  readonly asked: string | undefined;
  /** The model that the answer names, if it is another one than was asked of the provider. */
  readonly answered: string | undefined;
  /** As the client sent it; empty if it names none. */
  readonly session: string;
  readonly counts: TokenCounts | undefined;
  readonly cacheStatus: string | undefined;
  /** The gateway in front pays the provider, and charges a fee for it. */
  readonly hasFee: boolean;
  /** Those before it was served, and the one that was passed on; `undefined` for none. */
  readonly failures: readonly FailedAttempt[] | undefined;
}
