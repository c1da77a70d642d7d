/** Every first and last code point of a range whose characters take two columns: East Asian ones, and emoji. */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** Every first and last code point of a range whose characters take no column. */
const NARROW: readonly (readonly [first: number, last: number])[] = [
  [0x300, 0x36f],
  [0x200b, 0x200f],
  [0xfe00, 0xfe0f],
];

const ASCII = /^[ -~]*$/;
/** Codes for colours and links. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
const CODES = /\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x07]*\x07/g;

const isIn = (ranges: readonly (readonly [number, number])[], point: number): boolean =>
  ranges.some(([first, last]) => first <= point && point <= last);

/** The number of columns that a character takes. */
function widthOf(character: string): 0 | 1 | 2 {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x300) return 1;
  if (isIn(WIDE, point)) return 2;
  return isIn(NARROW, point) ? 0 : 1;
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
