const BEGIN = "# >>> openclaw completion >>>";
const END = "# <<< openclaw completion <<<";

/** The text of a shell's start file with our lines in it, at their old place or at the end. Twice is once. */
export function withLines(text: string, lines: string): string {
  const block = `${BEGIN}\n${lines}\n${END}\n`;
  const found = blockIn(text);
  if (found !== undefined) return text.slice(0, found.from) + block + text.slice(found.to);
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${block}`;
}

/** The same without them. */
export function withoutLines(text: string): string {
  const found = blockIn(text);
  return found === undefined ? text : text.slice(0, found.from) + text.slice(found.to);
}

function blockIn(text: string): { readonly from: number; readonly to: number } | undefined {
  const begin = new RegExp(`^${BEGIN}$`, "m").exec(text);
  if (begin === null) return undefined;
  const end = text.indexOf(END, begin.index);
  // Without its end, nobody knows what is ours.
  if (end === -1) return undefined;
  const to = end + END.length;
  return { from: begin.index, to: text[to] === "\n" ? to + 1 : to };
}
