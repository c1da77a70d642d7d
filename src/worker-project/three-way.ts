import type { ValueEdit } from "../config/json5-document.ts";
import { isObject, type JsonPath, type JsonValue, memberOf, sameValue } from "../config/json5-value.ts";

export interface Merged {
  readonly edits: readonly ValueEdit[];
  /** Values that should change and that the user has changed, which stay. */
  readonly kept: readonly JsonPath[];
}

/**
 * The edits that bring a document from what was written last to what is wanted now, and leave what its user made of it.
 * A list is one value. `undefined` is a value that is not there.
 */
export function mergeThreeWay(
  written: JsonValue | undefined,
  found: JsonValue | undefined,
  wanted: JsonValue | undefined,
  path: JsonPath = [],
): Merged {
  if (isSame(found, wanted) || isSame(written, wanted)) return { edits: [], kept: [] };
  if (isObject(found) && isObject(wanted) && (written === undefined || isObject(written))) {
    const before = isObject(written) ? written : {};
    const names = new Set([...Object.keys(before), ...Object.keys(wanted)]);
    const parts = [...names].map((name) =>
      mergeThreeWay(memberOf(before, name), memberOf(found, name), memberOf(wanted, name), [...path, name]),
    );
    return { edits: parts.flatMap(({ edits }) => edits), kept: parts.flatMap(({ kept }) => kept) };
  }
  if (isSame(written, found)) return { edits: [{ path, value: wanted }], kept: [] };
  return { edits: [], kept: [path] };
}

const isSame = (one: JsonValue | undefined, other: JsonValue | undefined): boolean =>
  one === undefined || other === undefined ? one === other : sameValue(one, other);

/** The same for a set of names: what the user added stays, and what they took out stays out. */
export function mergeNames(
  written: readonly string[],
  found: readonly string[],
  wanted: readonly string[],
): readonly string[] {
  const kept = found.filter((name) => wanted.includes(name) || !written.includes(name));
  const added = wanted.filter((name) => !written.includes(name) && !found.includes(name));
  return [...kept, ...added];
}
