import { parse, TomlDate, TomlError, type TomlValue } from "smol-toml";
import type { JsonObject, JsonValue } from "../config/json5-value.ts";
import { fail, ok, type Result } from "../core/result.ts";

/** No text of TOML can begin with half a character, so that what JSON lacks is mistaken for no text. */
const NOT_JSON = "\uD800";

/** Reads TOML with smol-toml. Dates, whole floats and large integers become texts that equal nothing but themselves. */
export function parseToml(text: string): Result<JsonObject> {
  try {
    return ok(fromTable(parse(text, { integersAsBigInt: true })));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { line, column } = error;
    // Its own message quotes lines, which may hold a credential.
    return fail({ message: ({ clientFiles }) => clientFiles.notToml, position: { line, column } });
  }
}

const fromTable = (table: { readonly [key: string]: TomlValue }): JsonObject =>
  Object.fromEntries(Object.entries(table).map(([key, value]) => [key, fromToml(value)]));

function fromToml(value: TomlValue): JsonValue {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number")
    return Number.isInteger(value) ? `${NOT_JSON}float ${Object.is(value, -0) ? "-0" : value}` : value;
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? Number(value) : `${NOT_JSON}integer ${value}`;
  if (Array.isArray(value)) return value.map(fromToml);
  if (value instanceof TomlDate) return `${NOT_JSON}date ${value.toISOString()}`;
  return fromTable(value as { readonly [key: string]: TomlValue });
}
