import type { Argument, Command, Option } from "commander";
import type { ArgumentNode, CommandNode, FlagNode } from "../completion/tree.ts";
import { isCollector, offeredValues } from "./given-flags.ts";

// Which commander's types leave out.
declare module "commander" {
  interface Command {
    readonly _defaultCommandName: string | null;
  }
  interface Option {
    /** By the names of their values, not of the flags. */
    readonly conflictsWith: readonly string[];
  }
}

/** The command tree as completion reads it: what the help pages show, and nothing hidden. */
export function completionTree(command: Command): CommandNode {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).map((below) => completionTree(below));
  // Flags and arguments of the one that may be left out follow its parent as well.
  const preset = help.visibleCommands(command).find((below) => below.name() === command._defaultCommandName);
  const implied = preset === undefined ? undefined : completionTree(preset);
  const isHelp = command.name() === "help" && command.parent !== null;
  return {
    name: command.name(),
    aliases: command.aliases(),
    summary: oneLine(command.summary() || command.description()),
    // `help` is followed by the commands that it is about.
    commands: isHelp
      ? []
      : commands.map((below) => (below.name === "help" ? { ...below, commands: namesOnly(commands) } : below)),
    flags: flagNodes(help.visibleOptions(command)),
    impliedFlags: implied?.flags ?? [],
    args: [...command.registeredArguments.map(argumentNode), ...(implied?.args ?? [])],
  };
}

const namesOnly = (commands: readonly CommandNode[]): readonly CommandNode[] =>
  commands.map((command) => ({
    ...command,
    flags: [],
    impliedFlags: [],
    args: [],
    commands: namesOnly(command.commands),
  }));

function flagNodes(options: readonly Option[]): readonly FlagNode[] {
  // Commander makes the name from the flag each time.
  const named = options.map((option) => ({ option, name: option.attributeName() }));
  const longs = (wanted: readonly string[], but: Option) =>
    named.flatMap(({ option, name }) => (option !== but && wanted.includes(name) ? (option.long ?? []) : []));
  return named.map(({ option, name }) => ({
    long: option.long ?? option.short ?? "",
    short: option.short,
    description: oneLine(option.description),
    takes: option.required ? "value" : option.optional ? "maybe a value" : "nothing",
    value: { name: /[<[](.+?)(?:\.\.\.)?[>\]]/.exec(option.flags)?.[1] ?? "", choices: offeredValues(option) },
    isRepeatable: option.variadic || isCollector(option),
    excludes: longs([name, ...option.conflictsWith], option),
  }));
}

const argumentNode = (argument: Argument): ArgumentNode => ({
  value: { name: argument.name(), choices: argument.argChoices ?? [] },
  isVariadic: argument.variadic,
});

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
