import { constants } from "node:fs";
import { LINE_FEED } from "./ascii.ts";
import type { Context, Files } from "./context.ts";
import { unlessRefused } from "./errors.ts";

/** @why a log may have a line that never ends. */
const LONGEST_LINE_BYTES = 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

/** @why opening a pipe waits for a writer. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Opens a file to read it. Throws the system's error, also for what is no file.
 * @why a device may never end, and a pipe may never begin.
 */
export function openFile(path: string, files: Pick<Files, "openSync" | "fstatSync" | "closeSync">): number {
  const descriptor = files.openSync(path, READ);
  const stat = files.fstatSync(descriptor);
  if (stat.isFile()) return descriptor;
  files.closeSync(descriptor);
  throw Object.assign(new Error(`not a file: ${path}`), { code: stat.isDirectory() ? "EISDIR" : "EINVAL" });
}

export interface FileLine {
  readonly text: string;
  /** Where it begins. */
  readonly atByte: number;
}

/**
 * The lines of a file from its last one on, which may lack its end, back to the first. What comes while it is read is not
 * seen. Throws the system's error.
 */
export function* linesBackwards(path: string, files: Files, untilByte?: number): Generator<FileLine> {
  const descriptor = openFile(path, files);
  try {
    let end = untilByte ?? files.fstatSync(descriptor).size;
    let rest: Buffer = Buffer.alloc(0);
    while (end > 0) {
      const start = Math.max(end - PIECE_BYTES, 0);
      const bytes = Buffer.concat([read(descriptor, start, end - start, files), rest]);
      end = start;
      let lineEnd = bytes.length;
      for (let at = bytes.lastIndexOf(LINE_FEED); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(LINE_FEED, at - 1)) {
        if (at + 1 < lineEnd) yield { text: bytes.toString("utf8", at + 1, lineEnd), atByte: start + at + 1 };
        lineEnd = at;
      }
      rest = bytes.subarray(0, lineEnd);
      if (rest.length > LONGEST_LINE_BYTES) {
        yield { text: rest.toString("utf8"), atByte: start };
        rest = rest.subarray(0, 0);
      }
    }
    if (rest.length > 0) yield { text: rest.toString("utf8"), atByte: 0 };
  } finally {
    files.closeSync(descriptor);
  }
}

/** The same from a byte on, in the order in which they were written, however many there are. */
export function* linesForwards(path: string, files: Files, fromByte: number, untilByte?: number): Generator<string> {
  const descriptor = openFile(path, files);
  try {
    const end = untilByte ?? files.fstatSync(descriptor).size;
    let rest: Buffer = Buffer.alloc(0);
    for (let at = fromByte; at < end; ) {
      const piece = read(descriptor, at, Math.min(PIECE_BYTES, end - at), files);
      if (piece.length === 0) break;
      at += piece.length;
      const cut = wholeLines(Buffer.concat([rest, piece]));
      yield* cut.lines;
      rest = cut.rest;
    }
    if (rest.length > 0) yield rest.toString("utf8");
  } finally {
    files.closeSync(descriptor);
  }
}

/** A line that is longer than any is cut. */
function wholeLines(bytes: Buffer): { readonly lines: readonly string[]; readonly rest: Buffer } {
  const lines: string[] = [];
  let start = 0;
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
    if (end > start) lines.push(bytes.toString("utf8", start, end));
    start = end + 1;
  }
  const rest = bytes.subarray(start);
  if (rest.length <= LONGEST_LINE_BYTES) return { lines, rest };
  return { lines: [...lines, rest.toString("utf8")], rest: rest.subarray(0, 0) };
}

function read(descriptor: number, start: number, sizeBytes: number, files: Files): Buffer {
  const buffer = Buffer.alloc(sizeBytes);
  let filled = 0;
  while (filled < sizeBytes) {
    const size = files.readSync(descriptor, buffer, filled, sizeBytes - filled, start + filled);
    if (size === 0) break;
    filled += size;
  }
  return buffer.subarray(0, filled);
}

/** @why what stands before a place shows that a file is still the same, since it is emptied by whoever writes it. */
const MARK_BYTES = 1024;

/** A place in a file up to which it is known. */
interface Place {
  readonly ino: number;
  readonly dev: number;
  readonly offset: number;
  /** The bytes before `offset`. */
  readonly mark: Buffer;
}

/**
 * Reads what is added to a file, also where it is emptied into a predecessor, moved aside, or not there yet. `predecessor` is
 * looked into for what was added just before.
 */
export class FollowedFile {
  readonly #path: string;
  readonly #predecessor: string | undefined;
  readonly #files: Files;
  #place: Place | undefined;
  #rest: Buffer = Buffer.alloc(0);

  /** Begins behind the file's last whole line, or at its start. */
  constructor(path: string, predecessor: string | undefined, files: Files, from: "end" | "start" = "end") {
    this.#path = path;
    this.#predecessor = predecessor;
    this.#files = files;
    if (from === "end")
      this.#place = unlessRefused(() =>
        this.#open(path, (descriptor) => this.#placeAt(descriptor, this.#endOfLines(descriptor))),
      );
  }

  #endOfLines(descriptor: number): number {
    const { size } = this.#files.fstatSync(descriptor);
    const start = Math.max(size - LONGEST_LINE_BYTES, 0);
    const at = read(descriptor, start, size - start, this.#files).lastIndexOf(LINE_FEED);
    return at < 0 ? start : start + at + 1;
  }

  /** The place at which it began, for whoever reads what was there before. */
  get offset(): number {
    return this.#place?.offset ?? 0;
  }

  /** The whole lines that came since the last call. */
  next(): readonly string[] {
    const lines: string[] = [];
    const found = unlessRefused(() => this.#open(this.#path, (descriptor) => this.#readFrom(descriptor, lines)));
    if (found === undefined && this.#place !== undefined && !this.#isThere()) this.#rescue(lines);
    return lines;
  }

  #isThere(): boolean {
    return unlessRefused(() => this.#files.statSync(this.#path)) !== undefined;
  }

  /** The rest of what was moved aside. */
  #rescue(lines: string[]): void {
    const { offset } = this.#place ?? { offset: 0 };
    const kept = this.#predecessor;
    if (kept !== undefined)
      unlessRefused(() =>
        this.#open(kept, (descriptor) => {
          if (this.#isMarked(descriptor)) this.#take(descriptor, offset, lines);
          return true;
        }),
      );
    this.#place = undefined;
    if (this.#rest.length > 0) lines.push(this.#rest.toString("utf8"));
    this.#rest = this.#rest.subarray(0, 0);
  }

  #readFrom(descriptor: number, lines: string[]): true {
    const place = this.#place;
    const { ino, dev, size } = this.#files.fstatSync(descriptor);
    const isSame = place !== undefined && ino === place.ino && dev === place.dev;
    if (place !== undefined && !(isSame && size >= place.offset && this.#isMarked(descriptor))) this.#rescue(lines);
    const end = this.#take(descriptor, this.#place?.offset ?? 0, lines);
    this.#place = this.#placeAt(descriptor, end);
    return true;
  }

  /** Returns where it has ended. */
  #take(descriptor: number, from: number, lines: string[]): number {
    let at = from;
    for (;;) {
      const piece = read(descriptor, at, PIECE_BYTES, this.#files);
      if (piece.length === 0) return at;
      at += piece.length;
      const cut = wholeLines(Buffer.concat([this.#rest, piece]));
      for (const line of cut.lines) lines.push(line);
      this.#rest = cut.rest;
    }
  }

  #placeAt(descriptor: number, offset: number): Place {
    const { ino, dev } = this.#files.fstatSync(descriptor);
    const start = Math.max(offset - MARK_BYTES, 0);
    return { ino, dev, offset, mark: read(descriptor, start, offset - start, this.#files) };
  }

  #isMarked(descriptor: number): boolean {
    const { offset, mark } = this.#place ?? { offset: 0, mark: Buffer.alloc(0) };
    return read(descriptor, offset - mark.length, mark.length, this.#files).equals(mark);
  }

  #open<T>(path: string, use: (descriptor: number) => T): T {
    const descriptor = openFile(path, this.#files);
    try {
      return use(descriptor);
    } finally {
      this.#files.closeSync(descriptor);
    }
  }
}

/** @why a folder on a network tells nothing, and a file system may coalesce; whoever reads a log waits a second. */
const LOOK_AGAIN_MS = 1_000;

/** @why a busy log changes a hundred times a second. */
const GATHER_MS = 100;

/** Calls back whenever something in the folder may have changed, and each second, until `signal`. */
export async function whenever(
  folder: string,
  look: () => void,
  signal: AbortSignal,
  { watchFolder, delay }: Pick<Context, "watchFolder" | "delay">,
): Promise<void> {
  let changed = () => {};
  let stop: (() => void) | undefined;
  try {
    while (!signal.aborted) {
      // The folder may come later.
      stop ??= unlessRefused(() => watchFolder(folder, () => changed()));
      const wake = new AbortController();
      const end = () => wake.abort();
      changed = end;
      signal.addEventListener("abort", end);
      await delay(LOOK_AGAIN_MS, wake.signal);
      signal.removeEventListener("abort", end);
      if (!signal.aborted && wake.signal.aborted) await delay(GATHER_MS, signal);
      look();
    }
  } finally {
    stop?.();
  }
}
