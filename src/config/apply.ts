import { dirname } from "node:path";
import { ensurePrivateFolder, leftovers, removeLeftovers, replaceFile, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { staleLock, withLock } from "../core/lock.ts";
import type { Paths } from "../core/paths.ts";
import type { Secret } from "../core/secret.ts";
import { backUpTogether, backupPaths, waitingPath } from "./backups.ts";
import { type ConfigEdit, editTexts } from "./config-edit.ts";
import type { LoadedConfig } from "./config-file.ts";
import { setVariable } from "./dotenv-document.ts";
import type { LoadedSecrets } from "./resolve.ts";

/** A variable of `.env` and what it shall hold. */
export interface SecretEdit {
  readonly name: string;
  readonly value: Secret;
}

/** What is to change in the two files; empty lists mean that everything is as it should be. */
export interface Plan {
  readonly config: readonly ConfigEdit[];
  readonly secrets: readonly SecretEdit[];
}

/** Both files as they were read. */
export interface ReadFiles {
  readonly config: Pick<LoadedConfig, "root" | "read" | "bytes">;
  readonly secrets: LoadedSecrets;
}

/** Access that changing the files needs. */
export type WriteContext = Pick<Context, "files" | "pid" | "randomBytes" | "isAlive" | "delay" | "now">;

export interface Applied<T extends ReadFiles> {
  /** Files that were written, in that order; empty when nothing had to change. */
  readonly written: readonly string[];
  /** Those of them whose content before is kept in a backup. */
  readonly backups: readonly string[];
  readonly plan: Plan;
  readonly today: T;
}

/** How often an edit is made afresh when another program changes a file in the meantime. */
const MAX_ATTEMPTS = 5;

/**
 * Carries a plan out while holding the lock. The plan is made anew from the files as they are then, so that what
 * another program wrote in the meantime stays. Secrets are written first: an interrupted run leaves a key that nothing
 * uses yet, never a configuration that points at nothing.
 * Throws `file.locked`, `file.access`, `config.changed`, and what reading and editing throw.
 */
export async function applyPlan<T extends ReadFiles>(
  read: () => Promise<T>,
  makePlan: (today: T) => Plan,
  paths: Paths,
  context: WriteContext,
): Promise<Applied<T>> {
  ensurePrivateFolder(paths.stateDir, context);
  // A folder of the user's own, such as /etc, is made where it is missing but never closed to others.
  const configDir = dirname(paths.config);
  const found = withFileErrors("read", configDir, () => context.files.statSync(configDir, { throwIfNoEntry: false }));
  if (found === undefined) ensurePrivateFolder(configDir, context);
  return withLock(
    paths.config,
    async () => {
      removeAllLeftovers(paths, context);
      for (let attempt = 1; ; attempt += 1) {
        const today = await read();
        const plan = makePlan(today);
        try {
          return { ...(await write(plan, today, context)), plan, today };
        } catch (error) {
          const changed = error instanceof OpenclawError && error.code === "config.changed";
          if (!changed || attempt === MAX_ATTEMPTS) throw error;
        }
      }
    },
    context,
  );
}

/** Removes what a run that was killed left behind, where nothing else has to be written; what cannot be removed stays. */
export async function sweep(paths: Paths, context: WriteContext): Promise<void> {
  if (leftBehind(paths, context).length === 0) return;
  try {
    await withLock(paths.config, () => removeAllLeftovers(paths, context), context);
  } catch (error) {
    // Somebody else is writing, or the folder is read-only: nothing that this run, which writes nothing, is about.
    if (!(error instanceof OpenclawError)) throw error;
  }
}

function removeAllLeftovers(paths: Paths, context: WriteContext): void {
  for (const target of writtenFiles(paths)) removeLeftovers(target, context);
}

/** Every file that this program replaces, and beside which it could leave a temporary one. */
function writtenFiles({ config, secrets }: Paths): readonly string[] {
  return [config, secrets, ...backupPaths(config), waitingPath(config)];
}

/** What runs that were killed left behind: temporary files and the lock. Those of running processes are not among it. */
export function leftBehind(paths: Paths, context: Omit<WriteContext, "delay" | "randomBytes">): readonly string[] {
  const lock = staleLock(paths.config, context);
  const temporary = [...writtenFiles(paths), `${paths.config}.lock`].flatMap((target) => leftovers(target, context));
  return [...temporary, ...(lock === undefined ? [] : [lock])];
}

async function write(
  { config, secrets }: Plan,
  today: ReadFiles,
  context: WriteContext,
): Promise<Pick<Applied<ReadFiles>, "written" | "backups">> {
  const written: string[] = [];
  // Both texts are made before the first byte is written: an edit that cannot be made leaves everything as it was.
  const texts = await editTexts(today.config, config);
  const secretsText = secrets.reduce(
    (text, { name, value }) => setVariable(text, name, value.reveal()),
    today.secrets.text,
  );
  if (secretsText !== today.secrets.text) {
    replaceFile(today.secrets.path, secretsText, { expected: today.secrets.bytes ?? null }, context);
    written.push(today.secrets.path);
  }
  const before = new Map(
    [...texts.keys()].flatMap((path) => {
      const bytes = today.config.bytes.get(path);
      return bytes === undefined ? [] : [[path, bytes] as const];
    }),
  );
  backUpTogether(before, context);
  for (const [path, text] of texts) {
    replaceFile(path, text, { expected: before.get(path) ?? null }, context);
    written.push(path);
  }
  return { written, backups: [...before.keys()] };
}
