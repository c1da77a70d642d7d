import { constants, type FileHandle, open, stat } from "node:fs/promises";
import { dirname } from "node:path";

const LINE_FEED = 0x0a;
const LINE_END = Buffer.from([LINE_FEED]);

/** @why a pipe would keep a thread for itself, for ever, if nobody reads it. */
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/**
 * How long a file stays open. @why opening it takes five turns of threads, and a busy program adds to it several times a
 * second; no longer, since somebody may have moved it.
 */
const OPEN_MS = 1_000;

interface OpenFile {
  readonly path: string;
  readonly opened: Promise<Opened>;
}

interface Opened {
  readonly handle: FileHandle;
  /** Another process was killed within its last line. */
  isCut: boolean;
}

/** The one that was opened last. */
let current: OpenFile | undefined;

/**
 * Adds lines at the end of a file, which is made for its owner only. One write, which the system puts behind those of
 * other processes. Begins a new line where another process was killed within one. Rejects with the system's error, also
 * if not all of it fits, and for what is no file.
 */
export async function appendLines(path: string, lines: Uint8Array): Promise<void> {
  const file = current?.path === path ? current : openForAWhile(path);
  current = file;
  try {
    await write(await file.opened, lines);
  } catch (error) {
    forget(file);
    throw error;
  }
}

function openForAWhile(path: string): OpenFile {
  const file = { path, opened: openToAppend(path) };
  const close = async () => {
    forget(file);
    // Whoever writes is told what is wrong.
    await file.opened.then(({ handle }) => handle.close()).catch(() => {});
  };
  setTimeout(() => void close(), OPEN_MS).unref();
  return file;
}

function forget(file: OpenFile): void {
  if (current === file) current = undefined;
}

async function openToAppend(path: string): Promise<Opened> {
  const handle = await open(path, APPEND, 0o600);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw Object.assign(new Error(`not a file: ${path}`), { code: "EINVAL", path });
    const { size, uid } = stats;
    if (size === 0) await giveToOwner(handle, uid, dirname(path));
    const last = Buffer.alloc(1, LINE_FEED);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    return { handle, isCut: last[0] !== LINE_FEED };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function write(opened: Opened, lines: Uint8Array): Promise<void> {
  const bytes = opened.isCut ? Buffer.concat([LINE_END, lines]) : lines;
  opened.isCut = false;
  const { bytesWritten } = await opened.handle.write(bytes);
  if (bytesWritten === bytes.length) return;
  const writtenBytes = Math.max(bytesWritten - (bytes.length - lines.length), 0);
  throw Object.assign(new Error("ENOSPC: short write"), { code: "ENOSPC", writtenBytes });
}

/** @why a file that root makes in a folder of somebody else would be closed to them. */
async function giveToOwner(file: FileHandle, uid: number, folder: string): Promise<void> {
  const owner = await stat(folder);
  // Others than root may not, and need not.
  if (owner.uid !== uid) await file.chown(owner.uid, owner.gid).catch(() => {});
}
