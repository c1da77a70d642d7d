import { formatPath, type JsonPath, type JsonValue } from "../config/json5-value.ts";
import { schemaProblems } from "../config/schema.ts";
import type { Problem } from "../core/result.ts";
import type { Message } from "../text/message.ts";
import { misspeltKeys } from "./key-check.ts";

/** What is wrong with a value of the configuration, by its path. */
export interface Fault extends Pick<Problem, "message" | "hint"> {
  readonly path: JsonPath;
  readonly isMisspelt: boolean;
}

/** Everything that is wrong with a configuration: values that OpenClaw rejects, and misspelt keys of ours. */
export const faultsIn = (value: JsonValue): readonly Fault[] => [
  ...schemaProblems(value).map((problem) => ({ ...problem, isMisspelt: false })),
  ...misspeltKeys(value).map(({ path, meant }) => ({
    path,
    message: (({ settings }) => settings.misspelt(formatPath(path))) satisfies Message,
    hint: (({ config }) => config.didYouMean(formatPath([...path.slice(0, -1), meant]))) satisfies Message,
    isMisspelt: true,
  })),
];

/** Those that a change is to blame for: misspelt keys that were there before are the doctor's to name. */
export function newFaults(before: JsonValue, after: JsonValue): readonly Fault[] {
  const known = new Set(misspeltKeys(before).map(({ path }) => formatPath(path)));
  return faultsIn(after).filter(({ path, isMisspelt }) => !isMisspelt || !known.has(formatPath(path)));
}
