import { type FileContext, readIfPresent, replaceFile, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";

/** How many earlier contents of a file are kept. */
export const BACKUP_COUNT = 5;

/** Where a backup lies, beside the path as the user names it: index 0 is the newest, `BACKUP_COUNT - 1` the oldest. */
export function backupPath(path: string, index: number): string {
  return index === 0 ? `${path}.bak` : `${path}.bak.${index}`;
}

/** Where all of them lie, the newest first. */
export const backupPaths = (path: string): readonly string[] =>
  Array.from({ length: BACKUP_COUNT }, (_, index) => backupPath(path, index));

/** Where the content of a file waits while `undo` lets the file and a backup of it change places. */
export const waitingPath = (path: string): string => `${path}.bak.undo`;

/**
 * The first place whose content can be given up: an empty one, a copy of its neighbour as an interrupted rotation leaves
 * it, or else the oldest.
 */
function firstFreePlace(ring: readonly (Buffer | undefined)[]): number {
  const free = ring.findIndex((content, index) => {
    const newer = ring[index - 1];
    return content === undefined || (newer !== undefined && content.equals(newer));
  });
  return free === -1 ? ring.length - 1 : free;
}

/**
 * Makes `current` the newest backup, unless it is that already. The others move on by one, the oldest is dropped.
 * Interrupted anywhere, there is a newest backup and at most the oldest is lost, also when it is called again.
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
  // The newest is copied, not moved, so that its place is never empty.
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
