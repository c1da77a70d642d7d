import { type Command, CommanderError } from "commander";
import type { About, Context } from "../core/context.ts";
import { EXIT, OpenclawError } from "../core/errors.ts";
import { scrub, secretArguments } from "../core/redact.ts";
import { formatPlace, shownProblem } from "../core/result.ts";
import { loadTexts } from "../text/language.ts";
import { say, type Texts } from "../text/message.ts";
import { createProgram } from "./program.ts";

/** Runs one command line and returns its exit status; the one place where errors become text. */
export async function main(argv: readonly string[], about: About, context: Context): Promise<number> {
  let program: Command | undefined;
  try {
    let status: number = EXIT.done;
    program = await createProgram(argv, about, context, (found) => {
      status = found;
    });
    // Without a command, the list of commands is the answer.
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(argv, { from: "user" });
    return status;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.done;
    // A command that has sub-commands only; commander has printed its help.
    if (thrown instanceof CommanderError && thrown.code === "commander.help") return EXIT.usage;
    const error = asOpenclawError(thrown, `${commandLine(argv, program)} --help`, about);
    const clean = (text: string) => scrub(text, secretArguments(argv));
    const asText = () => context.err(clean(errorText(error, context.text)));
    const english = argv.includes("--json") ? await loadTexts("en") : context.text;
    const asJson = () => context.out(`${clean(errorJson(error, english))}\n`);
    // Where one stream cannot be written to, as on a full disk, the other is tried, and then there is nobody to tell.
    const ways = argv.includes("--json") ? [asJson, asText] : [asText];
    ways.some(succeeds);
    // launchd starts again whatever failed. Only what has succeeded stays down, as a configuration that is of no use has to.
    const staysDown = error.exitStatus === EXIT.config && context.env.OPENCLAW_SERVICE_MANAGER === "launchd";
    return staysDown ? EXIT.done : error.exitStatus;
  }
}

function succeeds(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

/** The command that was named, in full: `openclaw models list`. */
function commandLine(argv: readonly string[], program: Command | undefined): string {
  let command = program;
  const names = ["openclaw"];
  for (const word of argv) {
    const below = command?.commands.find((known) => known.name() === word);
    if (below === undefined) continue;
    command = below;
    names.push(word);
  }
  return names.join(" ");
}

function asOpenclawError(thrown: unknown, help: string, { version, node, platform }: About): OpenclawError {
  if (thrown instanceof OpenclawError) return thrown;
  if (thrown instanceof CommanderError) return usageError(thrown, help);
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return new OpenclawError(`This is a bug in openclaw ${version} (Node ${node}, ${platform}).\n${stack}`, {
    code: "internal.bug",
    hint: "Report it with the lines above; they hold no credentials.",
    cause: thrown,
  });
}

function usageError({ code, message }: CommanderError, help: string): OpenclawError {
  const [first = "", ...rest] = message.replace(/^error: /, "").split("\n");
  const kind = /missing|mandatory/i.test(code)
    ? "usage.missing"
    : /invalid/i.test(code)
      ? "usage.invalid"
      : /conflict/i.test(code)
        ? "usage.conflict"
        : "usage.unknown";
  const suggestion = rest.join(" ").replace(/^\(|\)$/g, "");
  return new OpenclawError(sentence(first), {
    code: kind,
    hint: suggestion || `\`${help}\` lists what there is.`,
  });
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.?$/, ".")}`;

function errorText({ says, problems, hint }: OpenclawError, text: Texts): string {
  const lines = [`openclaw: ${say(says, text)}`];
  for (const problem of problems) {
    const place = formatPlace(problem);
    const words = [problem.message, problem.hint ?? []].flat().map((message) => say(message, text));
    lines.push(`  ${place === "" ? "" : `${place}: `}${words.join(" ")}`);
  }
  if (hint !== undefined) lines.push(say(hint, text));
  return `${lines.join("\n")}\n`;
}

/** For programs, which read it in English wherever they run. */
function errorJson({ code, says, problems, hint }: OpenclawError, english: Texts): string {
  const shown = problems.map((problem) => shownProblem(problem, english));
  return JSON.stringify(
    {
      ok: false,
      error: {
        code,
        message: say(says, english),
        ...(hint !== undefined && { hint: say(hint, english) }),
        ...(shown.length > 0 && { problems: shown }),
      },
    },
    null,
    2,
  );
}
