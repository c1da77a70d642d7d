import { nearest } from "../core/similar.ts";
import { isList, isObject, type JsonObject, type JsonPath, type JsonValue, valueAt } from "./json5-value.ts";
import { publishedKeys } from "./published-keys.ts";
import { PUBLISHED_VERSIONS } from "./published-keys-table.ts";

/** A key that some of the known versions reject, and with it the whole file. */
export interface RejectedKey {
  readonly path: JsonPath;
  readonly rejecting: readonly string[];
  /** Empty if no known version has it. */
  readonly accepting: readonly string[];
  /** The key that was probably meant. */
  readonly meant: string | undefined;
}

/**
 * The keys that a version in use may reject: the one that last wrote the file, and newer ones.
 * @why nobody is helped by what an older version, which could not read the rest either, would say.
 */
export function rejectedKeys(value: JsonValue | undefined): readonly RejectedKey[] {
  const writtenBy = lastWriter(value);
  const relevant = PUBLISHED_VERSIONS.filter((version) => writtenBy === undefined || !isOlder(version, writtenBy));
  return publishedKeys().flatMap(({ at, keys, open }) => {
    const closed = relevant.filter((version) => !open.includes(version));
    return objectsAt(value, at).flatMap(({ path, node }) =>
      Object.keys(node)
        .filter((key) => key !== "$include")
        .flatMap((key): readonly RejectedKey[] => {
          const rejectedBy = keys.get(key);
          const rejecting = closed.filter((version) => rejectedBy?.includes(version) ?? true);
          if (rejecting.length === 0) return [];
          const accepting = rejectedBy === undefined && open.length === 0 ? [] : without(rejecting);
          return [{ path: [...path, key], rejecting, accepting, meant: nearest(key, [...keys.keys()]) }];
        }),
    );
  });
}

function lastWriter(value: JsonValue | undefined): string | undefined {
  const version = valueAt(value, ["meta", "lastTouchedVersion"]);
  return typeof version === "string" ? version : undefined;
}

const without = (versions: readonly string[]) => PUBLISHED_VERSIONS.filter((version) => !versions.includes(version));

function isOlder(version: string, other: string): boolean {
  const [a, b] = [version, other].map((text) => text.split(/[.-]/).map(Number));
  for (const [index, part] of (a ?? []).entries()) {
    const difference = part - (b?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function objectsAt(
  node: JsonValue | undefined,
  [step, ...rest]: readonly string[],
  path: JsonPath = [],
): readonly { path: JsonPath; node: JsonObject }[] {
  if (step === undefined) return isObject(node) ? [{ path, node }] : [];
  if (isList(node)) return step === "*" ? node.flatMap((item, index) => objectsAt(item, rest, [...path, index])) : [];
  if (!isObject(node)) return [];
  const keys = step === "*" ? Object.keys(node) : Object.keys(node).filter((key) => key === step);
  return keys.flatMap((key) => objectsAt(node[key], rest, [...path, key]));
}
