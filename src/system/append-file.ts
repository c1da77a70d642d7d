import { constants, type FileHandle, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { LINE_FEED } from "../core/ascii.ts";

const LINE_END = Buffer.from([LINE_FEED]);

/** @why a pipe would keep a thread for itself, for ever, if nobody reads it. */
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/**
 * Adds lines at the end of a file, which is made for its owner only. One write, which the system puts behind those of
 * other processes. Begins a new line where another process was killed within one. Rejects with the system's error, also
 * if not all of it fits, and for what is no file.
 */
export async function appendLines(path: string, lines: Uint8Array): Promise<void> {
  const file = await open(path, APPEND, 0o600);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw Object.assign(new Error(`not a file: ${path}`), { code: "EINVAL" });
    const { size, uid } = stats;
    if (size === 0) await giveToOwner(file, uid, dirname(path));
    const last = Buffer.alloc(1, LINE_FEED);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const bytes = last[0] === LINE_FEED ? lines : Buffer.concat([LINE_END, lines]);
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten < bytes.length) {
      const writtenBytes = Math.max(bytesWritten - (bytes.length - lines.length), 0);
      throw Object.assign(new Error("ENOSPC: short write"), { code: "ENOSPC", writtenBytes });
    }
  } finally {
    await file.close();
  }
}

/** @why a file that root makes in a folder of somebody else would be closed to them. */
async function giveToOwner(file: FileHandle, uid: number, folder: string): Promise<void> {
  const owner = await stat(folder);
  // Others than root may not, and need not.
  if (owner.uid !== uid) await file.chown(owner.uid, owner.gid).catch(() => {});
}
