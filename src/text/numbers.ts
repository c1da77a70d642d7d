/**
 * `12,345` and `4,210.9`, for amounts that people read. Ports, statuses, ids, places in a list and what is typed have no
 * commas.
 */
export const grouped = (number: number): string =>
  String(number).replace(/\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ","));

/** `0.4 ms`, `850 ms`, `1.2 s`, `75 s`, `25 min`: how long something took; `none` if nothing was measured. */
export function shownMs(ms: number | null | undefined, none = "-"): string {
  if (ms === undefined || ms === null) return none;
  if (ms < 999.5) return `${ms < 0.95 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 599_500 ? `${Math.round(ms / 1_000)} s` : `${grouped(Math.round(ms / 60_000))} min`;
}
