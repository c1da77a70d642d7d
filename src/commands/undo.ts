import type { Command } from "commander";
import { assertWritable } from "../config/read-only.ts";
import type { Context } from "../core/context.ts";
import { confirm } from "../terminal/interaction.ts";
import { loadPaint, wantsColour } from "../terminal/paint.ts";
import { difference } from "../undo/difference.ts";
import { lastChange, undoChange } from "../undo/undo.ts";
import type { Invocation } from "./invocation.ts";

interface UndoFlags {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

export function define(command: Command, { context, paths }: Invocation): void {
  const { undo: text, commands } = context.text;
  command
    .description(text.description)
    .option("--yes", text.yesFlag)
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    .action((flags: UndoFlags) => undo(flags, paths().config, context));
}

async function undo({ yes, json, dryRun = false }: UndoFlags, configPath: string, context: Context): Promise<void> {
  const { undo: text } = context.text;
  if (!dryRun) assertWritable(context);
  const swaps = await lastChange(configPath, context);
  const files = swaps.map(({ path, backup, current, before }) => ({
    path,
    from: backup,
    difference: difference(current?.toString("utf8") ?? "", before.toString("utf8")),
  }));
  const isAsked = !(yes || dryRun);
  // The question needs the diff above it, even where standard output is reserved for a document.
  if (!json) await show(files, { write: context.out, isTerminal: context.terminal.stdout }, context);
  else if (isAsked) await show(files, { write: context.err, isTerminal: context.terminal.stderr }, context);
  if (isAsked) await confirm(text.ask, ({ undo }) => undo.passYes, context);
  if (!dryRun) await undoChange(swaps, configPath, context);
  if (json) return context.out(`${JSON.stringify({ ok: true, dryRun, files }, null, 2)}\n`);
  context.out(`${dryRun ? context.text.commands.dryRun : text.done(swaps.map(({ path }) => path))}\n`);
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
  context: Pick<Context, "env" | "text">,
): Promise<void> {
  const { red, green, dim } = await loadPaint(wantsColour(isTerminal, context));
  const coloured = (line: string) =>
    line.startsWith("-") ? red(line) : line.startsWith("+") ? green(line) : dim(line);
  for (const { path, from, difference } of files) {
    const title = context.text.undo.wouldRestore({ path, backup: from });
    write(`${[title, ...difference.map(coloured)].join("\n")}\n`);
  }
}
