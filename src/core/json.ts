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

/** A command's result for `--json`. */
export const jsonDocument = (value: unknown): string => `${shownJson(value, 2)}\n`;

/** No list, and not null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
