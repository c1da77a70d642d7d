import { BACKUP_COUNT, backupPath, waitingPath } from "../config/backups.ts";
import { includedFiles } from "../config/config-file.ts";
import { parseJson5 } from "../config/json5-parse.ts";
import { readIfPresent, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { withLock } from "../core/lock.ts";
import { type Swap, swapTogether, waitingContent } from "./swap.ts";

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
