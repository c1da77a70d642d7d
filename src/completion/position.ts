import type { ArgumentNode, CommandNode, FlagNode, ValueNode } from "./tree.ts";

/** The place in a command line of the word that is completed. */
export interface Position {
  /** From the program itself down to the command that the words before name. */
  readonly path: readonly CommandNode[];
  /** Flags that were given before, with their last value. */
  readonly given: ReadonlyMap<FlagNode, string | undefined>;
  /** Names of the arguments before, which `aliases remove NAME` has no use for again. */
  readonly before: readonly string[];
  readonly wanted: Wanted;
}

type Wanted =
  | { readonly kind: "value"; readonly flag: FlagNode; readonly prefix: string; readonly text: string }
  | {
      readonly kind: "word";
      readonly text: string;
      /** The argument whose place it is; absent where there is none left. */
      readonly argument: ArgumentNode | undefined;
      /** A command is possible only where no argument came before. */
      readonly mayBeCommand: boolean;
      /** After `--` there are no flags. */
      readonly mayBeFlag: boolean;
    };

/** Reads the words before the cursor as the parser would, and forgives what it would refuse. */
export function positionOf(root: CommandNode, words: readonly string[], current: string): Position {
  const path = [root];
  const given = new Map<FlagNode, string | undefined>();
  const before: string[] = [];
  let pending: FlagNode | undefined;
  let areOnlyArguments = false;
  const command = () => path.at(-1) ?? root;
  const flagCalled = (name: string) => flagsOn(path).findLast(({ long, short }) => long === name || short === name);
  for (const word of words) {
    const isValue: boolean = pending !== undefined && (pending.takes === "value" || !word.startsWith("-"));
    if (pending !== undefined && isValue) given.set(pending, word);
    if (isValue) pending = undefined;
    else if (word === "--" && !areOnlyArguments) areOnlyArguments = true;
    else if (word.startsWith("-") && word !== "-" && !areOnlyArguments) {
      const [name = "", value] = splitFlag(word);
      const flag = flagCalled(name);
      if (flag !== undefined) given.set(flag, value);
      pending = flag === undefined || flag.takes === "nothing" || value !== undefined ? undefined : flag;
    } else {
      const below = before.length === 0 ? commandCalled(word, command()) : undefined;
      if (below === undefined) before.push(word);
      else path.push(below);
    }
  }
  const position = { path, given, before };
  if (pending !== undefined && (pending.takes === "value" || !current.startsWith("-")))
    return { ...position, wanted: { kind: "value", flag: pending, prefix: "", text: current } };
  const [name = "", value] = splitFlag(current);
  const flag = value === undefined || areOnlyArguments ? undefined : flagCalled(name);
  if (flag !== undefined && value !== undefined && flag.takes !== "nothing")
    return { ...position, wanted: { kind: "value", flag, prefix: `${name}=`, text: value } };
  return {
    ...position,
    wanted: {
      kind: "word",
      text: current,
      argument: argumentAt(before.length, command().args),
      mayBeCommand: before.length === 0 && !areOnlyArguments,
      mayBeFlag: !areOnlyArguments,
    },
  };
}

/** The flags of a command and of all above it; of two with one name, the last is the command's own. */
export const flagsOn = (path: readonly CommandNode[]): readonly FlagNode[] => [
  ...path.flatMap(({ flags }) => flags),
  ...(path.at(-1)?.impliedFlags ?? []),
];

/** `--flag=value` in its two parts. */
function splitFlag(word: string): readonly [name: string, value?: string] {
  const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  return name === undefined || value === undefined ? [word] : [name, value];
}

const commandCalled = (word: string, { commands }: CommandNode): CommandNode | undefined =>
  commands.find(({ name, aliases }) => name === word || aliases.includes(word));

function argumentAt(index: number, args: readonly ArgumentNode[]): ArgumentNode | undefined {
  const last = args.at(-1);
  return args[index] ?? (last?.isVariadic ? last : undefined);
}

/** The words after the program's name. */
export const commandWords = ({ path }: Position): readonly string[] => path.slice(1).map(({ name }) => name);

/** The value that is asked for at the position, if it is one. */
export function wantedValue({ wanted }: Position): ValueNode | undefined {
  return wanted.kind === "value" ? wanted.flag.value : wanted.argument?.value;
}
