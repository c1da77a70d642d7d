import { isUtf8 } from "node:buffer";
import type { ApplyContext } from "../config/apply.ts";
import { BACKUP_COUNT, backupPath, backupPaths, waitingPath } from "../config/backups.ts";
import { type ConfigContext, includedFiles } from "../config/config-file.ts";
import { parseJson5 } from "../config/json5-parse.ts";
import { readIfPresent, replaceFile, unlessRefused, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { withLock } from "../core/lock.ts";

export interface Swap {
  readonly path: string;
  readonly backup: string;
  readonly current: Buffer | undefined;
  readonly before: Buffer;
}

/**
 * The last change that can be undone, across the configuration and its includes: the files whose newest backups were
 * made together. Also works on a damaged configuration. Throws `backup.missing`, `file.access`.
 */
export async function lastChange(configPath: string, context: ConfigContext): Promise<readonly Swap[]> {
  const paths = [configPath, ...(await includedFiles(configPath, context))];
  const dated = paths.flatMap((path) => newestDifferent(path, context));
  const newestMs = Math.max(...dated.map(({ timeMs }) => timeMs));
  const swaps = dated.filter(({ timeMs }) => timeMs === newestMs).map(({ swap }) => swap);
  if (swaps.length > 0) return swaps;
  throw new OpenclawError(({ undo }) => undo.nothingToUndo, {
    code: "backup.missing",
    hint: ({ undo }) => undo.whenBackedUp(configPath),
  });
}

const isReadable = (content: Buffer): boolean => isUtf8(content) && parseJson5(content.toString("utf8")).ok;

/** The newest backup that differs from the file, including one left waiting by an interrupted undo. */
function newestDifferent(path: string, context: Pick<Context, "files">): { swap: Swap; timeMs: number }[] {
  const current = readIfPresent(path, context);
  const dated = (backup: string, before: Buffer) => ({
    swap: { path, backup, current, before },
    timeMs: withFileErrors("read", backup, () => context.files.statSync(backup).mtimeMs),
  });
  const waiting = current && waitingContent(path, current, context);
  const found = waiting === undefined ? [] : [dated(waitingPath(path), waiting)];
  for (let index = 0; index < BACKUP_COUNT; index += 1) {
    const backup = backupPath(path, index);
    const before = readIfPresent(backup, context);
    if (before === undefined || (current !== undefined && before.equals(current))) continue;
    // Going back to a damaged file helps nobody.
    if (!isReadable(before)) continue;
    found.push(dated(backup, before));
    break;
  }
  return found.sort((a, b) => b.timeMs - a.timeMs).slice(0, 1);
}

/**
 * The content left waiting by an interrupted swap, where the file has already been restored but its former content has
 * not reached the backup yet. Otherwise `undefined`. Throws `file.access`.
 */
function waitingContent(path: string, current: Buffer, context: Pick<Context, "files">): Buffer | undefined {
  const waiting = readIfPresent(waitingPath(path), context);
  if (waiting === undefined || waiting.equals(current)) return undefined;
  const ring = backupPaths(path).map((backup) => readIfPresent(backup, context));
  const isKept = (content: Buffer) => ring.some((kept) => kept?.equals(content));
  return isKept(current) && !isKept(waiting) ? waiting : undefined;
}

/**
 * Swaps each file with its backup, so undoing twice changes nothing and other backups are kept. Throws `config.changed`
 * if a file no longer has the content that was shown, `file.locked`, `file.access`.
 */
export async function undoChange(swaps: readonly Swap[], configPath: string, context: ApplyContext): Promise<void> {
  await withLock(configPath, () => swapTogether(swaps, context), context);
}

/**
 * Swaps every file with its backup and leaves other backups alone. Each content exists in at least one place at any
 * moment, and the new backups get the same mtime so that `lastChange` finds them together. Throws `config.changed` if a
 * file is not as given, leaving it untouched, and `file.access`.
 */
function swapTogether(swaps: readonly Swap[], context: ApplyContext): void {
  const now = context.now();
  const { files } = context;
  for (const { path, backup, current } of swaps) {
    const waiting = waitingPath(path);
    // Content left waiting goes back into the file, whose own content is already in a backup.
    if (current === undefined || backup === waiting) continue;
    replaceFile(waiting, current, { ownerOf: path }, context);
    withFileErrors("date", waiting, () => files.utimesSync(waiting, now, now), context);
  }
  for (const [index, { path, backup, current, before }] of swaps.entries()) {
    try {
      replaceFile(path, before, { expected: current ?? null }, context);
    } catch (error) {
      if (error instanceof OpenclawError && error.code === "config.changed") discard(swaps.slice(index), context);
      throw error;
    }
    const waiting = waitingPath(path);
    if (backup === waiting) unlessRefused(() => files.unlinkSync(waiting));
    else if (current !== undefined) withFileErrors("move", waiting, () => files.renameSync(waiting, backup), context);
  }
}

function discard(swaps: readonly Swap[], { files }: Pick<Context, "files">): void {
  for (const { path, backup } of swaps) {
    if (backup !== waitingPath(path)) unlessRefused(() => files.unlinkSync(waitingPath(path)));
  }
}
