import { constants } from "node:fs";
import { dirname } from "node:path";
import { makeFolders, writeAll } from "../core/atomic-file.ts";
import type { Context, LogOutput } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { launchdLog } from "../service/launchd.ts";
import { MOST_LOG_BYTES, predecessorOf } from "../service/service-log.ts";

type Deps = Pick<Context, "files">;

/** The bounded log of a gateway that launchd has started; `undefined` if it writes elsewhere than its agent says. */
export function openLaunchdLog(
  { profile }: Pick<Paths, "profile">,
  { env, homedir, files }: Pick<Context, "env" | "homedir" | "files">,
): LogOutput | undefined {
  if (env.OPENCLAW_SERVICE_MANAGER !== "launchd") return undefined;
  const path = launchdLog(profile, homedir());
  const [printed, log] = [unlessRefused(() => files.fstatSync(1)), unlessRefused(() => files.statSync(path))];
  const isSame = printed !== undefined && log?.isFile() && printed.ino === log.ino && printed.dev === log.dev;
  return isSame ? boundedLog(path, { files }) : undefined;
}

/**
 * A log in a file of at most `mostBytes`, with one predecessor. Copied and emptied instead of renamed: what a crash
 * prints comes through a descriptor that the system has opened, and belongs into the same file.
 */
export function boundedLog(path: string, { files }: Deps, mostBytes = MOST_LOG_BYTES): LogOutput {
  let descriptor: number | undefined;
  /** The last line lacks its end, since the disk was full. */
  let isCut = false;
  const close = () => {
    const opened = descriptor;
    descriptor = undefined;
    if (opened !== undefined) unlessRefused(() => files.closeSync(opened));
  };
  /** Somebody may have moved or removed it. */
  const opened = (): number => {
    const own = descriptor === undefined ? undefined : files.fstatSync(descriptor);
    const there = files.statSync(path, { throwIfNoEntry: false });
    if (own === undefined || there?.ino !== own.ino || there.dev !== own.dev) close();
    descriptor ??= open(path, { files });
    return descriptor;
  };
  return {
    write: (text) => {
      try {
        const log = opened();
        const bytes = Buffer.from(isCut ? `\n${text}` : text);
        if (files.fstatSync(log).size + bytes.length > mostBytes) setAside(path, log, { files });
        for (let rest = bytes; rest.length > 0; isCut = rest.length > 0)
          rest = rest.subarray(files.writeSync(log, rest, 0, rest.length));
        return true;
      } catch {
        return false;
      }
    },
    end: async () => close(),
  };
}

/** Its folder may be gone too. */
function open(path: string, { files }: Deps): number {
  const openIt = () => files.openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
  const found = unlessRefused(openIt, ["ENOENT"]);
  if (found === undefined) makeFolders(dirname(path), files);
  const descriptor = found ?? openIt();
  // An earlier version, or its owner, may have made it readable for others.
  unlessRefused(() => files.fchmodSync(descriptor, 0o600));
  return descriptor;
}

/** On a full disk, older lines go: the log stays bounded whatever happens. */
function setAside(path: string, descriptor: number, { files }: Deps): void {
  const kept = predecessorOf(path);
  unlessRefused(() => files.unlinkSync(kept));
  const isKept = unlessRefused(() => {
    copy(path, kept, { files });
    return true;
  });
  if (!isKept) unlessRefused(() => files.unlinkSync(kept));
  files.ftruncateSync(descriptor, 0);
}

const PIECE_BYTES = 1024 * 1024;

/**
 * Copies what a file has now into a new one.
 * @why not `copyFile`, which tries for ever where another program empties the file meanwhile, as a second gateway does.
 * @source libuv, uv__fs_copyfile: it goes on until it has copied as much as the file had at first.
 */
function copy(path: string, to: string, { files }: Deps): void {
  const source = files.openSync(path, "r");
  try {
    const target = files.openSync(to, "wx", 0o600);
    try {
      let left = files.fstatSync(source).size;
      const piece = Buffer.alloc(Math.min(PIECE_BYTES, left));
      while (left > 0) {
        const size = files.readSync(source, piece, 0, Math.min(piece.length, left), null);
        if (size === 0) return;
        writeAll(target, piece.subarray(0, size), files);
        left -= size;
      }
    } finally {
      files.closeSync(target);
    }
  } finally {
    files.closeSync(source);
  }
}
