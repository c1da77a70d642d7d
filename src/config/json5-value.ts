/** Unlike in JSON, a number may be `NaN` or infinite. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** `__proto__` is an ordinary own key. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export type JsonPath = readonly (string | number)[];

/** True if `path` begins with the steps of `start`. */
export const isBelow = (path: JsonPath, start: JsonPath): boolean => start.every((step, index) => path[index] === step);

export const isSamePath = (a: JsonPath, b: JsonPath): boolean => a.length === b.length && isBelow(a, b);

/** Formats a path as in JavaScript: `models.providers["cloudflare-ai-gateway"].models[0].id`; empty for the root. */
export function formatPath(path: JsonPath): string {
  const steps = path.map((step, index) => {
    if (typeof step === "number") return `[${step}]`;
    if (!/^[A-Za-z_$][\w$]*$/.test(step)) return `[${JSON.stringify(step)}]`;
    return index === 0 ? step : `.${step}`;
  });
  return steps.join("");
}

export interface NewEntry {
  readonly key?: string;
  readonly value: JsonValue;
}

/** Unlike `Array.isArray`, narrows to a readonly array. */
export const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !isList(value);

/** Own members only, never an inherited one such as `constructor`. */
export const memberOf = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

export function valueAt(value: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (node, step) =>
      typeof node === "object" && node !== null && Object.hasOwn(node, step)
        ? (node as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}

export const entriesOf = (value: JsonObject | readonly JsonValue[]): NewEntry[] =>
  isList(value)
    ? value.map((item) => ({ value: item }))
    : Object.entries(value).map(([key, item]) => ({ key, value: item }));

/** @why not by assignment: that would make `__proto__` the prototype, while a computed key is always an own one. */
export const withMember = (object: JsonObject, key: string, value: JsonValue): JsonObject => ({
  ...object,
  [key]: value,
});

export const withoutMember = (object: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

/** Deep equality that ignores member order and tells 0 from -0. */
export function sameValue(a: JsonValue, b: JsonValue): boolean {
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, index) => sameItem(item, b[index]));
  if (!isObject(a) || !isObject(b)) return Object.is(a, b);
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => sameItem(memberOf(a, key), memberOf(b, key)));
}

function sameItem(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return a !== undefined && b !== undefined && sameValue(a, b);
}

/** Deeper than any real configuration, and far from exhausting the stack. */
export const MAX_DEPTH = 500;

/** Counts the brackets outside the strings of plain JSON. Of other text it may say anything. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    else if (character === '"') while (++at < text.length && text[at] !== '"') if (text[at] === "\\") at += 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/**
 * Parses text that is plain JSON, as most configurations are; otherwise returns `undefined`. Plain JSON means the same
 * in JSON5 and parses many times faster this way. Text that may be nested too deeply is left to the JSON5 parser to
 * judge.
 */
export function parsePlainJson(text: string): JsonValue | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
