import { join } from "node:path";
import type { Context } from "../core/context.ts";
import { fileOf } from "../usage/period.ts";

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

/** @why kill -9 loses no more than a second; a busy gateway writes as often as a disk likes. */
const BATCH_MS = 1_000;
const BATCH_CHARS = 256 * 1024;

/** @why about ten thousand lines: a disk that is further behind has stopped. */
const MOST_CHARS = 4 * 1024 * 1024;

const linesIn = (text: string) => text.split("\n").length - 1;

interface Batch {
  readonly file: string;
  text: string;
}

/**
 * Lines on their way to the files of their days. Whatever the disk does, nobody waits for it: lines that it does not
 * take are lost and counted.
 */
export class UsageFile {
  readonly #deps: UsageFileDeps;
  #batches: Batch[] = [];
  #chars = 0;
  #isDue = false;
  #writing: Promise<void> | undefined;
  #tidied = "";
  #lostLines = 0;

  constructor(deps: UsageFileDeps) {
    this.#deps = deps;
  }

  /** `line` with its line end; `time` in ISO 8601. */
  add(time: string, line: string): void {
    if (this.#chars > MOST_CHARS) {
      this.#lose(1, undefined);
      return;
    }
    const file = fileOf(time);
    const last = this.#batches.at(-1);
    if (last?.file === file) last.text += line;
    else this.#batches.push({ file, text: line });
    this.#chars += line.length;
    if (this.#chars >= BATCH_CHARS && this.#writing === undefined) void this.#write();
    else this.#plan();
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
    for (const { file, text } of batches) {
      try {
        this.#tidy(file);
        await this.#append(file, text);
        this.#recover();
      } catch (error) {
        this.#lose(linesIn(text), error);
      }
      this.#chars -= text.length;
    }
  }

  /** Once for each day. */
  #tidy(file: string): void {
    if (this.#tidied === file) return;
    this.#deps.tidy(this.#deps.now());
    this.#tidied = file;
  }

  /** Somebody may have removed the folder. */
  async #append(file: string, text: string): Promise<void> {
    const { folder, append, tidy, now } = this.#deps;
    const path = join(folder, file);
    try {
      await append(path, text);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
      tidy(now());
      await append(path, text);
    }
  }

  #lose(lines: number, error: unknown): void {
    if (this.#lostLines === 0) this.#deps.onLost(error);
    this.#lostLines += lines;
  }

  #recover(): void {
    if (this.#lostLines === 0) return;
    this.#deps.onRecovered(this.#lostLines);
    this.#lostLines = 0;
  }
}
