import type { JsonValue } from "./json5-value.ts";

/** Far beyond any configuration, and far below what would exhaust the stack. */
export const MAX_DEPTH = 500;

/**
 * What a text says that is plain JSON, as most configurations are, or undefined. In JSON5 it means the same, and this
 * is many times faster. So few brackets cannot be nested too deeply; more of them are for the JSON5 parser to judge.
 */
export function parsePlainJson(text: string): JsonValue | undefined {
  if ((text.match(/[[{]/g)?.length ?? 0) > MAX_DEPTH) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
