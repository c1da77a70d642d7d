import { BACKUP_COUNT, backUpTogether, backupPath } from "../config/backups.ts";
import { includedFiles } from "../config/config-file.ts";
import { readIfPresent, replaceFile, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { withLock } from "../core/lock.ts";

type Reading = Pick<Context, "files" | "env" | "homedir">;
type Writing = Pick<Context, "files" | "pid" | "randomBytes" | "isAlive" | "delay" | "now">;

/** A way back for one file: what it holds, and what it held before. */
export interface Step {
  readonly path: string;
  readonly backup: string;
  /** Undefined when the file is gone. */
  readonly current: Buffer | undefined;
  readonly before: Buffer;
}

/**
 * The last change that can be taken back: of the configuration and the files it includes, those whose backups were made
 * together and are the newest. It works on a damaged configuration as well. Throws `backup.missing`, `file.access`.
 */
export async function lastChange(configPath: string, context: Reading): Promise<readonly Step[]> {
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

/** The newest backup of a file that holds something else than the file does. */
function newestOther(path: string, context: Pick<Context, "files">): { step: Step; timeMs: number }[] {
  const current = readIfPresent(path, context);
  for (let index = 0; index < BACKUP_COUNT; index += 1) {
    const backup = backupPath(path, index);
    const before = readIfPresent(backup, context);
    if (before === undefined || (current !== undefined && before.equals(current))) continue;
    return [
      {
        step: { path, backup, current, before },
        timeMs: withFileErrors("read", backup, () => context.files.statSync(backup).mtimeMs),
      },
    ];
  }
  return [];
}

/**
 * Puts the earlier contents back. What is there now becomes the newest backup, so that undoing twice changes nothing.
 * Throws `config.changed` when a file is no longer what was shown, `file.locked`, `file.access`.
 */
export async function takeBack(steps: readonly Step[], configPath: string, context: Writing): Promise<void> {
  await withLock(
    configPath,
    () => {
      const existing = steps.flatMap(({ path, current }) => (current === undefined ? [] : [[path, current] as const]));
      backUpTogether(new Map(existing), context);
      for (const { path, current, before } of steps) replaceFile(path, before, { expected: current ?? null }, context);
    },
    context,
  );
}
