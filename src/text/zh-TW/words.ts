/** A sentence with values: puts a space between Latin and Chinese where a value and the text around it meet, and only there. */
export const zh = (text: TemplateStringsArray, ...values: readonly (string | number)[]): string =>
  text.slice(1).reduce((left, part, index) => spaced(spaced(left, String(values[index])), part), text[0] ?? "");

/** `a、b 和 c`. */
export const allOf = (items: readonly string[]): string => joined(items, "和");

/** `a、b 或 c`. */
export const oneOf = (items: readonly string[]): string => joined(items, "或");

/** "`--flag a`、`b` 或 `c`": a flag with each of its values. */
export const flagWith = ({ flag, values }: { readonly flag: string; readonly values: readonly string[] }): string =>
  oneOf(values.map((value, index) => (index === 0 ? `\`${flag} ${value}\`` : `\`${value}\``)));

/** `（text）` after a word, or nothing for an empty text. */
export const inBrackets = (text: string): string => (text === "" ? "" : `（${text}）`);

function joined(items: readonly string[], word: string): string {
  const [last = "", ...before] = items.toReversed();
  return before.length === 0 ? last : zh`${before.toReversed().join("、")} ${word} ${last}`;
}

/** Ideographs, and with them the punctuation that is as wide. */
const IDEOGRAPH = /[\u3400-\u9fff]/;
const WIDE = /[\u3000-\u9fff\uff00-\uff60]/;
const LATIN = /[!-~]/;

function spaced(left: string, right: string): string {
  const [before, after] = [left.replace(/(?<! ) $/, ""), right.replace(/^ (?! )/, "")];
  const [end, start] = [before.at(-1) ?? "", after[0] ?? ""];
  const isMixed = (IDEOGRAPH.test(end) && LATIN.test(start)) || (LATIN.test(end) && IDEOGRAPH.test(start));
  if (isMixed) return `${before} ${after}`;
  return (WIDE.test(end) && start !== "") || (WIDE.test(start) && end !== "") ? before + after : left + right;
}
