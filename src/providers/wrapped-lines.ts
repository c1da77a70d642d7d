import { MASK, scrub } from "../core/redact.ts";
import { checkAnswer, type Field, isComplete, isWhole } from "./provider.ts";

/*
 * Terminals and mail programs break a long value into lines. A line break is taken out only where what comes of it is a
 * whole answer and nothing else can be meant; any other break is an error with its position.
 */

/** The lines of a paste without indentation and the `>` of a quoted mail. The first and the last one are not empty. */
export const cleanLines = (text: string): readonly string[] => withoutMargins(text).trim().split("\n");

const withoutMargin = (line: string): string => line.replace(/^(?:\s*>)+/, "").trim();

/** An answer in one or more lines of a paste. */
export interface LineGroup {
  readonly field: Field;
  readonly value: string;
  readonly lines: number;
}

/** @why more lines than there are questions, each in a few pieces. */
const MAX_LINES = 40;

/**
 * Divides plain lines into answers: to the first field, then to later ones in their order, each in one line or several.
 * After an answer that cannot go on, a line of several words is left out. `undefined` if that is impossible, or possible
 * in more than one way.
 */
export function groupLines(lines: readonly string[], fields: readonly Field[]): readonly LineGroup[] | undefined {
  if (lines.length > MAX_LINES) return undefined;
  const found = divisions(lines, fields);
  return found.length === 1 ? found[0] : undefined;
}

type Division = readonly LineGroup[];

function divisions(
  lines: readonly string[],
  [field, ...later]: readonly Field[],
  before?: LineGroup,
): readonly Division[] {
  const [line] = lines;
  if (line === undefined) return [[]];
  if (line === "") return divisions(lines.slice(1), [...(field === undefined ? [] : [field]), ...later], before);
  const fields = field === undefined ? [] : [field, ...later];
  if (before !== undefined && /\s/.test(line) && isComplete(before.field, before.value))
    return divisions(lines.slice(1), fields, before);
  if (field === undefined) return [];
  const own = lines.flatMap((_, index): readonly Division[] => {
    const pieces = lines.slice(0, index + 1);
    // An empty line ends a paragraph. A piece that begins like a credential is one, and no end of something else.
    if (pieces.includes("")) return [];
    if (pieces.slice(1).some((piece) => beginsAnew(piece) || isDivider(piece))) return [];
    const value = pieces.join("");
    if (!isWhole(field, value)) return [];
    const group = { field, value, lines: index + 1 };
    const checked = checkAnswer(field, value);
    const answered = checked.ok ? (checked.value.also ?? {}) : {};
    const open = later.filter(({ id }) => !(id in answered));
    return divisions(lines.slice(index + 1), open, group).map((rest) => [group, ...rest]);
  });
  return before === undefined ? own : [...own, ...divisions(lines, later, before)];
}

const beginsAnew = (line: string): boolean => scrub(line).startsWith(MASK) || /^https?:\/\//i.test(line);

/** Divides a document, begins the signature of a mail, or is a piece of a key: nobody can tell. */
const isDivider = (line: string): boolean => /^[-=~_]{2,}$/.test(line);

/** In no value; what contains it is not whole. */
const DOUBT = "\uFFFD";

/** The characters of HTTP's token68 and of URLs. */
const RUN = /^[\w.~+/=:%?&@-]+/;

/** A line that says what it is about: a comment, a variable, a header, a flag, a command, or JSON. */
const STATEMENT =
  /^(?:#|\/\/|(?:export|set|setx)\s|[A-Za-z_]\w*=[^=\s]|-{1,2}[A-Za-z][\w-]*(?:\s|=)|(?:curl|cat|echo)\s|[A-Z_][A-Z0-9_]*\s*[=:]\s*[^=\s]|[\w-]+:\s|["'][\w-]+["']?\s*[:=]|[{}[\],])/;

/** The word that ends a shell's here-document, as where it begins. */
const END_WORD = /<<-?\s*["']?(\w+)/;

/**
 * The text with every line that may continue the one before joined to it. Both readings have to be compared: a line that
 * only looks like a continuation must not change a value.
 */
export function withoutWraps(text: string): string {
  const joined: string[] = [];
  const [, endWord] = END_WORD.exec(text) ?? [];
  for (const raw of text.split(/\r\n?|\n/)) {
    const line = withoutMargin(raw);
    const before = joined.at(-1);
    if (before !== undefined && line !== endWord && continues(line, before))
      joined[joined.length - 1] = before + (isDivider(line) ? DOUBT : "") + line;
    else joined.push(line);
  }
  return joined.join("\n");
}

/** The text as it is, without margins. */
export const withoutMargins = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .map(withoutMargin)
    .join("\n");

function continues(line: string, before: string): boolean {
  if (/^(?:#|\/\/)/.test(before) || /[\\^]$/.test(before) || STATEMENT.test(line)) return false;
  const run = RUN.exec(line)?.[0] ?? "";
  if (run === "") return false;
  // A name without a value yet, whose value may be anything.
  if (/\w\s*[=:]["']?$/.test(before)) return isLone(line, run);
  if (isQuoteOpen(before)) return true;
  return !beginsAnew(line) && /[\w.~+/=%?&@-]$/.test(before) && isLone(line, run);
}

/** True if a line consists of a piece of a value, perhaps with the end of what was around the value. */
const isLone = (line: string, run: string): boolean =>
  /^["'`]?[;,]?(?:\s+#.*)?(?:\s*\\)?$/.test(line.slice(run.length));

const isQuoteOpen = (text: string): boolean => ['"', "'"].some((quote) => (text.split(quote).length - 1) % 2 === 1);
