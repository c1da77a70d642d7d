import type { Context } from "../core/context.ts";
import { largest } from "../core/largest.ts";
import { withoutCredentials } from "../core/redact.ts";
import { oneLine, type Width } from "../terminal/layout.ts";
import { cutTo } from "../terminal/width.ts";
import type { Texts } from "../text/message.ts";
import { grouped } from "../text/numbers.ts";
import { promptTokens } from "../usage/prompt-tokens.ts";
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

/** Left out in this order before a row takes several lines. Their totals are said below the table. */
const LEAST_NEEDED: readonly Heading[] = ["failovers", "p95", "cached"];

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

export interface UsageTable {
  readonly table: string;
  readonly hasBars: boolean;
  /** Columns for which there is no room, and their totals. */
  readonly leftOut: readonly { readonly heading: string; readonly total: string }[];
}

interface Layout {
  readonly headings: readonly Heading[];
  readonly isShort: boolean;
}

/**
 * The report as a table, for a window with bars. The first layout that fits is taken: with a bar, without one, with models
 * named without their provider, with fewer columns. If none does, a row takes several lines, the first with its name and its
 * bar, and nothing is cut.
 */
export async function usageTable(
  report: Report,
  by: Grouping,
  { columns, text }: Pick<Context, "columns" | "text">,
): Promise<UsageTable> {
  const { usage: said } = text;
  const { total, none } = said;
  const all = figures(report.total);
  const measure = barMeasure(report);
  const amount = ({ cost, fee, requests }: Sums) => (measure === "cost" ? cost + fee : requests);
  const most = largest(
    report.rows.filter(({ others }) => others === undefined).map(({ sums }) => amount(sums)),
    1,
  );
  const rows = report.rows.map((row) => ({ row, sums: figures(row.sums) }));
  const shortNames = by === "model" ? withoutProviders(report.rows) : undefined;
  const nameOf = ({ key, others }: Report["rows"][number], isShort: boolean): string => {
    if (others !== undefined) return said.others(others);
    if (key === undefined) return none[by];
    return oneLine(withoutCredentials((isShort ? shortNames?.get(key) : undefined) ?? key));
  };
  const linesOf = ({ headings, isShort }: Layout): readonly Line[] => [
    { name: said.headings[by], cells: headings.map((heading) => said.headings[heading]) },
    ...rows.map(({ row, sums }) => ({
      name: nameOf(row, isShort),
      cells: cellsOf(headings, sums),
      ...(row.others === undefined && { share: amount(row.sums) / most }),
    })),
    { name: total, cells: cellsOf(headings, all) },
  ];
  const whole = linesOf({ headings: HEADINGS, isShort: false });
  const width = await widthFor(whole.map(({ name, cells }) => [name, ...cells]));
  const window = columns();
  if (window === undefined) return { table: inOneLine(whole, 0, width), hasBars: false, leftOut: [] };
  const telling = HEADINGS.filter((heading) => !isSpare(heading, all));
  for (const layout of layoutsFor(telling, shortNames !== undefined)) {
    const lines = linesOf(layout);
    const room = window - oneLineWidth(lines, width);
    const bar = room - GAP;
    if (room < 0 || (bar < SHORTEST_BAR && layout.hasBars)) continue;
    const leftOut = telling.filter((heading) => !layout.headings.includes(heading));
    return {
      table: inOneLine(lines, layout.hasBars ? Math.min(bar, LONGEST_BAR) : 0, width),
      hasBars: layout.hasBars,
      leftOut: leftOut.map((heading) => ({ heading: said.headings[heading], total: CELLS[heading](all) })),
    };
  }
  const narrow = linesOf({ headings: telling, isShort: false });
  return { table: inSeveral(narrow, window, width), hasBars: true, leftOut: [] };
}

/** From the one that shows most to the one that needs least room. */
function* layoutsFor(
  telling: readonly Heading[],
  hasShortNames: boolean,
): Generator<Layout & { readonly hasBars: boolean }> {
  yield { headings: HEADINGS, isShort: false, hasBars: true };
  yield { headings: telling, isShort: false, hasBars: true };
  for (let count = 0; count <= LEAST_NEEDED.length; count += 1) {
    const leftOut = LEAST_NEEDED.slice(0, count);
    const headings = telling.filter((heading) => !leftOut.includes(heading));
    yield { headings, isShort: hasShortNames, hasBars: true };
    yield { headings, isShort: hasShortNames, hasBars: false };
  }
}

/** Models by their id alone, if no two of them have the same. */
function withoutProviders(rows: Report["rows"]): ReadonlyMap<string, string> | undefined {
  const keys = rows.flatMap(({ key }) => key ?? []);
  const short = new Map(keys.map((key) => [key, key.slice(key.indexOf("/") + 1)]));
  return new Set(short.values()).size === keys.length ? short : undefined;
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
