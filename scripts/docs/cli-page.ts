import type { Command, Option } from "commander";
import { code, page, table } from "./markdown.ts";
import { commandsBelow, wholeProgram } from "./whole-program.ts";

const INTRODUCTION = `Every command and flag, as \`--help\` prints them. Flags of the published OpenClaw that have no effect here are accepted and
not listed. \`openclaw\` stands for \`node bin/openclaw.cjs\` where it is not on the path.`;

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
