import { OpenclawError, systemCode, unlessRefused } from "./errors.ts";
import type { FileAction, RefusalContext } from "./refusal.ts";
import { escapedPath } from "./shell-quoting.ts";

/**
 * Finds out, before anything is written, that the system would refuse to put another file in the place of this one: it
 * is immutable, append-only, on a read-only file system, or a mount point of its own. Throws `file.access`, and the
 * system's error.
 */
export function assertReplaceable(path: string, target: string, action: FileAction, context: RefusalContext): void {
  const { files } = context;
  if (isMountPoint(target, context)) throw Object.assign(new Error("mount point"), { code: "EBUSY" });
  try {
    // Changes nothing, not even a time. Permissions are not at stake: another file takes the place of this one.
    files.closeSync(files.openSync(target, "r+"));
  } catch (error) {
    const code = systemCode(error);
    if (code === "EROFS" || code === undefined) throw error;
    if (code !== "EPERM") return;
    throw new OpenclawError(({ core }) => core.cannot[action]({ path, reason: core.immutable }), {
      code: "file.access",
      hint: ({ core }) => core.makeMutable(escapedPath(target)),
      cause: error,
    });
  }
}

/**
 * Linux only.
 * @source proc_pid_mountinfo(5): field 5 is the mount point, with blanks and backslashes in octal.
 */
function isMountPoint(path: string, { files }: RefusalContext): boolean {
  const mounts = unlessRefused(() => files.readFileSync("/proc/self/mountinfo", "utf8")) ?? "";
  const written = path.replace(/[ \t\n\\]/g, (found) => `\\${found.charCodeAt(0).toString(8).padStart(3, "0")}`);
  return mounts.includes(` ${written} `) && mounts.split("\n").some((line) => line.split(" ")[4] === written);
}
