import type { Command, Option } from "commander";
import { OpenclawError } from "../core/errors.ts";
import { CREDENTIAL_HERE, looksLikeCredential, takesCredential } from "../core/redact.ts";
import type { Problem } from "../core/result.ts";
import { say } from "../text/message.ts";

/** Collects the values of a flag that may be repeated. */
export const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** The same, as one text. */
export const commaSeparated = (value: string, before?: string): string =>
  before === undefined ? value : `${before},${value}`;

const COLLECTORS: readonly unknown[] = [several, commaSeparated];

/** True if the flag may be given again, with another value. */
export const isCollector = ({ parseArg }: Option): boolean => COLLECTORS.includes(parseArg);

const offered = new WeakMap<Option, readonly string[]>();

/** Values that completion offers for a flag that also takes others, or several. */
export function offerValues(option: Option, values: readonly string[]): Option {
  offered.set(option, values);
  return option;
}

export const offeredValues = (option: Option): readonly string[] => option.argChoices ?? offered.get(option) ?? [];

const collected = new WeakMap<Command, Problem[]>();

/** Adds what is wrong with the command's flags to a list, where it would be thrown at the first. */
export function collectFlagProblems(command: Command, problems: Problem[]): void {
  collected.set(command, problems);
}

const repeated = new WeakMap<Command, Set<string>>();

/** Flags that take one value and were given several; the last one counts. */
export const repeatedFlags = (command: Command): readonly string[] => [...(repeated.get(command) ?? [])];

/** For every flag of every command: notices a value that replaces another, and refuses a misplaced credential. */
export function watchFlag(command: Command, option: Option): void {
  const { long, required, optional } = option;
  if (!long || !(required || optional)) return;
  let before: string | undefined;
  command.on(`option:${option.name()}`, (value: string | null) => {
    const text = value ?? "";
    if (!takesCredential(long) && looksLikeCredential(text)) refuse(command, { ...CREDENTIAL_HERE, where: long });
    const isReplaced = before !== undefined && before !== text && !isCollector(option);
    if (isReplaced) repeated.set(command, new Set([...repeatedFlags(command), long]));
    before = text;
  });
}

function refuse(command: Command, problem: Problem): void {
  const problems = collected.get(command);
  if (problems !== undefined) return void problems.push(problem);
  const { where: flag = "", message, hint } = problem;
  throw new OpenclawError((t) => t.commands.usage.flagProblem({ flag, sentence: say(message, t) }), {
    code: "usage.invalid",
    ...(hint !== undefined && { hint }),
  });
}
