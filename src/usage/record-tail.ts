import { join } from "node:path";
import { LINE_FEED } from "../core/ascii.ts";
import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import type { UsageLine } from "./line.ts";
import { dayOf, filesBefore, filesWithin } from "./period.ts";
import { readLines } from "./read-lines.ts";

export interface TailEvents {
  /** `isNew`: it was written after the first look at the folder. */
  readonly line: (line: UsageLine, isNew: boolean) => void;
  /** A file was replaced, cut or removed: all that was said of lines is to be forgotten, and is said again. */
  readonly again: () => void;
}

interface Followed {
  readonly name: string;
  /** Tells a file from another that takes its place. */
  readonly id: string;
  nextByte: number;
  /** The place at which what is new begins. */
  newFromByte: number;
  /** As of the last look; what is behind the last line end is not read again before there is more. */
  sizeBytes: number;
  readBytes: number;
  damagedLines: number;
  /** What comes next is the rest of a line that is longer than any. */
  isWithinLine: boolean;
  isUnreadable: boolean;
}

/** @why others are heard in between; more than the longest line. */
const PIECE_BYTES = 5 * 1024 * 1024;

/** Reads the record piece by piece, the latest day first, and each line once; then goes on with what is added. */
export class RecordTail {
  readonly #folder: string;
  readonly #days: number;
  readonly #events: TailEvents;
  readonly #files: Context["files"];
  #followed = new Map<string, Followed>();
  #isFirstLook = true;

  constructor(folder: string, days: number, events: TailEvents, { files }: Pick<Context, "files">) {
    this.#folder = folder;
    this.#days = days;
    this.#events = events;
    this.#files = files;
  }

  get damagedLines(): number {
    return [...this.#followed.values()].reduce((sum, { damagedLines }) => sum + damagedLines, 0);
  }

  /** Files that the system does not let us read. */
  get unreadable(): readonly string[] {
    const all = [...this.#followed.values()].filter(({ isUnreadable }) => isUnreadable);
    return all.map(({ name }) => join(this.#folder, name)).toSorted();
  }

  /** Looks which files there are, and how long. */
  look(now: Date): void {
    const names = unlessRefused(() => this.#files.readdirSync(this.#folder)) ?? [];
    const today = dayOf(now.toISOString());
    const tooOld = new Set(filesBefore(names, now, this.#days + 1));
    const there = filesWithin(names, { since: "0000-01-02", until: today }).filter((name) => !tooOld.has(name));
    const isSame = [...this.#followed.values()].every((one) => this.#isStillThere(one, there, now));
    if (!isSame) {
      this.#followed = new Map();
      this.#events.again();
    }
    for (const name of there) this.#follow(name, isSame && !this.#isFirstLook);
    this.#isFirstLook = false;
  }

  /** Reads a piece; false if all is read that the last look has seen. */
  read(): boolean {
    const latest = [...this.#followed.values()]
      .filter(({ sizeBytes, readBytes, isUnreadable }) => sizeBytes > readBytes && !isUnreadable)
      .toSorted((one, other) => (one.name < other.name ? 1 : -1))[0];
    if (latest === undefined) return false;
    if (unlessRefused(() => this.#readPiece(latest)) === undefined) latest.isUnreadable = true;
    return true;
  }

  #isStillThere(one: Followed, there: readonly string[], now: Date): boolean {
    // Removed since it is too old, which changes no sum.
    if (!there.includes(one.name)) return filesBefore([one.name], now, this.#days).length > 0;
    const found = this.#statOf(one.name);
    if (found === undefined || one.id === "") return true;
    return idOf(found) === one.id && found.size >= one.nextByte && this.#goesOn(one, found.size);
  }

  /** @why an editor may write another text into the same file. */
  #goesOn({ name, nextByte, readBytes, isWithinLine }: Followed, sizeBytes: number): boolean {
    if (nextByte === 0 || sizeBytes === readBytes || isWithinLine) return true;
    const last = Buffer.alloc(1, LINE_FEED);
    unlessRefused(() => {
      const file = this.#files.openSync(join(this.#folder, name), "r");
      try {
        this.#files.readSync(file, last, 0, 1, nextByte - 1);
      } finally {
        this.#files.closeSync(file);
      }
    });
    return last[0] === LINE_FEED;
  }

  #follow(name: string, isNew: boolean): void {
    const found = this.#statOf(name);
    const known = this.#followed.get(name);
    if (known !== undefined) {
      known.sizeBytes = found?.size ?? known.sizeBytes;
      // It may be readable now. A pipe or a device has no size, and is tried again.
      if (known.isUnreadable) known.sizeBytes = Math.max(known.sizeBytes, known.readBytes + 1);
      known.isUnreadable = false;
      return;
    }
    const sizeBytes = found?.size ?? 0;
    this.#followed.set(name, {
      name,
      id: found === undefined ? "" : idOf(found),
      nextByte: 0,
      newFromByte: isNew ? 0 : sizeBytes,
      // One that cannot be asked is tried.
      sizeBytes: Math.max(sizeBytes, 1),
      readBytes: 0,
      damagedLines: 0,
      isWithinLine: false,
      isUnreadable: false,
    });
  }

  #readPiece(one: Followed): true {
    const isNew = one.nextByte >= one.newFromByte;
    const most = isNew ? PIECE_BYTES : Math.min(PIECE_BYTES, one.newFromByte - one.nextByte);
    const path = join(this.#folder, one.name);
    const take = (line: UsageLine) => this.#events.line(line, isNew);
    const from = { mostBytes: most, isWithinLine: one.isWithinLine };
    const { nextByte, damagedLines, isWithinLine } = readLines(path, one.nextByte, take, { files: this.#files }, from);
    one.damagedLines += damagedLines;
    one.isWithinLine = isWithinLine;
    const hasEnded = nextByte <= one.nextByte;
    // The last line was not whole at the first look.
    if (hasEnded && !isNew) one.newFromByte = one.nextByte;
    if (hasEnded && isNew) one.readBytes = one.sizeBytes;
    else one.readBytes = Math.max(nextByte, one.readBytes);
    one.nextByte = Math.max(nextByte, one.nextByte);
    return true;
  }

  #statOf(name: string) {
    return unlessRefused(() => this.#files.statSync(join(this.#folder, name)));
  }
}

const idOf = ({ dev, ino }: { readonly dev: number; readonly ino: number }) => `${dev}:${ino}`;
