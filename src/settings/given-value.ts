import { parseJson5 } from "../config/json5-parse.ts";
import { isList, isObject, type JsonValue, memberOf } from "../config/json5-value.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";

/** The reading of a value on the command line: as text, as JSON5, or as JSON5 where it is some and else as text. */
export type ValueForm = "text" | "json5" | "either";

/** Begins what can only be meant as JSON5. */
const STRUCTURED = /^\s*[{["']/;
const WHOLE_NUMBER = /^\s*[+-]?\d+\s*$/;

/**
 * Reads a value from the command line.
 * @why a whole number that loses digits is an id, which OpenClaw takes as text.
 */
export function parseGiven(text: string, form: ValueForm): Result<JsonValue> {
  if (form === "text") return ok(text);
  const parsed = parseJson5(text);
  const isText = !parsed.ok || (typeof parsed.value === "number" && losesDigits(text, parsed.value));
  if (form === "either" && isText && !STRUCTURED.test(text)) return ok(text);
  if (!parsed.ok) return fail(parsed.error);
  return isWritable(parsed.value) ? parsed : fail({ message: ({ settings }) => settings.notFinite } satisfies Problem);
}

const losesDigits = (text: string, value: number): boolean =>
  !Number.isFinite(value) || (WHOLE_NUMBER.test(text) && !Number.isSafeInteger(value));

/** False for infinity and NaN, which JSON has not. */
function isWritable(value: JsonValue): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value !== "object" || value === null || Object.values(value).every(isWritable);
}

const idOf = (value: JsonValue): JsonValue | undefined => (isObject(value) ? memberOf(value, "id") : undefined);

/** Objects key by key, lists of things with an id by that; anything else is replaced. */
export function merged(before: JsonValue | undefined, given: JsonValue): JsonValue {
  if (isObject(before) && isObject(given)) {
    const members = Object.entries(given).map(([key, value]) => [key, merged(memberOf(before, key), value)]);
    return { ...before, ...Object.fromEntries(members) };
  }
  if (!isList(before) || !isList(given) || ![...before, ...given].every((item) => idOf(item) !== undefined))
    return given;
  const replaced = before.map((item) => {
    const other = given.find((candidate) => idOf(candidate) === idOf(item));
    return other === undefined ? item : merged(item, other);
  });
  return [...replaced, ...given.filter((item) => before.every((known) => idOf(known) !== idOf(item)))];
}
