import type { Stats } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Texts } from "../text/message.ts";
import type { Context, Files } from "./context.ts";
import { OpenclawError } from "./errors.ts";

/** Access that writing a file needs. */
export type FileContext = Pick<Context, "files" | "pid" | "randomBytes" | "isAlive">;

export interface ReplaceOptions {
  /** The most permission bits the file may have; a stricter file stays as it is. Default `0o600`. */
  readonly mode?: number;
  /**
   * The content the file must still have right before it is replaced, null if it must not exist; unchecked if absent.
   */
  readonly expected?: Buffer | null | undefined;
}

/** An action that the system may refuse. */
export type FileAction = keyof Texts["core"]["cannot"];

/** The code of an operating system error, such as `ENOENT`; undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error && "code" in error && typeof error.code === "string")) return undefined;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/** The result of `act`; undefined when the operating system refuses it, with one of `codes` if these are given. */
export function unlessRefused<T>(act: () => T, codes?: readonly string[]): T | undefined {
  try {
    return act();
  } catch (error) {
    const code = systemCode(error);
    if (code !== undefined && (codes === undefined || codes.includes(code))) return undefined;
    throw error;
  }
}

/** True when anything has that name, even a link that leads nowhere. */
export const isThere = (path: string, { files }: Pick<Context, "files">): boolean =>
  unlessRefused(() => files.lstatSync(path, { throwIfNoEntry: false })) !== undefined;

/** The path with all links followed; undefined if the system refuses to follow them. */
export const realPath = (path: string, { files }: Pick<Context, "files">): string | undefined =>
  unlessRefused(() => files.realpathSync(path));

/** The result of `act`; a refusal by the operating system is thrown as `file.access`, with the reason and a hint. */
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
 * The bytes of the file, undefined when there is none. Throws `file.access`, also for a pipe or device, which could
 * keep the reader waiting forever.
 */
export function readIfPresent(path: string, { files }: Pick<Context, "files">): Buffer | undefined {
  return withFileErrors("read", path, () => {
    const stats = unlessRefused(() => files.statSync(path), ["ENOENT"]);
    if (stats === undefined) return undefined;
    // Reading a folder fails with its own error.
    if (stats.isFile() || stats.isDirectory()) return unlessRefused(() => files.readFileSync(path), ["ENOENT"]);
    throw new OpenclawError(({ core }) => core.cannot.read({ path, reason: core.notRegularFile }), {
      code: "file.access",
      hint: ({ core }) => core.putFileThere,
    });
  });
}

/**
 * Ensures that the folder exists and that only its owner can enter it. Missing parents are created as private folders,
 * existing ones keep their permissions. Throws `file.access`.
 */
export function ensurePrivateFolder(path: string, { files }: Pick<Context, "files">): void {
  withFileErrors("create", path, () => {
    const isNew = files.mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined;
    const mode = files.statSync(path).mode & 0o7777;
    const wanted = (isNew ? mode | 0o700 : mode) & ~0o077;
    // Another user's folder, or one on a file system without permissions, stays as it is.
    if (mode !== wanted) unlessRefused(() => files.chmodSync(path, wanted), ["EPERM", "ENOTSUP"]);
  });
}

/** Keeps the file hidden, and the temporary file of `.env` covered by a `.gitignore` that covers `.env*`. */
const temporaryPrefix = (target: string) => `.${basename(target).replace(/^\./, "")}.`;

/** A file name beside the target that names its owner, so that `removeLeftovers` can tell when nobody needs it. */
export function temporaryName(target: string, owner: { readonly pid: number; readonly token: string }): string {
  return join(dirname(target), `${temporaryPrefix(target)}${owner.pid}.${owner.token}.tmp`);
}

/** The temporary files of ended processes beside the target. */
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
      // A file with this process's id belongs to an earlier process: this one has none at this point.
      return owner !== undefined && (Number(owner) === pid || !isAlive(Number(owner)));
    })
    .map((name) => join(dirname(target), name));
}

/** Removes the temporary files of ended processes beside the target, as far as the system allows. */
export function removeLeftovers(target: string, context: Omit<FileContext, "randomBytes">): void {
  for (const path of leftovers(target, context)) unlessRefused(() => context.files.unlinkSync(path));
}

/** The end of a chain of symbolic links, even if nothing exists there yet. The chain must not be a loop. */
function followLinks(path: string, files: Files): string {
  const place = join(files.realpathSync(dirname(path)), basename(path));
  if (!files.lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink()) return place;
  return followLinks(resolve(dirname(place), files.readlinkSync(place)), files);
}

/** Writes the whole content, however little the system takes at a time. */
export function writeAll(descriptor: number, content: Buffer, files: Files): void {
  for (let written = 0; written < content.length; ) {
    const count = files.writeSync(descriptor, content, written, content.length - written);
    if (count === 0) throw Object.assign(new Error("write(2) returned 0"), { code: "ENOSPC" });
    written += count;
  }
}

/** Puts the content on the disk, with the owner and permissions of the old file. */
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

/** Makes a rename survive a power cut, on platforms that can sync a folder. */
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
 * Replaces the file's content atomically, through symbolic links: a reader sees the old content or the new, never a
 * mix. Owner and permissions stay, the latter within `mode`; a hard link to the old file keeps the old content. Throws
 * `config.changed` when the content is not as `expected`, and `file.access`. The old content is then in place, unless
 * only the final sync of the folder failed.
 */
export function replaceFile(
  path: string,
  content: string | Buffer,
  { mode = 0o600, expected }: ReplaceOptions,
  context: FileContext,
): void {
  const { files, pid, randomBytes } = context;
  withFileErrors("write", path, () => {
    // First, because it fails on links that form a loop.
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
