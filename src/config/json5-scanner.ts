/** A stretch of text, `end` not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * `run` is anything written without quotes: a bare key, a number, `true`.
 * `unclosed` is a string or block comment that the end of the text cuts off.
 */
type TokenKind = "comment" | "string" | "run" | "unclosed" | "{" | "}" | "[" | "]" | ":" | ",";

export interface Token extends Span {
  readonly kind: TokenKind;
}

/** JSON5 knows more line ends than an editor: the last two also end a line comment. */
const LINE_END = /[\n\r\u2028\u2029]/g;
const NOT_BLANK = /\S/g;
const RUN_END = /[\s,:[\]{}"'/]/g;
const STRING_STOP = { '"': /["\\]/g, "'": /['\\]/g };

/** Where the first character that `stop` matches stands; the end of the text when none does. */
function findFrom(text: string, from: number, stop: RegExp): number {
  stop.lastIndex = from;
  return stop.test(text) ? stop.lastIndex - 1 : text.length;
}

/** Where the line that `from` is on ends, its line end not included. */
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
 * The token at or after `from`, or undefined when only white space is left.
 * It takes any text: what is no JSON5 comes out as runs, and every token is at least one character long.
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
