import { isWide } from "./width.ts";

/**
 * Signs that no line begins with, and signs that no line ends with.
 * @source W3C, "Requirements for Chinese Text Layout", 3.1.3.
 */
const NO_START = new Set("，。、：；？！」』）》〉】〕｝·…—～％,.;:?!)]}%\"'");
const NO_END = new Set("「『（《〈【〔｛([{$\"'");

/** A piece of a line that is not broken, and whether a space stands before it. */
export interface Piece {
  readonly text: string;
  readonly space: boolean;
}

/** A line in pieces: its words, those in Chinese taken apart. A command in backticks stays whole, so that it can be copied. */
export const piecesOf = (line: string): readonly Piece[] =>
  wordsOf(line).flatMap((word, index) => apart(word).map((text, part) => ({ text, space: index > 0 && part === 0 })));

/** A backtick that none closes is a sign like any other. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let start = 0;
  let isCode = false;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === "`") isCode = !isCode && line.includes("`", at + 1);
    if (line[at] !== " " || isCode) continue;
    words.push(line.slice(start, at));
    start = at + 1;
  }
  return [...words, line.slice(start)];
}

function apart(word: string): readonly string[] {
  const pieces: string[] = [];
  let [isCode, before] = [false, ""];
  for (const character of word) {
    if (before !== "" && !isCode && mayBreak(before, character)) pieces.push(character);
    else pieces.push(`${pieces.pop() ?? ""}${character}`);
    if (character === "`") isCode = !isCode;
    before = character;
  }
  return pieces.length === 0 ? [word] : pieces;
}

const mayBreak = (before: string, after: string): boolean =>
  (isWide(before) || isWide(after)) && !NO_START.has(after) && !NO_END.has(before);
