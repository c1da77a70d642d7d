import { dirname, join, resolve, sep } from "node:path";
import type { Message, Texts } from "../text/message.ts";
import type { Context, Files } from "./context.ts";
import { systemCode, unlessRefused } from "./errors.ts";
import { escapedPath } from "./shell-quoting.ts";

export type FileAction = keyof Texts["core"]["cannot"];

export type RefusalContext = Pick<Context, "files"> & Partial<Pick<Context, "uid">>;

/** Why the system refused, more precisely than its code says. The hint is what mends it. */
interface Explanation {
  readonly reason?: (text: Texts) => string;
  readonly hint: Message;
}

/** Actions that a folder must allow, not the file. */
const NEEDS_FOLDER: readonly FileAction[] = ["create", "lock", "move", "remove", "write"];

/**
 * Looks at what is in the way: a folder or file of another user, or a link that leads nowhere. `undefined` if the
 * system's code says all there is to say.
 */
export function explainRefusal(
  code: string,
  action: FileAction,
  path: string,
  context: RefusalContext,
): Explanation | undefined {
  const { files } = context;
  const way = walk(path, files);
  if (code === "ENOENT" && way.link !== undefined && way.missing !== undefined) {
    const { at, to } = way.link;
    const folder = action === "create" ? way.missing : dirname(way.missing);
    return {
      reason: ({ core }) => core.linkToNowhere({ link: at, target: to }),
      hint: ({ core }) => core.createFolder({ folder, command: `mkdir -p ${escapedPath(folder)}`, link: at }),
    };
  }
  if (code === "ENOTDIR" && way.file !== undefined) {
    const { file } = way;
    return { reason: ({ core }) => core.partIsFile(file), hint: ({ core }) => core.useOtherFolder };
  }
  const isOwners = code === "EACCES" || (code === "EPERM" && (action === "date" || action === "protect"));
  if (!isOwners || context.uid === 0) return undefined;
  const end = way.end ?? existing(way.missing ?? path, files);
  const isFolderClosed = NEEDS_FOLDER.includes(action) && way.end !== undefined;
  const isRead = action === "read" && way.blocked === undefined;
  return ownersRefusal(way.blocked ?? (isFolderClosed ? dirname(end) : end), isRead, context);
}

function ownersRefusal(path: string, isRead: boolean, { files, uid }: RefusalContext): Explanation | undefined {
  const stats = unlessRefused(() => files.statSync(path));
  const parent = unlessRefused(() => files.statSync(dirname(path)));
  if (stats === undefined || parent === undefined) return undefined;
  const word = escapedPath(path);
  const isFolder = stats.isDirectory();
  if (stats.uid === uid) {
    const command = `chmod u+rw${isFolder ? "x" : ""} ${word}`;
    const mode = (stats.mode & 0o777).toString(8).padStart(4, "0");
    return { hint: ({ core }) => core.modeForbids({ path, mode, command }) };
  }
  const owner = userName(stats.uid, files);
  // A file of another user than its folder was left there by `sudo`; a system folder stays its owner's.
  if (stats.uid === parent.uid) {
    // A file that is only read, such as a secret of a container, may stay its owner's.
    return { hint: ({ core }) => (isRead ? core.letRead({ path, owner, uid }) : core.belongsTo({ path, owner })) };
  }
  const command = `sudo chown ${isFolder ? "-R " : ""}${userName(parent.uid, files)} ${word}`;
  return { hint: ({ core }) => core.giveBack({ path, owner, command }) };
}

/** The number if the system's list does not have the user. */
export function userName(uid: number, files: Files): string {
  const list = unlessRefused(() => files.readFileSync("/etc/passwd", "utf8")) ?? "";
  const entry = list.split("\n").find((line) => line.split(":")[2] === String(uid));
  return entry?.split(":")[0] || (uid === 0 ? "root" : String(uid));
}

/** The last part of a path that is there. */
function existing(path: string, files: Files): string {
  const missing = firstMissing(path, files);
  return missing === undefined ? path : dirname(missing);
}

/** The highest part of a path that is not there. A link that leads nowhere counts as there. */
export function firstMissing(path: string, files: Files): string | undefined {
  if (unlessRefused(() => files.lstatSync(path, { throwIfNoEntry: false })) !== undefined) return undefined;
  const parent = dirname(path);
  return parent === path ? undefined : (firstMissing(parent, files) ?? path);
}

interface Way {
  /** The last link on the way. */
  readonly link: { readonly at: string; readonly to: string } | undefined;
  /** The end of the path, if a part of it does not exist. */
  readonly missing?: string;
  /** The folder that does not let us look into it. */
  readonly blocked?: string;
  /** The part that should be a folder. */
  readonly file?: string;
  /** The end of the path, if it exists. */
  readonly end?: string;
}

/** @source path_resolution(7): Linux follows 40 links. */
const MAX_LINKS = 40;

/** Follows a path part by part, as the system does. */
function walk(path: string, files: Files): Way {
  let rest = resolve(path).split(sep).slice(1);
  let current: string = sep;
  let link: Way["link"];
  for (let links = 0; rest.length > 0 && links <= MAX_LINKS; ) {
    const [name = "", ...below] = rest;
    const next = join(current, name);
    try {
      if (files.lstatSync(next).isSymbolicLink()) {
        link = { at: next, to: resolve(current, files.readlinkSync(next)) };
        rest = [...link.to.split(sep).slice(1), ...below];
        current = sep;
        links += 1;
        continue;
      }
    } catch (error) {
      const code = systemCode(error);
      if (code === "ENOENT") return { link, missing: join(next, ...below) };
      if (code === "EACCES") return { link, blocked: current };
      if (code === "ENOTDIR") return { link, file: current };
      if (code !== undefined) return { link };
      throw error;
    }
    current = next;
    rest = below;
  }
  return { link, end: current };
}
