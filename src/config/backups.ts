import { isUtf8 } from "node:buffer";
import {
  type FileContext,
  isLink,
  type ReplaceOptions,
  readIfPresent,
  replaceFile,
  withFileErrors,
} from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { unlessFails } from "../core/errors.ts";

export const BACKUP_COUNT = 5;

/** Backups sit next to the path as the user spells it. Index 0 is the newest, `BACKUP_COUNT - 1` the oldest. */
export function backupPath(path: string, index: number): string {
  return index === 0 ? `${path}.bak` : `${path}.bak.${index}`;
}

export const backupPaths = (path: string): readonly string[] =>
  Array.from({ length: BACKUP_COUNT }, (_, index) => backupPath(path, index));

/** @why somebody may have put a link where a backup belongs, which is not to be written through. */
export const backupOf = (path: string): ReplaceOptions => ({ ownerOf: path, replacesLink: true });

/** Holds one side of a swap while `undo` exchanges a file with its backup. */
export const waitingPath = (path: string): string => `${path}.bak.undo`;

/** A text that `config edit` did not put into the configuration, kept for its author. */
export const rejectedPath = (path: string): string => `${path}.rejected`;

/** The content that an interrupted `undo` left waiting, if the file or a backup holds it as well. */
export function needlessWaiting(path: string, context: Pick<Context, "files">): string | undefined {
  const read = (file: string) => unlessFails(() => readIfPresent(file, context));
  const waiting = read(waitingPath(path));
  if (waiting === undefined) return undefined;
  return [path, ...backupPaths(path)].some((kept) => read(kept)?.equals(waiting)) ? waitingPath(path) : undefined;
}

/**
 * The first slot that can be overwritten: an empty one, a duplicate of its newer neighbour (left by an interrupted
 * rotation), or else the oldest.
 */
function firstFreePlace(ring: readonly (Buffer | undefined)[]): number {
  const free = ring.findIndex((content, index) => {
    const newer = ring[index - 1];
    return content === undefined || (newer !== undefined && content.equals(newer));
  });
  return free === -1 ? ring.length - 1 : free;
}

/**
 * Makes `current` the newest backup, unless it already is, shifting the others and dropping the oldest. If interrupted
 * at any point, even repeatedly, there is still a newest backup and at most the oldest is lost. Throws `file.access`.
 */
export function rotateBackups(path: string, current: Buffer, context: FileContext): void {
  const places = backupPaths(path);
  // A link holds nothing: it may lead to the very file that is about to be replaced.
  const linked = (place: string) => withFileErrors("read", place, () => isLink(place, context.files), context);
  const ring = places.map((place) => (linked(place) ? undefined : readIfPresent(place, context)));
  const [newest] = ring;
  if (newest?.equals(current)) return;

  const free = firstFreePlace(ring);
  for (let index = free; index > 1; index -= 1) {
    const [from, to] = [backupPath(path, index - 1), backupPath(path, index)];
    withFileErrors("move", from, () => context.files.renameSync(from, to), context);
  }
  // Copied rather than moved, so the newest slot is never empty.
  if (newest !== undefined) replaceFile(backupPath(path, 1), newest, backupOf(path), context);
  replaceFile(backupPath(path, 0), current, backupOf(path), context);
}

/**
 * Backs up all files of one change. Their newest backups get the same mtime, which is how `undo` groups them. Throws
 * `file.access`.
 */
export function backUpTogether(files: ReadonlyMap<string, Buffer>, context: FileContext & Pick<Context, "now">): void {
  const now = context.now();
  for (const [path, content] of files) {
    rotateBackups(path, content, context);
    const backup = backupPath(path, 0);
    withFileErrors("date", backup, () => context.files.utimesSync(backup, now, now), context);
  }
}

/** True if `undo` would find something to go back to. `isSound` judges the text of a backup. */
export function hasEarlierVersion(
  path: string,
  isSound: (text: string) => boolean,
  context: Pick<Context, "files">,
): boolean {
  const read = (file: string) => unlessFails(() => readIfPresent(file, context));
  const current = read(path);
  return backupPaths(path).some((backup) => {
    const content = read(backup);
    if (content === undefined || (current !== undefined && content.equals(current))) return false;
    return isUtf8(content) && isSound(content.toString("utf8"));
  });
}
