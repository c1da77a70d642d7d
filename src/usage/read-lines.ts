import { LINE_FEED } from "../core/ascii.ts";
import type { Context } from "../core/context.ts";
import { openFile } from "../core/line-file.ts";
import { isHalf, parseLine, type UsageLine } from "./line.ts";
import { LineParser } from "./line-parser.ts";
import { SPARE_BYTES } from "./member-scanner.ts";

export interface LinesRead {
  /**
   * From which byte on there is something new next time: the end of the last whole line. Less than was asked for if the
   * file has become shorter, of which nothing was read then.
   */
  readonly nextByte: number;
  /** Lines of which something is missing, or that are longer than any. */
  readonly damagedLines: number;
  /** The rest of a line that is longer than any comes next. */
  readonly isWithinLine: boolean;
}

interface Limits {
  readonly mostBytes: number;
  /** As it was told of what came before. */
  readonly isWithinLine: boolean;
}

const PIECE_BYTES = 256 * 1024;

/** @why a line has a path and some names, which are never that long: something else has written there. */
const LONGEST_LINE_BYTES = 4 * 1024 * 1024;

/**
 * Calls back with every whole line of a file from a byte on, to which it was read before, and with its time in
 * milliseconds. Reads as much as there is at first, but no more than `mostBytes`, and never more than a piece at once.
 * Throws the system's error, also for what is no file.
 */
export function readLines(
  path: string,
  fromByte: number,
  each: (line: UsageLine, timeMs: number) => void,
  { files }: Pick<Context, "files">,
  { mostBytes = Number.POSITIVE_INFINITY, isWithinLine = false }: Partial<Limits> = {},
): LinesRead {
  const descriptor = openFile(path, files);
  try {
    const { size } = files.fstatSync(descriptor);
    if (size < fromByte) return { nextByte: 0, damagedLines: 0, isWithinLine: false };
    const sizeBytes = Math.min(size, fromByte + mostBytes);
    return readPieces({ descriptor, fromByte, sizeBytes, isWithinLine }, each, files);
  } finally {
    files.closeSync(descriptor);
  }
}

interface OpenFile {
  readonly descriptor: number;
  readonly fromByte: number;
  readonly sizeBytes: number;
  readonly isWithinLine: boolean;
}

function readPieces(
  { descriptor, fromByte, sizeBytes, isWithinLine }: OpenFile,
  each: (line: UsageLine, timeMs: number) => void,
  files: Context["files"],
): LinesRead {
  let pieceBytes = Math.min(PIECE_BYTES, sizeBytes - fromByte);
  let piece = Buffer.alloc(pieceBytes + SPARE_BYTES);
  let parser = new LineParser(piece);
  let damagedLines = 0;
  let isTooLong = isWithinLine;
  let position = fromByte;
  /** Bytes of the piece that are the beginning of a line. */
  let rest = 0;
  const takeOdd = (text: string) => {
    if (text === "") return;
    const line = parseLine(text);
    if (line === undefined || isHalf(text)) damagedLines += 1;
    if (line !== undefined) each(line, Date.parse(line.time));
  };
  while (position < sizeBytes) {
    const size = files.readSync(descriptor, piece, rest, Math.min(pieceBytes - rest, sizeBytes - position), position);
    if (size === 0) break;
    position += size;
    const limit = rest + size;
    piece.fill(LINE_FEED, limit, limit + SPARE_BYTES);
    let start = 0;
    while (start < limit) {
      const line = isTooLong ? undefined : parser.read(start, limit);
      if (line !== undefined) {
        each(line, parser.timeMs);
        start = parser.end + 1;
        continue;
      }
      const end = piece.indexOf(LINE_FEED, start);
      if (end >= limit) break;
      if (!isTooLong) takeOdd(piece.toString("utf8", start, end));
      isTooLong = false;
      start = end + 1;
    }
    rest = limit - start;
    if (isTooLong) rest = 0;
    else if (rest < pieceBytes) piece.copyWithin(0, start, limit);
    else if (pieceBytes < LONGEST_LINE_BYTES) {
      pieceBytes *= 2;
      piece = Buffer.concat([piece.subarray(0, rest)], pieceBytes + SPARE_BYTES);
      parser = new LineParser(piece);
    } else {
      damagedLines += 1;
      isTooLong = true;
      rest = 0;
    }
  }
  return { nextByte: position - rest, damagedLines, isWithinLine: isTooLong };
}
