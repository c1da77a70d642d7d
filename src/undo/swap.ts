import { BACKUP_COUNT, backupPath, waitingPath } from "../config/backups.ts";
import { readIfPresent, replaceFile, unlessRefused, withFileErrors } from "../core/atomic-file.ts";
import type { Context, Files } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";

type Writing = Pick<Context, "files" | "pid" | "randomBytes" | "isAlive" | "now">;

/** One file that changes places with one of its backups. */
export interface Swap {
  readonly path: string;
  readonly backup: string;
  /** What the file holds; undefined when it is gone. */
  readonly current: Buffer | undefined;
  /** What the backup holds. */
  readonly before: Buffer;
}

/**
 * What an interrupted swap left waiting: the file already holds what one of its backups still holds too, and the content
 * that belongs in the backup's place is not there yet. Undefined in any other case. Throws `file.access`.
 */
export function waitingContent(path: string, current: Buffer, context: Pick<Context, "files">): Buffer | undefined {
  const waiting = readIfPresent(waitingPath(path), context);
  if (waiting === undefined || waiting.equals(current)) return undefined;
  const places = Array.from({ length: BACKUP_COUNT }, (_, index) => backupPath(path, index));
  const ring = places.map((place) => readIfPresent(place, context));
  const isHeld = (content: Buffer) => ring.some((held) => held?.equals(content));
  return isHeld(current) && !isHeld(waiting) ? waiting : undefined;
}

/**
 * Every file gets what its backup holds, and the backup what the file held; no other backup is touched. Each content is
 * in one place at least at every moment, and the new backups carry the same time, by which `undo` finds them together.
 * Throws `config.changed` when a file is no longer as given, and `file.access`; that file is then as it was.
 */
export function swapTogether(swaps: readonly Swap[], context: Writing): void {
  const now = context.now();
  const { files } = context;
  for (const { path, backup, current } of swaps) {
    const waiting = waitingPath(path);
    // What was left waiting is on its way back into the file, which holds what a backup holds as well.
    if (current === undefined || backup === waiting) continue;
    replaceFile(waiting, current, {}, context);
    withFileErrors("date", waiting, () => files.utimesSync(waiting, now, now));
  }
  for (const [index, { path, backup, current, before }] of swaps.entries()) {
    try {
      replaceFile(path, before, { expected: current ?? null }, context);
    } catch (error) {
      if (error instanceof OpenclawError && error.code === "config.changed") forget(swaps.slice(index), files);
      throw error;
    }
    const waiting = waitingPath(path);
    if (backup === waiting) unlessRefused(() => files.unlinkSync(waiting));
    else if (current !== undefined) withFileErrors("move", waiting, () => files.renameSync(waiting, backup));
  }
}

/** Removes what was to wait for swaps that were never begun. */
function forget(swaps: readonly Swap[], files: Files): void {
  for (const { path, backup } of swaps) {
    if (backup !== waitingPath(path)) unlessRefused(() => files.unlinkSync(waitingPath(path)));
  }
}
