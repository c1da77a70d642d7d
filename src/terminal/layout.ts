/** Columns a text takes on a terminal. */
export type Width = (text: string) => number;

/**
 * A table whose columns are two blanks apart; the last one is not padded. With `columns`, the width of a terminal, the
 * first column shrinks so that lines fit; without it nothing is cut.
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
 * Breaks lines longer than `columns` between words, keeping their indentation, which a list's `+`, `-` or `~` is part of.
 * Counts characters, so that a line of wide ones is left to the terminal.
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
    const isEmpty = last === start;
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

/** Puts a text from a file or the network on one line, without terminal codes. */
export const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, " ").trim();
