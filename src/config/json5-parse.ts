import JSON5 from "json5";
import { fail, ok, type Position, type Problem, type Result } from "../core/result.ts";
import type { Message, Texts } from "../text/message.ts";
import { type JsonValue, MAX_DEPTH, parsePlainJson } from "./json5-value.ts";

/** `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * `run` is anything unquoted: a bare key, a number, `true`. `unclosed` is a string or block comment cut off by the end
 * of the text.
 */
type TokenKind = "comment" | "string" | "run" | "unclosed" | "{" | "}" | "[" | "]" | ":" | ",";

export interface Token extends Span {
  readonly kind: TokenKind;
}

/** JSON5 has more line terminators than editors do: the last two also end a line comment. */
const LINE_END = /[\n\r\u2028\u2029]/g;
const NOT_BLANK = /\S/g;
const RUN_END = /[\s,:[\]{}"'/]/g;
const STRING_STOP = { '"': /["\\]/g, "'": /['\\]/g };

function findFrom(text: string, from: number, stop: RegExp): number {
  stop.lastIndex = from;
  return stop.test(text) ? stop.lastIndex - 1 : text.length;
}

/** Excludes the line terminator itself. */
const lineEndFrom = (text: string, from: number): number => findFrom(text, from, LINE_END);

function stringToken(text: string, start: number, quote: '"' | "'"): Token {
  let at = findFrom(text, start + 1, STRING_STOP[quote]);
  while (text[at] === "\\") at = findFrom(text, at + 2, STRING_STOP[quote]);
  return at < text.length ? { kind: "string", start, end: at + 1 } : { kind: "unclosed", start, end: text.length };
}

function blockCommentToken(text: string, start: number): Token {
  const close = text.indexOf("*/", start + 2);
  return close < 0 ? { kind: "unclosed", start, end: text.length } : { kind: "comment", start, end: close + 2 };
}

/**
 * The next token at or after `from`, or `undefined` if only whitespace is left. Accepts any text: whatever is not JSON5
 * becomes a run, and every token is at least one character long.
 */
export function nextToken(text: string, from: number): Token | undefined {
  const start = findFrom(text, from, NOT_BLANK);
  const first = text[start];
  switch (first) {
    case undefined:
      return undefined;
    case "{":
    case "}":
    case "[":
    case "]":
    case ":":
    case ",":
      return { kind: first, start, end: start + 1 };
    case '"':
    case "'":
      return stringToken(text, start, first);
  }
  if (text.startsWith("//", start)) return { kind: "comment", start, end: lineEndFrom(text, start) };
  if (text.startsWith("/*", start)) return blockCommentToken(text, start);
  return { kind: "run", start, end: findFrom(text, start + 1, RUN_END) };
}

const BYTE_ORDER_MARK = "\uFEFF";

/** Converts offsets in `text` to positions. A byte order mark is invisible in editors and has no column. */
export function positionsIn(text: string): (offset: number) => Position {
  const lineStarts = [text.startsWith(BYTE_ORDER_MARK) ? 1 : 0];
  for (const lineEnd of text.matchAll(/\r\n?|\n/g)) lineStarts.push(lineEnd.index + lineEnd[0].length);
  return (offset) => {
    let [line, after] = [0, lineStarts.length];
    while (after - line > 1) {
      const middle = (line + after) >> 1;
      if ((lineStarts[middle] ?? 0) <= offset) line = middle;
      else after = middle;
    }
    return { line: line + 1, column: offset - (lineStarts[line] ?? 0) + 1 };
  };
}

function offsetOfExcessDepth(text: string): number | undefined {
  let depth = 0;
  for (let token = nextToken(text, 0); token !== undefined; token = nextToken(text, token.end)) {
    if (token.kind === "{" || token.kind === "[") depth++;
    if (token.kind === "}" || token.kind === "]") depth--;
    if (depth > MAX_DEPTH) return token.start;
  }
  return undefined;
}

/** `JSON5.parse` without the warning it prints about raw U+2028 and U+2029. */
export function parseQuietly(text: string): JsonValue {
  if (!/[\u2028\u2029]/.test(text)) return JSON5.parse(text);
  // biome-ignore-start lint/style/noRestrictedGlobals: json5 has no option to keep it from printing.
  const { warn } = console;
  console.warn = () => {};
  try {
    return JSON5.parse(text);
  } finally {
    console.warn = warn;
  }
  // biome-ignore-end lint/style/noRestrictedGlobals: see above.
}

/** json5 counts only `\n` as a line end, and places it at column 0 of the next line. */
function offsetOf(text: string, lineNumber: number, columnNumber: number): number {
  let lineStart = 0;
  for (let line = 1; line < lineNumber; line++) lineStart = text.indexOf("\n", lineStart) + 1;
  const offset = lineStart + columnNumber - 1;
  const insidePair = (text.codePointAt(offset - 1) ?? 0) > 0xffff;
  return Math.min(insidePair ? offset - 1 : offset, text.length);
}

type SyntaxTexts = Pick<Texts["config"], "syntaxExpected" | "syntaxFound">;
type Described = (texts: SyntaxTexts) => string;
type ExpectedPart = "value" | "item" | "key" | "colon" | "separator" | "end";

const describe =
  (part: ExpectedPart, container: string | undefined): Described =>
  ({ syntaxExpected: { [part]: words } }) =>
    typeof words === "string" ? words : words(container === "{" ? "`}`" : "`]`");

function isCompleteValue(text: string): boolean {
  try {
    JSON5.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function expectedInside(token: Token, text: string, offset: number): Described {
  const quote = text.charAt(token.start);
  if (quote === "/") return ({ syntaxExpected }) => syntaxExpected.commentEnd;
  return /[^\n\r]/.test(text.charAt(offset))
    ? ({ syntaxExpected }) => syntaxExpected.escape
    : ({ syntaxExpected }) => syntaxExpected.quote(`\`${quote}\``);
}

/** Describes the tokens that would be valid at `offset`; `text` must be valid JSON5 up to there. */
function expectedAt(text: string, offset: number): Described {
  const containers: string[] = [];
  let expected: ExpectedPart = "value";
  const afterValue = () => (containers.length > 0 ? "separator" : "end");
  const nextEntry = () => (containers.at(-1) === "{" ? "key" : "item");
  for (let token = nextToken(text, 0); token && token.start < offset; token = nextToken(text, token.end)) {
    switch (token.kind) {
      case "comment":
        break;
      case "{":
      case "[":
        containers.push(token.kind);
        expected = nextEntry();
        break;
      case "}":
      case "]":
        containers.pop();
        expected = afterValue();
        break;
      case ":":
        expected = "value";
        break;
      case ",":
        expected = nextEntry();
        break;
      case "string":
      case "unclosed":
        if (token.end > offset || token.kind === "unclosed") return expectedInside(token, text, offset);
        expected = expected === "key" ? "colon" : afterValue();
        break;
      case "run":
        if (expected === "key") expected = "colon";
        else if (token.end < offset || isCompleteValue(text.slice(token.start, offset))) expected = afterValue();
    }
  }
  return describe(expected, containers.at(-1));
}

function foundAt(text: string, offset: number): Described {
  const found = text.codePointAt(offset);
  if (found === undefined) return ({ syntaxFound }) => syntaxFound.end;
  const character = String.fromCodePoint(found);
  if (/[\n\r]/.test(character)) return ({ syntaxFound }) => syntaxFound.lineEnd;
  if (/[\p{L}\p{N}\p{P}\p{S}]/u.test(character)) return () => `\`${character}\``;
  return ({ syntaxFound }) => syntaxFound.codePoint(found.toString(16).toUpperCase().padStart(4, "0"));
}

function syntaxProblem(text: string, offset: number): Problem {
  const [expected, found] = [expectedAt(text, offset), foundAt(text, offset)];
  const message: Message = /\S/.test(text)
    ? ({ config }) => config.syntaxError({ expected: expected(config), found: found(config) })
    : ({ config }) => config.emptyText;
  return { message, position: positionsIn(text)(offset) };
}

/**
 * Parses JSON5, or returns the first problem. `__proto__` becomes an ordinary own key. The problem quotes at most one
 * character, so it cannot leak a credential.
 */
export function parseJson5(text: string): Result<JsonValue> {
  const plain = parsePlainJson(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  if (plain !== undefined) return ok(plain);
  const tooDeep = offsetOfExcessDepth(text);
  if (tooDeep !== undefined) {
    return fail({ message: ({ config }) => config.tooDeep(MAX_DEPTH), position: positionsIn(text)(tooDeep) });
  }
  try {
    return ok(parseQuietly(text));
  } catch (error) {
    if (!(error instanceof SyntaxError && "lineNumber" in error && "columnNumber" in error)) throw error;
    return fail(syntaxProblem(text, offsetOf(text, Number(error.lineNumber), Number(error.columnNumber))));
  }
}
