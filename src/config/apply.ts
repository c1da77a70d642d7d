import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  ensurePrivateFolder,
  type FileContext,
  readIfPresent,
  type StagedFile,
  stageFile,
  withFileErrors,
} from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { attempt, OpenclawError, unlessRefused } from "../core/errors.ts";
import { staleLock, withLock } from "../core/lock.ts";
import type { Paths } from "../core/paths.ts";
import type { Secret } from "../core/secret.ts";
import { leftovers, leftoversOf } from "../core/temporary-file.ts";
import { backUpTogether, backupPaths, needlessWaiting, waitingPath } from "./backups.ts";
import { configurationFiles, markOf, readRecord, recordPath, withChange, writeRecord } from "./change-record.ts";
import { type ConfigEdit, editTexts } from "./config-edit.ts";
import type { LoadedConfig } from "./config-file.ts";
import { setVariable } from "./dotenv-document.ts";
import { removeVariable } from "./dotenv-removal.ts";
import type { LoadedSecrets } from "./resolve.ts";

export interface SecretEdit {
  readonly name: string;
  readonly value: Secret;
}

/** Edits for both files. Empty lists mean everything is up to date. */
export interface Plan {
  readonly config: readonly ConfigEdit[];
  readonly secrets: readonly SecretEdit[];
  /** Variables to take out of `.env`, whatever they say. */
  readonly removed?: readonly string[];
  /** The whole text of the root file, from whoever has made the edits in it. */
  readonly text?: string;
}

export interface FilesToEdit {
  readonly config: Pick<LoadedConfig, "root" | "read" | "bytes">;
  readonly secrets: LoadedSecrets;
}

export type ApplyContext = FileContext & Pick<Context, "delay" | "now">;

export interface Applied<T extends FilesToEdit> {
  /** The files written, in order. Empty if nothing had to change. */
  readonly written: readonly string[];
  /** The subset of `written` whose previous content was backed up. */
  readonly backups: readonly string[];
  readonly plan: Plan;
  readonly current: T;
}

/** A plan with the texts that it makes of the files it was made for. */
interface Prepared<T extends FilesToEdit> {
  readonly current: T;
  readonly plan: Plan;
  readonly texts: ReadonlyMap<string, string>;
}

/** The number of retries while another program keeps changing a file. */
const MAX_ATTEMPTS = 5;

/**
 * Applies a plan under the lock. The plan is computed from the files as they are at that point, so another program's
 * changes survive. Reading and editing large files takes long, so it is also done before the lock; under it, `read` is
 * handed what it returned last and only has to read again what has changed since. Secrets are written first: an
 * interrupted run leaves an unused key rather than a configuration with a dangling reference. Throws `file.locked`,
 * `file.access`, `config.changed`, and whatever `read` and editing throw.
 */
export async function applyPlan<T extends FilesToEdit>(
  read: (known: T | undefined) => Promise<T>,
  makePlan: (current: T) => Plan,
  paths: Paths,
  context: ApplyContext,
): Promise<Applied<T>> {
  ensurePrivateFolder(paths.stateDir, context);
  // A folder the user chose, such as /etc, is created if missing, but its permissions are left alone.
  const configDir = dirname(paths.config);
  const found = withFileErrors(
    "read",
    configDir,
    () => context.files.statSync(configDir, { throwIfNoEntry: false }),
    context,
  );
  if (found === undefined) ensurePrivateFolder(configDir, context);
  // A failure here may come of another run's half-done change; under the lock it is done again.
  const early = await attempt(() => prepare(read, makePlan));
  let prepared = early.ok ? early.value : undefined;
  return withLock(
    paths.config,
    async () => {
      removeAllLeftovers(paths, [...(prepared?.current.config.bytes.keys() ?? [])], context);
      for (let round = 1; ; round += 1) {
        prepared = await prepare(read, makePlan, prepared);
        const { current, plan } = prepared;
        try {
          return { ...write(prepared, paths, context), plan, current };
        } catch (error) {
          const changed = error instanceof OpenclawError && error.code === "config.changed";
          if (!changed || round === MAX_ATTEMPTS) throw error;
        }
      }
    },
    context,
  );
}

async function prepare<T extends FilesToEdit>(
  read: (known: T | undefined) => Promise<T>,
  makePlan: (current: T) => Plan,
  known?: Prepared<T>,
): Promise<Prepared<T>> {
  const current = await read(known?.current);
  const plan = makePlan(current);
  const { root } = current.config;
  if (plan.text !== undefined)
    return { current, plan, texts: new Map(plan.text === root.text ? [] : [[root.path, plan.text]]) };
  const isKnown =
    known !== undefined &&
    known.plan.text === undefined &&
    isDeepStrictEqual([plan.config, current.config.bytes], [known.plan.config, known.current.config.bytes]);
  return { current, plan, texts: isKnown ? known.texts : await editTexts(current.config, plan.config) };
}

/** Best-effort cleanup after killed runs, for when nothing else has to be written. `read` as for `allLeftovers`. */
export async function sweep(paths: Paths, read: readonly string[], context: ApplyContext): Promise<void> {
  if (allLeftovers(paths, read, context).length === 0) return;
  // Failing is fine: another process may be writing, or the folder may be read-only.
  await attempt(() => withLock(paths.config, () => removeAllLeftovers(paths, read, context), context));
}

function removeAllLeftovers(paths: Paths, read: readonly string[], context: ApplyContext): void {
  for (const path of temporaryLeftovers(paths, read, context)) unlessRefused(() => context.files.unlinkSync(path));
}

type LeftoverContext = Omit<ApplyContext, "delay" | "randomBytes">;

function temporaryLeftovers(paths: Paths, read: readonly string[], context: LeftoverContext): readonly string[] {
  const ofConfiguration = configurationFiles(paths.config, read, context);
  const written = ofConfiguration.flatMap((path) => [path, ...backupPaths(path), waitingPath(path)]);
  return [
    ...leftoversOf([paths.secrets, recordPath(paths.config), ...written], context),
    ...ofConfiguration.flatMap((path) => needlessWaiting(path, context) ?? []),
  ];
}

/**
 * Temporary files and the lock left by killed runs, beside each file of the configuration; `read` are those that were
 * read with the root. Never includes anything owned by a running process.
 */
export function allLeftovers(paths: Paths, read: readonly string[], context: LeftoverContext): readonly string[] {
  const lock = staleLock(paths.config, context);
  const ofLock = leftovers(`${paths.config}.lock`, context);
  return [...temporaryLeftovers(paths, read, context), ...ofLock, ...(lock === undefined ? [] : [lock])];
}

function write(
  { plan: { secrets, removed = [] }, current, texts }: Prepared<FilesToEdit>,
  { config }: Paths,
  context: ApplyContext,
): Pick<Applied<FilesToEdit>, "written" | "backups"> {
  const written: string[] = [];
  // Build this text before writing anything, too, so that a failing edit leaves both files untouched.
  const kept = removed.reduce((text, name) => removeVariable(text, name, current.secrets.path), current.secrets.text);
  const secretsText = secrets.reduce(
    (text, { name, value }) => setVariable(text, name, value.reveal(), current.secrets.path),
    kept,
  );
  const before = new Map(
    [...texts.keys()].flatMap((path) => {
      const bytes = current.config.bytes.get(path);
      return bytes === undefined ? [] : [[path, bytes] as const];
    }),
  );
  const changed = new Map<string, NewContent>([
    ...(secretsText === current.secrets.text
      ? []
      : [[current.secrets.path, { text: secretsText, expected: current.secrets.bytes ?? null }] as const]),
    ...[...texts].map(([path, text]) => [path, { text, expected: before.get(path) ?? null }] as const),
  ]);
  const staged = stageAll(changed, context);
  try {
    // Before the first file is replaced, so that from then on nothing needs room.
    backUpTogether(before, context);
    recordChange(config, texts, current, context);
    for (const [path, file] of staged) {
      file.commit(changed.get(path)?.expected);
      written.push(path);
    }
  } finally {
    for (const [path, file] of staged) if (!written.includes(path)) file.discard();
  }
  return { written, backups: [...before.keys()] };
}

function recordChange(
  configPath: string,
  texts: ReadonlyMap<string, string>,
  { config: { bytes } }: FilesToEdit,
  context: ApplyContext,
): void {
  if (texts.size === 0) return;
  const files = [...texts].map(([path, text]) => ({
    path,
    before: markOf(bytes.get(path)),
    after: markOf(Buffer.from(text)),
  }));
  const contentOf = (path: string) => (bytes.has(path) ? bytes.get(path) : readIfPresent(path, context));
  writeRecord(configPath, withChange(readRecord(configPath, context), files, contentOf), context);
}

interface NewContent {
  readonly text: string;
  readonly expected: Buffer | null;
}

/**
 * Lays every new content beside its file, so that a full disk, a quota, a link that leads nowhere or a closed folder is
 * found before the first file is replaced.
 */
function stageAll(changed: ReadonlyMap<string, NewContent>, context: ApplyContext): ReadonlyMap<string, StagedFile> {
  const staged = new Map<string, StagedFile>();
  try {
    for (const [path, { text }] of changed) staged.set(path, stageFile(path, text, {}, context));
    return staged;
  } catch (error) {
    for (const file of staged.values()) file.discard();
    throw error;
  }
}
