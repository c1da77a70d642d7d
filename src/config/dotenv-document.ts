import { parse } from "dotenv";
import { OpenclawError } from "../core/errors.ts";
import { fail, ok, type Position, type Problem, type Result } from "../core/result.ts";
import type { Message, Texts } from "../text/message.ts";

/**
 * One assignment, exactly as dotenv matches it in text whose line ends are normalised to `\n`; only the group names are
 * ours. A blank value has no value group, and the surrounding whitespace may span neighbouring lines.
 * @source dotenv 18.0.10, the expression in its `parse`.
 */
const ASSIGNMENT =
  /^(?<head>\s*(?:export\s+)?(?<name>[\w.-]+)(?:\s*=\s*?|:\s+?))(?<value>\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;

/** Excludes `__proto__`, which dotenv cannot set on its plain object. */
const NAME = /^(?!__proto__$)[\w.-]+$/;

/**
 * Values that dotenv, a shell and `docker --env-file` all read alike, and that look like nothing else.
 * @why no `~`: a shell would expand it.
 */
const BARE = /^(?!=)[\w./:@%+=,^-]*[\w./:@%+=^-]$/;

const STRAY_LINE = /(?:^|\n)[^\S\n]*[^\s#]/;

/** Offsets into the text with normalised line ends; `end` excludes trailing blanks and the comment. */
interface Assignment {
  readonly name: string;
  readonly lineStart: number;
  readonly afterSeparator: number;
  readonly value: string;
  readonly valueStart: number;
  readonly end: number;
}

const unifyLineEnds = (text: string) => text.replace(/\r\n?/g, "\n");

/**
 * The last line end in the text, because a `\n` appended after a final `\r` would complete a `\r\n` rather than start a
 * line.
 */
const lineEndOf = (text: string) => text.match(/\r\n?|\n/g)?.at(-1) ?? "\n";

/** As dotenv reads them. */
export const valuesOf = (text: string): ReadonlyMap<string, string> => new Map(Object.entries(parse(text)));

function sameValues(some: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): boolean {
  return some.size === others.size && [...some].every(([name, value]) => others.get(name) === value);
}

function toAssignment({ index, groups }: RegExpExecArray): Assignment {
  const { head = "", name = "", value = "" } = groups ?? {};
  const blanksBefore = head.slice(0, head.length - head.trimStart().length);
  const indent = /[^\n\u2028\u2029\uFEFF]*$/.exec(blanksBefore)?.[0] ?? "";
  const afterSeparator = index + head.length;
  const isBlank = value.trim() === "";
  return {
    name,
    lineStart: index + blanksBefore.length - indent.length,
    afterSeparator,
    value: value.trim(),
    valueStart: isBlank ? afterSeparator : afterSeparator + value.length - value.trimStart().length,
    end: isBlank ? index + head.trimEnd().length : afterSeparator + value.trimEnd().length,
  };
}

function lastAssignment(text: string, name: string): Assignment | undefined {
  return [...unifyLineEnds(text).matchAll(ASSIGNMENT)].map(toAssignment).findLast((found) => found.name === name);
}

function originalOffset(text: string, unifiedOffset: number): number {
  let offset = unifiedOffset;
  for (let at = text.indexOf("\r\n"); at !== -1 && at < offset; at = text.indexOf("\r\n", at + 2)) offset += 1;
  return offset;
}

function positionAt(content: string, offset: number): Position {
  const before = content.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Editors do not count the byte order mark as a column. */
const asInEditor = (text: string) => unifyLineEnds(text.replace(/^\uFEFF/, ""));

/** Messages never quote `content`, which may be secret. */
const problemAt = (content: string, offset: number, message: Message, hint: Message): Problem => ({
  message,
  hint,
  position: positionAt(content, offset),
});

/**
 * The start of a variable's value, in the assignment that counts, or the place `at` in it if the file has the value as
 * `text` says, without escapes.
 */
export function positionOfVariable(
  text: string,
  name: string,
  within?: { readonly text: string; readonly at: number },
): Position | undefined {
  const content = asInEditor(text);
  const found = lastAssignment(content, name);
  if (found === undefined) return undefined;
  const { value, valueStart } = found;
  const start = within === undefined ? -1 : value.indexOf(within.text);
  return positionAt(content, valueStart + (start < 0 ? 0 : start + (within?.at ?? 0)));
}

function firstProblem(text: string): Problem | undefined {
  const content = asInEditor(text);
  const strayLine = (from: number, to?: number) => {
    const stray = STRAY_LINE.exec(content.slice(from, to));
    if (stray === null) return undefined;
    const offset = from + stray.index + stray[0].length - 1;
    return problemAt(
      content,
      offset,
      ({ config }) => config.notAssignment,
      ({ config }) => config.commentOut,
    );
  };
  let checkedTo = 0;
  for (const match of content.matchAll(ASSIGNMENT)) {
    const problem = strayLine(checkedTo, match.index);
    if (problem !== undefined) return problem;
    const { value, valueStart } = toAssignment(match);
    const quote = /^['"`]/.exec(value)?.[0];
    if (quote !== undefined && !value.includes(quote, 1))
      return problemAt(
        content,
        valueStart,
        ({ config }) => config.quoteOpen,
        ({ config }) => config.closeQuote(quote),
      );
    checkedTo = match.index + match[0].length;
  }
  return strayLine(checkedTo);
}

/** The variables of a `.env` file as dotenv reads them, or the first line it would silently misread. */
export function parseDotenv(text: string): Result<ReadonlyMap<string, string>> {
  const problem = firstProblem(text);
  return problem === undefined ? ok(valuesOf(text)) : fail(problem);
}

/** False if dotenv would silently misread a line. */
export const isSound = (text: string): boolean => firstProblem(text) === undefined;

/** The place of an assignment, as offsets into the text as it is. `end` excludes trailing blanks and the comment. */
export interface AssignmentSpan {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export const assignmentSpans = (text: string): readonly AssignmentSpan[] =>
  [...unifyLineEnds(text).matchAll(ASSIGNMENT)].map(toAssignment).map(({ name, lineStart, valueStart, end }) => ({
    name,
    start: originalOffset(text, lineStart),
    end: originalOffset(text, Math.max(valueStart, end)),
  }));

/** The values that can be relied on in a file with a fault: none in which a quote opens and never closes. */
export function readableValues(text: string): ReadonlyMap<string, string> {
  const unclosed = [...asInEditor(text).matchAll(ASSIGNMENT)]
    .map(toAssignment)
    .filter(({ value }) => /^['"`]/.test(value) && !value.includes(value.charAt(0), 1))
    .map(({ name }) => name);
  return new Map([...valuesOf(text)].filter(([name, value]) => !unclosed.includes(name) && !/[\0\uFFFD]/.test(value)));
}

export interface AssignedText {
  readonly name: string;
  /** Trimmed, with its quotes. */
  readonly value: string;
  /** Offsets into the text as an editor shows it. */
  readonly lineStart: number;
  readonly valueStart: number;
  /** The start of a comment after the value. */
  readonly comment: number | undefined;
  /** Lines between the name and the start of the value. */
  readonly lines: number;
}

export function assignmentsIn(text: string): readonly AssignedText[] {
  const content = asInEditor(text);
  return [...content.matchAll(ASSIGNMENT)].map((match) => {
    const { name, value, lineStart, valueStart, end } = toAssignment(match);
    const from = value === "" ? end : valueStart + value.length;
    const comment = content.slice(0, match.index + match[0].length).indexOf("#", from);
    const head = match[0].trimStart();
    const nameStart = match.index + match[0].length - head.length;
    return {
      name,
      value,
      lineStart,
      valueStart: value === "" ? end : valueStart,
      comment: comment === -1 ? undefined : comment,
      lines: value === "" ? 0 : content.slice(nameStart, valueStart).split("\n").length - 1,
    };
  });
}

export const positionIn = (text: string, offset: number): Position => positionAt(asInEditor(text), offset);

type Obstacle = keyof Texts["config"]["variableObstacle"];

/**
 * Why no spelling in a `.env` file round-trips this value, or `undefined` if one does. Found by experiment and verified
 * by a test: dotenv unescapes only `\n` and `\r`, and only in double quotes. A quote inside quotes of its own kind
 * works as long as there is no `#` and no line break.
 * @measured dotenv 18.0.10.
 */
function obstacleIn(value: string): Obstacle | undefined {
  const single = /(?<!\\)'/.test(value);
  const double = /(?<!\\)"/.test(value);
  const back = /(?<!\\)`/.test(value);
  const hash = value.includes("#");
  const literalEscape = /\\[nr]/.test(value);
  if (value.includes("\0")) return "nul";
  if (!value.isWellFormed()) return "surrogate";
  if (single && double && back && hash) return "quotesAndHash";
  if (single && back && literalEscape && (hash || value.includes("\n"))) return "quotesAndEscape";
  if (value.includes("\r") && (literalEscape || (double && hash))) return "carriageReturn";
  return undefined;
}

/** Candidate spellings, most portable first; the caller checks which of them dotenv reads back. */
function spellingsOf(value: string, lineEnd: string): string[] {
  const withLineEnds = value.replaceAll("\n", lineEnd);
  const escaped = value.replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  const quoted = [`'${withLineEnds}'`, `"${escaped}"`, `\`${withLineEnds}\``];
  return BARE.test(value) ? [value, ...quoted] : [...quoted, value];
}

/** The text around each possible position of the value, least intrusive first. */
function placesFor(text: string, name: string): [before: string, after: string][] {
  const found = lastAssignment(text, name);
  if (found === undefined) {
    const lineEnd = lineEndOf(text);
    const lines = /(?:^\uFEFF?|[\r\n])$/.test(text) ? text : text + lineEnd;
    // A trailing `OTHER:` swallows the next line as its value unless a blank line follows.
    return ["", lineEnd].map((blankLine) => [`${lines}${blankLine}${name}=`, lineEnd]);
  }
  const cut = (from: number, to: number): [string, string] => [
    text.slice(0, originalOffset(text, from)),
    text.slice(originalOffset(text, to)),
  ];
  const { afterSeparator, valueStart, end } = found;
  const valueEnd = Math.max(valueStart, end);
  // Whitespace before the value may contain a line break, after which only a quoted value is recognised.
  return [cut(valueStart, valueEnd), cut(afterSeparator, valueEnd)];
}

/**
 * Sets the variable's last assignment, or appends one; every other byte is preserved. Throws `secrets.unrepresentable`,
 * which never quotes the value.
 */
export function setVariable(text: string, name: string, value: string, path = ".env"): string {
  const refuse = (obstacle: Obstacle, hint: Message) =>
    new OpenclawError(
      ({ config }) => config.cannotWriteVariable({ name, path, reason: config.variableObstacle[obstacle] }),
      {
        code: "secrets.unrepresentable",
        hint,
      },
    );

  if (!NAME.test(name)) throw refuse("name", ({ config }) => config.nameVariable);
  const obstacle = obstacleIn(value);
  if (obstacle !== undefined) throw refuse(obstacle, ({ config }) => config.chooseOtherValue);

  const before = valuesOf(text);
  if (before.get(name) === value) return text;
  const wanted = new Map(before).set(name, value);
  const spellings = spellingsOf(value, lineEndOf(text));
  const wasFaulty = firstProblem(text) !== undefined;
  const addsFault = (candidate: string) => !wasFaulty && firstProblem(candidate) !== undefined;
  for (const [head, tail] of placesFor(text, name)) {
    const edited = spellings.map((spelling) => head + spelling + tail);
    const faithful = edited.find((candidate) => sameValues(valuesOf(candidate), wanted) && !addsFault(candidate));
    if (faithful !== undefined) return faithful;
  }
  throw refuse("quoteInFile", ({ config }) => config.closeQuoteInFile);
}
