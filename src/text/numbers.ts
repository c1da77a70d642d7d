/**
 * `12,345` and `4,210.9`, for amounts that people read. Ports, statuses, ids, places in a list and what is typed have no
 * commas.
 */
export const grouped = (number: number): string =>
  String(number).replace(/\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ","));
