import { OpenclawError } from "../core/errors.ts";
import { assignmentSpans, isSound, valuesOf } from "./dotenv-document.ts";

/** Offsets of a whole line with its end, in the text as it is. */
interface Lines {
  readonly start: number;
  readonly end: number;
}

/**
 * Takes every assignment of the variable out, each with its line, and comments that repeat a value of it; every other
 * byte is preserved. Returns the text itself where there is none. Throws `secrets.unrepresentable` where a quote that
 * never closes makes the file another one.
 */
export function removeVariable(text: string, name: string, path = ".env"): string {
  const values = new Set<string>();
  let left = text;
  for (;;) {
    const found = assignmentSpans(left).findLast((span) => span.name === name);
    if (found === undefined) break;
    const value = valuesOf(left).get(name);
    if (value) values.add(value);
    left = without(left, { start: found.start, end: lineEnd(left, found.end) }, name, path);
  }
  return withoutComments(left, [...values]);
}

/** The offset after the end of the line that `offset` is in. */
function lineEnd(text: string, offset: number): number {
  const found = /\r\n?|\n/.exec(text.slice(offset));
  return found === null ? text.length : offset + found.index + found[0].length;
}

/**
 * The line gone, else an empty line or a comment in its place: without it, dotenv may read the lines around it as one.
 * Every other value must be as before, or be what an earlier assignment of the name says.
 */
function without(text: string, { start, end }: Lines, name: string, path: string): string {
  const [head, tail] = [text.slice(0, start), text.slice(end)];
  const brk = /[\r\n]+$/.exec(text.slice(start, end))?.[0] ?? "";
  const others = otherValues(text, name);
  const wasSound = isSound(text);
  for (const between of ["", brk, `#${brk}`]) {
    const candidate = head + between + tail;
    if (sameValues(otherValues(candidate, name), others) && (!wasSound || isSound(candidate))) return candidate;
  }
  throw new OpenclawError(({ config }) => config.cannotRemoveVariable({ name, path }), {
    code: "secrets.unrepresentable",
    hint: ({ config }) => config.closeQuoteInFile,
  });
}

const otherValues = (text: string, name: string) => new Map([...valuesOf(text)].filter(([other]) => other !== name));

const sameValues = (some: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): boolean =>
  some.size === others.size && [...some].every(([name, value]) => others.get(name) === value);

/** @why shorter texts are words that a comment may contain for other reasons. */
const SHORTEST_VALUE = 8;

/** Without the comment lines that contain one of the values, such as an assignment that was commented out. */
function withoutComments(text: string, values: readonly string[]): string {
  const secrets = values.filter((value) => value.length >= SHORTEST_VALUE);
  if (secrets.length === 0) return text;
  const lines = text.match(/[^\r\n]*(?:\r\n?|\n|$)/g) ?? [];
  const kept = lines.filter((line) => !(/^\s*#/.test(line) && secrets.some((secret) => line.includes(secret))));
  const candidate = kept.join("");
  // A line that looks like a comment may be part of a quoted value.
  return sameValues(valuesOf(candidate), valuesOf(text)) ? candidate : text;
}
