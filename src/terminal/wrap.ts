/**
 * Breaks lines between words where they are longer than `columns`; what follows is indented as its line began. Columns
 * are counted as characters: a line of wide ones the terminal breaks itself.
 */
export function wrap(text: string, columns: number): string {
  return text
    .split("\n")
    .map((line) => wrapLine(line, columns))
    .join("\n");
}

function wrapLine(line: string, columns: number): string {
  if (line.length <= columns) return line;
  const [indent = ""] = /^ */.exec(line) ?? [];
  const lines = [indent];
  for (const word of line.slice(indent.length).split(" ")) {
    const last = lines.at(-1) ?? "";
    const isEmpty = last === indent;
    if (isEmpty || last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last}${isEmpty ? "" : " "}${word}`;
    else lines.push(indent + word);
  }
  return lines.join("\n");
}
