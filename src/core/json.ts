/** `undefined` if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `undefined` if it is not JSON, or a list or a bare value. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

/** Characters that JSON leaves as they are and terminals obey: C1 codes, marks of direction, separators of lines. */
const OBEYED = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** As `JSON.stringify`, but safe for a terminal. */
export const shownJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(
    OBEYED,
    (code) => `\\u${code.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** Texts that JSON only puts quotes around. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * The members of a flat object, a comma before each: `,"a":1,"b":"x"`. What is undefined is left out. Its names are the
 * program's own.
 * @measured half the time that `JSON.stringify` takes for a request, on Node 20.
 */
export function jsonMembers(fields: object): string {
  let members = "";
  for (const name in fields) {
    const value: unknown = fields[name as keyof typeof fields];
    if (value === undefined) continue;
    members += `,"${name}":`;
    if (typeof value === "number") members += value;
    else members += typeof value === "string" && PLAIN.test(value) ? `"${value}"` : shownJson(value);
  }
  return members;
}

/** A command's result for `--json`. */
export const jsonDocument = (value: unknown): string => `${shownJson(value, 2)}\n`;

/** No list, and not null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
