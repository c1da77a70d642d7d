import { join } from "node:path";
import { LINE_FEED } from "../core/ascii.ts";
import type { Context } from "../core/context.ts";
import { JsonLines } from "../core/json-lines.ts";
import { addLine, type UsageLine } from "../usage/line.ts";
import { dayOf, fileOf } from "../usage/period.ts";

export interface UsageFileDeps {
  readonly folder: string;
  readonly append: Context["append"];
  /** Makes the folder if it is not there, and removes files that are too old. Throws what the system says. */
  readonly tidy: (now: Date) => void;
  readonly now: () => Date;
  readonly later: (callback: () => void, ms: number) => void;
  /** Called when lines are lost, once until some are written again, and then with their number. */
  readonly onLost: (error: unknown) => void;
  readonly onRecovered: (lostLines: number) => void;
}

/**
 * @why kill -9 loses no more than a second.
 * @measured a batch of 192 KB takes 1.6 microseconds a line, since it costs a dozen turns of threads; one of 960 KB 0.4.
 */
const BATCH_MS = 1_000;
const BATCH_BYTES = 960 * 1024;

/** @why about ten thousand lines: a disk that is further behind has stopped. */
const MOST_BYTES = 4 * 1024 * 1024;

interface Batch {
  readonly day: string;
  readonly lines: JsonLines;
  count: number;
}

/**
 * Lines on their way to the files of their days. Whatever the disk does, nobody waits for it: lines that it does not
 * take are lost and counted.
 */
export class UsageFile {
  readonly #deps: UsageFileDeps;
  #batches: Batch[] = [];
  /** Of all that waits or is being written. */
  #bytes = 0;
  /** One whose block is free again. */
  #spare: JsonLines | undefined;
  #isDue = false;
  #writing: Promise<void> | undefined;
  #tidied = "";
  #lostLines = 0;
  /** Since the beginning. */
  #allLost = 0;

  constructor(deps: UsageFileDeps) {
    this.#deps = deps;
  }

  get lostLines(): number {
    return this.#allLost;
  }

  add(line: UsageLine): void {
    if (this.#bytes > MOST_BYTES) {
      this.#lose(1, undefined);
      return;
    }
    const batch = this.#batchFor(line.time);
    const { lines } = batch;
    const beforeBytes = lines.lengthBytes;
    addLine(lines, line);
    batch.count += 1;
    this.#bytes += lines.lengthBytes - beforeBytes;
    if (this.#bytes >= BATCH_BYTES && this.#writing === undefined) void this.#write();
    else this.#plan();
  }

  #batchFor(time: string): Batch {
    const last = this.#batches.at(-1);
    if (last !== undefined && time.startsWith(last.day)) return last;
    const batch = { day: dayOf(time), lines: this.#spare ?? new JsonLines(), count: 0 };
    this.#spare = undefined;
    this.#batches.push(batch);
    return batch;
  }

  /** Resolves when everything added so far is written or lost. Never rejects. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined || this.#batches.length > 0) await (this.#writing ?? this.#write());
  }

  #plan(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#deps.later(() => {
      this.#isDue = false;
      if (this.#writing === undefined) void this.#write();
    }, BATCH_MS);
  }

  /** @why what comes meanwhile waits for more: a busy gateway would write each line on its own. */
  #write(): Promise<void> {
    const batches = this.#batches;
    this.#batches = [];
    this.#writing = this.#writeAll(batches).finally(() => {
      this.#writing = undefined;
      if (this.#batches.length > 0) this.#plan();
    });
    return this.#writing;
  }

  async #writeAll(batches: readonly Batch[]): Promise<void> {
    for (const { day, lines, count } of batches) {
      const file = fileOf(day);
      const bytes = lines.take();
      try {
        this.#tidy(file);
        await this.#append(file, bytes);
        this.#recover();
      } catch (error) {
        this.#lose(count - wholeLinesWritten(bytes, error), error);
      }
      this.#bytes -= bytes.length;
      this.#spare = lines;
    }
  }

  /** Once for each day. */
  #tidy(file: string): void {
    if (this.#tidied === file) return;
    this.#deps.tidy(this.#deps.now());
    this.#tidied = file;
  }

  /** Somebody may have removed the folder. */
  async #append(file: string, lines: Uint8Array): Promise<void> {
    const { folder, append, tidy, now } = this.#deps;
    const path = join(folder, file);
    try {
      await append(path, lines);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
      tidy(now());
      await append(path, lines);
    }
  }

  #lose(lines: number, error: unknown): void {
    if (this.#lostLines === 0) this.#deps.onLost(error);
    this.#lostLines += lines;
    this.#allLost += lines;
  }

  #recover(): void {
    if (this.#lostLines === 0) return;
    this.#deps.onRecovered(this.#lostLines);
    this.#lostLines = 0;
  }
}

/** On a disk that became full meanwhile, some are there. */
function wholeLinesWritten(block: Uint8Array, error: unknown): number {
  if (!(error instanceof Error && "writtenBytes" in error && typeof error.writtenBytes === "number")) return 0;
  return block.subarray(0, error.writtenBytes).reduce((lines, byte) => (byte === LINE_FEED ? lines + 1 : lines), 0);
}
