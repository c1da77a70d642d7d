import { Command } from "commander";
import type { About, Context } from "../core/context.ts";
import { resolvePaths } from "../core/paths.ts";
import type { Run } from "./run.ts";

declare module "commander" {
  interface Command {
    /** Throws the error for a flag that is not known; commander's own, which its types leave out. */
    unknownOption(flag: string): void;
  }
}

/** Names an unknown flag without its value, which may be a credential and would spoil the search for a similar name. */
class OpenclawCommand extends Command {
  override createCommand(name?: string): Command {
    return new OpenclawCommand(name);
  }

  override unknownOption(flag: string): void {
    super.unknownOption(flag.replace(/=.*$/s, ""));
  }
}

interface CommandModule {
  /** Adds flags, arguments and the action. */
  readonly define: (command: Command, run: Run) => void;
}

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

const COMMANDS: readonly CommandEntry[] = [
  {
    name: "onboard",
    summary: "set up a provider, step by step or from flags",
    load: () => import("./onboard.ts"),
  },
  { name: "models", summary: "show which models there are", load: () => import("./models.ts") },
  {
    name: "gateway",
    summary: "serve clients of Anthropic on this machine, by hand or as a service",
    load: () => import("./gateway.ts"),
  },
  {
    name: "doctor",
    summary: "find out what is wrong, and repair what is safe",
    load: () => import("./doctor.ts"),
  },
  {
    name: "undo",
    summary: "go back to the configuration before the last change",
    load: () => import("./undo.ts"),
  },
];

/** The command tree. A command's own module is loaded only when its name is on the command line. */
export async function createProgram(
  argv: readonly string[],
  about: About,
  context: Context,
  endWith: Run["endWith"],
): Promise<Command> {
  const program = new OpenclawCommand("openclaw")
    .description("OpenClaw through Cloudflare AI Gateway: set up, see the models, find faults, go back.")
    .version(about.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .option("--profile <name>", "use ~/.openclaw-<name> instead of ~/.openclaw")
    .option("--dev", "use the profile 'dev'")
    .exitOverride()
    .configureOutput({
      writeOut: context.out,
      writeErr: context.err,
      // Errors are printed by `main`, in one form for all.
      outputError: () => {},
      getOutHelpWidth: () => context.columns() ?? 100,
      getErrHelpWidth: () => 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  const run: Run = { context, about, paths: () => resolvePaths(program.opts(), context), endWith };
  for (const { name, summary, load } of COMMANDS) {
    const command = program.command(name).summary(summary).description(summary);
    if (argv.includes(name)) (await load()).define(command, run);
  }
  return program;
}
