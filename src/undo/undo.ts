import { BACKUP_COUNT, backupPath, rotateBackups } from "../config/backups.ts";
import { includedFiles } from "../config/config-file.ts";
import { readIfPresent, replaceFile } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { withLock } from "../core/lock.ts";

type Reading = Pick<Context, "files" | "env" | "homedir">;
type Writing = Pick<Context, "files" | "pid" | "randomBytes" | "isAlive" | "delay" | "now">;

/** A way back: a file, what it holds, and what it held before. */
export interface Step {
  readonly path: string;
  readonly backup: string;
  /** Undefined when the file is gone. */
  readonly current: Buffer | undefined;
  readonly before: Buffer;
}

/**
 * The last change that can be taken back: of the configuration and the files it includes, the one whose backup is
 * newest. It works on a damaged configuration as well. Throws `backup.missing`, `file.access`.
 */
export async function lastChange(configPath: string, context: Reading): Promise<Step> {
  const paths = [configPath, ...(await includedFiles(configPath, context))];
  const steps = paths.flatMap((path) => newestOther(path, context)).sort((a, b) => b.timeMs - a.timeMs);
  const [newest] = steps;
  if (newest !== undefined) return newest.step;
  throw new OpenclawError(`${configPath} has no backup that differs from it.`, {
    code: "backup.missing",
    hint: "Backups are made when this program changes the file.",
  });
}

/** The newest backup of a file that holds something else than the file does. */
function newestOther(path: string, context: Pick<Context, "files">): { step: Step; timeMs: number }[] {
  const current = readIfPresent(path, context);
  for (let index = 0; index < BACKUP_COUNT; index += 1) {
    const backup = backupPath(path, index);
    const before = readIfPresent(backup, context);
    if (before === undefined || (current !== undefined && before.equals(current))) continue;
    return [{ step: { path, backup, current, before }, timeMs: context.files.statSync(backup).mtimeMs }];
  }
  return [];
}

/**
 * Puts the earlier content back. What is there now becomes the newest backup, so that undoing twice changes nothing.
 * Throws `config.changed` when the file is no longer what was shown, `file.locked`, `file.access`.
 */
export async function takeBack({ path, current, before }: Step, configPath: string, context: Writing): Promise<void> {
  await withLock(
    configPath,
    () => {
      if (current !== undefined) rotateBackups(path, current, context);
      replaceFile(path, before, { expected: current ?? null }, context);
    },
    context,
  );
}
