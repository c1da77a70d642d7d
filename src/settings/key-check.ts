import { isList, isObject, type JsonPath, type JsonValue } from "../config/json5-value.ts";
import { publishedAt } from "../config/published-keys.ts";
import { CONFIG_SHAPE } from "../config/schema.ts";
import type { Shape, Structure } from "../config/shape.ts";
import { nearest } from "../core/similar.ts";

export interface MisspeltKey {
  readonly path: JsonPath;
  readonly meant: string;
}

type ObjectStructure = Extract<Structure, { kind: "object" }>;

/** The keys that may stand anywhere. */
const EVERYWHERE = ["$include", "$schema"];

/**
 * Keys that nothing knows and that nearly are keys of ours. All others belong to other features of OpenClaw, perhaps of a
 * version that is newer than this program, and are nobody's business.
 */
export function misspeltKeys(value: JsonValue): readonly MisspeltKey[] {
  return misspeltIn(CONFIG_SHAPE, value, [], []);
}

function misspeltIn(
  shape: Shape<unknown>,
  value: JsonValue,
  path: JsonPath,
  pattern: readonly string[],
): readonly MisspeltKey[] {
  const { structure } = shape;
  if (structure.kind === "either") {
    const fitting = structure.shapes.find((one) => one.accepts(value));
    return fitting === undefined ? [] : misspeltIn(fitting, value, path, pattern);
  }
  if (structure.kind === "list" && isList(value))
    return value.flatMap((item, index) => misspeltIn(structure.item, item, [...path, index], [...pattern, "*"]));
  if (!isObject(value)) return [];
  const members = Object.entries(value);
  if (structure.kind === "map")
    return members.flatMap(([key, item]) => misspeltIn(structure.item, item, [...path, key], [...pattern, "*"]));
  if (structure.kind !== "object") return [];
  return members.flatMap(([key, item]) => {
    const field = Object.hasOwn(structure.fields, key) ? structure.fields[key] : undefined;
    if (field !== undefined) return misspeltIn(field, item, [...path, key], [...pattern, key]);
    const meant = meantKey(key, item, structure, pattern);
    return meant === undefined ? [] : [{ path: [...path, key], meant }];
  });
}

function meantKey(
  key: string,
  value: JsonValue,
  { fields }: ObjectStructure,
  pattern: readonly string[],
): string | undefined {
  const published = publishedAt(pattern);
  if (EVERYWHERE.includes(key) || published?.keys.has(key)) return undefined;
  // Any key is allowed in places such as `env`; only a part of ours can be recognised there.
  if (published !== undefined && published.open.length > 0 && typeof value !== "object") return undefined;
  return nearest(key, Object.keys(fields));
}
