import type { ConfigEdit } from "../config/config-edit.ts";
import {
  isList,
  isObject,
  type JsonObject,
  type JsonPath,
  type JsonValue,
  memberOf,
  sameValue,
  withMember,
  withoutMember,
} from "../config/json5-value.ts";
import { isSecretReference } from "../core/redact.ts";

/** The value with a merge patch applied. @source RFC 7396: objects are merged, null removes, anything else replaces. */
export function merged(value: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  return Object.entries(patch).reduce<JsonObject>(
    (whole, [key, part]) =>
      part === null ? withoutMember(whole, key) : withMember(whole, key, merged(memberOf(whole, key), part)),
    isObject(value) ? value : {},
  );
}

/** The patch that makes `after` of `before`. A null within an object cannot be told from a removal, and is left out. */
export function patchBetween(before: JsonObject, after: JsonObject): JsonObject {
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const changed = Object.entries(after).flatMap(([key, value]): readonly [string, JsonValue][] => {
    const old = memberOf(before, key);
    if (value === null || (old !== undefined && sameValue(old, value))) return [];
    if (!isObject(value)) return [[key, value]];
    return [[key, patchBetween(isObject(old) ? old : {}, value)]];
  });
  return Object.fromEntries([...removed.map((key) => [key, null] as const), ...changed]);
}

/** The edits that lead from one value to another: one for each value that differs, lists and references as a whole. */
export function editsBetween(before: JsonValue, after: JsonValue, at: JsonPath = []): readonly ConfigEdit[] {
  if (sameValue(before, after)) return [];
  if (!isObject(before) || !isObject(after) || isSecretReference(after)) return [{ path: at, value: after }];
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [
    ...Object.entries(after).flatMap(([key, value]): readonly ConfigEdit[] => {
      const old = memberOf(before, key);
      const isWhole = !isObject(value) || isSecretReference(value) || Object.keys(value).length === 0;
      return old === undefined && isWhole
        ? [{ path: [...at, key], value }]
        : editsBetween(old ?? {}, value, [...at, key]);
    }),
    ...removed.map((key) => ({ path: [...at, key], value: undefined })),
  ];
}

/** A value after edits, made one after the other. Missing parents are created. */
export const afterEdits = (value: JsonValue, edits: readonly ConfigEdit[]): JsonValue =>
  edits.reduce((whole, { path, value: wanted }) => put(whole, path, wanted) ?? {}, value);

function put(
  node: JsonValue | undefined,
  [step, ...rest]: JsonPath,
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list = isList(node) ? node : [];
    const item = put(list[step], rest, value);
    return item === undefined ? list.filter((_, index) => index !== step) : list.toSpliced(step, 1, item);
  }
  const whole = isObject(node) ? node : {};
  const member = put(memberOf(whole, step), rest, value);
  return member === undefined ? withoutMember(whole, step) : withMember(whole, step, member);
}
