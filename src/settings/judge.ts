import { formatPath, isList, isObject, type JsonPath, type JsonValue } from "../config/json5-value.ts";
import { schemaProblems } from "../config/schema.ts";
import type { Problem } from "../core/result.ts";
import type { Message } from "../text/message.ts";
import { misspeltKeys } from "./key-check.ts";

/** A fault in a value of the configuration. */
export interface Fault extends Pick<Problem, "message" | "hint"> {
  readonly path: JsonPath;
  /** The key itself is wrong, whatever its value. */
  readonly isKey: boolean;
}

/**
 * Keys that are no names of values.
 * @source the published OpenClaw, `isBlockedObjectKey`: it leaves them out wherever it merges, and refuses them in paths.
 */
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);

function reservedKeys(value: JsonValue, path: JsonPath = []): readonly JsonPath[] {
  if (isList(value)) return value.flatMap((item, index) => reservedKeys(item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    RESERVED.has(key) ? [[...path, key]] : reservedKeys(item, [...path, key]),
  );
}

/** Everything that is wrong with a configuration: values that OpenClaw rejects, misspelt keys of ours, and reserved keys. */
export const configFaults = (value: JsonValue): readonly Fault[] => [
  ...schemaProblems(value).map((problem) => ({ ...problem, isKey: false })),
  ...misspeltKeys(value).map(({ path, meant }) => ({
    path,
    message: (({ settings }) => settings.misspelt(formatPath(path))) satisfies Message,
    hint: (({ config }) => config.didYouMean(formatPath([...path.slice(0, -1), meant]))) satisfies Message,
    isKey: true,
  })),
  ...reservedKeys(value).map((path) => ({
    path,
    message: (({ settings }) => settings.reserved(formatPath(path))) satisfies Message,
    isKey: true,
  })),
];

/** Those that a change is to blame for: wrong keys that were there before are the doctor's to name. */
export function newFaults(before: JsonValue, after: JsonValue): readonly Fault[] {
  const known = new Set([...misspeltKeys(before).map(({ path }) => path), ...reservedKeys(before)].map(formatPath));
  return configFaults(after).filter(({ path, isKey }) => !isKey || !known.has(formatPath(path)));
}
