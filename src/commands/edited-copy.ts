import { basename, dirname, join } from "node:path";
import { readIfPresent, replaceFile, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";

/** A copy of a file for an editor, in a folder of its own, so that what the editor puts beside it is private too. */
export interface EditedCopy {
  readonly path: string;
  readonly original: Buffer;
  /** Its content now; `undefined` if the editor removed it. */
  readonly read: () => Buffer | undefined;
  readonly remove: () => void;
}

type CopyContext = Pick<Context, "files" | "pid" | "randomBytes" | "isAlive" | "platform" | "uid">;

/** Names the process, by which others see that it is gone. */
const FOLDER = /^\.openclaw-edit-(\d+)-[\da-f]+$/;

/** Beside the file, which a folder for temporary files might not keep from others. Throws `file.access`. */
export function copyFor(file: string, original: Buffer, context: CopyContext): EditedCopy {
  const name = `.openclaw-edit-${context.pid}-${context.randomBytes(4).toString("hex")}`;
  const folder = join(dirname(file), name);
  withFileErrors("create", folder, () => context.files.mkdirSync(folder, { recursive: true, mode: 0o700 }), context);
  const path = join(folder, basename(file));
  replaceFile(path, original, {}, context);
  return {
    path,
    original,
    read: () => readIfPresent(path, context),
    remove: () => removeFolder(folder, context),
  };
}

/** With what an editor put there, folders too; a link goes, not what it leads to. */
function removeFolder(folder: string, context: Pick<Context, "files">): void {
  const { files } = context;
  unlessRefused(() => {
    for (const name of files.readdirSync(folder)) {
      const path = join(folder, name);
      const isFolder = unlessRefused(() => files.lstatSync(path).isDirectory()) ?? false;
      if (isFolder) removeFolder(path, context);
      else unlessRefused(() => files.unlinkSync(path));
    }
    files.rmdirSync(folder);
  });
}

/**
 * Removes the folders of edits whose process is gone, as when its terminal was closed. A text that is not in the file moves
 * to `kept`; returns that if there was one.
 */
export function recoverCopies(file: string, kept: string, context: CopyContext): string | undefined {
  const { files } = context;
  const today = readIfPresent(file, context);
  const names = unlessRefused(() => files.readdirSync(dirname(file))) ?? [];
  let found: string | undefined;
  for (const name of names) {
    const pid = FOLDER.exec(name)?.[1];
    if (pid === undefined || context.isAlive(Number(pid))) continue;
    const folder = join(dirname(file), name);
    // An editor may have left anything in its place, which must not keep the next one from starting.
    const content = unlessRefused(() => files.readFileSync(join(folder, basename(file))));
    if (content !== undefined && !(today?.equals(content) ?? false)) {
      replaceFile(kept, content, { ownerOf: file, replacesLink: true }, context);
      found = kept;
    }
    removeFolder(folder, context);
  }
  return found;
}
