import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";

/** @why lines are written once a second, which is longer than a run and the one between. */
const RUNS_BEHIND = 2;

const PIECE = Buffer.alloc(1024 * 1024);
const LINE_FEED = 0x0a;

/** The record of a gateway of ours, which has to have a line for each request that it was to record. */
export class CountedRecord {
  readonly #folder: string;
  /** What is known of each file: how far it was read, and how many lines that are. */
  readonly #read = new Map<string, { atByte: number; lines: number }>();
  /** Requests to be recorded, after each run. */
  readonly #totals: number[] = [0];

  constructor(home: string) {
    this.#folder = join(home, ".openclaw", "usage");
  }

  /** The fault, if any, after a run that was to be recorded or not. */
  holdTo(requests: number, isOn: boolean): string | undefined {
    const lines = this.lines();
    const due = this.#totals.at(-RUNS_BEHIND) ?? 0;
    const most = (this.#totals.at(-1) ?? 0) + (isOn ? requests : 0);
    this.#totals.push(most);
    return lines >= due && lines <= most ? undefined : `${lines} lines in the record for ${due} to ${most} requests`;
  }

  lines(): number {
    let names: readonly string[] = [];
    try {
      names = readdirSync(this.#folder);
    } catch {
      return 0;
    }
    return names.reduce((sum, name) => sum + this.#linesOf(name), 0);
  }

  #linesOf(name: string): number {
    const known = this.#read.get(name) ?? { atByte: 0, lines: 0 };
    this.#read.set(name, known);
    const file = openSync(join(this.#folder, name), "r");
    for (;;) {
      const size = readSync(file, PIECE, 0, PIECE.length, known.atByte);
      if (size === 0) break;
      known.atByte += size;
      for (let at = PIECE.indexOf(LINE_FEED); at >= 0 && at < size; at = PIECE.indexOf(LINE_FEED, at + 1))
        known.lines += 1;
    }
    closeSync(file);
    return known.lines;
  }
}
