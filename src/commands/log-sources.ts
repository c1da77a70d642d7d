import { dirname, join } from "node:path";
import { isThere } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import { FollowedFile, whenever } from "../core/line-file.ts";
import { type LogEntry, readLogLine, requestEntry } from "../gateway/log-line.ts";
import { Journal, type JournalLine, type JournalUnit, type LineOrder } from "../service/journal.ts";
import { predecessorOf } from "../service/service-log.ts";
import { parseLine } from "../usage/line.ts";
import { dayOf, fileOf, isRecordFile } from "../usage/period.ts";
import { promptTokens } from "../usage/prompt-tokens.ts";
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
  const today = () => join(folder, fileOf(dayOf(now().toISOString())));
  let path = today();
  let followed = follows ? new FollowedFile(path, undefined, files) : undefined;
  const names = unlessRefused(() => files.readdirSync(folder))?.filter(isRecordFile) ?? [];
  return {
    isThere: names.length > 0,
    read: async (...asked) => {
      const all = names
        .toSorted()
        .toReversed()
        .map((name) => join(folder, name))
        .map((one) => ({ path: one, ...(one === path && { untilByte: followed?.offset }) }));
      const format = { entryOf: recordEntry, slackMs: OUT_OF_ORDER_MS, onUnreadable };
      new LogFiles(all, format, context).read(...asked);
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

function recordEntry(line: string): LogEntry | undefined {
  const found = parseLine(line);
  if (found === undefined) return undefined;
  const inputTokens = found.inputTokens === undefined ? undefined : promptTokens(found);
  return requestEntry(line, { ...found, inputTokens, cachedTokens: found.cacheReadTokens ?? 0 });
}
