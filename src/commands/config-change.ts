import { applyPlan } from "../config/apply.ts";
import { attributesLost } from "../config/attributes.ts";
import type { ReadConfig } from "../config/config-file.ts";
import { type Change, changeLine, changeOf, type FileChanges } from "../config/described-edits.ts";
import { earlierTexts } from "../config/earlier-texts.ts";
import { parseJson5 } from "../config/json5-parse.ts";
import { formatPath, isList, isObject, memberOf } from "../config/json5-value.ts";
import { loosePermissions, tighten } from "../config/permissions.ts";
import { assertWritable } from "../config/read-only.ts";
import { inspectFiles, type LoadedSecrets } from "../config/resolve.ts";
import { readIfPresent } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { mask } from "../core/redact.ts";
import { changedFiles } from "../settings/change-list.ts";
import { parseGiven, type ValueForm } from "../settings/given-value.ts";
import { type PlannedSettings, planSettings, type SettingsChange } from "../settings/plan-settings.ts";
import type { Message } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";
import { linePrinter, showWarnings } from "./print.ts";
import { secretHome } from "./secret-home.ts";
import { changeJson, writtenLines } from "./written-files.ts";
import { writtenPath } from "./written-path.ts";

interface ChangeFlags {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

interface SetFlags extends ChangeFlags {
  readonly string?: boolean;
  readonly strictJson?: boolean;
  readonly merge?: boolean;
  readonly replace?: boolean;
  readonly batchJson?: string;
  readonly batchFile?: string;
}

export async function set(values: readonly string[], flags: SetFlags, invocation: Invocation): Promise<void> {
  assertTogether(flags, values);
  const changes = [...pairsOf(values, flags), ...(await batchOf(flags, invocation.context))];
  await change(changes, flags, invocation);
}

export const unset = (written: readonly string[], flags: ChangeFlags, invocation: Invocation): Promise<void> =>
  change(
    written.map((path) => ({ kind: "unset", at: writtenPath(path) })),
    flags,
    invocation,
  );

function assertTogether(flags: SetFlags, values: readonly string[]): void {
  const refuse = (flag: string, other: string) => {
    throw new OpenclawError((t) => t.core.cannotCombine({ flag, other }), { code: "usage.conflict" });
  };
  if (flags.merge && flags.replace) refuse("--merge", "--replace");
  if (flags.string && flags.strictJson) refuse("--string", "--strict-json");
  const isBatch = flags.batchJson !== undefined || flags.batchFile !== undefined;
  if (values.length > 0 || isBatch) return;
  throw new OpenclawError((t) => t.settings.setUsage, {
    code: "usage.missing",
    hint: (t) => t.commands.usage.seeHelp("openclaw config set"),
  });
}

const howOf = ({ merge, replace }: SetFlags) => (merge ? "merge" : replace ? "replace" : "guard");

function pairsOf(values: readonly string[], flags: SetFlags): readonly SettingsChange[] {
  const form: ValueForm = flags.string ? "text" : flags.strictJson ? "json5" : "either";
  return values.flatMap((written, index): readonly SettingsChange[] => {
    if (index % 2 === 1) return [];
    const at = writtenPath(written);
    const text = values[index + 1];
    if (text === undefined)
      throw new OpenclawError((t) => t.settings.valueMissing(written), {
        code: "usage.missing",
        hint: (t) => t.settings.setUsage,
      });
    const value = parseGiven(text, form);
    if (value.ok) return [{ kind: "set", at, value: value.value, how: howOf(flags) }];
    throw new OpenclawError((t) => t.settings.valueNotJson5(written), {
      code: "usage.invalid",
      problems: [value.error],
      hint: (t) => t.settings.forText,
    });
  });
}

/** @source the published OpenClaw 2026.9.6, docs/cli/config.md, "Batch mode"; `unset` is ours. */
async function batchOf(flags: SetFlags, context: Context): Promise<readonly SettingsChange[]> {
  const { batchJson, batchFile } = flags;
  if (batchJson !== undefined) return batchIn(batchJson, "--batch-json", flags);
  if (batchFile === undefined) return [];
  if (batchFile === "-") return batchIn(await context.readStdin(), "--batch-file", flags);
  const content = readIfPresent(batchFile, context);
  if (content === undefined)
    throw new OpenclawError((t) => t.settings.fileMissing(batchFile), { code: "usage.invalid" });
  return batchIn(content.toString("utf8"), batchFile, flags);
}

function batchIn(text: string, where: string, flags: SetFlags): readonly SettingsChange[] {
  const hint: Message = (t) => t.settings.batchForm;
  const parsed = parseJson5(text);
  if (!parsed.ok || !isList(parsed.value))
    throw new OpenclawError((t) => t.settings.batchInvalid(where), {
      code: "usage.invalid",
      hint,
      ...(!parsed.ok && { problems: [{ ...parsed.error, where }] }),
    });
  return parsed.value.map((entry, index) => {
    const member = (key: string) => (isObject(entry) ? memberOf(entry, key) : undefined);
    const path = member("path");
    const [value, ...more] = ["value", "ref", "provider"].flatMap((key) => member(key) ?? []);
    const isUnset = member("unset") === true;
    if (typeof path !== "string" || more.length > 0 || isUnset === (value !== undefined))
      throw new OpenclawError((t) => t.settings.batchEntry(index + 1), { code: "usage.invalid", hint });
    const at = writtenPath(path);
    return value === undefined ? { kind: "unset", at } : { kind: "set", at, value, how: howOf(flags) };
  });
}

interface CurrentFiles {
  readonly config: ReadConfig;
  readonly secrets: LoadedSecrets;
  readonly gatewayEnv: LoadedSecrets;
}

/** Refuses a file that does not parse; one that is not valid is for this command to repair. */
async function readFiles(paths: Paths, context: Context, known?: CurrentFiles): Promise<CurrentFiles> {
  const { config, secrets, gatewayEnv, configError } = await inspectFiles(paths, context, known?.config);
  if (config === undefined) throw configError;
  return { config, secrets, gatewayEnv };
}

/** The variables of `.env` that a plan changes, as they may be shown. */
function changedSecrets({ plan }: PlannedSettings, { path, values }: LoadedSecrets): readonly FileChanges[] {
  const changes = plan.secrets.flatMap(({ name, value }): readonly Change[] => {
    const before = values.get(name);
    if (before === value.reveal()) return [];
    return [changeOf(name, before === undefined ? undefined : mask(before), String(value))];
  });
  return changes.length === 0 ? [] : [{ path, changes }];
}

export async function change(
  changes: readonly SettingsChange[],
  { dryRun = false, json = false }: ChangeFlags,
  invocation: Invocation,
): Promise<void> {
  const { context, paths: locate, shown } = invocation;
  const paths = locate();
  if (!dryRun) assertWritable(context);
  const providers = await invocation.providers();
  const planFor = (files: CurrentFiles) => {
    const earlier = earlierTexts(paths.config, files.config, context);
    const plan = planSettings(changes, files.config, earlier, secretHome(files, providers, context));
    // A line of it that cannot be read may set the same variable.
    if (plan.stored.length > 0 && files.secrets.error !== undefined) throw files.secrets.error;
    return plan;
  };
  const start = await readFiles(paths, context);
  let planned = planFor(start);
  let done: Pick<Done, "current" | "backups"> = { current: start, backups: [] };
  const lost: Message[] = [];
  const isChange = planned.plan.config.length > 0 || changedSecrets(planned, start.secrets).length > 0;
  if (isChange && !dryRun) {
    lost.push(...(await attributesLost([...start.config.bytes.keys()], context)));
    const makePlan = (files: CurrentFiles) => {
      planned = planFor(files);
      return planned.plan;
    };
    done = await applyPlan((known = start) => readFiles(paths, context, known), makePlan, paths, context);
    tighten(loosePermissions(paths, [...done.current.config.bytes.keys()], context), context);
  }
  const { root, read, value: before } = done.current.config;
  const files = [
    ...changedSecrets(planned, done.current.secrets),
    ...changedFiles(planned.plan.config, { before, after: planned.after }, root, read),
  ];
  const stored = planned.stored.map(
    ({ path, variable }): Message =>
      (t) =>
        t.settings.stored({ path: formatPath(path), variable, secrets: paths.secrets }),
  );
  const literals = planned.literals.map(formatPath).map(
    (path): Message =>
      (t) =>
        t.settings.literal({ path, secrets: paths.secrets }),
  );
  const report = {
    files,
    backups: done.backups,
    warnings: [...lost, ...stored, ...literals],
    dryRun,
    isUndoable: planned.plan.config.length > 0,
  };
  if (!json) return printReport(report, { ...context, shown });
  const about = { operations: changes.length, configPath: paths.config };
  context.out(await changeJson({ ...report, isChanged: files.length > 0 }, about));
}

interface Done {
  readonly current: CurrentFiles;
  readonly files: readonly FileChanges[];
  readonly backups: readonly string[];
  readonly warnings: readonly Message[];
  readonly dryRun: boolean;
  /** False if only `.env` was written, of which no backup is made. */
  readonly isUndoable: boolean;
}

type Report = Omit<Done, "current">;

function printReport(
  { files, backups, warnings, dryRun, isUndoable }: Report,
  context: Context & Pick<Invocation, "shown">,
): void {
  const { text } = context;
  showWarnings(warnings, context);
  const print = linePrinter(context.out, context, context.shown);
  for (const file of files) {
    for (const line of dryRun ? [file.path] : writtenLines({ files: [file], backups, loose: [] }, text)) print(line);
    for (const one of file.changes) print(changeLine(one));
  }
  if (files.length === 0) print(text.settings.upToDate);
  else if (dryRun) print(text.commands.dryRun);
  else if (isUndoable) print(text.settings.toUndo);
}
