import type { Command } from "commander";
import type { Context } from "../core/context.ts";
import { confirm } from "../terminal/interaction.ts";
import { loadPaint, wantsColour } from "../terminal/paint.ts";
import { difference } from "../undo/difference.ts";
import { lastChange, takeBack } from "../undo/undo.ts";
import type { Run } from "./run.ts";

interface Flags {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

export function define(command: Command, { context, paths }: Run): void {
  command
    .description(
      "Show what the last change did to the configuration and, after asking, take it back. Secrets in .env stay.",
    )
    .option("--yes", "do not ask")
    .option("--dry-run", "show what would change and change nothing")
    .option("--json", "print one JSON document")
    .action((flags: Flags) => undo(flags, paths().config, context));
}

async function undo({ yes, json, dryRun = false }: Flags, configPath: string, context: Context): Promise<void> {
  const steps = await lastChange(configPath, context);
  const files = steps.map(({ path, backup, current, before }) => ({
    path,
    from: backup,
    difference: difference(current?.toString("utf8") ?? "", before.toString("utf8")),
  }));
  const isAsked = !(yes || dryRun);
  // A person who is asked sees what about, also where standard output is for one document alone.
  if (!json) await show(files, { write: context.out, isTerminal: context.terminal.stdout }, context);
  else if (isAsked) await show(files, { write: context.err, isTerminal: context.terminal.stderr }, context);
  if (isAsked) await confirm("Go back?", "Pass --yes to go back without being asked.", context);
  if (!dryRun) await takeBack(steps, configPath, context);
  if (json) return context.out(`${JSON.stringify({ ok: true, dryRun, files }, null, 2)}\n`);
  if (dryRun) return context.out("Nothing was changed.\n");
  const names = steps.map(({ path }) => path).join(" and ");
  context.out(`Went back: ${names}. Run \`openclaw undo\` again to return to what it was just now.\n`);
}

interface FileDifference {
  readonly path: string;
  readonly from: string;
  readonly difference: readonly string[];
}

interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
}

async function show(
  files: readonly FileDifference[],
  { write, isTerminal }: Output,
  context: Pick<Context, "env">,
): Promise<void> {
  const { red, green, dim } = await loadPaint(wantsColour(isTerminal, context));
  const coloured = (line: string) =>
    line.startsWith("-") ? red(line) : line.startsWith("+") ? green(line) : dim(line);
  for (const { path, from, difference } of files) {
    write(`${[`${path} would go back to ${from}:`, ...difference.map(coloured)].join("\n")}\n`);
  }
}
