import type { Command } from "commander";
import { type Context, withEnv } from "../core/context.ts";
import type { HttpRequest } from "../core/http.ts";
import { passes, thresholdCalled } from "../core/log-level.ts";
import { maskUrls, scrub } from "../core/redact.ts";

/** Reads the program's own flags, wherever they stand; they are judged where all flags are. */
interface GlobalFlags {
  readonly noColor: boolean;
  readonly verbose: boolean;
  readonly logLevel: string | undefined;
}

/** @why before the flags are parsed: a usage error is shown in colour or not, too. */
export function globalFlags(argv: readonly string[]): GlobalFlags {
  const end = argv.indexOf("--");
  const words = end === -1 ? argv : argv.slice(0, end);
  const last = words.findLastIndex((word) => word === "--log-level" || word.startsWith("--log-level="));
  const [, inWord] = /^--log-level=(.*)$/s.exec(words[last] ?? "") ?? [];
  return {
    noColor: words.includes("--no-color"),
    verbose: words.includes("--verbose"),
    logLevel: last === -1 ? undefined : (inWord ?? words[last + 1]),
  };
}

/**
 * The context of a run with these flags: `--no-color` and `--log-level` are the variables of the same meaning, which a
 * child inherits. With `--verbose`, or from the level `debug` on, every request is shown on standard error.
 */
export function withGlobalFlags(flags: GlobalFlags, context: Context): Context {
  const { noColor, verbose, logLevel } = flags;
  const env = {
    ...context.env,
    ...(noColor && { NO_COLOR: "1" }),
    ...(logLevel !== undefined && { OPENCLAW_LOG_LEVEL: logLevel }),
  };
  const given = noColor || logLevel !== undefined ? withEnv(context, env) : context;
  const isTraced = verbose || passes("debug", thresholdCalled(given.env.OPENCLAW_LOG_LEVEL));
  return isTraced ? { ...given, http: (request) => traced(request, given) } : given;
}

async function traced(request: HttpRequest, context: Context) {
  const begin = context.now().getTime();
  const response = await context.http(request);
  const ms = context.now().getTime() - begin;
  const outcome = response.ok ? String(response.value.status) : response.error.kind;
  const url = scrub(maskUrls(request.url, { wholeQuery: true }));
  context.err(`${context.text.commands.requested({ method: request.method, url, outcome, ms })}\n`);
  return response;
}

/** Hands `--verbose` to a command that has a flag of that name: the program's own takes it wherever it stands. */
export function passVerbose(program: Command, command: Command): void {
  const has = command.options.some(({ long }) => long === "--verbose");
  if (has && program.opts().verbose) command.setOptionValueWithSource("verbose", true, "cli");
}
