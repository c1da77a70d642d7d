import { dirname, join } from "node:path";
import { isThere, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import { FollowedFile, linesBackwards, linesForwards, whenever } from "../core/line-file.ts";
import { type LogEntry, readLogLine, requestEntry } from "../gateway/log-line.ts";
import { Journal, type JournalLine, type JournalUnit, type LineOrder } from "../service/journal.ts";
import { predecessorOf } from "../service/service-log.ts";
import { parseLine, promptTokens } from "../usage/line.ts";
import { fileOf, isRecordFile } from "../usage/period.ts";

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

/** The record of requests, of which each day has a file. */
export function recordSource(folder: string, follows: boolean, context: FileContext): LogSource {
  const { files, now } = context;
  const today = () => join(folder, fileOf(now().toISOString()));
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
      readFiles(all, order, since, each, recordEntry, context);
    },
    follow: async (each, signal) => {
      const look = () => {
        const found = followed?.next() ?? [];
        for (const entry of found.flatMap((line) => recordEntry(line) ?? [])) each(entry);
        if (path === today()) return;
        path = today();
        followed = new FollowedFile(path, undefined, files, "start");
        look();
      };
      await whenever(folder, look, signal, context);
    },
  };
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

/** `newestFirst` are files of which each is older than the one before. */
function readFiles(
  newestFirst: readonly ReadFile[],
  order: LineOrder,
  since: Date | undefined,
  each: (entry: LogEntry) => boolean,
  entryOf: (line: string) => LogEntry | undefined,
  { files }: Pick<Context, "files">,
): void {
  const isBefore = (entry: LogEntry | undefined) =>
    since !== undefined && entry?.time !== undefined && entry.time < since;
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
    const isEnough = withFileErrors("read", file.path, () => {
      if (isOld(file)) return false;
      for (const entry of isNewestFirst ? newestOf(file) : oldestOf(file)) if (!each(entry)) return true;
      return false;
    });
    if (isEnough) return;
  }
}
