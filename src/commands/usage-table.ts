import type { Context } from "../core/context.ts";
import { largest } from "../core/largest.ts";
import { withoutCredentials } from "../core/redact.ts";
import { oneLine, type Width } from "../terminal/layout.ts";
import { cutTo } from "../terminal/width.ts";
import type { Texts } from "../text/message.ts";
import { grouped } from "../text/numbers.ts";
import { promptTokens } from "../usage/line.ts";
import { shortCount, shownCost, shownMs } from "../usage/shown.ts";
import { type Figures, figures, type Grouping, type Report, type Sums } from "../usage/sums.ts";
import { widthFor } from "./models-list.ts";

type Heading = Exclude<keyof Texts["usage"]["headings"], Grouping>;

/** What stands below each heading, here and in `gateway top`. */
export const CELLS = {
  requests: ({ requests }) => grouped(requests),
  input: (sums) => shortCount(promptTokens(sums)),
  output: ({ outputTokens }) => shortCount(outputTokens),
  cached: ({ cacheReadTokens }) => shortCount(cacheReadTokens),
  cost: shownCost,
  failures: ({ failures }) => grouped(failures),
  p50: ({ firstByteMs }) => shownMs(firstByteMs.p50),
  p95: ({ firstByteMs }) => shownMs(firstByteMs.p95),
  failovers: ({ failovers }) => grouped(failovers),
} as const satisfies Readonly<Record<Heading, (sums: Figures) => string>>;

const HEADINGS = Object.keys(CELLS) as readonly Heading[];

/** Left out in a narrow window where they say nothing. */
const isSpare = (heading: Heading, { cacheReadTokens, failures, failovers }: Figures): boolean =>
  (heading === "cached" && cacheReadTokens === 0) ||
  (heading === "failures" && failures === 0) ||
  (heading === "failovers" && failovers === 0);

/** What bars stand for: the cost, if all of it is known. */
export const barMeasure = ({ total }: Report): "cost" | "requests" =>
  total.unpriced === 0 && total.cost > 0 ? "cost" : "requests";

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of at most so many columns; whatever is more than nothing shows. */
function bar(share: number, columns: number): string {
  const eighths = Math.max(Math.round(share * columns * 8), share > 0 ? 1 : 0);
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}

const GAP = 2;
const SHORTEST_BAR = 6;
const LONGEST_BAR = 30;
const INDENT = 2;

interface Line {
  readonly name: string;
  readonly cells: readonly string[];
  /** From 0 to 1; absent for what has no bar. */
  readonly share?: number;
}

/**
 * The report as a table, for a window with bars. A row that does not fit takes several lines, the first with its name
 * and its bar, and nothing is cut.
 */
export async function usageTable(
  report: Report,
  by: Grouping,
  { columns, text }: Pick<Context, "columns" | "text">,
): Promise<string> {
  const { usage: said } = text;
  const { headings, total, none } = said;
  const all = figures(report.total);
  const measure = barMeasure(report);
  const amount = ({ cost, fee, requests }: Sums) => (measure === "cost" ? cost + fee : requests);
  const most = largest(
    report.rows.filter(({ others }) => others === undefined).map(({ sums }) => amount(sums)),
    1,
  );
  const linesOf = (shown: readonly Heading[]): readonly Line[] => [
    { name: headings[by], cells: shown.map((heading) => headings[heading]) },
    ...report.rows.map(({ key, others, sums }) => ({
      name:
        others !== undefined ? said.others(others) : key === undefined ? none[by] : oneLine(withoutCredentials(key)),
      cells: cellsOf(shown, figures(sums)),
      ...(others === undefined && { share: amount(sums) / most }),
    })),
    { name: total, cells: cellsOf(shown, all) },
  ];
  const whole = linesOf(HEADINGS);
  const width = await widthFor(whole.map(({ name, cells }) => [name, ...cells]));
  const window = columns();
  if (window === undefined) return inOneLine(whole, 0, width);
  const narrow = linesOf(HEADINGS.filter((heading) => !isSpare(heading, all)));
  for (const lines of [whole, narrow]) {
    const room = window - oneLineWidth(lines, width) - GAP;
    if (room >= SHORTEST_BAR) return inOneLine(lines, Math.min(room, LONGEST_BAR), width);
  }
  return inSeveral(narrow, window, width);
}

const cellsOf = (shown: readonly Heading[], row: Figures): readonly string[] =>
  shown.map((heading) => CELLS[heading](row));

const widest = (lines: readonly Line[], width: Width): readonly number[] =>
  (lines[0]?.cells ?? []).map((_, index) =>
    largest(
      lines.map(({ cells }) => width(cells[index] ?? "")),
      0,
    ),
  );

const widestName = (lines: readonly Line[], width: Width) =>
  largest(
    lines.map(({ name }) => width(name)),
    0,
  );

const oneLineWidth = (lines: readonly Line[], width: Width): number =>
  widest(lines, width).reduce((sum, size) => sum + GAP + size, widestName(lines, width));

const padded = (text: string, size: number, width: Width) => " ".repeat(Math.max(size - width(text), 0));

const right = (text: string, size: number, width: Width) => padded(text, size, width) + text;

function inOneLine(lines: readonly Line[], barColumns: number, width: Width): string {
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

function inSeveral(lines: readonly Line[], window: number, width: Width): string {
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
