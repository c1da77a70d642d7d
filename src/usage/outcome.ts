import type { UsageLine } from "./line.ts";

export const OUTCOMES = ["ok", "failed", "cancelled"] as const;

/** `cancelled`: its client gave it up. */
export type Outcome = (typeof OUTCOMES)[number];

export function outcomeOf({ status, ended }: Pick<UsageLine, "status" | "ended">): Outcome {
  if (status === 499 || ended === "client-gone") return "cancelled";
  return status >= 400 || ended !== undefined ? "failed" : "ok";
}

export const hasFailover = ({ tried }: UsageLine): boolean => tried !== undefined && tried.length > 0;

export const isCacheHit = ({ cacheStatus }: UsageLine): boolean =>
  cacheStatus !== undefined && cacheStatus.length === "HIT".length && cacheStatus.toUpperCase() === "HIT";
