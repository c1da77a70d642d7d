/** A value of JSON5. Unlike in JSON, a number may also be `NaN` or an infinity. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** An object, in which `__proto__` is an ordinary own key. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** The path to a value: strings are keys of objects, numbers are indexes of lists. */
export type JsonPath = readonly (string | number)[];

/** A path as in JavaScript: `models.providers["cloudflare-ai-gateway"].models[0].id`; empty for the whole file. */
export function formatPath(path: JsonPath): string {
  const steps = path.map((step, index) => {
    if (typeof step === "number") return `[${step}]`;
    if (!/^[A-Za-z_$][\w$]*$/.test(step)) return `[${JSON.stringify(step)}]`;
    return index === 0 ? step : `.${step}`;
  });
  return steps.join("");
}

/** A member to write, or an item, which has no key. */
export interface NewEntry {
  readonly key?: string;
  readonly value: JsonValue;
}

/** Narrows to a readonly list, unlike `Array.isArray`. */
export const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);

/** True for an object that is not a list. */
export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !isList(value);

/** The own member of that name, never an inherited one such as `constructor`. */
export const memberOf = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** The value at a path in any value, or undefined. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (node, step) =>
      typeof node === "object" && node !== null && Object.hasOwn(node, step)
        ? (node as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}

/** The members of an object or the items of a list. */
export const entriesOf = (value: JsonObject | readonly JsonValue[]): NewEntry[] =>
  isList(value)
    ? value.map((item) => ({ value: item }))
    : Object.entries(value).map(([key, item]) => ({ key, value: item }));

/** The object with one member set. @why not by assignment: only `Object.fromEntries` makes `__proto__` an own key. */
export const withMember = (object: JsonObject, key: string, value: JsonValue): JsonObject =>
  Object.fromEntries([...Object.entries(object), [key, value]]);

/** The object without one of its members. */
export const withoutMember = (object: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

/** Deep equality, in which the order of members does not matter, and 0 is not -0. */
export function sameValue(a: JsonValue, b: JsonValue): boolean {
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, index) => sameItem(item, b[index]));
  if (!isObject(a) || !isObject(b)) return Object.is(a, b);
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => sameItem(memberOf(a, key), memberOf(b, key)));
}

function sameItem(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return a !== undefined && b !== undefined && sameValue(a, b);
}

/** Nesting beyond any configuration, and far below what would exhaust the stack. */
export const MAX_DEPTH = 500;

/**
 * The value of a text that is plain JSON, as most configurations are, else undefined. It means the same in JSON5, and
 * this is many times faster. A text with more brackets may be nested too deeply, which the JSON5 parser judges.
 */
export function parsePlainJson(text: string): JsonValue | undefined {
  if ((text.match(/[[{]/g)?.length ?? 0) > MAX_DEPTH) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
