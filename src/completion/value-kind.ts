import type { ValueNode } from "./tree.ts";

/** Values that are not in the command tree, by where they are found. */
export type ValueKind =
  | "model"
  | "alias"
  | "provider"
  | "profile"
  | "tokenName"
  | "configPath"
  | "variable"
  | "file"
  | "folder";

export type ValueKinds = readonly ValueKind[];

interface Place {
  /** The words of the command after the program's name. */
  readonly command: readonly string[];
  /** Long; absent for an argument. */
  readonly flag?: string;
  readonly value: ValueNode;
}

/** A model may be named by its alias wherever it is named. */
const MODEL: ValueKinds = ["alias", "model"];

/** By what the help page calls a value: a new flag or argument with one of these names completes by itself. */
const BY_NAME: Readonly<Record<string, ValueKinds>> = {
  ref: MODEL,
  model: MODEL,
  "ref|alias": MODEL,
  alias: ["alias"],
  provider: ["provider"],
  profile: ["profile"],
  file: ["file"],
  path: ["file"],
  dir: ["folder"],
  folder: ["folder"],
};

const BY_FLAG: readonly (readonly [pattern: RegExp, kinds: ValueKinds])[] = [
  [/^--profile$/, ["profile"]],
  [/provider$/, ["provider"]],
  [/(?:^-|-)model$/, MODEL],
  [/-file$/, ["file"]],
  [/-env$/, ["variable"]],
  [/^--as$/, ["tokenName"]],
];

/** Which values a flag or an argument takes; none where only the user knows. */
export function valueKinds({ command: [first, second, third], flag, value }: Place): ValueKinds {
  const name = value.name.toLowerCase();
  if (first === "config" && /^(?:path|paths|key)$/.test(name)) return ["configPath"];
  if (first === "gateway" && second === "token" && name === "name") return third === "add" ? [] : ["tokenName"];
  // A new alias is the user's own.
  if (second === "aliases" && third === "add" && /^(?:alias|name)$/.test(name)) return [];
  if (second === "aliases" && /^(?:alias|name)$/.test(name)) return ["alias"];
  const byFlag = flag === undefined ? undefined : BY_FLAG.find(([pattern]) => pattern.test(flag));
  return byFlag?.[1] ?? BY_NAME[name] ?? [];
}
