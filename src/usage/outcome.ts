import type { UsageLine } from "./line.ts";

/** `cancelled`: its client gave it up. */
export function outcomeOf({ status, ended }: UsageLine): "well" | "failed" | "cancelled" {
  if (status === 499 || ended === "client-gone") return "cancelled";
  return status >= 400 || ended !== undefined ? "failed" : "well";
}

export const hasFailover = ({ tried }: UsageLine): boolean => tried !== undefined && tried.length > 0;

export const isCacheHit = ({ cacheStatus }: UsageLine): boolean =>
  cacheStatus !== undefined && cacheStatus.length === "HIT".length && cacheStatus.toUpperCase() === "HIT";
