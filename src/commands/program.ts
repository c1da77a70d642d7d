import { type Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { type ErrorCode, EXIT, OpenclawError } from "../core/errors.ts";
import { LOG_LEVELS } from "../core/log-level.ts";
import { resolvePaths } from "../core/paths.ts";
import { LANGUAGE_TAGS, languageCalled } from "../text/language.ts";
import type { Message, Texts } from "../text/message.ts";
import { repeatedFlags, watchFlag } from "./given-flags.ts";
import { passVerbose } from "./global-flags.ts";
import { helpPage, wordsOf } from "./help.ts";
import type { Invocation } from "./invocation.ts";

// Commander's error handlers, which its types leave out. Overriding them gives us the values instead of a sentence.
declare module "commander" {
  interface Command {
    missingArgument(name: string): void;
    optionMissingArgument(option: Option): void;
    missingMandatoryOptionValue(option: Option): void;
    unknownOption(flag: string): void;
    unknownCommand(): void;
    _conflictingOption(option: Option, other: Option): void;
    _excessArguments(args: readonly string[]): void;
    _dispatchHelpCommand(name?: string): never;
    _callParseArg(target: Option | Argument, value: string, previous: unknown, message: string): unknown;
  }
}

/** False for a command with arguments of its own, such as `gateway worker <dir>`. */
const takesOnlyCommands = ({ commands, registeredArguments }: Command): boolean =>
  commands.length > 0 && registeredArguments.length === 0;

/** As in `<path>`, `[model]` and `<paths...>`. */
function argumentForm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Throws our errors, which can be translated, where commander would print an English sentence. */
class OpenclawCommand extends Command {
  override createCommand(name?: string): Command {
    return new OpenclawCommand(name);
  }

  override addOption(option: Option): this {
    watchFlag(this, option);
    return super.addOption(option);
  }

  override missingArgument(name: string): void {
    throw usageError(this, "usage.missing", (t) => t.commands.usage.missingArgument(name));
  }

  override optionMissingArgument({ flags }: Option): void {
    throw usageError(this, "usage.missing", (t) => t.commands.usage.missingValue(flags));
  }

  override missingMandatoryOptionValue({ flags }: Option): void {
    throw usageError(this, "usage.missing", (t) => t.commands.usage.missingFlag(flags));
  }

  override _conflictingOption(option: Option, other: Option): void {
    const flags = { flag: option.long ?? "", other: other.long ?? "" };
    throw usageError(this, "usage.conflict", (t) => t.core.cannotCombine(flags));
  }

  override _excessArguments(args: readonly string[]): void {
    const argument = args[this.registeredArguments.length] ?? "";
    // An argument in place of a command that may be left out was meant as one.
    const wanted = [this, ...ancestorsOf(this)].find(takesOnlyCommands);
    if (wanted !== undefined && !wanted.args.includes(this.name())) throw unknownIn(wanted, argument);
    throw usageError(this, "usage.unknown", (t) => t.commands.usage.unexpectedArgument(argument));
  }

  override unknownCommand(): void {
    throw unknownIn(this, this.args[0] ?? "");
  }

  override _dispatchHelpCommand(): never {
    let found: Command = this;
    for (const name of this.args.slice(1)) {
      const below = found.commands.find((command) => command.name() === name || command.aliases().includes(name));
      if (below === undefined && name !== "help") throw unknownIn(found, name);
      found = below ?? found;
    }
    return found.help();
  }

  override unknownOption(argument: string): void {
    const [command] = this.args;
    if (takesOnlyCommands(this) && command !== undefined && !command.startsWith("-")) throw unknownIn(this, command);
    // A value after `=`, or one that only begins like a flag, may be a credential, and would impair the search for a similar one.
    const flag = argument.replace(/[=\s].*$/s, "");
    const flags = [this, ...ancestorsOf(this)].flatMap((command) =>
      command
        .createHelp()
        .visibleOptions(command)
        .flatMap(({ long }) => long ?? []),
    );
    if (flag !== argument && flags.includes(flag))
      throw usageError(this, "usage.invalid", (t) => t.commands.usage.takesNoValue(flag));
    throw new Unknown(
      (t) => t.commands.usage.unknownFlag(flag),
      pathOf(this),
      ({ meantFlags }) => meantFlags(flag, [...new Set(flags)]),
    );
  }

  override _callParseArg(target: Option | Argument, value: string, previous: unknown): unknown {
    try {
      return target.parseArg?.(value, previous);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      const flag = "flags" in target ? (target.long ?? target.flags) : target.name();
      throw new OpenclawError((t) => t.commands.usage.notAllowed({ flag, value }), {
        code: "usage.invalid",
        hint: (t) => t.core.useOneOf(target.argChoices ?? []),
      });
    }
  }
}

type Meant = typeof import("./meant.ts");

/** Without the flag or command that was meant, for which tables are loaded. */
class Unknown extends OpenclawError {
  readonly #find: (meant: Meant) => readonly string[];

  constructor(says: Message, path: string, find: (meant: Meant) => readonly string[]) {
    super(says, { code: "usage.unknown", hint: (t) => t.commands.usage.seeHelp(path) });
    this.#find = find;
  }

  async withMeant(): Promise<OpenclawError> {
    const meant = this.#find(await import("./meant.ts"));
    if (meant.length === 0) return this;
    return new OpenclawError(this.says, { code: this.code, hint: (t) => t.commands.usage.didYouMean(meant) });
  }
}

/** Suggests the flag or command that was probably meant, if the error is of an unknown one. */
export const withMeant = async (error: OpenclawError): Promise<OpenclawError> =>
  error instanceof Unknown ? error.withMeant() : error;

function usageError(command: Command, code: ErrorCode, message: Message): OpenclawError {
  const path = pathOf(command);
  return new OpenclawError(message, { code, hint: (t) => t.commands.usage.seeHelp(path) });
}

function unknownIn(command: Command, name: string): OpenclawError {
  const names = command.commands.map((below) => below.name());
  return new Unknown(
    (t) => t.commands.usage.unknownCommand(name),
    pathOf(command),
    ({ meantCommands }) => meantCommands(name, wordsOf(command), names),
  );
}

const ancestorsOf = ({ parent }: Command): readonly Command[] =>
  parent === null ? [] : [parent, ...ancestorsOf(parent)];

const pathOf = (command: Command): string => `openclaw ${wordsOf(command)}`.trimEnd();

interface CommandModule {
  readonly define: (command: Command, invocation: Invocation) => void | Promise<void>;
}

type CommandName = keyof Texts["commands"]["summaries"];

/** A command's module is loaded only if the command line names it. */
const COMMANDS: Readonly<Record<CommandName, () => Promise<CommandModule>>> = {
  onboard: () => import("./onboard-define.ts"),
  models: () => import("./models.ts"),
  config: () => import("./config.ts"),
  gateway: () => import("./gateway.ts"),
  usage: () => import("./usage.ts"),
  doctor: () => import("./doctor.ts"),
  undo: () => import("./undo.ts"),
  logout: () => import("./logout.ts"),
  uninstall: () => import("./uninstall.ts"),
  completion: () => import("./completion.ts"),
};

/** @source the published OpenClaw's older name for the commands of its gateway's service. */
const GATEWAY_ALIAS = "daemon";

/** Judged here; its value was looked for before the texts were loaded. */
const languageFlag = (description: string): Option =>
  new Option("--lang <language>", description).choices(LANGUAGE_TAGS).argParser((value) => {
    if (languageCalled(value) === undefined) throw new InvalidArgumentError("");
    return value;
  });

/** Only the commands that `argv` names are complete. */
export async function createProgram(
  argv: readonly string[],
  handed: Omit<Invocation, "argv" | "paths">,
): Promise<Command> {
  const { about, context, shown } = handed;
  const { commands: text } = context.text;
  const program = new OpenclawCommand("openclaw")
    .description(text.description)
    .version(about.version, "-v, --version", text.versionFlag)
    .addOption(new Option("-V").hideHelp())
    .helpOption("-h, --help", text.helpFlag)
    .helpCommand("help [command]", text.helpCommand)
    .option("--profile <name>", text.profileFlag)
    .option("--dev", text.devFlag)
    .addOption(languageFlag(text.langFlag))
    .option("--no-color", text.noColorFlag)
    .option("--verbose", text.verboseFlag)
    .addOption(new Option("--log-level <level>", text.logLevelFlag).choices(LOG_LEVELS))
    .on("option:V", () => {
      context.out(`${about.version}\n`);
      throw new CommanderError(EXIT.done, "commander.version", "");
    })
    .exitOverride()
    .configureHelp({
      commandUsage: (command) => {
        // Commander makes one that starts so where a command declares none.
        const declared = command.usage();
        const wanted = [
          ...(declared.startsWith("[options]") ? command.registeredArguments.map(argumentForm) : [declared]),
          ...(takesOnlyCommands(command) ? ["<command>"] : []),
        ];
        return shown.command([wordsOf(command), ...wanted, "[flags]"].join(" ").trimStart());
      },
      formatHelp: (command, helper) => helpPage(command, helper, shown, context.text),
      subcommandTerm: (command) => command.name(),
      optionDescription: ({ description, argChoices: choices, defaultValue }) =>
        text.flagWithValues({ description, choices, preset: defaultValue }),
    })
    .configureOutput({
      writeOut: context.out,
      writeErr: context.err,
      getOutHelpWidth: () => context.columns() ?? 100,
      getErrHelpWidth: () => 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  program.action(async () => {
    const { bare } = await import("./bare.ts");
    await bare(invocation, async (words) => {
      const line = [...argv, ...words];
      await (await createProgram(line, handed)).parseAsync(line, { from: "user" });
    });
  });
  const invocation: Invocation = { ...handed, argv, paths: () => resolvePaths(program.opts(), context) };
  program.hook("preAction", (_, command) => {
    passVerbose(program, command);
    for (const flag of [command, ...ancestorsOf(command)].flatMap(repeatedFlags))
      context.err(`${text.note(text.usage.lastTaken(flag))}\n`);
  });
  for (const [name, load] of Object.entries(COMMANDS) as [CommandName, () => Promise<CommandModule>][]) {
    const description = name === "models" || name === "gateway" ? text.groups[name] : text.summaries[name];
    const command = program.command(name).summary(text.summaries[name]).description(description);
    if (name === "gateway") command.alias(GATEWAY_ALIAS);
    const isNamed = argv.includes(name) || command.aliases().some((alias) => argv.includes(alias));
    if (isNamed) await (await load()).define(command, invocation);
  }
  return program;
}
