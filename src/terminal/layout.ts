export type Width = (text: string) => number;

/**
 * Columns are two blanks apart; the last one is not padded. If `columns` is given, the first column shrinks to make
 * lines fit; otherwise nothing is cut.
 */
export function table(rows: readonly (readonly string[])[], width: Width, columns?: number): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, width(cell));
  }
  const total = widths.reduce((sum, size) => sum + size + 2, -2);
  if (columns !== undefined && total > columns) {
    widths[0] = Math.max(12, (widths[0] ?? 0) - (total - columns));
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) => pad(shorten(cell, widths[index] ?? 0, width), widths[index] ?? 0, width))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function pad(cell: string, size: number, width: Width): string {
  return cell + " ".repeat(Math.max(0, size - width(cell)));
}

function shorten(cell: string, size: number, width: Width): string {
  if (width(cell) <= size) return cell;
  let kept = "";
  for (const character of cell) {
    if (width(kept + character) > size - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/**
 * Wraps lines longer than `columns` between words and keeps their indentation, including a list marker `+`, `-` or `~`.
 * Counts characters, so wide characters may still be wrapped by the terminal.
 */
export function wrap(text: string, columns: number): string {
  return text
    .split("\n")
    .map((line) => wrapLine(line, columns))
    .join("\n");
}

function wrapLine(line: string, columns: number): string {
  if (line.length <= columns) return line;
  const [start = ""] = /^ *(?:[-+~] )?/.exec(line) ?? [];
  const indent = " ".repeat(start.length);
  const lines = [start];
  for (const word of line.slice(start.length).split(" ")) {
    const last = lines.at(-1) ?? "";
    const isEmpty = last === start || last === indent;
    if (isEmpty || last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last}${isEmpty ? "" : " "}${word}`;
    else lines.push(indent + word);
  }
  return lines.join("\n");
}

/** `200k`, `1M`, `1.05M` */
export function formatTokens(tokens: number): string {
  if (Math.round(tokens / 1000) >= 1000) return `${Number((tokens / 1_000_000).toFixed(2))}M`;
  return tokens >= 1000 ? `${Math.round(tokens / 1000)}k` : String(tokens);
}

/** Makes text from a file or the network safe to print on one line. */
export const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, " ").trim();
