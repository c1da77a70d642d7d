import { basename } from "node:path";
import { applyPlan } from "../config/apply.ts";
import { backupPath, rejectedPath } from "../config/backups.ts";
import { readConfig } from "../config/config-file.ts";
import { placeOf } from "../config/json5-document.ts";
import type { JsonValue } from "../config/json5-value.ts";
import { assertWritable } from "../config/read-only.ts";
import { inspectFiles } from "../config/resolve.ts";
import { readIfPresent, replaceFile } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { attempt, OpenclawError, problemsOf } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import type { Paths } from "../core/paths.ts";
import { type Problem, problemLines } from "../core/result.ts";
import { editorCommand, editorOf, isNotFound } from "../settings/editor.ts";
import { newFaults } from "../settings/judge.ts";
import { canPrompt, openPrompter } from "../terminal/interaction.ts";
import { difference } from "../undo/difference.ts";
import { differenceLine } from "./difference-line.ts";
import { copyFor, type EditedCopy, recoverCopies } from "./edited-copy.ts";
import type { Invocation } from "./invocation.ts";
import { linePrinter, showWarnings } from "./print.ts";

interface EditFlags {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export async function edit({ dryRun = false, json = false }: EditFlags, invocation: Invocation): Promise<void> {
  const { context, paths: locate } = invocation;
  const paths = locate();
  if (!dryRun) assertWritable(context);
  if (!canPrompt(context))
    throw new OpenclawError((t) => t.terminal.noTerminal, {
      code: "terminal.required",
      hint: (t) => t.settings.editNeedsTerminal,
    });
  const start = readIfPresent(paths.config, context);
  const before = await attempt(() => readConfig(paths.config, context));
  const included = before.ok ? [...before.value.bytes.keys()].filter((path) => path !== paths.config) : [];
  if (included.length > 0) showWarnings([(t) => t.settings.includesApart(included)], context);
  const kept = recoverCopies(paths.config, rejectedPath(paths.config), context);
  if (kept !== undefined) showWarnings([(t) => t.settings.textFound(kept)], context);
  const copy = copyFor(paths.config, start ?? Buffer.from("{\n}\n"), context);
  try {
    const text = await acceptedText(copy, before.ok ? before.value.value : {}, paths, context);
    const isChange = text !== undefined && !(start?.equals(text) ?? false);
    if (isChange && !dryRun) await write(text, start, paths, context);
    await report({ dryRun, json, from: start, to: isChange ? text : undefined }, paths, invocation);
  } catch (error) {
    throw error instanceof OpenclawError ? keeping(error, copy, start, paths, context) : error;
  } finally {
    copy.remove();
  }
}

interface Outcome extends Required<EditFlags> {
  readonly from: Buffer | undefined;
  /** `undefined` if nothing has to change. */
  readonly to: Buffer | undefined;
}

async function report(
  { dryRun, json, from, to }: Outcome,
  { config: path }: Paths,
  { context, shown }: Invocation,
): Promise<void> {
  const lines = to === undefined ? [] : difference(from?.toString("utf8") ?? "", to.toString("utf8"));
  const backup = to === undefined || from === undefined || dryRun ? undefined : backupPath(path, 0);
  if (json) {
    const files = to === undefined ? [] : [{ path, difference: lines, ...(backup !== undefined && { backup }) }];
    return context.out(
      jsonDocument({ ok: true, changed: to !== undefined && !dryRun, dryRun, configPath: path, files }),
    );
  }
  const { settings, commands } = context.text;
  const print = linePrinter(context.out, context, shown);
  if (to === undefined) return print(settings.unchanged);
  const painted = await differenceLine(context.terminal.stdout, context);
  for (const line of lines) context.out(`${painted(line)}\n`);
  if (!dryRun) print(settings.wrote({ path, backup: backup && basename(backup) }));
  print(dryRun ? commands.dryRun : settings.toUndo);
}

/** Has the copy edited until OpenClaw would accept it. `undefined` if it is as it was. Throws `prompt.cancelled`. */
async function acceptedText(
  copy: EditedCopy,
  before: JsonValue,
  paths: Paths,
  context: Context,
): Promise<Buffer | undefined> {
  for (;;) {
    await openEditor(copy.path, context);
    const content = copy.read();
    if (content === undefined || content.equals(copy.original)) return undefined;
    const problems = await problemsIn(content, before, paths, context);
    if (problems.length === 0) return content;
    const { text } = context;
    context.err(`${text.settings.notAcceptable}\n`);
    for (const line of problemLines(problems, text)) context.err(`  ${line}\n`);
    const prompter = await openPrompter({}, context);
    const reply = await prompter.confirm({ message: text.settings.editAgain, initial: true });
    if (reply.kind === "back" || !reply.value)
      throw new OpenclawError((t) => t.terminal.declined, { code: "prompt.cancelled" });
  }
}

async function problemsIn(
  content: Buffer,
  before: JsonValue,
  { config }: Paths,
  context: Context,
): Promise<readonly Problem[]> {
  const read = await attempt(() => readConfig(config, context, { content }));
  if (!read.ok) return problemsOf(read.error);
  const { value, root, read: source } = read.value;
  return newFaults(before, value).map(({ path, message, hint }) => ({
    message,
    ...(hint !== undefined && { hint }),
    ...placeOf(path, root, source),
  }));
}

/** Throws `config.edit` if the editor cannot be started or says that it failed. */
async function openEditor(file: string, context: Context): Promise<void> {
  const editor = editorOf(context);
  const { command, args } = editorCommand(editor, file, context.platform);
  // Ctrl-C is for the editor.
  const release = context.onSignal("SIGINT", () => {});
  const { status, failure } = await context.runInTerminal(command, args);
  release();
  if (status === 0) return;
  const isMissing = failure === "not-found" || isNotFound(status);
  throw new OpenclawError(
    ({ settings }) =>
      isMissing ? settings.editorMissing(editor) : settings.editorFailed({ editor, status: status ?? 1 }),
    { code: "config.edit", ...(isMissing && { hint: (t) => t.settings.setEditor }) },
  );
}

/** Replaces the file as every command does. Throws `config.changed` if it is no longer what was opened. */
async function write(text: Buffer, start: Buffer | undefined, paths: Paths, context: Context): Promise<void> {
  const { secrets } = await inspectFiles(paths, context);
  const read = async () => {
    const bytes = readIfPresent(paths.config, context);
    const isSame = bytes === undefined ? start === undefined : start?.equals(bytes);
    if (!isSame) throw new OpenclawError(({ settings }) => settings.changedMeanwhile, { code: "config.changed" });
    const root = { path: paths.config, text: "", value: {} };
    return { config: { root, read: () => root, bytes: new Map([[paths.config, bytes]]) }, secrets };
  };
  await applyPlan(read, () => ({ config: [], secrets: [], text: text.toString("utf8") }), paths, context);
}

/** The error, with a text that the person would have to write again kept for them. */
function keeping(
  error: OpenclawError,
  copy: EditedCopy,
  start: Buffer | undefined,
  { config }: Paths,
  context: Context,
): OpenclawError {
  const content = copy.read();
  if (content === undefined || content.equals(copy.original) || start?.equals(content)) return error;
  const place = rejectedPath(config);
  replaceFile(place, content, { ownerOf: config, replacesLink: true }, context);
  const { says, code, problems } = error;
  return new OpenclawError(says, { code, problems, hint: ({ settings }) => settings.textKept(place), cause: error });
}
