/** Every first and last code point of a range whose characters take two columns, but for emoji. */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x1b2fb],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

/** Every first and last code point of a range whose characters take no column. */
const NARROW: readonly (readonly [first: number, last: number])[] = [
  [0x300, 0x36f],
  [0x200b, 0x200f],
  [0x2060, 0x2064],
  [0x20d0, 0x20ff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xe0100, 0xe01ef],
];

/** Emoji that are drawn as pictures. Of a flag's two letters, each takes a column. */
const EMOJI = /^(?!\p{Regional_Indicator})\p{Emoji_Presentation}/u;

const ASCII = /^[ -~]*$/;
/** Codes for colours and links. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
const CODES = /\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x07]*\x07/g;

const isIn = (ranges: readonly (readonly [number, number])[], point: number): boolean =>
  ranges.some(([first, last]) => first <= point && point <= last);

/**
 * The number of columns that a character takes. Characters that are drawn as one picture are counted one by one, as
 * readline and most terminals do.
 */
export function widthOf(character: string): 0 | 1 | 2 {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x300) return 1;
  if (isIn(WIDE, point)) return 2;
  if (isIn(NARROW, point)) return 0;
  return EMOJI.test(character) ? 2 : 1;
}

export const isWide = (character: string): boolean => widthOf(character) === 2;

/**
 * The number of columns that a line takes, codes for colours left out.
 * @why not the package that tables are measured with: nearly every run wraps a line, and its patterns cost each start 0.2 ms.
 */
export function textWidth(line: string): number {
  if (ASCII.test(line)) return line.length;
  let width = 0;
  for (const character of line.replace(CODES, "")) width += widthOf(character);
  return width;
}

/** As much of a line's beginning as fits. */
export function cutTo(columns: number, line: string): string {
  let [room, cut] = [columns, ""];
  for (const character of line) {
    room -= widthOf(character);
    if (room < 0) break;
    cut += character;
  }
  return cut;
}

/** The line, or as much of its beginning as fits before `…`. */
export const shortenTo = (columns: number, line: string): string =>
  textWidth(line) <= columns ? line : `${cutTo(columns - 1, line).trimEnd()}…`;

/** The line, or as much of its beginning and its end as fits around `…`. */
export function shortenMiddle(columns: number, line: string): string {
  if (textWidth(line) <= columns) return line;
  const start = cutTo(Math.floor((columns - 1) / 2), line).trimEnd();
  const backwards = [...line].reverse().join("");
  const end = [...cutTo(columns - 1 - textWidth(start), backwards)].reverse().join("");
  // A mark whose letter is left out would be put on the sign.
  return `${start}…${end.trimStart().replace(/^\p{Mark}+/u, "")}`;
}
