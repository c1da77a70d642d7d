import { removeLeftovers, systemCode, temporaryName, unlessRefused, withFileErrors, writeAll } from "./atomic-file.ts";
import type { Context } from "./context.ts";
import { OpenclawError } from "./errors.ts";

type LockContext = Pick<Context, "files" | "pid" | "randomBytes" | "isAlive" | "delay" | "now">;
type TakingContext = Omit<LockContext, "delay" | "randomBytes">;

const DEFAULT_WAIT_MS = 10_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 200;

/** @why where a lock file cannot appear complete, its maker needs microseconds to fill it; this is far more. */
const FILLING_MS = 1_000;

/** What link(2) answers on file systems that have no hard links, or do not let us make any. */
const NO_LINKS = ["EPERM", "EACCES", "ENOTSUP", "ENOSYS"];

/** Who holds a lock; the token is new for each call of `withLock`. */
interface Holder {
  readonly pid: number;
  /** In clock ticks since the machine started, which tells a process from a later one of the same number. */
  readonly startedAt: string | undefined;
  readonly token: string;
}

/** A lock file that names nobody, being damaged or not filled yet; the token stands for this state of this file. */
interface Unreadable {
  readonly pid: undefined;
  readonly modifiedAtMs: number;
  readonly token: string;
}

/** The lock file, and the one that is taken now: itself, or a guard (see `removeStale`). */
interface Place {
  readonly lock: string;
  readonly file: string;
}

const formatHolder = ({ pid, startedAt = "-", token }: Holder) => `${pid} ${startedAt} ${token}\n`;

function parseHolder(content: string): Holder | undefined {
  const [, pid, startedAt, token] = /^([1-9]\d*) (\d+|-) ([0-9a-f]+)\n$/.exec(content) ?? [];
  if (pid === undefined || token === undefined) return undefined;
  return { pid: Number(pid), startedAt: startedAt === "-" ? undefined : startedAt, token };
}

function readHolder(file: string, { files }: Pick<Context, "files">): Holder | Unreadable | undefined {
  const content = unlessRefused(() => files.readFileSync(file, "utf8"), ["ENOENT"]);
  const holder = content === undefined ? undefined : parseHolder(content);
  if (content === undefined || holder !== undefined) return holder;
  const stats = files.lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const token = `${stats.ino.toString(16)}${Math.trunc(stats.mtimeMs).toString(16)}`;
  return { pid: undefined, modifiedAtMs: stats.mtimeMs, token };
}

interface ProcessStatus {
  /** True for a zombie: it counts as alive until its parent looks at it, but does nothing more. */
  readonly hasEnded: boolean;
  readonly startedAt: string;
}

/** What Linux tells about a process; undefined elsewhere. @source proc_pid_stat(5), fields 3 and 22. */
function processStatus(pid: number, { files }: Pick<Context, "files">): ProcessStatus | undefined {
  const stat = unlessRefused(() => files.readFileSync(`/proc/${pid}/stat`, "latin1"));
  if (stat === undefined) return undefined;
  // Field 2 is the program's name in parentheses, which may itself hold blanks and parentheses.
  const fromField3 = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state = "", startedAt = ""] = [fromField3[0], fromField3[22 - 3]];
  return { hasEnded: /[ZX]/.test(state), startedAt };
}

/** Whether the holder may still be at work; only what is certain counts against it. */
function isRunning(holder: Holder | Unreadable, context: TakingContext): boolean {
  if (holder.pid === undefined) return Math.abs(context.now().getTime() - holder.modifiedAtMs) < FILLING_MS;
  if (!context.isAlive(holder.pid)) return false;
  const status = processStatus(holder.pid, context);
  if (status === undefined) return true;
  return !status.hasEnded && (holder.startedAt ?? status.startedAt) === status.startedAt;
}

/** The lock file of `path` when the process that made it has ended; anybody who needs the lock takes it over. */
export function staleLock(path: string, context: TakingContext): string | undefined {
  const lock = `${path}.lock`;
  const holder = unlessRefused(() => readHolder(lock, context));
  return holder === undefined || isRunning(holder, context) ? undefined : lock;
}

function writeNewFile(file: string, holder: Holder, { files }: TakingContext): void {
  const descriptor = files.openSync(file, "wx", 0o600);
  try {
    writeAll(descriptor, Buffer.from(formatHolder(holder)), files);
  } catch (error) {
    unlessRefused(() => files.unlinkSync(file));
    throw error;
  } finally {
    files.closeSync(descriptor);
  }
}

/** Creates the file unless it exists, and complete from the first moment where the file system has hard links. */
function create({ lock, file }: Place, me: Holder, context: TakingContext): boolean {
  const { files } = context;
  const temporary = temporaryName(lock, me);
  try {
    writeNewFile(temporary, me, context);
    files.linkSync(temporary, file);
    return true;
  } catch (error) {
    const code = systemCode(error) ?? "";
    if (code === "EEXIST") return false;
    if (!NO_LINKS.includes(code)) throw error;
  } finally {
    unlessRefused(() => files.unlinkSync(temporary));
  }
  unlessRefused(() => writeNewFile(file, me, context), ["EEXIST"]);
  // Also when it was new: had we been halted before filling it, another process would have taken it for damaged.
  return readHolder(file, context)?.token === me.token;
}

/** Never throws for a refusal: the lock of a process that has ended is free anyway. */
function release(file: string, me: Holder, context: TakingContext): void {
  unlessRefused(() => {
    if (readHolder(file, context)?.token === me.token) context.files.unlinkSync(file);
  });
}

/**
 * Removes what a dead holder left, unless it is gone already; answers who else is doing so, if anybody is.
 * Without a guard, two could find the same dead holder, and the slower remove the lock that the faster has taken since.
 * Holding the guard for this one token, it is the only process that may remove it: nothing changes between look and removal.
 */
function removeStale({ lock, file }: Place, stale: Holder | Unreadable, me: Holder, context: TakingContext) {
  // The suffix tells it from the dead process's own temporary file. Of its number, so that it is swept with that one.
  const guard = temporaryName(lock, { pid: stale.pid ?? 0, token: `${stale.token}0` });
  const other = take({ lock, file: guard }, me, context);
  if (other !== undefined) return other;
  try {
    if (readHolder(file, context)?.token === stale.token) context.files.unlinkSync(file);
  } finally {
    release(guard, me, context);
  }
  return undefined;
}

/** Takes the file if it is free or its holder is dead; else answers who has it. */
function take(place: Place, me: Holder, context: TakingContext): Holder | Unreadable | undefined {
  while (!create(place, me, context)) {
    const holder = readHolder(place.file, context);
    if (holder === undefined) continue;
    if (isRunning(holder, context)) return holder;
    const other = removeStale(place, holder, me, context);
    if (other !== undefined) return other;
  }
  return undefined;
}

async function acquire(path: string, lock: string, me: Holder, waitMs: number, context: LockContext): Promise<void> {
  let waitedMs = 0;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const holder = withFileErrors("lock", path, () => take({ lock, file: lock }, me, context));
    if (holder === undefined) return;
    if (waitedMs >= waitMs)
      throw new OpenclawError(({ core }) => core.locked({ path, pid: holder.pid }), {
        code: "file.locked",
        hint: ({ core }) => core.waitOrUnlock(lock),
      });
    await context.delay(pauseMs);
    waitedMs += pauseMs;
  }
}

/**
 * Does the work while no other process is inside `withLock` for the same path, as it is written there: links are not
 * followed. Work must not lock the same path again. The folder must exist; the lock is the file `<path>.lock` in it.
 * A lock whose process has ended is taken over at once. Throws `file.locked` after waiting `waitMs`, and `file.access`.
 */
export async function withLock<T>(
  path: string,
  work: () => T | Promise<T>,
  context: LockContext,
  { waitMs = DEFAULT_WAIT_MS }: { readonly waitMs?: number } = {},
): Promise<T> {
  const { pid, randomBytes } = context;
  const lock = `${path}.lock`;
  const token = randomBytes(8).toString("hex");
  const me = { pid, startedAt: processStatus(pid, context)?.startedAt, token };
  await acquire(path, lock, me, waitMs, context);
  try {
    // Only with the lock in hand: nobody can need a guard then, for a guard protects the removal of a dead lock.
    removeLeftovers(lock, context);
    return await work();
  } finally {
    release(lock, me, context);
  }
}
