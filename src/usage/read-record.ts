import { join } from "node:path";
import { withFileErrors } from "../core/atomic-file.ts";
import { unlessRefused } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { RefusalContext } from "../core/refusal.ts";
import type { UsageLine } from "./line.ts";
import { filesWithin, type Period } from "./period.ts";
import { readLines } from "./read-lines.ts";

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

/**
 * Calls back with every line whose day is within the period. A last line without its end is still being written. Throws
 * `file.access` if the folder cannot be read.
 */
export function readRecord(
  folder: string,
  period: Period,
  dayOf: (ms: number) => string,
  each: (line: UsageLine, timeMs: number) => void,
  context: RefusalContext,
): ReadRecord {
  const { files } = context;
  const names = withFileErrors(
    "read",
    folder,
    () => unlessRefused(() => files.readdirSync(folder), ["ENOENT"]),
    context,
  );
  let damagedLines = 0;
  const unreadable: string[] = [];
  const take = (line: UsageLine, timeMs: number) => {
    const day = dayOf(timeMs);
    if (day >= period.since && day <= period.until) each(line, timeMs);
  };
  for (const name of filesWithin(names ?? [], period)) {
    const path = join(folder, name);
    const read = unlessRefused(() => readLines(path, 0, take, { files }));
    if (read === undefined) unreadable.push(path);
    else damagedLines += read.damagedLines;
  }
  return { isThere: names !== undefined, damagedLines, unreadable };
}
