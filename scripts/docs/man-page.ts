import { readFileSync } from "node:fs";
import type { Command, Option } from "commander";
import { EXAMPLES, exitRows, wordsOf } from "../../src/commands/help.ts";
import { en } from "../../src/text/en/index.ts";
import { commandsBelow, wholeProgram } from "./whole-program.ts";

/** Text as roff reads it: no escape, no request, no dash that a copy would not run with. */
const roff = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll('"', "\\(dq")
    .replace(
      /[^\t\n -~]/gu,
      (character) => `\\[u${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`,
    )
    .replace(/^(?=[.'])/gm, "\\&");

/** The same, with code in bold. */
const prose = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? `\\fB${roff(part.slice(1, -1))}\\fR` : roff(part)))
    .join("");

const section = (title: string, ...lines: readonly string[]) => [`.SH ${title}`, ...lines];

/** A term and what it means, below each other. */
const term = (name: string, meaning: string) => [".TP", `\\fB${roff(name)}\\fR`, prose(meaning)];

function commandLines(command: Command): readonly string[] {
  const help = command.createHelp();
  const isRoot = command.parent === null;
  const flags = help.visibleOptions(command).filter(({ long }) => isRoot || long !== "--help");
  const option = (one: Option) => term(one.flags, help.optionDescription(one));
  const usage = help.commandUsage(command);
  return isRoot
    ? [".SS Flags of every command", ...flags.flatMap(option)]
    : [`.SS ${roff(usage)}`, prose(command.description()), ...flags.flatMap(option)];
}

function exampleLines(command: Command): readonly string[] {
  const lines = EXAMPLES[wordsOf(command)] ?? [];
  return lines.flatMap(([line, purpose]) => [
    ".PP",
    `${prose(en.help[purpose])}:`,
    ".RS 4",
    ".nf",
    roff(line.includes("openclaw ") ? line : `openclaw ${line}`),
    ".fi",
    ".RE",
  ]);
}

const FILES: readonly (readonly [path: string, meaning: string])[] = [
  ["~/.openclaw/openclaw.json", "The configuration, with up to five backups beside it."],
  ["~/.openclaw/.env", "Keys and tokens, readable by you only."],
  ["~/.openclaw\\-NAME/", "The same of the profile NAME."],
];

/** `man/openclaw.1`, in the macros of man(7): every command, flag, exit status and variable. */
export async function manPage(): Promise<string> {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const program = await wholeProgram();
  const commands = [program, ...commandsBelow(program)];
  const exits = new Map(
    commands
      .flatMap((command) => exitRows(command, en))
      .map(([status, says]) => [`${status} ${says}`, [status, says] as const]),
  );
  const variables = Object.entries(en.variables).flatMap(([name, { readBy, meaning }]) =>
    term(name, `${meaning} Read by ${readBy}.`),
  );
  return `${[
    '.\\" Printed by `npm run docs`.',
    `.TH OPENCLAW 1 "" "openclaw ${version}" "User Commands"`,
    ".nh",
    ".ad l",
    ...section("NAME", `openclaw \\- ${prose(program.description())}`),
    ...section("SYNOPSIS", ".B openclaw", "[\\fIflags\\fR] \\fIcommand\\fR [\\fIflags\\fR]"),
    ...section(
      "DESCRIPTION",
      prose(program.description()),
      "Without a command, openclaw sets up what is not set up, or says where you are.",
    ),
    ...section("COMMANDS", ...commands.flatMap(commandLines)),
    ...section(
      "EXIT STATUS",
      ...[...exits.values()].sort(([a], [b]) => Number(a) - Number(b)).flatMap(([status, says]) => term(status, says)),
    ),
    ...section("ENVIRONMENT", ...variables),
    ...section("FILES", ...FILES.flatMap(([path, meaning]) => [".TP", `\\fI${path}\\fR`, prose(meaning)])),
    ...section("EXAMPLES", ...commands.flatMap(exampleLines)),
    ...section("SEE ALSO", "https://docs.openclaw.ai/providers/cloudflare\\-ai\\-gateway"),
  ].join("\n")}\n`;
}
