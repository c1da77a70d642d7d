import type { ValueNode } from "./tree.ts";

/** Values that are not in the command tree, by where they are found. */
export type ValueKind =
  | "model"
  | "alias"
  | "provider"
  | "profile"
  | "tokenName"
  | "configPath"
  | "presentPath"
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
  /** The arguments before it. */
  readonly before: readonly string[];
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
  variable: ["variable"],
};

const BY_FLAG: readonly (readonly [pattern: RegExp, kinds: ValueKinds])[] = [
  [/^--profile$/, ["profile"]],
  [/provider$/, ["provider"]],
  [/(?:^-|-)model$/, MODEL],
  [/-file$/, ["file"]],
  [/-env$/, ["variable"]],
  [/^--as$/, ["tokenName"]],
];

/** Values that the tree does not list, since others are taken as well. */
const LISTED: Readonly<Record<string, readonly string[]>> = {
  "gateway run --bind": ["loopback", "lan"],
  "gateway run --strip-prefill": ["thinking", "unsupported"],
  "gateway run --workers": ["auto"],
  "gateway run --usage": ["off", "30d", "90d"],
  "gateway logs --since": ["10m", "2h", "today", "yesterday"],
  "usage --since": ["today", "7d", "30d", "90d"],
};

/** The few values of a flag or argument that are known without looking anywhere. */
export function listedValues({ command, flag, value }: Omit<Place, "before">): readonly string[] {
  if (value.choices.length > 0) return value.choices;
  const listed = LISTED[[...command, flag].join(" ")];
  if (listed !== undefined) return listed;
  // `<on|off>` says it itself.
  return BY_NAME[value.name] === undefined && /^\w+(?:\|\w+)+$/.test(value.name) ? value.name.split("|") : [];
}

/** The source of the other values of a flag or an argument; `undefined` if only the user knows them. */
export function valueKinds({ command, flag, value, before }: Place): ValueKinds {
  const name = value.name.toLowerCase();
  if (flag !== undefined) return BY_FLAG.find(([pattern]) => pattern.test(flag))?.[1] ?? BY_NAME[name] ?? [];
  return argumentKinds(command, name, before) ?? BY_NAME[name] ?? [];
}

function argumentKinds(
  [first, second, third]: readonly string[],
  name: string,
  before: readonly string[],
): ValueKinds | undefined {
  // Only what is there can be read or taken out.
  if (first === "config" && /^(?:path|paths|key)$/.test(name)) return ["presentPath"];
  // Paths and their values take turns.
  if (first === "config" && second === "set")
    return before.length % 2 === 0 ? ["configPath"] : MODEL_PATH.test(before.at(-1) ?? "") ? MODEL : [];
  if (first === "gateway" && second === "token" && name === "name") return third === "add" ? [] : ["tokenName"];
  // A new alias is the user's own.
  if (second === "aliases" && third === "add" && name === "alias") return [];
  return undefined;
}

const MODEL_PATH = /^agents\..*(?:[mM]odel|\.primary)$/;
