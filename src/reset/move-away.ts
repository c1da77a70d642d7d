import { join } from "node:path";
import { backupPath } from "../config/backups.ts";
import { markOf, recordPath, writeRecord } from "../config/change-record.ts";
import { removeVariable } from "../config/dotenv-removal.ts";
import {
  ensurePrivateFolder,
  type FileContext,
  isThere,
  readIfPresent,
  removeFile,
  replaceFile,
  withFileErrors,
} from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError, unlessRefused } from "../core/errors.ts";
import { isObject, parseJson } from "../core/json.ts";
import { withLock } from "../core/lock.ts";
import type { Paths } from "../core/paths.ts";
import { isEmptyReset, isSameReset, nameInBackup, type ResetPlan } from "./reset-plan.ts";

export type MoveContext = FileContext & Pick<Context, "delay" | "now">;

/** In a backup folder that is not finished: the variables that are still to be removed. It holds no value. */
const MARKER = ".unfinished";

const FOLDER_NAME = /^backup-\d{4}-\d\d-\d\dT\d{6}Z(?:-\d+)?$/;

/** The rest of an interrupted reset. */
export interface Unfinished {
  readonly folder: string;
  readonly variables: readonly string[];
}

export function unfinishedReset(
  { stateDir }: Pick<Paths, "stateDir">,
  context: Pick<Context, "files">,
): Unfinished | undefined {
  const names = unlessRefused(() => context.files.readdirSync(stateDir)) ?? [];
  for (const name of names
    .filter((one) => FOLDER_NAME.test(one))
    .toSorted()
    .toReversed()) {
    const folder = join(stateDir, name);
    const inside = unlessRefused(() => context.files.readdirSync(folder)) ?? [""];
    // Nothing but the marker or its beginning: interrupted before anything was copied.
    const isEmpty = inside.every((one) => one.startsWith(MARKER));
    if (!isEmpty && !inside.includes(MARKER)) continue;
    const read = parseJson(unlessRefused(() => context.files.readFileSync(join(folder, MARKER), "utf8")) ?? "");
    const variables = isObject(read) && Array.isArray(read.variables) ? read.variables : [];
    return { folder, variables: variables.filter((one): one is string => typeof one === "string") };
  }
  return undefined;
}

/** The folder that the next reset makes: dated, and none that is there. */
export function newFolder({ stateDir }: Pick<Paths, "stateDir">, context: Pick<Context, "files" | "now">): string {
  const date = context
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/(?<=T.*):/g, "");
  for (let number = 1; ; number += 1) {
    const folder = join(stateDir, `backup-${date}${number === 1 ? "" : `-${number}`}`);
    if (!isThere(folder, context)) return folder;
  }
}

export interface MovedAway {
  /** Absent if nothing was copied. */
  readonly folder?: string;
  readonly plan: ResetPlan;
}

interface MoveOptions {
  readonly folder: string;
  /** True if `undo` is to bring the configuration back. */
  readonly isUndoable: boolean;
}

/**
 * Does what a plan says: copies first, then the configuration goes, then the credentials, so that at any moment every
 * content that is to be kept is somewhere whole, and an interrupted run leaves a key that nothing uses. `planAgain` is asked
 * under the lock. Throws `config.changed` if it says something else, `file.locked`, `file.access`,
 * `secrets.unrepresentable`.
 */
export async function moveAway(
  shown: ResetPlan,
  planAgain: () => Promise<ResetPlan>,
  { folder, isUndoable }: MoveOptions,
  paths: Paths,
  context: MoveContext,
): Promise<MovedAway> {
  if (isEmptyReset(shown) && !isThere(folder, context)) return { plan: shown };
  ensurePrivateFolder(paths.stateDir, context);
  return withLock(
    paths.config,
    async () => {
      const plan = await planAgain();
      if (!isSameReset(plan, shown)) {
        throw new OpenclawError((t) => t.core.changedMeanwhile(paths.config), {
          code: "config.changed",
          hint: (t) => t.core.runAgain,
        });
      }
      // Found out before anything is changed.
      const secrets = secretsWithout(plan, paths, context);
      const copies = plan.moved.length > 0;
      if (copies) copyAll(plan, folder, context);
      for (const path of plan.deleted) removeQuietly(path, context);
      // Whatever is left in it stays.
      unlessRefused(() => context.files.rmdirSync(join(paths.stateDir, "cache")));
      for (const { path, bytes, text } of plan.edited) replaceFile(path, text, { expected: bytes }, context);
      removeConfiguration(plan, isUndoable, paths, context);
      writeSecrets(secrets, paths, context);
      removeQuietly(join(folder, MARKER), context);
      // Of a run that was interrupted before it copied anything.
      unlessRefused(() => context.files.rmdirSync(folder));
      return { plan, ...(isThere(folder, context) && { folder }) };
    },
    context,
  );
}

function copyAll({ moved, credentials }: ResetPlan, folder: string, context: MoveContext): void {
  ensurePrivateFolder(folder, context);
  const variables = credentials.map(({ name }) => name);
  replaceFile(join(folder, MARKER), `${JSON.stringify({ variables })}\n`, {}, context);
  for (const { path, copy } of moved) {
    const listed = withFileErrors("read", folder, () => context.files.readdirSync(folder), context);
    const names = listed.filter((name) => name !== MARKER);
    // A reset that was interrupted has copied it already.
    if (names.some((name) => readIfPresent(join(folder, name), context)?.equals(copy))) continue;
    const name = nameInBackup(path);
    let free = name;
    for (let number = 2; names.includes(free); number += 1) free = `${name}~${number}`;
    replaceFile(join(folder, free), copy, { ownerOf: path }, context);
  }
}

/** The root goes last. With a way back, what `undo` needs is written before. */
function removeConfiguration({ moved }: ResetPlan, isUndoable: boolean, { config }: Paths, context: MoveContext): void {
  const root = moved.find(({ path }) => path === config);
  const newest = backupPath(config, 0);
  const kept = isUndoable && root !== undefined ? [newest, recordPath(config)] : [];
  if (isUndoable && root !== undefined) {
    replaceFile(newest, root.copy, { ownerOf: config, replacesLink: true }, context);
    writeRecord(config, [{ by: "change", files: [{ path: config, before: markOf(root.copy), after: null }] }], context);
  }
  for (const { path } of moved) if (path !== config && !kept.includes(path)) removeQuietly(path, context);
  if (root !== undefined) removeFile(config, root.bytes, context);
}

interface NewSecrets {
  readonly bytes: Buffer;
  readonly text: string;
}

function secretsWithout({ credentials }: ResetPlan, { secrets }: Paths, context: MoveContext): NewSecrets | undefined {
  const bytes = credentials.length === 0 ? undefined : readIfPresent(secrets, context);
  if (bytes === undefined) return undefined;
  const text = credentials.reduce((left, { name }) => removeVariable(left, name, secrets), bytes.toString("utf8"));
  return { bytes, text };
}

/** A file without anything left in it goes as well. */
function writeSecrets(next: NewSecrets | undefined, { secrets }: Paths, context: MoveContext): void {
  if (next === undefined) return;
  if (next.text.replace(/^\uFEFF/, "").trim() === "") removeFile(secrets, next.bytes, context);
  else replaceFile(secrets, next.text, { expected: next.bytes }, context);
}

function removeQuietly(path: string, context: MoveContext): void {
  withFileErrors("remove", path, () => unlessRefused(() => context.files.unlinkSync(path), ["ENOENT"]), context);
}
