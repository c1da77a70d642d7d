export type Width = (text: string) => number;

/**
 * Columns are two blanks apart; the last one is not padded. If `columns` is given, a last cell that does not fit goes
 * below its line, and the first column shrinks if the others still do not fit; otherwise nothing is cut.
 */
export function table(rows: readonly (readonly string[])[], width: Width, columns = Number.POSITIVE_INFINITY): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, width(cell));
  }
  const padded = widths.slice(0, -1).reduce((sum, size) => sum + size + 2, -2);
  if (padded > columns) widths[0] = Math.max(12, (widths[0] ?? 0) - (padded - columns));
  return rows
    .map((row) => {
      const cells = row.map((cell, index) => pad(shorten(cell, widths[index] ?? 0, width), widths[index] ?? 0, width));
      const line = cells.join("  ").trimEnd();
      if (width(line) <= columns) return line;
      return `${cells.slice(0, -1).join("  ").trimEnd()}\n  ${row.at(-1)}`.trimEnd();
    })
    .join("\n");
}

function pad(cell: string, size: number, width: Width): string {
  return cell + " ".repeat(Math.max(0, size - width(cell)));
}

/** Keeps the end, which tells the models of a provider apart. */
function shorten(cell: string, size: number, width: Width): string {
  if (width(cell) <= size) return cell;
  let kept = "";
  for (const character of [...cell].reverse()) {
    if (width(character + kept) > size - 1) break;
    kept = character + kept;
  }
  return `…${kept}`;
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
