import { dirname } from "node:path";
import { type FileContext, giveToOwnerOf, withFileErrors, writeAll } from "./atomic-file.ts";
import type { Context } from "./context.ts";
import { OpenclawError, systemCode, unlessFails, unlessRefused } from "./errors.ts";
import { ABANDONED_MS, isSameNamespace, ownNamespace, type PidNamespace } from "./pid-namespace.ts";
import { removeLeftovers, temporaryName } from "./temporary-file.ts";

type LockContext = FileContext & Pick<Context, "delay" | "now">;
type TakingContext = Omit<LockContext, "delay" | "randomBytes">;

const DEFAULT_WAIT_MS = 10_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 200;

/** @why a lock file that cannot be created atomically is filled within microseconds; this is far longer. */
const FILLING_MS = 1_000;

/** A lock is one short line. What is longer is no lock of ours. */
const MAX_LOCK_BYTES = 1_024;

/** Attempts in a row, before waiting as for a holder. */
const MAX_TRIES = 20;

/** Errors of link(2) on file systems without hard links, or that forbid them. */
const NO_LINKS = ["EPERM", "EACCES", "ENOTSUP", "ENOSYS"];

/** The process holding a lock; the token is unique per call of `withLock`. */
interface Holder {
  readonly pid: number;
  /** In clock ticks since boot, to detect a reused process id. */
  readonly startedAt: string | undefined;
  readonly token: string;
  readonly within: PidNamespace;
}

interface FoundHolder extends Holder {
  readonly modifiedAtMs: number;
}

/** A lock file that names no process: damaged, or not filled yet. The token identifies this state of the file. */
interface UnreadableLock {
  readonly pid: undefined;
  readonly modifiedAtMs: number;
  readonly token: string;
}

type LockContent = FoundHolder | UnreadableLock;

/** The lock file, and the file to create now: the lock itself, or a guard (see `removeStale`). */
interface LockFiles {
  readonly lock: string;
  readonly file: string;
}

const formatHolder = ({ pid, startedAt = "-", token, within: { boot, namespace, host } }: Holder) =>
  `${[pid, startedAt, token, ...(boot === "" ? [] : [boot, namespace, host])].join(" ")}\n`;

/** The namespace was added later, so a lock without one is read as well. */
function parseHolder(content: string): Holder | undefined {
  const [, pid, startedAt, token, boot = "", namespace = "", host = ""] =
    /^([1-9]\d*) (\d+|-) ([0-9a-f]+)(?: ([\w.-]+) ([\w.-]+) ([\w.-]*))?\n$/.exec(content) ?? [];
  if (pid === undefined || token === undefined) return undefined;
  const within = { boot, namespace, host };
  return { pid: Number(pid), startedAt: startedAt === "-" ? undefined : startedAt, token, within };
}

/**
 * Looks at the file before it is read: a pipe would never answer, a link that leads nowhere looks like no lock at all,
 * and what is large takes long. Throws `file.access` for those.
 */
function readHolder(file: string, { files }: Pick<Context, "files">): LockContent | undefined {
  const stats = files.lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isFile() || stats.size > MAX_LOCK_BYTES) {
    throw new OpenclawError(({ core }) => core.cannot.lock({ path: file, reason: core.notALock }), {
      code: "file.access",
      hint: ({ core }) => core.moveAway(file),
    });
  }
  const content = unlessRefused(() => files.readFileSync(file, "utf8"), ["ENOENT"]);
  if (content === undefined) return undefined;
  const { mtimeMs: modifiedAtMs } = stats;
  const holder = parseHolder(content);
  if (holder !== undefined) return { ...holder, modifiedAtMs };
  const token = `${stats.ino.toString(16)}${Math.trunc(modifiedAtMs).toString(16)}`;
  return { pid: undefined, modifiedAtMs, token };
}

interface ProcessStatus {
  /** True for a zombie, which counts as alive until its parent reaps it but does nothing more. */
  readonly hasEnded: boolean;
  readonly startedAt: string;
}

/**
 * Linux only; `undefined` elsewhere.
 * @source proc_pid_stat(5), fields 3 and 22.
 */
function processStatus(pid: number, { files }: Pick<Context, "files">): ProcessStatus | undefined {
  const stat = unlessRefused(() => files.readFileSync(`/proc/${pid}/stat`, "latin1"));
  if (stat === undefined) return undefined;
  // Field 2 is the program's name in parentheses, which may contain blanks and parentheses itself.
  const fromField3 = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state = "", startedAt = ""] = [fromField3[0], fromField3[22 - 3]];
  return { hasEnded: /[ZX]/.test(state), startedAt };
}

/** A process of another container or machine, whose id says nothing here. */
const isForeign = ({ within }: FoundHolder, context: Pick<Context, "files">): boolean =>
  !isSameNamespace(within, ownNamespace(context));

/** False only if the holder has certainly ended, or is foreign and has not been heard of for long. */
function isRunning(found: LockContent, context: TakingContext, nowMs = context.now().getTime()): boolean {
  if (found.pid === undefined) return Math.abs(context.now().getTime() - found.modifiedAtMs) < FILLING_MS;
  if (isForeign(found, context)) return nowMs - found.modifiedAtMs < ABANDONED_MS;
  if (!context.isAlive(found.pid)) return false;
  const status = processStatus(found.pid, context);
  if (status === undefined) return true;
  return !status.hasEnded && (found.startedAt ?? status.startedAt) === status.startedAt;
}

/** The lock file of `path` if its process has ended. The next process that needs the lock takes it over. */
export function staleLock(path: string, context: TakingContext): string | undefined {
  const lock = `${path}.lock`;
  const holder = unlessFails(() => unlessRefused(() => readHolder(lock, context)));
  return holder === undefined || isRunning(holder, context) ? undefined : lock;
}

function writeNewFile(file: string, holder: Holder, { files }: TakingContext): void {
  const descriptor = files.openSync(file, "wx", 0o600);
  try {
    writeAll(descriptor, Buffer.from(formatHolder(holder)), files);
    giveToOwnerOf(dirname(file), descriptor, files);
  } catch (error) {
    unlessRefused(() => files.unlinkSync(file));
    throw error;
  } finally {
    files.closeSync(descriptor);
  }
}

/**
 * Creates the file unless it exists; atomically where the file system has hard links. Otherwise returns the time by the
 * clock of the file system, which containers and machines that share it have in common.
 */
function create({ lock, file }: LockFiles, me: Holder, context: TakingContext): { readonly nowMs: number } | undefined {
  const { files } = context;
  const temporary = temporaryName(lock, me);
  let nowMs = context.now().getTime();
  try {
    writeNewFile(temporary, me, context);
    nowMs = files.lstatSync(temporary, { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
    files.linkSync(temporary, file);
    return undefined;
  } catch (error) {
    const code = systemCode(error) ?? "";
    if (code === "EEXIST") return { nowMs };
    if (!NO_LINKS.includes(code)) throw error;
  } finally {
    unlessRefused(() => files.unlinkSync(temporary));
  }
  unlessRefused(() => writeNewFile(file, me, context), ["EEXIST"]);
  // Also checked for a new file: another process may have taken it for damaged before it was filled.
  return readHolder(file, context)?.token === me.token ? undefined : { nowMs };
}

/** Errors are ignored: the lock of an ended process can be taken anyway. */
function release(file: string, me: Holder, context: TakingContext): void {
  unlessRefused(() => {
    if (readHolder(file, context)?.token === me.token) context.files.unlinkSync(file);
  });
}

/**
 * Removes a dead holder's file. If another process is already doing so, returns that process. Without a guard, two
 * processes could find the same dead holder, and the slower one would remove the lock that the faster one has taken
 * since. The guard is named after this token, so only its owner may remove the file.
 */
function removeStale({ lock, file }: LockFiles, stale: LockContent, me: Holder, context: TakingContext) {
  // The suffix tells it from the dead process's temporary file; having the same id, both are cleaned up together.
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

/** Takes the file if it is free or its holder is dead; otherwise returns the holder. */
function take(place: LockFiles, me: Holder, context: TakingContext): LockContent | undefined {
  for (let tries = 1; ; tries += 1) {
    const refused = create(place, me, context);
    if (refused === undefined) return undefined;
    const holder = readHolder(place.file, context);
    if (holder === undefined && tries < MAX_TRIES) continue;
    if (holder === undefined || tries >= MAX_TRIES) return holder ?? { pid: undefined, modifiedAtMs: 0, token: "" };
    if (isRunning(holder, context, refused.nowMs)) return holder;
    const other = removeStale(place, holder, me, context);
    if (other !== undefined) return other;
  }
}

async function acquire(path: string, lock: string, me: Holder, waitMs: number, context: LockContext): Promise<void> {
  let waitedMs = 0;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const holder = withFileErrors("lock", path, () => take({ lock, file: lock }, me, context), context);
    if (holder === undefined) return;
    if (waitedMs >= waitMs) throw lockedBy(holder, { path, lock }, context);
    await context.delay(pauseMs);
    waitedMs += pauseMs;
  }
}

function lockedBy(
  holder: LockContent,
  { path, lock }: { path: string; lock: string },
  context: LockContext,
): OpenclawError {
  if (holder.pid !== undefined && isForeign(holder, context)) {
    const { pid, within } = holder;
    return new OpenclawError(({ core }) => core.lockedElsewhere({ path, pid, host: within.host }), {
      code: "file.locked",
      hint: ({ core }) => core.waitForAbandoned({ lock, minutes: ABANDONED_MS / 60_000 }),
    });
  }
  return new OpenclawError(({ core }) => core.locked({ path, pid: holder.pid }), {
    code: "file.locked",
    hint: ({ core }) => core.waitOrUnlock(lock),
  });
}

/**
 * Runs `work` while no other process is inside `withLock` for the same path. Paths are compared as spelled, links are
 * not followed, and locks do not nest. The lock is the file `<path>.lock`, whose folder must exist. The lock of an
 * ended process is taken over at once, that of another container or machine when it is old. Throws `file.locked` after
 * waiting `waitMs`, and `file.access`.
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
  const me = { pid, startedAt: processStatus(pid, context)?.startedAt, token, within: ownNamespace(context) };
  await acquire(path, lock, me, waitMs, context);
  try {
    // Only safe under the lock: guards protect the removal of a dead lock, so no process needs one now.
    removeLeftovers(lock, context);
    return await work();
  } finally {
    release(lock, me, context);
  }
}
