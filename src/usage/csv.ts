/** @source owasp.org, "CSV Injection": what a spreadsheet takes for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** @source RFC 4180, 2. */
const NEEDS_QUOTES = /[",\r\n]/;

function cell(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table whose texts, which come from clients and answers, are no formulas to whoever opens it. */
export const csv = (rows: readonly (readonly (string | number | undefined)[])[]): string =>
  rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
