import { isThere, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import { linesBackwards, linesForwards } from "../core/line-file.ts";
import type { LogEntry } from "../gateway/log-line.ts";
import type { LineOrder } from "../service/journal.ts";

export interface LogFile {
  readonly path: string;
  /** What follows is not read; all of it is if this is not given. */
  readonly untilByte?: number | undefined;
}

interface LogFormat {
  /** `undefined` for a line that is left out. */
  readonly entryOf: (line: string) => LogEntry | undefined;
  /** How far from its place in the order of time a line may be; 0 if not given. */
  readonly slackMs?: number;
  /** Told of a file that cannot be read, which is then left out; without this, that is an error. */
  readonly onUnreadable?: (path: string) => void;
}

/** A log in several files, read from either end. */
export class LogFiles {
  readonly #newestFirst: readonly LogFile[];
  readonly #format: LogFormat;
  readonly #slackMs: number;
  readonly #context: Pick<Context, "files">;

  /** Each of the files is older than the one before. */
  constructor(newestFirst: readonly LogFile[], format: LogFormat, context: Pick<Context, "files">) {
    this.#newestFirst = newestFirst;
    this.#format = format;
    this.#slackMs = format.slackMs ?? 0;
    this.#context = context;
  }

  /** Calls back until that returns false. Throws `file.access`. */
  read(order: LineOrder, since: Date | undefined, each: (entry: LogEntry) => boolean): void {
    const { onUnreadable } = this.#format;
    for (const file of order === "newest first" ? this.#newestFirst : this.#newestFirst.toReversed()) {
      if (!isThere(file.path, this.#context)) continue;
      const read = () => this.#readFile(file, order, since, each);
      const goesOn = onUnreadable === undefined ? withFileErrors("read", file.path, read) : unlessRefused(read);
      if (goesOn === undefined) onUnreadable?.(file.path);
      if (goesOn === false) return;
    }
  }

  /** False once `each` has said so. */
  #readFile(file: LogFile, order: LineOrder, since: Date | undefined, each: (entry: LogEntry) => boolean): boolean {
    // Nothing in it is newer than its last change.
    if (since !== undefined && this.#context.files.statSync(file.path).mtime < since) return true;
    const isNewestFirst = order === "newest first";
    const sinceMs = since?.getTime() ?? Number.NEGATIVE_INFINITY;
    const aboutMs = sinceMs - this.#slackMs;
    const entries = isNewestFirst ? this.#newest(file, aboutMs) : this.#oldest(file, aboutMs);
    for (const entry of this.#slackMs > 0 ? sorted(entries, this.#slackMs, isNewestFirst ? -1 : 1) : entries)
      if (!isBefore(entry, sinceMs) && !each(entry)) return false;
    return true;
  }

  *#newest({ path, untilByte }: LogFile, sinceMs: number): Generator<LogEntry> {
    for (const { text } of linesBackwards(path, this.#context.files, untilByte)) {
      const entry = this.#format.entryOf(text);
      if (entry === undefined) continue;
      if (isBefore(entry, sinceMs)) return;
      yield entry;
    }
  }

  *#oldest(file: LogFile, sinceMs: number): Generator<LogEntry> {
    for (const line of linesForwards(file.path, this.#context.files, this.#startOf(file, sinceMs), file.untilByte)) {
      const entry = this.#format.entryOf(line);
      if (entry !== undefined) yield entry;
    }
  }

  /** The byte with which the lines since then begin. */
  #startOf({ path, untilByte }: LogFile, sinceMs: number): number {
    if (sinceMs === Number.NEGATIVE_INFINITY) return 0;
    const { files } = this.#context;
    let start = untilByte ?? files.statSync(path).size;
    for (const { text, atByte } of linesBackwards(path, files, untilByte)) {
      const entry = this.#format.entryOf(text);
      if (entry !== undefined && isBefore(entry, sinceMs)) break;
      start = atByte;
    }
    return start;
  }
}

/** One without a time stands where its neighbours do. */
const isBefore = ({ time }: LogEntry, sinceMs: number): boolean => time !== undefined && time.getTime() < sinceMs;

export const msOf = ({ time }: LogEntry): number => time?.getTime() ?? 0;

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
