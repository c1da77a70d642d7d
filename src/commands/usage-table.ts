import type { Context } from "../core/context.ts";
import { largest } from "../core/largest.ts";
import { withoutCredentials } from "../core/redact.ts";
import { oneLine, type Width } from "../terminal/layout.ts";
import { cutTo } from "../terminal/width.ts";
import type { Texts } from "../text/message.ts";
import { USD } from "../usage/cost.ts";
import type { Grouping, Report, Sums } from "../usage/sums.ts";
import { widthFor } from "./models-list.ts";

type Heading = Exclude<keyof Texts["usage"]["headings"], Grouping>;

interface Column {
  readonly heading: Heading;
  readonly cell: (sums: Sums) => string;
  /** Left out in a narrow window where it says nothing. */
  readonly spare?: (total: Sums) => boolean;
}

const COLUMNS: readonly Column[] = [
  { heading: "requests", cell: ({ requests }) => grouped(requests) },
  { heading: "input", cell: (sums) => shortCount(promptTokens(sums)) },
  { heading: "output", cell: ({ outputTokens }) => shortCount(outputTokens) },
  {
    heading: "cached",
    cell: ({ cacheReadTokens }) => shortCount(cacheReadTokens),
    spare: ({ cacheReadTokens }) => cacheReadTokens === 0,
  },
  { heading: "cost", cell: shownCost },
  { heading: "failures", cell: ({ failures }) => grouped(failures), spare: ({ failures }) => failures === 0 },
  { heading: "p50", cell: (sums) => shownMs(sums.firstByte(0.5)) },
  { heading: "p95", cell: (sums) => shownMs(sums.firstByte(0.95)) },
  { heading: "failovers", cell: ({ failovers }) => grouped(failovers), spare: ({ failovers }) => failovers === 0 },
];

/** All that went in, whatever of it was cached. */
const promptTokens = ({ inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens }: Sums) =>
  inputTokens + cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens;

/** `12,345` */
export const grouped = (number: number): string => String(number).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** `950`, `12.3k`, `1.25M`, `3.1G` */
export function shortCount(number: number): string {
  for (const [size, unit] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    // What rounds to 1,000 of a unit is one of the next.
    if (number >= size * 0.9995 && number >= 1e3) return `${Number((number / size).toPrecision(3))}${unit}`;
  }
  return String(number);
}

/** Of billionths of a USD: `$1,234.50`, below a cent `$0.0042`. */
export function shownUsd(nanos: number): string {
  const usd = nanos / USD;
  if (usd === 0) return "$0.00";
  if (usd < 0.000_1) return "<$0.0001";
  if (usd < 0.01) return `$${usd.toFixed(4)}`;
  const [whole = "", cents = ""] = usd.toFixed(2).split(".");
  return `$${grouped(Number(whole))}.${cents}`;
}

/** What is not known is never shown as nothing. */
function shownCost({ cost, fee, unpriced }: Sums): string {
  if (unpriced === 0) return shownUsd(cost + fee);
  return cost + fee === 0 ? "?" : `${shownUsd(cost + fee)}+?`;
}

/** `850 ms`, `1.2 s`, `75 s` */
export function shownMs(ms: number | undefined): string {
  if (ms === undefined) return "-";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 9_950 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}

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
  const measure = barMeasure(report);
  const amount = ({ cost, fee, requests }: Sums) => (measure === "cost" ? cost + fee : requests);
  const most = largest(
    report.rows.filter(({ others }) => others === undefined).map(({ sums }) => amount(sums)),
    1,
  );
  const linesOf = (shown: readonly Column[]): readonly Line[] => [
    { name: headings[by], cells: shown.map(({ heading }) => headings[heading]) },
    ...report.rows.map(({ key, others, sums }) => ({
      name:
        others !== undefined ? said.others(others) : key === undefined ? none[by] : oneLine(withoutCredentials(key)),
      cells: shown.map(({ cell }) => cell(sums)),
      ...(others === undefined && { share: amount(sums) / most }),
    })),
    { name: total, cells: shown.map(({ cell }) => cell(report.total)) },
  ];
  const all = linesOf(COLUMNS);
  const width = await widthFor(all.map(({ name, cells }) => [name, ...cells]));
  const window = columns();
  if (window === undefined) return inOneLine(all, 0, width);
  const narrow = linesOf(COLUMNS.filter(({ spare }) => !spare?.(report.total)));
  for (const lines of [all, narrow]) {
    const room = window - oneLineWidth(lines, width) - GAP;
    if (room >= SHORTEST_BAR) return inOneLine(lines, Math.min(room, LONGEST_BAR), width);
  }
  return inSeveral(narrow, window, width);
}

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
  // One scale for all, or bars could not be compared.
  const roomFor = ({ name }: Line) => Math.min(window - width(name) - GAP, LONGEST_BAR);
  const withBar = lines.filter((line) => line.share !== undefined && roomFor(line) >= SHORTEST_BAR);
  const room = Math.min(...withBar.map(roomFor));
  return lines
    .flatMap((line) => {
      const { name, cells, share = 0 } = line;
      return [
        ...brokenTo(window, withBar.includes(line) ? `${name}${" ".repeat(GAP)}${bar(share, room)}` : name),
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
