import { type FileContext, readIfPresent, replaceFile, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";

/** Backups that are kept of a file. */
export const BACKUP_COUNT = 5;

/** The path of a backup, beside the file as the user names it. Index 0 is the newest, `BACKUP_COUNT - 1` the oldest. */
export function backupPath(path: string, index: number): string {
  return index === 0 ? `${path}.bak` : `${path}.bak.${index}`;
}

/** The paths of all backups of a file, the newest first. */
export const backupPaths = (path: string): readonly string[] =>
  Array.from({ length: BACKUP_COUNT }, (_, index) => backupPath(path, index));

/** The file that keeps a content while `undo` swaps a file with its backup. */
export const waitingPath = (path: string): string => `${path}.bak.undo`;

/**
 * The first place whose content can be overwritten: an empty one, a copy of its newer neighbour as an interrupted
 * rotation leaves it, or else the oldest.
 */
function firstFreePlace(ring: readonly (Buffer | undefined)[]): number {
  const free = ring.findIndex((content, index) => {
    const newer = ring[index - 1];
    return content === undefined || (newer !== undefined && content.equals(newer));
  });
  return free === -1 ? ring.length - 1 : free;
}

/**
 * Makes `current` the newest backup, unless it already is. The others move on by one, and the oldest is dropped.
 * Wherever it is interrupted, a newest backup exists and at most the oldest is lost, even after further calls.
 * Throws `file.access`.
 */
export function rotateBackups(path: string, current: Buffer, context: FileContext): void {
  const places = backupPaths(path);
  const ring = places.map((place) => readIfPresent(place, context));
  const [newest] = ring;
  if (newest?.equals(current)) return;

  const free = firstFreePlace(ring);
  for (let index = free; index > 1; index -= 1) {
    const [from, to] = [backupPath(path, index - 1), backupPath(path, index)];
    withFileErrors("move", from, () => context.files.renameSync(from, to));
  }
  // Copied, not moved, so that the place of the newest is never empty.
  if (newest !== undefined) replaceFile(backupPath(path, 1), newest, {}, context);
  replaceFile(backupPath(path, 0), current, {}, context);
}

/**
 * Backs up every file of one change. Their newest backups carry the same time, by which `undo` finds them together.
 * Throws `file.access`.
 */
export function backUpTogether(files: ReadonlyMap<string, Buffer>, context: FileContext & Pick<Context, "now">): void {
  const now = context.now();
  for (const [path, content] of files) {
    rotateBackups(path, content, context);
    const backup = backupPath(path, 0);
    withFileErrors("date", backup, () => context.files.utimesSync(backup, now, now));
  }
}
