import { BACKUP_COUNT, backupPath, waitingPath } from "../config/backups.ts";
import { includedFiles } from "../config/config-file.ts";
import { parseJson5 } from "../config/json5-parse.ts";
import { readIfPresent, replaceFile, unlessRefused, withFileErrors } from "../core/atomic-file.ts";
import type { Context, Files } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { withLock } from "../core/lock.ts";

type Reading = Pick<Context, "files" | "env" | "homedir">;
type Writing = Pick<Context, "files" | "pid" | "randomBytes" | "isAlive" | "delay" | "now">;

/**
 * The last change that can be taken back: of the configuration and the files it includes, those whose backups were made
 * together and are the newest. It works on a damaged configuration as well. Throws `backup.missing`, `file.access`.
 */
export async function lastChange(configPath: string, context: Reading): Promise<readonly Swap[]> {
  const paths = [configPath, ...(await includedFiles(configPath, context))];
  const dated = paths.flatMap((path) => newestOther(path, context));
  const newestMs = Math.max(...dated.map(({ timeMs }) => timeMs));
  const steps = dated.filter(({ timeMs }) => timeMs === newestMs).map(({ step }) => step);
  if (steps.length > 0) return steps;
  throw new OpenclawError(`${configPath} has no backup that differs from it.`, {
    code: "backup.missing",
    hint: "Backups are made when this program changes the file.",
  });
}

function isReadable(content: Buffer): boolean {
  try {
    return parseJson5(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content)).ok;
  } catch {
    return false;
  }
}

/** The newest backup of a file that holds something else than the file does; also one that an interrupted undo left. */
function newestOther(path: string, context: Pick<Context, "files">): { step: Swap; timeMs: number }[] {
  const current = readIfPresent(path, context);
  const dated = (backup: string, before: Buffer) => ({
    step: { path, backup, current, before },
    timeMs: withFileErrors("read", backup, () => context.files.statSync(backup).mtimeMs),
  });
  const waiting = current && waitingContent(path, current, context);
  const found = waiting === undefined ? [] : [dated(waitingPath(path), waiting)];
  for (let index = 0; index < BACKUP_COUNT; index += 1) {
    const backup = backupPath(path, index);
    const before = readIfPresent(backup, context);
    if (before === undefined || (current !== undefined && before.equals(current))) continue;
    // Going back to what is damaged as well helps nobody.
    if (!isReadable(before)) continue;
    found.push(dated(backup, before));
    break;
  }
  return found.sort((a, b) => b.timeMs - a.timeMs).slice(0, 1);
}

/**
 * Puts the earlier contents back. What is there now takes the place of the backup, so that undoing twice changes nothing
 * and the other backups stay.
 * Throws `config.changed` when a file is no longer what was shown, `file.locked`, `file.access`.
 */
export async function takeBack(steps: readonly Swap[], configPath: string, context: Writing): Promise<void> {
  await withLock(configPath, () => swapTogether(steps, context), context);
}

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
