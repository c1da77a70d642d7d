import { en } from "../../src/text/en/index.ts";
import type { Texts } from "../../src/text/message.ts";

const [OPEN, CLOSE] = ["⟦", "⟧"] as const;
/** Put around the values given to a sentence, to find them again in it. */
const [VALUE, END] = ["\ue000", "\ue001"] as const;

/** Gives a sentence, or several by name. */
type Sentence = (...values: readonly unknown[]) => unknown;

/**
 * The texts in a language that nobody speaks: each in brackets of its own and with its vowels doubled, but for values and
 * what is in backticks. So what is outside of brackets did not come from the texts.
 */
export const pseudo = translated(en) as Texts;

function translated(text: unknown): unknown {
  if (typeof text === "string") return bracketed(text);
  if (typeof text === "function") return (...values: readonly unknown[]) => called(text as Sentence, values);
  return Object.fromEntries(Object.entries(text as object).map(([key, below]) => [key, translated(below)]));
}

function called(text: Sentence, values: readonly unknown[]): unknown {
  const plain = text(...values);
  if (typeof plain !== "string") return translated(plain);
  const found = withMarkedValues(text, values);
  if (typeof found === "string" && withoutMarks(found) === plain) return bracketed(found);
  // The sentence depends on what a value is, so that the value is looked for where it stands.
  const given = [...new Set(stringsIn(values))].sort((a, b) => b.length - a.length);
  return bracketed(given.reduce((result, value) => result.replaceAll(value, `${VALUE}${value}${END}`), plain));
}

function withMarkedValues(text: Sentence, values: readonly unknown[]): unknown {
  try {
    return text(...values.map(marked));
  } catch {
    return undefined;
  }
}

const withoutMarks = (text: string) => text.replaceAll(VALUE, "").replaceAll(END, "");

function marked(value: unknown): unknown {
  if (typeof value === "string") return value === "" ? value : `${VALUE}${value}${END}`;
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, marked(below)]));
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** Values may stand in each other, and one may be a text already in brackets. */
function bracketed(text: string): string {
  let depth = 0;
  let isCode = false;
  let result = "";
  for (const character of text) {
    if (character === VALUE) depth += 1;
    else if (character === END) depth -= 1;
    else {
      if (character === "`" && depth === 0) isCode = !isCode;
      const isText = depth === 0 && !isCode;
      result += isText && /[aeiou]/i.test(character) ? character + character : character;
    }
  }
  return `${OPEN}${result}${CLOSE}`;
}

/** English again, for a test that looks for a question: brackets are gone and vowels single. */
export const fromPseudo = (text: string): string => text.replace(/[⟦⟧]/g, "").replace(/([aeiou])\1/gi, "$1");

/** What of an output stands outside of all brackets, line by line. */
export function outsideBrackets(output: string): string {
  let depth = 0;
  let result = "";
  for (const character of output) {
    if (character === OPEN) depth += 1;
    else if (character === CLOSE) depth -= 1;
    else if (depth === 0 || character === "\n") result += character;
  }
  if (depth !== 0) throw new Error(`brackets do not match in ${output}`);
  return result;
}

/** Codes of a terminal: colours, the cursor, bracketed paste. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
const TERMINAL_CODES = /\x1b\[[0-9;?]*[A-Za-z]/g;

/**
 * The words of an output that no text accounts for. Names, codes, flags, paths and numbers are no words: they hold other
 * characters than letters. `values` are those that do not.
 */
export function untranslated(output: string, values: readonly string[]): readonly string[] {
  const known = new Set(["openclaw", ...values]);
  return outsideBrackets(output.replace(TERMINAL_CODES, ""))
    .replace(/`[^`\n]*`|"[^"\n]*"/g, "")
    .split(/\s+/)
    .map((token) => token.replace(/^[(]+|[.,:;?!…)]+$/g, ""))
    .filter((token) => /^\p{L}[\p{L}'’]+$/u.test(token) && !known.has(token));
}
