import { dirname, join } from "node:path";
import { isThere } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import { FollowedFile, whenever } from "../core/line-file.ts";
import { promptTokens } from "../core/token-counts.ts";
import { type LogEntry, readLogLine, requestEntry } from "../gateway/log-line.ts";
import { Journal, type JournalLine, type JournalUnit, type LineOrder } from "../service/journal.ts";
import { predecessorOf } from "../service/service-log.ts";
import { parseLine } from "../usage/line.ts";
import { dayOf, daysBefore, fileOf, isRecordFile } from "../usage/period.ts";
import { LogFiles, msOf } from "./log-files.ts";

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
    read: async (...asked) => {
      const all = [{ path, untilByte: followed?.offset }, { path: kept }];
      new LogFiles(all, { entryOf: readLogLine }, context).read(...asked);
    },
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
  const namesIn = () => unlessRefused(() => files.readdirSync(folder))?.filter(isRecordFile) ?? [];
  // A batch of the day before is written after midnight, and other clocks are ahead.
  const isWritten = (name: string) => name >= fileOf(daysBefore(dayOf(now().toISOString()), 1));
  const names = namesIn();
  const fileAt = (name: string, from: "end" | "start") =>
    [name, new FollowedFile(join(folder, name), undefined, files, from)] as const;
  const followed = new Map(follows ? names.filter(isWritten).map((name) => fileAt(name, "end")) : []);
  return {
    isThere: names.length > 0,
    read: async (...asked) => {
      const all = names
        .toSorted()
        .toReversed()
        .map((name) => ({ path: join(folder, name), untilByte: followed.get(name)?.offset }));
      const format = { entryOf: recordEntry, slackMs: OUT_OF_ORDER_MS, onUnreadable };
      new LogFiles(all, format, context).read(...asked);
    },
    follow: async (each, signal) => {
      // Another process may write an earlier line a little later.
      let held: { readonly entry: LogEntry; readonly seenMs: number }[] = [];
      const tell = (isDue: (one: (typeof held)[number]) => boolean) => {
        const due = held.filter(isDue);
        held = held.filter((one) => !isDue(one));
        for (const { entry } of due.sort((one, other) => msOf(one.entry) - msOf(other.entry))) each(entry);
      };
      const look = () => {
        const nowMs = now().getTime();
        for (const name of followed.keys()) if (!isWritten(name)) followed.delete(name);
        for (const name of namesIn().filter((name) => isWritten(name) && !followed.has(name)))
          followed.set(...fileAt(name, "start"));
        const lines = [...followed.values()].flatMap((file) => file.next());
        held.push(...lines.flatMap((line) => recordEntry(line) ?? []).map((entry) => ({ entry, seenMs: nowMs })));
        // The clock of whoever wrote it may be ahead, and this one may be set back.
        const isOver = (ms: number) => nowMs - ms >= OUT_OF_ORDER_MS;
        tell(({ entry, seenMs }) => isOver(msOf(entry)) || isOver(seenMs) || nowMs < seenMs);
      };
      await whenever(folder, look, signal, context);
      tell(() => true);
    },
  };
}

function recordEntry(line: string): LogEntry | undefined {
  const found = parseLine(line);
  if (found === undefined) return undefined;
  return requestEntry(line, { ...found, promptTokens: promptTokens(found) });
}
