import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { type FileContext, readIfPresent, replaceFile } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { unlessFails } from "../core/errors.ts";
import { hashOf } from "../core/hash.ts";
import { BACKUP_COUNT, backupOf } from "./backups.ts";
import { isInside } from "./include.ts";

/** Stands for a file's content; null for no file. */
export type ContentMark = string | null;

export interface RecordedFile {
  readonly path: string;
  readonly before: ContentMark;
  readonly after: ContentMark;
}

/** The files that one command changes together. Recorded before the first of them is replaced. */
export interface RecordedChange {
  readonly by: "change" | "undo";
  readonly files: readonly RecordedFile[];
}

/**
 * Hidden, and not among the backups: the published OpenClaw deletes what is called `.bak.*` and is not one of its five.
 * Holds no content, only marks.
 */
export const recordPath = (configPath: string): string =>
  join(dirname(configPath), `.${basename(configPath).replace(/^\./, "")}.undo`);

export function markOf(content: Buffer | undefined): ContentMark {
  if (content === undefined) return null;
  return [content.length, ...hashOf(content)].map((part) => part.toString(16)).join("-");
}

/** The newest first. A damaged record counts as none: backups can be told apart by their time as well. */
export function readRecord(configPath: string, context: Pick<Context, "files">): readonly RecordedChange[] {
  return recordIn(readIfPresent(recordPath(configPath), context), configPath);
}

function recordIn(content: Buffer | undefined, configPath: string): readonly RecordedChange[] {
  try {
    const changes: unknown = JSON.parse(content?.toString("utf8") ?? "[]");
    if (!Array.isArray(changes) || !changes.every(isChange)) return [];
    const read = changes.map(({ by, files }) => ({
      by,
      files: files.map((file) => ({ ...file, path: resolve(dirname(configPath), file.path) })),
    }));
    return read.every(({ files }) => files.every((file) => isPossible(file, configPath))) ? read : [];
  } catch {
    return [];
  }
}

export const isMark = (value: unknown): value is ContentMark => value === null || typeof value === "string";

function isChange(value: unknown): value is RecordedChange {
  const { by, files } = Object(value) as Partial<RecordedChange>;
  const isFile = ({ path, before, after }: RecordedFile) => typeof path === "string" && isMark(before) && isMark(after);
  return (by === "change" || by === "undo") && Array.isArray(files) && files.map(Object).every(isFile);
}

/** Throws `file.access`. */
export function writeRecord(configPath: string, changes: readonly RecordedChange[], context: FileContext): void {
  const kept = changes.slice(0, BACKUP_COUNT).map(({ by, files }) => ({
    by,
    files: files.map((file) => ({ ...file, path: portable(file.path, configPath) })),
  }));
  replaceFile(recordPath(configPath), `${JSON.stringify(kept)}\n`, backupOf(configPath), context);
}

/**
 * Every file of the configuration that is known: the root, what was read with it, and what earlier changes wrote. They
 * are all equal: each has backups, modes, and temporary files of killed runs.
 */
export function configurationFiles(
  configPath: string,
  read: readonly string[],
  context: Pick<Context, "files">,
): readonly string[] {
  const recorded = unlessFails(() => readRecord(configPath, context)) ?? [];
  // A file outside of the folder is ours to close only where the configuration itself includes it.
  const written = recorded.flatMap(({ files }) =>
    files.map(({ path }) => path).filter((path) => isInside(path, [dirname(configPath)])),
  );
  return [...new Set([configPath, ...read, ...written])];
}

/**
 * False for what no change of ours does: only the root is ever created, or removed by undoing that.
 * @why a record may come from elsewhere with its folder, and root may run `undo` in somebody's home.
 */
const isPossible = ({ path, before, after }: RecordedFile, configPath: string): boolean =>
  path === resolve(configPath) || (before !== null && after !== null);

/** As it is recorded: relative to the root's folder where it is in there, so that the folder can be moved or copied. */
function portable(path: string, configPath: string): string {
  const folder = dirname(configPath);
  return isAbsolute(path) && isInside(path, [folder]) ? relative(folder, path) : path;
}

type Contents = (path: string) => Buffer | undefined;

/** The progress of a change, judged by the files. `edited` if one is neither as before nor as after. */
export function progressOf({ files }: RecordedChange, contentOf: Contents): "none" | "half" | "whole" | "edited" {
  const marks = files.map((file) => ({ ...file, now: markOf(contentOf(file.path)) }));
  if (marks.some(({ before, after, now }) => now !== before && now !== after)) return "edited";
  if (marks.every(({ after, now }) => now === after)) return "whole";
  return marks.every(({ before, now }) => now === before) ? "none" : "half";
}

/**
 * The record with a change about to be made. A change before it that never began is dropped. One that was interrupted
 * half way becomes part of the new one, so that undoing never leads to the half.
 */
export function withChange(
  record: readonly RecordedChange[],
  files: readonly RecordedFile[],
  contentOf: Contents,
): readonly RecordedChange[] {
  const [last, ...older] = record;
  const progress = last && progressOf(last, contentOf);
  if (last === undefined || (progress !== "none" && progress !== "half")) return [{ by: "change", files }, ...record];
  if (progress === "none") return [{ by: "change", files }, ...older];
  const whole = new Map(files.map((file) => [file.path, file]));
  for (const { path, before, after } of last.files) {
    const wanted = last.by === "change" ? before : after;
    whole.set(path, { path, before: wanted, after: whole.get(path)?.after ?? markOf(contentOf(path)) });
  }
  return [{ by: "change", files: [...whole.values()] }, ...older];
}
