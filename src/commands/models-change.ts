import { isDeepStrictEqual } from "node:util";
import { applyPlan, type Plan, sweep } from "../config/apply.ts";
import { attributesLost } from "../config/attributes.ts";
import type { ConfigEdit } from "../config/config-edit.ts";
import { changeLine, describeEdits, type FileChanges } from "../config/described-edits.ts";
import { hasInclude } from "../config/include.ts";
import { type JsonValue, sameValue, valueAt } from "../config/json5-value.ts";
import { type LoosePermissions, loosePermissions, modeLines, tighten } from "../config/permissions.ts";
import { assertWritable } from "../config/read-only.ts";
import { type LoadedFiles, loadFiles } from "../config/resolve.ts";
import { type Config, schemaProblems } from "../config/schema.ts";
import type { Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { withoutCredentials } from "../core/redact.ts";
import { type Message, say } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";
import { linePrinter, showWarnings } from "./print.ts";
import { changeJson, type WrittenFiles, writtenLines } from "./written-files.ts";

/** Flags of every command that changes which models are used. */
export interface ChangeFlags {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** A command's verdict on the files as they are. */
export interface Decision {
  readonly edits: readonly ConfigEdit[];
  /** The state afterwards, one sentence each. */
  readonly says: readonly Message[];
  readonly warnings?: readonly Message[];
  /**
   * For a command that takes something away: the edits by which the opposite one would have put it into an earlier
   * configuration. Where they made today's of it, its text comes back, byte for byte.
   */
  readonly opposite?: (before: Config) => readonly ConfigEdit[];
  /** The one thing to do next, said where something was written. */
  readonly next?: Message;
  /** The command's own keys of the JSON document. */
  readonly json: object;
}

interface Done extends WrittenFiles {
  readonly decision: Decision;
  readonly open: readonly LoosePermissions[];
}

/**
 * Decides, writes and reports. `decide` is asked again under the lock, with the files as they are then, and throws what
 * keeps it from deciding; nothing is written unless it returns. Throws also what reading and writing throw.
 */
export async function changeConfig(
  decide: (files: LoadedFiles) => Decision,
  flags: ChangeFlags,
  invocation: Invocation,
): Promise<void> {
  const { context } = invocation;
  if (!flags.dryRun) assertWritable(context);
  const done = await (flags.dryRun ? tried(decide, invocation) : applied(decide, invocation));
  await report(done, flags, invocation);
}

const changesOnly = (edits: readonly ConfigEdit[], { config }: LoadedFiles): readonly ConfigEdit[] =>
  edits.filter(({ path, value }) => !isDeepStrictEqual(valueAt(config.config, path), value));

async function planOf(
  { edits, opposite }: Decision,
  files: LoadedFiles,
  paths: Paths,
  context: Pick<Context, "files">,
): Promise<Plan> {
  const config = changesOnly(edits, files);
  const { root } = files.config;
  if (config.length === 0 || opposite === undefined || hasInclude(root.value)) return { config, secrets: [] };
  const { earlierTexts } = await import("../config/earlier-texts.ts");
  const { valueAfter } = await import("../config/json5-document.ts");
  for (const before of earlierTexts(paths.config, files.config, context)) {
    if (schemaProblems(before.value).length > 0) continue;
    const made = opposite(before.value as Config);
    const after = made.reduce((value, edit) => valueAfter({ text: before.text, value }, edit), before.value);
    if (!sameValue(after, root.value)) continue;
    const back = made.map(({ path }) => ({ path, value: valueAt(before.value, path) as JsonValue | undefined }));
    return { config: changesOnly(back, files), secrets: [], text: before.text };
  }
  return { config, secrets: [] };
}

async function tried(decide: (files: LoadedFiles) => Decision, { context, paths: locate }: Invocation): Promise<Done> {
  const paths = locate();
  const files = await loadFiles(paths, context);
  const decision = decide(files);
  return {
    decision,
    files: describeEdits((await planOf(decision, files, paths, context)).config, files.config),
    backups: [],
    loose: loosePermissions(paths, [...files.config.bytes.keys()], context),
    open: [],
  };
}

interface PlannedFiles extends LoadedFiles {
  readonly decision: Decision;
  readonly plan: Plan;
}

async function applied(decide: (files: LoadedFiles) => Decision, invocation: Invocation): Promise<Done> {
  const { context, paths: locate } = invocation;
  const paths = locate();
  const start = await loadFiles(paths, context);
  const read = [...start.config.bytes.keys()];
  const loose = loosePermissions(paths, read, context);
  let decision = decide(start);
  let files: readonly FileChanges[] = [];
  let backups: readonly string[] = [];
  if (changesOnly(decision.edits, start).length > 0) {
    for (const message of await attributesLost(read, context)) context.err(`${say(message, context.text)}\n`);
    const done = await applyPlan<PlannedFiles>(
      async (known) => {
        const now = await loadFiles(paths, context, { known: known ?? start });
        const decided = decide(now);
        return { ...now, decision: decided, plan: await planOf(decided, now, paths, context) };
      },
      ({ plan }) => plan,
      paths,
      context,
    );
    ({ decision } = done.current);
    files = describeEdits(done.plan.config, done.current.config);
    backups = done.backups;
  }
  await sweep(paths, read, context);
  const open = tighten(loose, context);
  return { decision, files, backups, loose: loose.filter((mode) => !open.includes(mode)), open };
}

async function report(
  done: Done,
  { dryRun = false, json }: ChangeFlags,
  { context, shown }: Invocation,
): Promise<void> {
  const { decision, files, loose, open } = done;
  const { text } = context;
  const warnings: readonly Message[] = [
    ...(decision.warnings ?? []),
    ...open.map(
      ({ path }): Message =>
        (t) =>
          t.onboard.staysOpen(path),
    ),
  ];
  showWarnings(warnings, { text, err: (line) => context.err(withoutCredentials(line)) });
  const isChanged = files.length + loose.length > 0;
  if (json) {
    const { files, backups } = done;
    return context.out(
      withoutCredentials(await changeJson({ files, backups, warnings, dryRun, isChanged }, decision.json)),
    );
  }
  const lines = dryRun
    ? [
        ...files.flatMap(({ path, changes }) => [path, ...changes.map(changeLine)]),
        ...modeLines(loose, text),
        text.commands.dryRun,
      ]
    : [
        ...decision.says.map((one) => say(one, text)),
        ...(isChanged ? writtenLines(done, text) : [text.onboard.upToDate]),
        ...(isChanged && decision.next !== undefined ? [say(decision.next, text)] : []),
      ];
  const print = linePrinter(context.out, context, shown);
  for (const line of lines) print(withoutCredentials(line));
}
