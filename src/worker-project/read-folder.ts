import { basename, dirname, join, resolve } from "node:path";
import { isInside } from "../config/include.ts";
import { isThere, readIfPresent, realPath, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { quotedWord } from "../core/shell-quoting.ts";
import { type ProjectRecord, RECORD_FILE, readRecord } from "./record.ts";
import { CONFIG_FILE, WORKER_FILE, WRANGLER_FILE } from "./wrangler-file.ts";

/** Files that are read before any is written. */
const READ_FILES = [WRANGLER_FILE, CONFIG_FILE, WORKER_FILE, "README.md", ".dev.vars.example", ".gitignore"] as const;
export type ProjectFile = (typeof READ_FILES)[number];

/** A folder for a project, as it is. */
export interface ProjectFolder {
  readonly path: string;
  readonly isNew: boolean;
  /** Absent before the project is written. */
  readonly record: ProjectRecord | undefined;
  readonly recordBytes: Buffer | undefined;
  /** The content of each file that is there. */
  readonly files: ReadonlyMap<ProjectFile, Buffer>;
}

/** Any of them shows that something else lives there. */
const OTHERS = ["package.json", "wrangler.toml", "wrangler.json", WRANGLER_FILE, WORKER_FILE, CONFIG_FILE];

type FolderContext = Parameters<typeof readIfPresent>[1];

interface OwnFolders {
  readonly reserved: readonly string[];
  readonly removed?: string;
}

/** Without links, also of a folder that is not there yet. */
function resolvedPath(path: string, context: FolderContext): string {
  const parent = dirname(path);
  return realPath(path, context) ?? (parent === path ? path : join(resolvedPath(parent, context), basename(path)));
}

/**
 * Reads a folder. Throws `project.foreign` for one in which something else lives, `usage.invalid` for what is no folder, and
 * `file.access`. `reserved` are folders of openclaw's own; `removed` is the one that is uninstalled with all that is in it.
 */
export function readFolder(path: string, { reserved, removed }: OwnFolders, context: FolderContext): ProjectFolder {
  const { files } = context;
  const stats = withFileErrors("read", path, () => files.statSync(path, { throwIfNoEntry: false }), context);
  if (stats !== undefined && !stats.isDirectory())
    throw new OpenclawError((t) => t.workerProject.notAFolder(path), {
      code: "usage.invalid",
      hint: (t) => t.workerProject.nameAFolder,
    });
  if (stats === undefined && isThere(path, context))
    throw new OpenclawError((t) => t.workerProject.danglingLink(path), {
      code: "usage.invalid",
      hint: (t) => t.workerProject.nameAFolder,
    });
  const real = realPath(path, context) ?? path;
  if (reserved.some((folder) => (realPath(folder, context) ?? folder) === real))
    throw new OpenclawError((t) => t.workerProject.ownFolder(path), {
      code: "project.foreign",
      hint: (t) => t.workerProject.nameAnother,
    });
  if (removed !== undefined && isInside(resolvedPath(path, context), [resolvedPath(removed, context)]))
    throw new OpenclawError((t) => t.workerProject.inOwnFolder({ path, folder: removed }), {
      code: "project.foreign",
      hint: (t) => t.workerProject.nameOutside(removed),
    });
  const recordBytes = stats && readIfPresent(join(path, RECORD_FILE), context);
  const record = recordBytes && readRecord(recordBytes.toString("utf8"));
  if (recordBytes !== undefined && record === undefined)
    throw new OpenclawError((t) => t.workerProject.recordUnreadable(join(path, RECORD_FILE)), {
      code: "project.syntax",
      hint: (t) => t.workerProject.restoreRecord,
    });
  if (stats !== undefined && record === undefined) {
    const found = OTHERS.filter((name) => isThere(join(path, name), context));
    if (found.length > 0)
      throw new OpenclawError((t) => t.workerProject.foreign({ path, files: found }), {
        code: "project.foreign",
        hint: (t) => t.workerProject.nameAnother,
      });
  }
  const contents = READ_FILES.flatMap((name) => {
    const bytes = stats && readIfPresent(join(path, name), context);
    return bytes === undefined ? [] : [[name, bytes] as const];
  });
  return { path, isNew: stats === undefined, record, recordBytes, files: new Map(contents) };
}

/** The path that an argument names. Throws `usage.invalid` for none, such as a variable of a shell that is not set. */
export function folderNamed(argument: string, { cwd }: Pick<Context, "cwd">): string {
  if (argument.trim() !== "") return resolve(cwd(), argument);
  throw new OpenclawError((t) => t.workerProject.noFolder, {
    code: "usage.invalid",
    hint: (t) => t.workerProject.nameAFolder,
  });
}

/** A project that was written. Throws `project.foreign` if there is none. */
export function readProject(path: string, command: string, context: FolderContext): ProjectFolder {
  const folder = readFolder(path, { reserved: [] }, context);
  if (folder.record !== undefined) return folder;
  throw new OpenclawError((t) => t.workerProject.noProject(path), {
    code: "project.foreign",
    hint: (t) => t.workerProject.writeFirst(`${command} ${quotedWord(path)}`),
  });
}
