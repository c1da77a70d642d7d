import type { Command } from "commander";
import { attributesLost } from "../config/attributes.ts";
import { readableValues } from "../config/dotenv-document.ts";
import { assertWritable } from "../config/read-only.ts";
import { isThere, readIfPresent } from "../core/atomic-file.ts";
import { type Context, lookUp } from "../core/context.ts";
import { jsonDocument } from "../core/json.ts";
import type { Paths } from "../core/paths.ts";
import { confirm } from "../terminal/interaction.ts";
import { wrap } from "../terminal/layout.ts";
import { difference } from "../undo/difference.ts";
import { type LastChange, lastChange, undoChange } from "../undo/undo.ts";
import { differenceLine } from "./difference-line.ts";
import type { Invocation } from "./invocation.ts";

interface UndoFlags {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

export function define(command: Command, { context, paths, shown }: Invocation): void {
  const { undo: text, commands } = context.text;
  command
    .description(text.description)
    .option("--yes", text.yesFlag)
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    .action((flags: UndoFlags) => undo(flags, paths(), { ...context, shown }));
}

type UndoContext = Context & Pick<Invocation, "shown">;

async function undo({ yes, json, dryRun = false }: UndoFlags, paths: Paths, context: UndoContext): Promise<void> {
  const { undo: text } = context.text;
  if (!dryRun) assertWritable(context);
  const change = await lastChange(paths.config, context);
  const files = change.swaps.map(({ path, backup, current, before }) => ({
    path,
    action: before === undefined ? ("remove" as const) : ("restore" as const),
    from: backup ?? null,
    difference: difference(current?.toString("utf8") ?? "", before?.toString("utf8") ?? ""),
  }));
  if (!json) for (const path of change.damaged) context.err(`${text.skippedDamaged(path)}\n`);
  const lost = await attributesLost(
    change.swaps.map(({ path }) => path),
    context,
  );
  if (!json) for (const message of lost) context.err(`${message(context.text)}\n`);
  const isAsked = !(yes || dryRun);
  // The question needs the diff above it, even where standard output is reserved for a document.
  if (!json) await show(files, { write: context.out, isTerminal: context.terminal.stdout }, context);
  else if (isAsked) await show(files, { write: context.err, isTerminal: context.terminal.stderr }, context);
  if (isAsked) await confirm(text.ask, ({ undo }) => undo.passYes, context);
  if (!dryRun) await undoChange(change, paths.config, context);
  if (json) return context.out(jsonDocument({ ok: true, dryRun, files, skipped: change.damaged }));
  for (const line of dryRun ? [context.text.commands.dryRun] : doneLines(files, change, paths, context))
    context.out(`${wrapped(line, context)}\n`);
}

const wrapped = (line: string, { shown, columns }: Pick<UndoContext, "shown" | "columns">): string =>
  wrap(shown.text(line), columns());

function doneLines(
  files: readonly FileDifference[],
  { swaps }: LastChange,
  { config, secrets }: Paths,
  context: Context,
): readonly string[] {
  const { undo: text } = context.text;
  const [restored, removed] = (["restore", "remove"] as const).map((wanted) =>
    files.filter(({ action }) => action === wanted).map(({ path }) => path),
  );
  const back = swaps.find(({ path, current }) => path === config && current === undefined)?.before;
  return [
    ...(restored?.length ? [text.done(restored)] : []),
    ...(removed?.length ? [text.removed(removed)] : []),
    ...(back !== undefined && lacksVariable(String(back), secrets, context) ? [text.secretsGone(secrets)] : []),
    ...(removed?.length && isThere(secrets, context) ? [text.secretsStay(secrets)] : []),
  ];
}

/** True if a text refers to a variable that neither the environment nor `.env` has. */
function lacksVariable(config: string, secrets: string, context: Context): boolean {
  const values = readableValues(readIfPresent(secrets, context)?.toString("utf8") ?? "");
  const names = [...config.matchAll(/\$\{([A-Z_][A-Z0-9_]*)\}/g)].map(([, name = ""]) => name);
  return names.some((name) => !values.has(name) && !lookUp(name, context.env));
}

interface FileDifference {
  readonly path: string;
  readonly action: "restore" | "remove";
  readonly from: string | null;
  readonly difference: readonly string[];
}

interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
}

async function show(
  files: readonly FileDifference[],
  { write, isTerminal }: Output,
  context: Pick<UndoContext, "env" | "text" | "shown" | "columns">,
): Promise<void> {
  const { undo: text } = context.text;
  const shown = await differenceLine(isTerminal, context);
  for (const { path, from, difference } of files) {
    // All of a file that goes is no news, and often long.
    if (from === null) write(`${wrapped(text.wouldRemove(path), context)}\n`);
    else
      write(`${[wrapped(text.wouldRestore({ path, backup: from }), context), ...difference.map(shown)].join("\n")}\n`);
  }
}
