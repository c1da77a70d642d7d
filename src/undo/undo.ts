import { isUtf8 } from "node:buffer";
import type { ApplyContext } from "../config/apply.ts";
import { backupOf, backupPath, backupPaths, rotateBackups, waitingPath } from "../config/backups.ts";
import {
  markOf,
  progressOf,
  type RecordedChange,
  type RecordedFile,
  readRecord,
  writeRecord,
} from "../config/change-record.ts";
import { type ConfigContext, includedFiles } from "../config/config-file.ts";
import { parseJson5 } from "../config/json5-parse.ts";
import {
  assertRemovable,
  readIfPresent,
  removeFile,
  replaceFile,
  type StagedFile,
  stageFile,
  withFileErrors,
} from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError, unlessRefused } from "../core/errors.ts";
import { withLock } from "../core/lock.ts";

type FilesContext = Pick<Context, "files">;

interface Swap {
  readonly path: string;
  /** The file in which `before` was found; `undefined` if the file did not exist. */
  readonly backup: string | undefined;
  readonly current: Buffer | undefined;
  readonly before: Buffer | undefined;
}

export interface LastChange {
  readonly swaps: readonly Swap[];
  /** The changes recorded while the swaps are made, newest first. */
  readonly record: readonly RecordedChange[];
  /** Backups that were passed over because they are damaged. */
  readonly damaged: readonly string[];
}

/**
 * The last change that can be undone, across the configuration and its includes: the one on record, else the files
 * whose newest backups were made together. Also works on a damaged configuration. Throws `backup.missing`,
 * `config.changed`, `file.access`.
 */
export async function lastChange(configPath: string, context: ConfigContext): Promise<LastChange> {
  const onRecord = recordedChange(configPath, context);
  if (onRecord !== undefined) return onRecord;
  const paths = [configPath, ...(await includedFiles(configPath, context))];
  const found = paths.map((path) => newestDifferent(path, context));
  const dated = found.flatMap(({ newest }) => newest);
  const damaged = found.flatMap((each) => each.damaged);
  const newestMs = Math.max(...dated.map(({ timeMs }) => timeMs));
  const swaps = dated.filter(({ timeMs }) => timeMs === newestMs).map(({ swap }) => swap);
  if (swaps.length > 0) return { swaps, record: [undoing(swaps)], damaged };
  throw new OpenclawError(({ undo }) => (damaged.length > 0 ? undo.allDamaged(damaged) : undo.nothingToUndo), {
    code: "backup.missing",
    hint: ({ undo }) => (damaged.length > 0 ? undo.repairBackup : undo.whenBackedUp(configPath)),
  });
}

const undoing = (swaps: readonly Swap[]): RecordedChange => ({
  by: "undo",
  files: swaps.map(({ path, current, before }) => ({ path, before: markOf(current), after: markOf(before) })),
});

/** `undefined` if no change is on record, or another program has changed the files since. */
function recordedChange(configPath: string, context: FilesContext): LastChange | undefined {
  const contents = new Map<string, Buffer | undefined>();
  const contentOf = (path: string) => {
    if (!contents.has(path)) contents.set(path, readIfPresent(path, context));
    return contents.get(path);
  };
  const record = readRecord(configPath, context);
  const hasBegun = (change: RecordedChange) => change.by === "undo" || progressOf(change, contentOf) !== "none";
  const [last, ...older] = record.slice(Math.max(record.findIndex(hasBegun), 0));
  if (last === undefined || !hasBegun(last)) return undefined;
  const progress = progressOf(last, contentOf);
  // An undo that was interrupted goes on; every other change is taken back.
  const goesOn = last.by === "undo" && (progress === "none" || progress === "half");
  const swaps: Swap[] = [];
  for (const file of last.files) {
    const current = contentOf(file.path);
    const wanted = goesOn ? file.after : file.before;
    if (markOf(current) === wanted) continue;
    if (isReplacedByOthers(file, current, context)) return undefined;
    const found = wanted === null ? undefined : findContent(file.path, wanted, context);
    if (wanted !== null && found === undefined) return lost(file.path, last);
    // A text that was edited by hand since is taken back to a good one only.
    if (progress === "edited" && found !== undefined && !isReadable(found.content)) return undefined;
    swaps.push({ path: file.path, backup: found?.path, current, before: found?.content });
  }
  if (swaps.length === 0) return undefined;
  return { swaps, record: [goesOn ? last : undoing(swaps), ...older], damaged: [] };
}

/** True if another program backed up what the change had made of the file, and wrote something else. */
function isReplacedByOthers({ path, before, after }: RecordedFile, current: Buffer | undefined, context: FilesContext) {
  const now = markOf(current);
  return now !== before && now !== after && after !== null && findContent(path, after, context) !== undefined;
}

/** One file alone can go back further; a part of several would make a whole that never was. */
function lost(path: string, { files }: RecordedChange): undefined {
  if (files.length === 1) return undefined;
  throw new OpenclawError(({ undo }) => undo.backupLost(path), {
    code: "backup.missing",
    hint: ({ undo }) => undo.restoreByHand(files.map((file) => file.path)),
  });
}

function findContent(path: string, mark: string, context: FilesContext) {
  for (const place of [...backupPaths(path), waitingPath(path)]) {
    const content = readIfPresent(place, context);
    if (content !== undefined && markOf(content) === mark) return { path: place, content };
  }
  return undefined;
}

const isReadable = (content: Buffer): boolean => isUtf8(content) && parseJson5(content.toString("utf8")).ok;

interface NewestDifferent {
  /** At most one. */
  readonly newest: readonly { readonly swap: Swap; readonly timeMs: number }[];
  readonly damaged: readonly string[];
}

/** The newest backup that differs from the file, including one left waiting by an interrupted undo. */
function newestDifferent(path: string, context: FilesContext): NewestDifferent {
  const current = readIfPresent(path, context);
  const dated = (backup: string, before: Buffer) => ({
    swap: { path, backup, current, before },
    timeMs: withFileErrors("read", backup, () => context.files.statSync(backup).mtimeMs, context),
  });
  const waiting = current && waitingContent(path, current, context);
  const found = waiting === undefined ? [] : [dated(waitingPath(path), waiting)];
  const damaged: string[] = [];
  for (const backup of backupPaths(path)) {
    const before = readIfPresent(backup, context);
    if (before === undefined || (current !== undefined && before.equals(current))) continue;
    // Going back to a damaged file helps nobody.
    if (isReadable(before)) {
      found.push(dated(backup, before));
      break;
    }
    damaged.push(backup);
  }
  return { newest: found.sort((a, b) => b.timeMs - a.timeMs).slice(0, 1), damaged };
}

/**
 * The content left waiting by an interrupted swap, where the file has already been restored but its former content has
 * not reached the backup yet. Otherwise `undefined`. Throws `file.access`.
 */
function waitingContent(path: string, current: Buffer, context: FilesContext): Buffer | undefined {
  const waiting = readIfPresent(waitingPath(path), context);
  if (waiting === undefined || waiting.equals(current)) return undefined;
  const ring = backupPaths(path).map((backup) => readIfPresent(backup, context));
  const isKept = (content: Buffer) => ring.some((kept) => kept?.equals(content));
  return isKept(current) && !isKept(waiting) ? waiting : undefined;
}

/**
 * Swaps each file with its backup, so undoing twice changes nothing and other backups are kept. Throws `config.changed`
 * if a file no longer has the content that was shown, `file.locked`, `file.access`.
 */
export async function undoChange(
  { swaps, record }: LastChange,
  configPath: string,
  context: ApplyContext,
): Promise<void> {
  const swapAll = () => {
    for (const { path, current } of swaps) {
      if (markOf(readIfPresent(path, context)) === markOf(current)) continue;
      throw new OpenclawError(({ core }) => core.changedMeanwhile(path), {
        code: "config.changed",
        hint: ({ core }) => core.runAgain,
      });
    }
    const former = readRecord(configPath, context);
    const begin = () => writeRecord(configPath, record, context);
    const abandon = () => writeRecord(configPath, former, context);
    swapTogether(swaps, { begin, abandon }, context);
  };
  await withLock(configPath, swapAll, context);
}

/**
 * Swaps every file with its backup and leaves other backups alone. Each content exists in at least one place at any
 * moment. `begin` is called before the first file is replaced, and `abandon` if that one turns out to be another. The
 * new backups get the same mtime, for programs that do not know the record. Throws `config.changed` if a file is not as given, leaving it untouched, and `file.access`.
 */
function swapTogether(
  swaps: readonly Swap[],
  { begin, abandon }: { readonly begin: () => void; readonly abandon: () => void },
  context: ApplyContext,
): void {
  const now = context.now();
  const { files } = context;
  const date = (path: string) => withFileErrors("date", path, () => files.utimesSync(path, now, now), context);
  const staged: (StagedFile | undefined)[] = [];
  let done = 0;
  try {
    for (const { path, before } of swaps) {
      if (before === undefined) assertRemovable(path, context);
      staged.push(before === undefined ? undefined : stageFile(path, before, {}, context));
    }
    for (const { path, backup, current } of swaps) {
      const waiting = waitingPath(path);
      // Content left waiting goes back into the file, whose own content is already in a backup.
      if (current === undefined || backup === waiting) continue;
      if (backup === undefined) {
        rotateBackups(path, current, context);
        date(backupPath(path, 0));
        continue;
      }
      replaceFile(waiting, current, backupOf(path), context);
      date(waiting);
    }
    begin();
    for (const { path, backup, current } of swaps) {
      const file = staged[done];
      if (file === undefined) removeFile(path, current, context);
      else file.commit(current ?? null);
      done += 1;
      const waiting = waitingPath(path);
      if (backup === waiting) unlessRefused(() => files.unlinkSync(waiting));
      else if (current !== undefined && backup !== undefined)
        withFileErrors("move", waiting, () => files.renameSync(waiting, backup), context);
    }
  } catch (error) {
    for (const file of staged.slice(done)) file?.discard();
    if (error instanceof OpenclawError && error.code === "config.changed") {
      discard(swaps.slice(done), context);
      if (done === 0) abandon();
    }
    throw error;
  }
}

function discard(swaps: readonly Swap[], { files }: FilesContext): void {
  for (const { path, backup } of swaps) {
    if (backup !== waitingPath(path)) unlessRefused(() => files.unlinkSync(waitingPath(path)));
  }
}
