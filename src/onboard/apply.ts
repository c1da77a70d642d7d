import { basename, dirname } from "node:path";
import { BACKUP_COUNT, backUpTogether, backupPath } from "../config/backups.ts";
import { editTexts } from "../config/config-edit.ts";
import { setVariable } from "../config/dotenv-document.ts";
import {
  ensurePrivateFolder,
  removeLeftovers,
  replaceFile,
  unlessRefused,
  withFileErrors,
} from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { withLock } from "../core/lock.ts";
import type { Paths } from "../core/paths.ts";
import type { Plan } from "./plan.ts";
import type { Today } from "./today.ts";

type Writing = Pick<Context, "files" | "pid" | "randomBytes" | "isAlive" | "delay" | "now">;

export interface Applied {
  /** Files that were written, in that order; empty when nothing had to change. */
  readonly written: readonly string[];
  /** Those of them whose content before is kept in a backup. */
  readonly backups: readonly string[];
  readonly plan: Plan;
  readonly today: Today;
}

/** How often an edit is made afresh when another program changes a file in the meantime. */
const MAX_ATTEMPTS = 5;

/**
 * Carries a plan out while holding the lock. The plan is made anew from the files as they are then, so that what
 * another program wrote in the meantime stays. Secrets are written first: an interrupted run leaves a key that nothing
 * uses yet, never a configuration that points at nothing.
 * Throws `file.locked`, `file.access`, `config.changed`, and what reading and editing throw.
 */
export async function applyPlan(
  read: () => Promise<Today>,
  makePlan: (today: Today) => Plan,
  paths: Paths,
  context: Writing,
): Promise<Applied> {
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
export async function sweep(paths: Paths, context: Writing): Promise<void> {
  const folders = new Set([paths.stateDir, dirname(paths.config)]);
  const names = [...folders].flatMap((folder) => unlessRefused(() => context.files.readdirSync(folder)) ?? []);
  const [config, secrets] = [paths.config, paths.secrets].map((path) => basename(path).replace(/^\./, ""));
  const isOurs = (name: string) =>
    name === `${basename(paths.config)}.lock` ||
    (/\.\d+\.[0-9a-f]+\.tmp$/.test(name) && [`.${config}.`, `.${secrets}.`].some((start) => name.startsWith(start)));
  if (!names.some(isOurs)) return;
  try {
    await withLock(paths.config, () => removeAllLeftovers(paths, context), context);
  } catch (error) {
    // Somebody else is writing, or the folder is read-only: nothing that this run, which writes nothing, is about.
    if (!(error instanceof OpenclawError)) throw error;
  }
}

function removeAllLeftovers({ config, secrets }: Paths, context: Writing): void {
  const backups = Array.from({ length: BACKUP_COUNT }, (_, index) => backupPath(config, index));
  for (const target of [config, secrets, ...backups]) removeLeftovers(target, context);
}

async function write(
  { config, secrets }: Plan,
  today: Today,
  context: Writing,
): Promise<Pick<Applied, "written" | "backups">> {
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
