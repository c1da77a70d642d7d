import { dirname } from "node:path";
import { ensurePrivateFolder, leftovers, removeLeftovers, replaceFile, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { attempt, OpenclawError } from "../core/errors.ts";
import { staleLock, withLock } from "../core/lock.ts";
import type { Paths } from "../core/paths.ts";
import type { Secret } from "../core/secret.ts";
import { backUpTogether, backupPaths, waitingPath } from "./backups.ts";
import { type ConfigEdit, editTexts } from "./config-edit.ts";
import type { LoadedConfig } from "./config-file.ts";
import { setVariable } from "./dotenv-document.ts";
import type { LoadedSecrets } from "./resolve.ts";

/** A variable of `.env` and its new value. */
export interface SecretEdit {
  readonly name: string;
  readonly value: Secret;
}

/** The edits to make in both files; empty lists mean that everything is up to date. */
export interface Plan {
  readonly config: readonly ConfigEdit[];
  readonly secrets: readonly SecretEdit[];
}

/** Both files as they were read, for an edit. */
export interface FilesToEdit {
  readonly config: Pick<LoadedConfig, "root" | "read" | "bytes">;
  readonly secrets: LoadedSecrets;
}

/** Access that changing the files needs. */
export type ApplyContext = Pick<Context, "files" | "pid" | "randomBytes" | "isAlive" | "delay" | "now">;

export interface Applied<T extends FilesToEdit> {
  /** The files that were written, in that order; empty when nothing had to change. */
  readonly written: readonly string[];
  /** Those of them whose earlier content is in a backup. */
  readonly backups: readonly string[];
  readonly plan: Plan;
  readonly current: T;
}

/** Attempts at an edit while another program keeps changing a file. */
const MAX_ATTEMPTS = 5;

/**
 * Carries out a plan while holding the lock. The plan is made from the files as they are then, so that changes by
 * another program survive. Secrets are written first: an interrupted run leaves a key that nothing uses yet, never a
 * configuration that refers to nothing. Throws `file.locked`, `file.access`, `config.changed`, and the errors of `read`
 * and of editing.
 */
export async function applyPlan<T extends FilesToEdit>(
  read: () => Promise<T>,
  makePlan: (current: T) => Plan,
  paths: Paths,
  context: ApplyContext,
): Promise<Applied<T>> {
  ensurePrivateFolder(paths.stateDir, context);
  // A folder of the user's choice, such as /etc, is created if missing but never closed to others.
  const configDir = dirname(paths.config);
  const found = withFileErrors("read", configDir, () => context.files.statSync(configDir, { throwIfNoEntry: false }));
  if (found === undefined) ensurePrivateFolder(configDir, context);
  return withLock(
    paths.config,
    async () => {
      removeAllLeftovers(paths, context);
      for (let round = 1; ; round += 1) {
        const current = await read();
        const plan = makePlan(current);
        try {
          return { ...(await write(plan, current, context)), plan, current };
        } catch (error) {
          const changed = error instanceof OpenclawError && error.code === "config.changed";
          if (!changed || round === MAX_ATTEMPTS) throw error;
        }
      }
    },
    context,
  );
}

/** Removes the leftovers of killed runs where nothing else has to be written, as far as the system allows. */
export async function sweep(paths: Paths, context: ApplyContext): Promise<void> {
  if (leftBehind(paths, context).length === 0) return;
  // Another process may be writing, or the folder be read-only: no concern of a run that writes nothing.
  await attempt(() => withLock(paths.config, () => removeAllLeftovers(paths, context), context));
}

function removeAllLeftovers(paths: Paths, context: ApplyContext): void {
  for (const target of writtenFiles(paths)) removeLeftovers(target, context);
}

/** Every file that this program replaces, and may leave a temporary file beside. */
function writtenFiles({ config, secrets }: Paths): readonly string[] {
  return [config, secrets, ...backupPaths(config), waitingPath(config)];
}

/** Temporary files and the lock that killed runs left behind; nothing that belongs to a running process. */
export function leftBehind(paths: Paths, context: Omit<ApplyContext, "delay" | "randomBytes">): readonly string[] {
  const lock = staleLock(paths.config, context);
  const temporary = [...writtenFiles(paths), `${paths.config}.lock`].flatMap((target) => leftovers(target, context));
  return [...temporary, ...(lock === undefined ? [] : [lock])];
}

async function write(
  { config, secrets }: Plan,
  current: FilesToEdit,
  context: ApplyContext,
): Promise<Pick<Applied<FilesToEdit>, "written" | "backups">> {
  const written: string[] = [];
  // Both texts are made before the first byte is written, so that an impossible edit changes nothing.
  const texts = await editTexts(current.config, config);
  const secretsText = secrets.reduce(
    (text, { name, value }) => setVariable(text, name, value.reveal()),
    current.secrets.text,
  );
  if (secretsText !== current.secrets.text) {
    replaceFile(current.secrets.path, secretsText, { expected: current.secrets.bytes ?? null }, context);
    written.push(current.secrets.path);
  }
  const before = new Map(
    [...texts.keys()].flatMap((path) => {
      const bytes = current.config.bytes.get(path);
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
