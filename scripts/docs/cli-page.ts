import type { Command, Option } from "commander";
import { createProgram } from "../../src/commands/program.ts";
import type { Context } from "../../src/core/context.ts";
import { shownTo } from "../../src/core/shown.ts";
import { PROVIDERS } from "../../src/providers/registry.ts";
import { en } from "../../src/text/en/index.ts";
import { code, page, table } from "./markdown.ts";

/** Commands look at the environment only when they run. */
const CONTEXT = { text: en } as Context;
const RUN = {
  about: { version: "", node: "", platform: "" },
  context: CONTEXT,
  providers: async () => PROVIDERS,
  endWith: () => {},
  shown: shownTo({ program: () => "openclaw", profile: () => undefined, home: () => undefined }),
};

const INTRODUCTION = `Every command and flag, as \`--help\` prints them. Flags of the published OpenClaw that have no effect here are accepted and
not listed. \`openclaw\` stands for \`node bin/openclaw.cjs\` where it is not on the path.`;

/** The tree with every command loaded, which takes naming them all. */
async function wholeProgram(argv: readonly string[] = []): Promise<Command> {
  const program = await createProgram(argv, RUN);
  const names = [...new Set(commandsBelow(program).map((command) => command.name()))];
  return names.length === argv.length ? program : wholeProgram(names);
}

const commandsBelow = (command: Command): readonly Command[] =>
  command.commands.flatMap((below) => [below, ...commandsBelow(below)]);

function section(command: Command): readonly string[] {
  const help = command.createHelp();
  const isRoot = command.parent === null;
  const path = help.commandUsage(command).replace(/ (?:<command> )?\[flags\]$/, "");
  const flags = help.visibleOptions(command).filter(({ long }) => isRoot || long !== "--help");
  const row = (option: Option) => [code(option.flags), help.optionDescription(option)];
  const summary = (below: Command) => [code(`${path} ${below.name()}`), below.summary()];
  return [
    `## ${isRoot ? "openclaw" : path}`,
    command.description(),
    ...(command.commands.length > 0 ? [table(["command", "purpose"], command.commands.map(summary))] : []),
    ...(flags.length > 0 ? [table(["flag", "meaning"], flags.map(row))] : []),
  ];
}

/** `docs/cli.md`: every command with its flags. */
export async function cliPage(): Promise<string> {
  const program = await wholeProgram();
  const sections = [program, ...commandsBelow(program)].flatMap(section);
  return page("# Commands", INTRODUCTION, ...sections);
}
