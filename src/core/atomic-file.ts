import type { Stats } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Texts } from "../text/message.ts";
import type { Context, Files } from "./context.ts";
import { OpenclawError } from "./errors.ts";

export type FileContext = Pick<Context, "files" | "pid" | "randomBytes" | "isAlive">;

export interface ReplaceOptions {
  /** Upper bound on the file's permission bits; a stricter file stays as it is. Default `0o600`. */
  readonly mode?: number;
  /** The content the file must have right before it is replaced; null if it must not exist; not checked if absent. */
  readonly expected?: Buffer | null | undefined;
}

export type FileAction = keyof Texts["core"]["cannot"];

/** `undefined` unless it is an operating system error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error && "code" in error && typeof error.code === "string")) return undefined;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/**
 * Returns `undefined` if the operating system refuses `act`, optionally only with one of `codes`. Other errors are
 * rethrown.
 */
export function unlessRefused<T>(act: () => T, codes?: readonly string[]): T | undefined {
  try {
    return act();
  } catch (error) {
    const code = systemCode(error);
    if (code !== undefined && (codes === undefined || codes.includes(code))) return undefined;
    throw error;
  }
}

/** True even for a dangling link. */
export const isThere = (path: string, { files }: Pick<Context, "files">): boolean =>
  unlessRefused(() => files.lstatSync(path, { throwIfNoEntry: false })) !== undefined;

/** `undefined` if the links cannot be resolved. */
export const realPath = (path: string, { files }: Pick<Context, "files">): string | undefined =>
  unlessRefused(() => files.realpathSync(path));

/** Rethrows an operating system error as `file.access`, with its reason and a hint. */
export function withFileErrors<T>(action: FileAction, path: string | ((text: Texts) => string), act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined) throw cause;
    const message = (text: Texts) => {
      const { reason } = text.core.refusal(code);
      return text.core.cannot[action]({ path: typeof path === "string" ? path : path(text), reason });
    };
    throw new OpenclawError(message, { code: "file.access", hint: ({ core }) => core.refusal(code).hint, cause });
  }
}

/**
 * `undefined` if the file does not exist. Throws `file.access`, also for pipes and devices, which could block forever.
 */
export function readIfPresent(path: string, { files }: Pick<Context, "files">): Buffer | undefined {
  return withFileErrors("read", path, () => {
    const stats = unlessRefused(() => files.statSync(path), ["ENOENT"]);
    if (stats === undefined) return undefined;
    // Reading a folder fails with an error of its own.
    if (stats.isFile() || stats.isDirectory()) return unlessRefused(() => files.readFileSync(path), ["ENOENT"]);
    throw new OpenclawError(({ core }) => core.cannot.read({ path, reason: core.notRegularFile }), {
      code: "file.access",
      hint: ({ core }) => core.putFileThere,
    });
  });
}

/**
 * Ensures the folder exists and is accessible only to its owner. Missing parents are created private; existing ones
 * keep their permissions. Throws `file.access`.
 */
export function ensurePrivateFolder(path: string, { files }: Pick<Context, "files">): void {
  withFileErrors("create", path, () => {
    const isNew = files.mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined;
    const mode = files.statSync(path).mode & 0o7777;
    const wanted = (isNew ? mode | 0o700 : mode) & ~0o077;
    // A folder owned by another user, or on a file system without permissions, stays as it is.
    if (mode !== wanted) unlessRefused(() => files.chmodSync(path, wanted), ["EPERM", "ENOTSUP"]);
  });
}

/** Hidden, and matched by a `.gitignore` that covers `.env*` if the target is `.env`. */
const temporaryPrefix = (target: string) => `.${basename(target).replace(/^\./, "")}.`;

/** A name next to the target that identifies its owner, so `removeLeftovers` can tell when it is abandoned. */
export function temporaryName(target: string, owner: { readonly pid: number; readonly token: string }): string {
  return join(dirname(target), `${temporaryPrefix(target)}${owner.pid}.${owner.token}.tmp`);
}

/** Temporary files next to the target that belong to ended processes. */
export function leftovers(
  target: string,
  { files, pid, isAlive }: Omit<FileContext, "randomBytes">,
): readonly string[] {
  const prefix = temporaryPrefix(target);
  const names = unlessRefused(() => files.readdirSync(dirname(target))) ?? [];
  return names
    .filter((name) => {
      const owner = name.startsWith(prefix)
        ? /^(\d+)\.[0-9a-f]+\.tmp$/.exec(name.slice(prefix.length))?.[1]
        : undefined;
      // This process has no temporary file at this point, so one with its id belongs to an earlier process.
      return owner !== undefined && (Number(owner) === pid || !isAlive(Number(owner)));
    })
    .map((name) => join(dirname(target), name));
}

export function removeLeftovers(target: string, context: Omit<FileContext, "randomBytes">): void {
  for (const path of leftovers(target, context)) unlessRefused(() => context.files.unlinkSync(path));
}

/** The end of a chain of symbolic links, whether or not anything exists there. Links must not form a loop. */
function followLinks(path: string, files: Files): string {
  const place = join(files.realpathSync(dirname(path)), basename(path));
  if (!files.lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink()) return place;
  return followLinks(resolve(dirname(place), files.readlinkSync(place)), files);
}

export function writeAll(descriptor: number, content: Buffer, files: Files): void {
  for (let written = 0; written < content.length; ) {
    const count = files.writeSync(descriptor, content, written, content.length - written);
    if (count === 0) throw Object.assign(new Error("write(2) returned 0"), { code: "ENOSPC" });
    written += count;
  }
}

/** Writes and syncs the content, with the old file's owner and permissions. */
function fillAndClose(descriptor: number, content: Buffer, old: Stats | undefined, mode: number, files: Files): void {
  try {
    writeAll(descriptor, content, files);
    const { uid, gid } = files.fstatSync(descriptor);
    // Only root may give files away.
    if (old !== undefined && (old.uid !== uid || old.gid !== gid))
      unlessRefused(() => files.fchownSync(descriptor, old.uid, old.gid), ["EPERM"]);
    files.fchmodSync(descriptor, old === undefined ? mode : old.mode & mode);
    files.fsyncSync(descriptor);
  } finally {
    files.closeSync(descriptor);
  }
}

function assertUnchanged(path: string, target: string, expected: Buffer | null, files: Files): void {
  const found = unlessRefused(() => files.readFileSync(target), ["ENOENT"]) ?? null;
  if (found === null || expected === null ? found === expected : found.equals(expected)) return;
  throw new OpenclawError(({ core }) => core.changedMeanwhile(path), {
    code: "config.changed",
    hint: ({ core }) => core.runAgain,
  });
}

/** Makes a rename survive a power cut, where the platform can sync folders. */
function syncFolder(folder: string, files: Files): void {
  const refusals = ["EINVAL", "ENOTSUP", "EISDIR", "EPERM", "EACCES"];
  const descriptor = unlessRefused(() => files.openSync(folder, "r"), refusals);
  if (descriptor === undefined) return;
  try {
    unlessRefused(() => files.fsyncSync(descriptor), refusals);
  } finally {
    files.closeSync(descriptor);
  }
}

/**
 * Replaces the file's content atomically, following symbolic links: readers see either the old or the new content.
 * Owner and permissions are kept, the latter limited to `mode`; a hard link to the old file keeps the old content.
 * Throws `config.changed` if the content is not `expected`, and `file.access`. On failure the old content is still in
 * place, unless only the final folder sync failed.
 */
export function replaceFile(
  path: string,
  content: string | Buffer,
  { mode = 0o600, expected }: ReplaceOptions,
  context: FileContext,
): void {
  const { files, pid, randomBytes } = context;
  withFileErrors("write", path, () => {
    // First, because it fails on link loops.
    const old = files.statSync(path, { throwIfNoEntry: false });
    if (old !== undefined && !old.isFile())
      throw Object.assign(new Error("irregular"), { code: old.isDirectory() ? "EISDIR" : "EEXIST" });
    const target = followLinks(path, files);
    removeLeftovers(target, context);
    const temporary = temporaryName(target, { pid, token: randomBytes(6).toString("hex") });
    const descriptor = files.openSync(temporary, "wx", 0o600);
    try {
      fillAndClose(descriptor, Buffer.from(content), old, mode, files);
      if (expected !== undefined) assertUnchanged(path, target, expected, files);
      files.renameSync(temporary, target);
    } catch (error) {
      unlessRefused(() => files.unlinkSync(temporary));
      throw error;
    }
    syncFolder(dirname(target), files);
  });
}
