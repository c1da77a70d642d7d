import type { Command } from "commander";
import { createProgram } from "../../src/commands/program.ts";
import type { Context } from "../../src/core/context.ts";
import { shownTo } from "../../src/core/shown.ts";
import { PROVIDERS } from "../../src/providers/registry.ts";
import { en } from "../../src/text/en/index.ts";

/** Commands look at the environment only when they run. */
const CONTEXT = { text: en } as Context;
const RUN = {
  about: { version: "", node: "", platform: "" },
  context: CONTEXT,
  providers: async () => PROVIDERS,
  endWith: () => {},
  shown: shownTo({ program: () => "openclaw", profile: () => undefined, home: () => undefined }),
};

/** The tree with every command loaded, which takes naming them all. */
export async function wholeProgram(argv: readonly string[] = []): Promise<Command> {
  const program = await createProgram(argv, RUN);
  const commands = [...program.commands, ...commandsBelow(program)];
  // Those of the program first: what follows `models` on a line would be taken for its only command.
  const names = [...new Set(commands.map((command) => command.name()))];
  return names.length === argv.length ? program : wholeProgram(names);
}

export const commandsBelow = (command: Command): readonly Command[] =>
  command.commands.flatMap((below) => [below, ...commandsBelow(below)]);
