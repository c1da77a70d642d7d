import {
  type FileContext,
  makeFolders,
  removeFile,
  replaceFile,
  stageFile,
  withFileErrors,
} from "../core/atomic-file.ts";
import { unlessFails, unlessRefused } from "../core/errors.ts";
import type { PlannedFile, ProjectPlan } from "./plan-project.ts";

/** No secret is in them, and whoever deploys may be somebody else than who wrote them. */
const MODE = 0o644;

/**
 * Writes all files of a plan or none. Each lies beside its place before the first is replaced; where that fails midway,
 * those that were replaced are put back. Throws `config.changed` for a file that was changed since, and `file.access`.
 */
export function writeProject({ folder, files }: Pick<ProjectPlan, "folder" | "files">, context: FileContext): void {
  if (files.length === 0) return;
  withFileErrors("create", folder.path, () => makeFolders(folder.path, context.files), context);
  const staged: (readonly [PlannedFile, ReturnType<typeof stageFile>])[] = [];
  const done: PlannedFile[] = [];
  try {
    for (const file of files) {
      // One that is there keeps the permissions that its owner gave it.
      const mode = file.before === undefined ? MODE : 0o7777;
      staged.push([file, stageFile(file.path, file.content, { mode }, context)]);
    }
    for (const [file, { commit }] of staged) {
      commit(file.before ?? null);
      done.push(file);
    }
  } catch (error) {
    for (const [file, { discard }] of staged) if (!done.includes(file)) discard();
    for (const file of done.reverse()) putBack(file, context);
    if (folder.isNew) unlessRefused(() => context.files.rmdirSync(folder.path));
    throw error;
  }
}

/** As far as that can be done: the error that led here is what is told. */
function putBack({ path, before, content }: PlannedFile, context: FileContext): void {
  unlessFails(() =>
    before === undefined
      ? removeFile(path, content, context)
      : replaceFile(path, before, { mode: 0o7777, expected: content }, context),
  );
}
