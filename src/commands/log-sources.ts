import { dirname, join } from "node:path";
import { isThere, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import { FollowedFile, linesBackwards, linesForwards, whenever } from "../core/line-file.ts";
import { type LogEntry, readLogLine, requestEntry } from "../gateway/log-line.ts";
import { Journal, type JournalLine, type JournalUnit, type LineOrder } from "../service/journal.ts";
import { predecessorOf } from "../service/service-log.ts";
import { parseLine } from "../usage/line.ts";
import { dayOf, fileOf, isRecordFile } from "../usage/period.ts";
import { promptTokens } from "../usage/prompt-tokens.ts";

/** A log that can be read from either end, and then followed without a gap. */
export interface LogSource {
  /** False if there is nothing of it at all. */
  readonly isThere: boolean;
  /** Calls back until that returns false. Throws `file.access`, `service.failed`. */
  readonly read: (order: LineOrder, since: Date | undefined, each: (entry: LogEntry) => boolean) => Promise<void>;
  /** Calls back with all that comes after what `read` has met, until `signal`. */
  readonly follow: (each: (entry: LogEntry) => void, signal: AbortSignal) => Promise<void>;
}

export function journalSource(unit: JournalUnit, context: Context): LogSource {
  const journal = new Journal(unit, context);
  const entryOf = ({ line, time, byManager }: JournalLine) => readLogLine(line, { time, level: byManager });
  return {
    isThere: true,
    read: (order, since, each) => journal.read(order, since, (line) => each(entryOf(line))),
    follow: (each, signal) => journal.follow((line) => each(entryOf(line)), signal),
  };
}

type FileContext = Pick<Context, "files" | "watchFolder" | "delay" | "now">;

/** A file with a predecessor, as launchd's is. */
export function fileSource(path: string, follows: boolean, context: FileContext): LogSource {
  const { files } = context;
  const kept = predecessorOf(path);
  const followed = follows ? new FollowedFile(path, kept, files) : undefined;
  return {
    isThere: isThere(path, context) || isThere(kept, context),
    read: async (order, since, each) =>
      readFiles([{ path, untilByte: followed?.offset }, { path: kept }], order, since, each, readLogLine, context),
    follow: async (each, signal) => {
      const look = () => followed?.next().forEach((line) => void each(readLogLine(line)));
      await whenever(dirname(path), look, signal, context);
    },
  };
}

/** @why each process of `--workers` writes its lines once a second. */
const OUT_OF_ORDER_MS = 1_200;

/** The record of requests, of which each day has a file. `onUnreadable` is told of a day that is left out. */
export function recordSource(
  folder: string,
  follows: boolean,
  context: FileContext,
  onUnreadable: (path: string) => void,
): LogSource {
  const { files, now } = context;
  const today = () => join(folder, fileOf(dayOf(now().toISOString())));
  let path = today();
  let followed = follows ? new FollowedFile(path, undefined, files) : undefined;
  const names = unlessRefused(() => files.readdirSync(folder))?.filter(isRecordFile) ?? [];
  return {
    isThere: names.length > 0,
    read: async (order, since, each) => {
      const all = names
        .toSorted()
        .toReversed()
        .map((name) => join(folder, name))
        .map((one) => ({ path: one, ...(one === path && { untilByte: followed?.offset }) }));
      readFiles(all, order, since, each, recordEntry, context, { slackMs: OUT_OF_ORDER_MS, onUnreadable });
    },
    follow: async (each, signal) => {
      // Another process may write an earlier line a little later.
      const held: LogEntry[] = [];
      const tell = (untilMs: number) => {
        held.sort((one, other) => msOf(one) - msOf(other));
        const later = held.findIndex((entry) => msOf(entry) > untilMs);
        for (const entry of held.splice(0, later < 0 ? held.length : later)) each(entry);
      };
      const look = () => {
        held.push(...(followed?.next() ?? []).flatMap((line) => recordEntry(line) ?? []));
        tell(now().getTime() - OUT_OF_ORDER_MS);
        if (path === today()) return;
        path = today();
        followed = new FollowedFile(path, undefined, files, "start");
        look();
      };
      await whenever(folder, look, signal, context);
      tell(Number.POSITIVE_INFINITY);
    },
  };
}

const msOf = ({ time }: LogEntry): number => time?.getTime() ?? 0;

/** Sorts entries of which each is at most `slackMs` from its place, as they come. `sign` is -1 for the newest first. */
function* sorted(entries: Iterable<LogEntry>, slackMs: number, sign: 1 | -1): Generator<LogEntry> {
  const waiting: LogEntry[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const entry of entries) {
    const ms = sign * msOf(entry);
    lastMs = Math.max(lastMs, ms);
    let at = waiting.length;
    while (at > 0 && sign * msOf(waiting[at - 1] ?? entry) > ms) at -= 1;
    waiting.splice(at, 0, entry);
    for (let first = waiting[0]; first !== undefined && sign * msOf(first) < lastMs - slackMs; first = waiting[0]) {
      yield first;
      waiting.shift();
    }
  }
  yield* waiting;
}

function recordEntry(line: string): LogEntry | undefined {
  const found = parseLine(line);
  if (found === undefined) return undefined;
  const inputTokens = found.inputTokens === undefined ? undefined : promptTokens(found);
  return requestEntry(line, { ...found, inputTokens, cachedTokens: found.cacheReadTokens ?? 0 });
}

interface ReadFile {
  readonly path: string;
  readonly untilByte?: number | undefined;
}

/** Faults of a file that are put up with. */
interface Tolerance {
  /** How far from its place in the order of time a line may be; 0 if not given. */
  readonly slackMs?: number;
  /** Told of a file that cannot be read, which is then left out; without this, that is an error. */
  readonly onUnreadable?: (path: string) => void;
}

/** `newestFirst` are files of which each is older than the one before. */
function readFiles(
  newestFirst: readonly ReadFile[],
  order: LineOrder,
  since: Date | undefined,
  each: (entry: LogEntry) => boolean,
  entryOf: (line: string) => LogEntry | undefined,
  { files }: Pick<Context, "files">,
  { slackMs = 0, onUnreadable }: Tolerance = {},
): void {
  const sinceMs = since?.getTime() ?? Number.NEGATIVE_INFINITY;
  const isBefore = (entry: LogEntry | undefined, slack = slackMs) =>
    entry?.time !== undefined && entry.time.getTime() < sinceMs - slack;
  // Nothing in it is newer than its last change.
  const isOld = ({ path }: ReadFile) => since !== undefined && files.statSync(path).mtime < since;
  const newestOf = function* ({ path, untilByte }: ReadFile): Generator<LogEntry> {
    for (const { text } of linesBackwards(path, files, untilByte)) {
      const entry = entryOf(text);
      if (isBefore(entry)) return;
      if (entry !== undefined) yield entry;
    }
  };
  const startOf = ({ path, untilByte }: ReadFile): number => {
    if (since === undefined) return 0;
    let start = untilByte ?? files.statSync(path).size;
    for (const { text, atByte } of linesBackwards(path, files, untilByte)) {
      if (isBefore(entryOf(text))) break;
      start = atByte;
    }
    return start;
  };
  const oldestOf = function* (file: ReadFile): Generator<LogEntry> {
    for (const line of linesForwards(file.path, files, startOf(file), file.untilByte)) {
      const entry = entryOf(line);
      if (entry !== undefined) yield entry;
    }
  };
  const isNewestFirst = order === "newest first";
  for (const file of isNewestFirst ? newestFirst : newestFirst.toReversed()) {
    if (!isThere(file.path, { files })) continue;
    const entries = isNewestFirst ? newestOf : oldestOf;
    const read = () => {
      if (isOld(file)) return false;
      const ordered = slackMs > 0 ? sorted(entries(file), slackMs, isNewestFirst ? -1 : 1) : entries(file);
      for (const entry of ordered) if (!isBefore(entry, 0) && !each(entry)) return true;
      return false;
    };
    const isEnough = onUnreadable === undefined ? withFileErrors("read", file.path, read) : unlessRefused(read);
    if (isEnough === undefined) onUnreadable?.(file.path);
    if (isEnough) return;
  }
}
