import { largest } from "../core/largest.ts";
import type { Width } from "../terminal/layout.ts";
import { cutTo } from "../terminal/width.ts";

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of at most so many columns; whatever is more than nothing shows. */
function bar(share: number, columns: number): string {
  const eighths = Math.max(Math.round(share * columns * 8), share > 0 ? 1 : 0);
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}

export const GAP = 2;
export const SHORTEST_BAR = 6;
export const LONGEST_BAR = 30;
const INDENT = 2;

/** A row of the report, as it is shown. */
export interface Line {
  readonly name: string;
  /** The name is what the requests have in common, such as a client. */
  readonly isKey?: boolean;
  readonly cells: readonly string[];
  /** From 0 to 1; absent for what has no bar. */
  readonly share?: number;
}

const widest = (lines: readonly Line[], width: Width): readonly number[] =>
  (lines[0]?.cells ?? []).map((_, index) =>
    largest(
      lines.map(({ cells }) => width(cells[index] ?? "")),
      0,
    ),
  );

export const widestName = (lines: readonly Line[], width: Width) =>
  largest(
    lines.map(({ name }) => width(name)),
    0,
  );

/** What a row takes beside its name, without a bar. */
export const cellsWidth = (lines: readonly Line[], width: Width): number =>
  widest(lines, width).reduce((sum, size) => sum + GAP + size, 0);

const padded = (text: string, size: number, width: Width) => " ".repeat(Math.max(size - width(text), 0));

const right = (text: string, size: number, width: Width) => padded(text, size, width) + text;

export function inOneLine(lines: readonly Line[], barColumns: number, width: Width): string {
  const sizes = widest(lines, width);
  const nameSize = widestName(lines, width);
  return lines
    .map(({ name, cells, share }) =>
      [
        name + padded(name, nameSize, width),
        ...cells.map((cell, index) => right(cell, sizes[index] ?? 0, width)),
        ...(share === undefined || barColumns === 0 ? [] : [bar(share, barColumns)]),
      ]
        .join(" ".repeat(GAP))
        .trimEnd(),
    )
    .join("\n");
}

export function inSeveral(lines: readonly Line[], window: number, width: Width): string {
  const sizes = widest(lines, width);
  // Which cells share a line, as many as fit.
  const groups: number[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const [index, size] of sizes.entries()) {
    if (used + GAP + size > window) {
      groups.push([]);
      used = INDENT - GAP;
    }
    groups.at(-1)?.push(index);
    used += GAP + size;
  }
  // One scale and one place for all, or bars could not be compared: below the names if one leaves no room.
  const longest = largest(
    lines.filter(({ share }) => share !== undefined).map(({ name }) => width(name)),
    0,
  );
  const beside = window - longest - GAP;
  const isBeside = beside >= SHORTEST_BAR;
  const room = Math.max(Math.min(isBeside ? beside : window - INDENT, LONGEST_BAR), 1);
  return lines
    .flatMap(({ name, cells, share }) => {
      const drawn = share === undefined ? "" : bar(share, room);
      return [
        ...brokenTo(window, drawn !== "" && isBeside ? `${name}${" ".repeat(GAP)}${drawn}` : name),
        ...(drawn === "" || isBeside ? [] : [" ".repeat(INDENT) + drawn]),
        ...groups.map(
          (group) =>
            " ".repeat(INDENT) +
            group.map((index) => right(cells[index] ?? "", sizes[index] ?? 0, width)).join(" ".repeat(GAP)),
        ),
      ];
    })
    .join("\n");
}

/** A name that is longer than the window goes on in the next line. */
function brokenTo(window: number, text: string): readonly string[] {
  const first = cutTo(window, text);
  return first === text || first === "" ? [text] : [first, ...brokenTo(window, text.slice(first.length))];
}
