import width from "fast-string-width";

/** A table with its columns aligned, as it is read in a terminal. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map(escaped));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => width(row[column] ?? ""))));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => padded(cell, widths[column] ?? 0)).join(" | ")} |`;
  const [first = [], ...others] = cells;
  return [line(first), line(widths.map((columns) => "-".repeat(columns))), ...others.map(line)].join("\n");
}

const padded = (cell: string, columns: number) => cell + " ".repeat(Math.max(0, columns - width(cell)));

/** Outside of code, `<name>` would be taken for HTML. */
const escaped = (cell: string) =>
  cell
    .replaceAll("|", "\\|")
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 0 ? part.replaceAll("<", "\\<") : part))
    .join("");

export const code = (text: string): string => `\`${text}\``;

/** A page that `npm run docs` writes. */
export const page = (...blocks: readonly string[]): string =>
  `${["<!-- Printed by `npm run docs`. -->", ...blocks].join("\n\n")}\n`;
