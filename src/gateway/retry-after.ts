/**
 * How long an answer asks to be left alone, in milliseconds, by its header `Retry-After`: seconds, or a date, which is
 * compared with the answer's own `Date`, so that no clock of ours has to be right. 0 when it asks for nothing that is
 * understood.
 * @source RFC 9110, 10.2.3.
 */
export function retryAfterMs(retryAfter: string | undefined, date: string | undefined): number {
  if (retryAfter === undefined) return 0;
  if (/^\d+(?:\.\d+)?$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const waitMs = Date.parse(retryAfter) - Date.parse(date ?? "");
  return Number.isNaN(waitMs) ? 0 : Math.max(waitMs, 0);
}
