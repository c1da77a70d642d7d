import type { Stats } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Texts } from "../text/message.ts";
import type { Context, Files } from "./context.ts";
import { OpenclawError, systemCode, unlessRefused } from "./errors.ts";
import { ownNamespace } from "./pid-namespace.ts";
import { explainRefusal, type FileAction, type RefusalContext } from "./refusal.ts";
import { assertReplaceable } from "./replaceable.ts";
import { escapedPath } from "./shell-quoting.ts";
import { removeLeftovers, temporaryName } from "./temporary-file.ts";

export type FileContext = RefusalContext & Pick<Context, "pid" | "randomBytes" | "isAlive">;

export interface ReplaceOptions {
  /** Upper bound on the file's permission bits; a stricter file stays as it is. Default `0o600`. */
  readonly mode?: number;
  /** Another file whose owner the new one gets, as a backup does. By default that of the file it replaces, or its folder's. */
  readonly ownerOf?: string;
  /** Replaces a link itself, which is followed by default. */
  readonly replacesLink?: boolean;
  /** The content the file must have right before it is replaced; null if it must not exist; not checked if absent. */
  readonly expected?: Buffer | null | undefined;
}

/** True even for a dangling link. */
export const isThere = (path: string, { files }: Pick<Context, "files">): boolean =>
  unlessRefused(() => files.lstatSync(path, { throwIfNoEntry: false })) !== undefined;

/** `undefined` if the links cannot be resolved. */
export const realPath = (path: string, { files }: Pick<Context, "files">): string | undefined =>
  unlessRefused(() => files.realpathSync(path));

/**
 * Rethrows an operating system error as `file.access`, with its reason and a hint. With a context, the hint names the
 * owner who is in the way and the command that mends it.
 */
export function withFileErrors<T>(
  action: FileAction,
  path: string | ((text: Texts) => string),
  act: () => T,
  context?: RefusalContext,
): T {
  try {
    return act();
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined) throw cause;
    const isFile = typeof path === "string";
    const explained = isFile && context !== undefined ? explainRefusal(code, action, path, context) : undefined;
    const message = (text: Texts) => {
      const reason = explained?.reason?.(text) ?? text.core.refusal(code).reason;
      return text.core.cannot[action]({ path: isFile ? path : path(text), reason });
    };
    const hint = explained?.hint ?? (({ core }: Texts) => core.refusal(code).hint);
    throw new OpenclawError(message, { code: "file.access", hint, cause });
  }
}

/** No file that a person writes is larger, and reading one keeps a running gateway from its requests. */
const MAX_FILE_MB = 16;

/**
 * `undefined` if the file does not exist. Throws `file.access`, also for pipes and devices, which could block forever,
 * and for what is far too large.
 */
export function readIfPresent(path: string, context: RefusalContext): Buffer | undefined {
  const { files } = context;
  const read = () => {
    // An error would cost more than the look.
    const stats = unlessRefused(() => files.statSync(path, { throwIfNoEntry: false }), ["ENOENT"]);
    if (stats === undefined) return undefined;
    if (stats.size > MAX_FILE_MB * 1e6 && stats.isFile()) {
      throw new OpenclawError(({ core }) => core.cannot.read({ path, reason: core.tooLarge(MAX_FILE_MB) }), {
        code: "file.access",
        hint: ({ core }) => core.moveAway(escapedPath(path)),
      });
    }
    // Reading a folder fails with an error of its own.
    if (stats.isFile() || stats.isDirectory()) return unlessRefused(() => files.readFileSync(path), ["ENOENT"]);
    throw new OpenclawError(({ core }) => core.cannot.read({ path, reason: core.notRegularFile }), {
      code: "file.access",
      hint: ({ core }) => core.putFileThere,
    });
  };
  return withFileErrors("read", path, read, context);
}

/**
 * Ensures the folder exists and is accessible only to its owner. Missing parents are created private; existing ones
 * keep their permissions. Throws `file.access`.
 */
export function ensurePrivateFolder(path: string, context: RefusalContext): void {
  const { files } = context;
  const ensure = () => {
    const isNew = makeFolders(path, files);
    const mode = files.statSync(path).mode & 0o7777;
    const wanted = (isNew ? mode | 0o700 : mode) & ~0o077;
    // A folder owned by another user, or on a file system without permissions, stays as it is.
    if (mode !== wanted) unlessRefused(() => files.chmodSync(path, wanted), ["EPERM", "ENOTSUP"]);
  };
  withFileErrors("create", path, ensure, context);
}

/**
 * Creates a folder and its missing parents, private to the owner of the folder that they are in. False if it is there.
 * @why not Node's recursive mkdir, which tries for ever where the system says ENOENT in a folder that exists, as in /proc.
 */
export function makeFolders(path: string, files: Files): boolean {
  if (files.statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
  const parent = dirname(path);
  const isThere = files.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  if (!isThere && parent !== path) makeFolders(parent, files);
  try {
    // A link that leads nowhere is reported as what is missing behind it.
    if (isThere) files.statSync(path);
    files.mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = systemCode(error);
    if (code === "EEXIST" && files.statSync(path).isDirectory()) return false;
    if (code !== "ENOENT" || isThere) throw error;
    throw new OpenclawError(({ core }) => core.cannot.create({ path, reason: core.noFoldersIn(parent) }), {
      code: "file.access",
      hint: ({ core }) => core.useOtherFolder,
      cause: error,
    });
  }
  const { uid, gid } = files.statSync(parent);
  if (files.statSync(path).uid !== uid) giveAway(() => files.chownSync(path, uid, gid));
  return true;
}

/** Only root may give files away, and not everywhere. */
const giveAway = (act: () => void) => unlessRefused(act, ["EPERM", "EINVAL", "ENOTSUP", "ENOSYS"]);

/** Gives a new file to the owner of its folder, so that `sudo` leaves nothing behind that this user cannot read. */
export function giveToOwnerOf(folder: string, descriptor: number, files: Files): void {
  const { uid, gid } = files.statSync(folder);
  if (files.fstatSync(descriptor).uid !== uid) giveAway(() => files.fchownSync(descriptor, uid, gid));
}

/** Throws the system's error. */
export const isLink = (path: string, files: Files): boolean =>
  files.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

/** The path itself, in the folder that its links lead to. */
const ownPlace = (path: string, files: Files) => join(files.realpathSync(dirname(path)), basename(path));

/** The end of a chain of symbolic links, whether or not anything exists there. Links must not form a loop. */
export function linkTarget(path: string, files: Files): string {
  const place = ownPlace(path, files);
  if (!isLink(place, files)) return place;
  return linkTarget(resolve(dirname(place), files.readlinkSync(place)), files);
}

const MAX_INTERRUPTIONS = 10;

function retried<T>(act: () => T): T {
  for (let tries = 1; tries < MAX_INTERRUPTIONS; tries += 1) {
    try {
      return act();
    } catch (error) {
      if (systemCode(error) !== "EINTR") throw error;
    }
  }
  return act();
}

export function writeAll(descriptor: number, content: Buffer, files: Files): void {
  for (let written = 0; written < content.length; ) {
    // A signal is no reason to stop, where a file system lets it interrupt a write.
    const count = retried(() => files.writeSync(descriptor, content, written, content.length - written));
    if (count === 0) throw Object.assign(new Error("write(2) returned 0"), { code: "ENOSPC" });
    written += count;
  }
}

interface Filled {
  readonly content: Buffer;
  readonly mode: number;
  /** The file whose owner the new one gets; its folder's if there is none. */
  readonly owner: Stats | undefined;
}

function fillAndClose(descriptor: number, folder: string, { content, mode, owner }: Filled, files: Files): void {
  try {
    writeAll(descriptor, content, files);
    const { uid, gid } = files.fstatSync(descriptor);
    if (owner === undefined) giveToOwnerOf(folder, descriptor, files);
    else if (owner.uid !== uid || owner.gid !== gid) giveAway(() => files.fchownSync(descriptor, owner.uid, owner.gid));
    files.fchmodSync(descriptor, mode);
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
  { expected, ...options }: ReplaceOptions,
  context: FileContext,
): void {
  stageFile(path, content, options, context).commit(expected);
}

/**
 * Removes the file that `path` leads to, whose links stay. Throws `config.changed` if the content is not `expected`, and
 * `file.access`.
 */
export function removeFile(path: string, expected: Buffer | undefined, { files }: Pick<Context, "files">): void {
  const remove = () => {
    const target = linkTarget(path, files);
    assertUnchanged(path, target, expected ?? null, files);
    unlessRefused(() => files.unlinkSync(target), ["ENOENT"]);
    syncFolder(dirname(target), files);
  };
  withFileErrors("remove", path, remove, { files });
}

/** Throws `file.access` where `removeFile` would, as far as can be known. */
export const assertRemovable = (path: string, context: RefusalContext): void =>
  withFileErrors(
    "remove",
    path,
    () => assertReplaceable(path, linkTarget(path, context.files), "remove", context),
    context,
  );

/** A new content that lies, whole and synced, beside the file it will replace. Either method ends it. */
export interface StagedFile {
  /** Throws `config.changed` if the content is not `expected`, and `file.access`. */
  readonly commit: (expected?: Buffer | null) => void;
  readonly discard: () => void;
}

/**
 * The first half of `replaceFile`: everything that can fail for want of room or permission, with the file untouched.
 * Throws `file.access`.
 */
export function stageFile(
  path: string,
  content: string | Buffer,
  { mode = 0o600, ownerOf, replacesLink = false }: Omit<ReplaceOptions, "expected">,
  context: FileContext,
): StagedFile {
  const { files, pid, randomBytes } = context;
  const stage = () => {
    const isReplaced = replacesLink && isLink(path, files);
    // First, because it fails on link loops.
    const old = isReplaced ? undefined : files.statSync(path, { throwIfNoEntry: false });
    if (old !== undefined && !old.isFile())
      throw Object.assign(new Error("irregular"), { code: old.isDirectory() ? "EISDIR" : "EEXIST" });
    const target = isReplaced ? ownPlace(path, files) : linkTarget(path, files);
    if (old !== undefined) assertReplaceable(path, target, "write", context);
    removeLeftovers(target, context);
    const temporary = temporaryName(target, {
      pid,
      token: randomBytes(6).toString("hex"),
      within: ownNamespace(context),
    });
    const descriptor = files.openSync(temporary, "wx", 0o600);
    const discard = () => void unlessRefused(() => files.unlinkSync(temporary));
    try {
      const owner = ownerOf === undefined ? old : (files.statSync(ownerOf, { throwIfNoEntry: false }) ?? old);
      const filled = { content: Buffer.from(content), mode: old === undefined ? mode : old.mode & mode, owner };
      fillAndClose(descriptor, dirname(target), filled, files);
    } catch (error) {
      discard();
      throw error;
    }
    return { target, temporary, discard };
  };
  const { target, temporary, discard } = withFileErrors("write", path, stage, context);
  const commit = (expected?: Buffer | null) => {
    try {
      if (expected !== undefined) assertUnchanged(path, target, expected, files);
      files.renameSync(temporary, target);
    } catch (error) {
      discard();
      throw error;
    }
    syncFolder(dirname(target), files);
  };
  return { commit: (expected) => withFileErrors("write", path, () => commit(expected), context), discard };
}
