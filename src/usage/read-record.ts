import { join } from "node:path";
import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { isHalf, parseLine, type UsageLine } from "./line.ts";
import { filesWithin, type Period } from "./period.ts";

export const usageFolder = ({ stateDir }: Pick<Paths, "stateDir">): string => join(stateDir, "usage");

/** What was found besides lines. */
export interface ReadRecord {
  /** True if there has ever been a record. */
  readonly isThere: boolean;
  /** Lines of which something is missing. */
  readonly damagedLines: number;
  /** Files that the system does not let us read. */
  readonly unreadable: readonly string[];
}

/** Calls back with every line whose day is within the period. A last line without its end is still being written. */
export function readRecord(
  folder: string,
  period: Period,
  dayOf: (ms: number) => string,
  each: (line: UsageLine) => void,
  { files }: Pick<Context, "files">,
): ReadRecord {
  const names = unlessRefused(() => files.readdirSync(folder), ["ENOENT", "ENOTDIR"]);
  let damagedLines = 0;
  const unreadable: string[] = [];
  const take = (text: string) => {
    if (text === "") return;
    const line = parseLine(text);
    if (line === undefined || isHalf(text)) damagedLines += 1;
    if (line === undefined) return;
    const day = dayOf(Date.parse(line.time));
    if (day >= period.since && day <= period.until) each(line);
  };
  for (const name of filesWithin(names ?? [], period)) {
    const path = join(folder, name);
    if (unlessRefused(() => eachLine(path, take, files) ?? true) === undefined) unreadable.push(path);
  }
  return { isThere: names !== undefined, damagedLines, unreadable };
}

/** @why a year of files does not fit into memory. */
const PIECE_BYTES = 1024 * 1024;

const LINE_FEED = 0x0a;

function eachLine(path: string, take: (text: string) => void, files: Context["files"]): void {
  const descriptor = files.openSync(path, "r");
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    let rest: Buffer = Buffer.alloc(0);
    for (let size = files.readSync(descriptor, piece); size > 0; size = files.readSync(descriptor, piece)) {
      const bytes = Buffer.concat([rest, piece.subarray(0, size)]);
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
        take(bytes.toString("utf8", start, end));
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
  } finally {
    files.closeSync(descriptor);
  }
}
