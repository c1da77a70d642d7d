import { CommanderError } from "commander";
import type { About, Context } from "../core/context.ts";
import { ERROR_TYPE, EXIT, OpenclawError } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import { once } from "../core/once.ts";
import { type ProfileFlags, profileName } from "../core/paths.ts";
import { printable } from "../core/printable.ts";
import { COMPLETE, programCommand } from "../core/program-command.ts";
import { scrub, secretArguments } from "../core/redact.ts";
import { problemLines, shownProblem } from "../core/result.ts";
import { type Shown, shownTo } from "../core/shown.ts";
import { wrap, wrapCommand } from "../terminal/layout.ts";
import { linked, wantsLinks } from "../terminal/links.ts";
import { loadTexts } from "../text/language.ts";
import { say, type Texts } from "../text/message.ts";
import { shownTexts } from "../text/shown-texts.ts";
import { globalFlags, withGlobalFlags } from "./global-flags.ts";
import type { Invocation } from "./invocation.ts";
import { createProgram, withMeant } from "./program.ts";

/** Runs one command line and returns its exit status. The only place where errors become text. */
export async function main(
  argv: readonly string[],
  about: About,
  given: Context,
  providers: Invocation["providers"] = async () => (await import("../providers/registry.ts")).PROVIDERS,
): Promise<number> {
  const flags = globalFlags(argv);
  const context = withGlobalFlags(flags, given);
  let rootFlags: ProfileFlags = {};
  const here = once(() => programCommand(context));
  const shown = shownTo({
    program: (folder) => (folder === undefined ? here() : programCommand({ ...context, cwd: () => folder })),
    profile: () => unlessThrown(() => profileName(rootFlags)),
    home: once(() => unlessThrown(() => context.homedir().replace(/(?<=.)[\\/]+$/, ""))),
  });
  const person = forPerson(context, shown, argv);
  let status: number = EXIT.done;
  try {
    const endWith = (found: number) => {
      status = found;
    };
    if (argv[0] === COMPLETE) {
      const { complete } = await import("./complete.ts");
      await complete(argv.slice(1), { about, context, providers, endWith, shown });
      return EXIT.done;
    }
    const program = await createProgram(argv, { about, context: person, providers, endWith, shown });
    const setRootFlags = () => {
      rootFlags = program.opts();
    };
    program.hook("preSubcommand", setRootFlags).hook("preAction", setRootFlags);
    await program.parseAsync(argv, { from: "user" });
    return status;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.done;
    // A command that only has sub-commands; commander has printed its help.
    if (thrown instanceof CommanderError && thrown.code === "commander.help") return EXIT.usage;
    const error = await withMeant(asOpenclawError(thrown, about));
    await report(error, { argv, verbose: flags.verbose }, person);
    // `doctor --lint` has said that a failure is no finding.
    if (status === EXIT.usage) return status;
    // launchd restarts whatever fails, and a gateway with an unusable configuration must stay down.
    const staysDown = error.exitStatus === EXIT.config && context.env.OPENCLAW_SERVICE_MANAGER === "launchd";
    return staysDown ? EXIT.done : error.exitStatus;
  }
}

/**
 * The context with what a person reads passed through `shown`: texts, before anything is laid out with them, standard
 * error and what stands between questions. Standard output may be for a program, so a command passes on what is for a person.
 */
function forPerson(context: Context, shown: Shown, argv: readonly string[]): Context {
  const isAccessible = argv.includes("--accessible");
  const isLinked = once(() => ({
    out: wantsLinks(context.terminal.stdout && !argv.includes("--json"), isAccessible, context),
    err: wantsLinks(context.terminal.stderr, isAccessible, context),
  }));
  return {
    ...context,
    text: shownTexts(context.text, shown.text),
    out: (text) => context.out(isLinked().out ? linked(text) : text),
    err: (text) => {
      const columns = context.terminal.stderr ? context.columns("stderr") : undefined;
      const wrapped = columns === undefined ? shown.text(text) : wrappedFor(columns, shown.text(text), shown);
      context.err(isLinked().err ? linked(wrapped) : wrapped);
    },
    prompter: async (options) => {
      const prompter = await context.prompter({ ...options, links: isLinked().err });
      return { ...prompter, note: (text) => prompter.note(shown.text(text)) };
    },
  };
}

/** Commands that stand on a line of their own stay commands. */
function wrappedFor(columns: number, text: string, shown: Shown): string {
  const program = `  ${shown.command("")}`;
  return text
    .split("\n")
    .map((line) => (line.startsWith(program) ? wrapCommand(line, columns) : wrap(line, columns)))
    .join("\n");
}

function unlessThrown<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}

function asOpenclawError(thrown: unknown, about: About): OpenclawError {
  if (thrown instanceof OpenclawError) return thrown;
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return new OpenclawError((t) => `${t.commands.bug(about)}\n${stack}`, {
    code: "internal.bug",
    hint: (t) => t.commands.reportBug,
    cause: thrown,
  });
}

/** Prints the error with credentials masked: with `--json` as JSON and in English, else as text. */
async function report(
  error: OpenclawError,
  { argv, verbose }: { readonly argv: readonly string[]; readonly verbose: boolean },
  { out, err, text }: Context,
): Promise<void> {
  const clean = (output: string) => scrub(output, secretArguments(argv));
  const printText = () => err(clean(errorText(error, verbose, text)));
  const english = argv.includes("--json") ? await loadTexts("en") : text;
  const printJson = () => out(clean(errorJson(error, english)));
  // If one stream cannot be written to, for example because the disk is full, the other is tried.
  const attempts = argv.includes("--json") ? [printJson, printText] : [printText];
  attempts.some((print) => {
    try {
      print();
      return true;
    } catch {
      return false;
    }
  });
}

function errorText({ code, says, problems, hint }: OpenclawError, verbose: boolean, text: Texts): string {
  const lines = [`openclaw: ${say(says, text)}`, ...problemLines(problems, text).map((line) => `  ${line}`)];
  if (hint !== undefined) lines.push(say(hint, text));
  if (verbose) lines.push(text.commands.errorCode({ code, meaning: text.core.errorCodes[code] }));
  return `${printable(lines.join("\n"))}\n`;
}

function errorJson({ code, says, problems, hint }: OpenclawError, text: Texts): string {
  const shown = problems.map((problem) => shownProblem(problem, text));
  return jsonDocument({
    ok: false,
    error: {
      type: ERROR_TYPE,
      code,
      message: say(says, text),
      ...(hint !== undefined && { hint: say(hint, text) }),
      ...(shown.length > 0 && { problems: shown }),
    },
  });
}
