/** A line of bash up to the cursor, in words. */
export interface ShellLine {
  /** The complete words before the cursor, the program's name included, without their quotes. */
  readonly words: readonly string[];
  /** The word at the cursor without its quotes; empty after a space. */
  readonly current: string;
  /** Turns a completion of `current` into what has to stand for the part that readline replaces. */
  readonly inserted: (completed: string) => string;
}

/**
 * @source bash 5.2, "Quoting" and "Programmable Completion": readline replaces what follows the last of
 * `COMP_WORDBREAKS` or the opening quote, takes the replacement as it is, and closes the quote itself.
 */
export function readShellLine(line: string, wordBreaks: string): ShellLine {
  const words: string[] = [];
  let word: { text: string; replacedFrom: number } | undefined;
  let quote = "";
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? "";
    if (quote === "" && /\s/.test(character)) {
      if (word !== undefined) words.push(word.text);
      word = undefined;
      continue;
    }
    word ??= { text: "", replacedFrom: 0 };
    if (quote !== "'" && character === "\\" && at + 1 < line.length) {
      const next = line[at + 1] ?? "";
      // In double quotes, a backslash before any other character is one.
      word.text += quote === "" || /["\\$`]/.test(next) ? next : `\\${next}`;
      at += 1;
    } else if (quote === "" && (character === "'" || character === '"')) {
      quote = character;
      word.replacedFrom = word.text.length;
    } else if (quote !== "" && character === quote) quote = "";
    else {
      word.text += character;
      if (quote === "" && wordBreaks.includes(character)) word.replacedFrom = word.text.length;
    }
  }
  const { text: current, replacedFrom } = word ?? { text: "", replacedFrom: 0 };
  const open = quote;
  return { words, current, inserted: (completed) => quotedFor(open, completed.slice(replacedFrom)) };
}

function quotedFor(quote: string, text: string): string {
  if (quote === "'") return text.replaceAll("'", "'\\''");
  if (quote === '"') return text.replace(/["\\$`]/g, "\\$&");
  return text.replace(/[^\w./:@%+,=-]/g, "\\$&");
}
