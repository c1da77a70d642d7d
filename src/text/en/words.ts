import { grouped } from "../numbers.ts";

/** `a, b and c`. */
export const allOf = (items: readonly string[]): string => joined(items, "and");

/** `a, b or c`. */
export const oneOf = (items: readonly string[]): string => joined(items, "or");

/** `1 file`, `2,000 files`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${grouped(number)} ${number === 1 ? one : many}`;

/** "`--flag a`, `b` or `c`": a flag with each of its values. */
export const flagWith = ({ flag, values }: { readonly flag: string; readonly values: readonly string[] }): string =>
  oneOf(values.map((value, index) => (index === 0 ? `\`${flag} ${value}\`` : `\`${value}\``)));

/** ` (text)` after a word, or nothing for an empty text. */
export const inBrackets = (text: string): string => (text === "" ? "" : ` (${text})`);

function joined(items: readonly string[], word: string): string {
  const [last = "", ...before] = items.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(", ")} ${word} ${last}`;
}
