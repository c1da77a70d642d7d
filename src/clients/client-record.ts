import { join } from "node:path";
import { type ContentMark, isMark } from "../config/change-record.ts";
import { type FileContext, readIfPresent, replaceFile } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { unlessFails } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { RecordedValues } from "./client-changes.ts";

/** Our changes of one file of a client. */
export interface RecordedFile extends RecordedValues {
  readonly path: string;
  /** True if we made the file. */
  readonly isNew: boolean;
  /** The whole content before all that is recorded; null if there was none or it is in no backup. */
  readonly before: ContentMark;
  readonly after: ContentMark;
}

/** In the state folder, so that each profile takes back what it wrote itself. */
export const clientRecordPath = ({ stateDir }: Pick<Paths, "stateDir">): string => join(stateDir, ".clients.undo");

/** A damaged record counts as none: nothing is taken out that is not known to be ours. */
export function readClientRecord(path: string, context: Pick<Context, "files">): readonly RecordedFile[] {
  const content = unlessFails(() => readIfPresent(path, context));
  try {
    const read: unknown = JSON.parse(content?.toString("utf8") ?? "[]");
    return Array.isArray(read) && read.every(isRecordedFile) ? read : [];
  } catch {
    return [];
  }
}

/** Throws `file.access`. */
export function writeClientRecord(path: string, files: readonly RecordedFile[], context: FileContext): void {
  replaceFile(path, `${JSON.stringify(files)}\n`, { replacesLink: true }, context);
}

const isPath = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((step) => typeof step === "string");

function isRecordedFile(value: unknown): value is RecordedFile {
  const { path, isNew, before, after, values, made } = Object(value) as Partial<Record<keyof RecordedFile, unknown>>;
  const isValue = (one: unknown) => {
    const { path, before } = Object(one) as { readonly path?: unknown; readonly before?: unknown };
    return isPath(path) && (before === null || typeof before === "string");
  };
  const isWhole = typeof path === "string" && typeof isNew === "boolean" && isMark(before) && isMark(after);
  return isWhole && Array.isArray(values) && values.every(isValue) && Array.isArray(made) && made.every(isPath);
}
