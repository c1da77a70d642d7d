import type { Context } from "../core/context.ts";
import { largest } from "../core/largest.ts";
import { withoutCredentials } from "../core/redact.ts";
import { promptTokens } from "../core/token-counts.ts";
import { oneLine, type Width } from "../terminal/layout.ts";
import { shortenMiddle, shortenTo } from "../terminal/width.ts";
import type { Texts } from "../text/message.ts";
import { grouped, shownMs } from "../text/numbers.ts";
import { shortCount, shownCost } from "../usage/shown.ts";
import { type Figures, figures, type Grouping, type Report, type Sums } from "../usage/sums.ts";
import { widthFor } from "./models-list.ts";
import {
  cellsWidth,
  GAP,
  inOneLine,
  inSeveral,
  type Line,
  LONGEST_BAR,
  SHORTEST_BAR,
  widestName,
} from "./usage-lines.ts";

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

/** Left out in this order, the last one never, before a row takes several lines. Their totals are said below the table. */
const LEAST_NEEDED: readonly (readonly Heading[])[] = [
  ["failovers"],
  ["p95"],
  ["cached"],
  ["p50"],
  ["input", "output"],
  ["failures"],
  ["requests", "cost"],
];

/** So many of these steps are taken before names are cut. */
const BESIDE_WHOLE_NAMES = 4;

/** What bars stand for: the cost, if all of it is known. */
export const barMeasure = ({ total }: Report): "cost" | "requests" =>
  total.unpriced === 0 && total.cost > 0 ? "cost" : "requests";

export interface UsageTable {
  readonly table: string;
  readonly hasBars: boolean;
  /** Columns for which there is no room, and their totals. */
  readonly leftOut: readonly { readonly heading: string; readonly total: string }[];
  /** Names are cut in their middle. */
  readonly isCut: boolean;
}

interface Layout {
  readonly headings: readonly Heading[];
  readonly isShort: boolean;
  readonly hasBars: boolean;
  /** Names may be cut. */
  readonly mayCut: boolean;
}

/** @why less of a name says nothing; the end of a session's id tells it from others. */
const leastName = (by: Grouping): number => (by === "session" ? 12 : 18);

/**
 * The report as a table, for a window with bars. The first layout that fits is taken: with a bar, without one, with models
 * named without their provider, with fewer columns, with names that are cut in their middle as long as no two become the
 * same. If none does, a row takes several lines, the first with its name and its bar, and nothing is cut.
 */
export async function usageTable(
  report: Report,
  by: Grouping,
  { columns, text }: Pick<Context, "columns" | "text">,
): Promise<UsageTable> {
  const { usage: said } = text;
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
    if (key === undefined) return said.none[by];
    return oneLine(withoutCredentials((isShort ? shortNames?.get(key) : undefined) ?? key));
  };
  const linesOf = ({ headings, isShort }: Pick<Layout, "headings" | "isShort">): readonly Line[] => [
    { name: said.headings[by], cells: headings.map((heading) => said.headings[heading]) },
    ...rows.map(({ row, sums }) => ({
      name: nameOf(row, isShort),
      isKey: row.key !== undefined,
      cells: cellsOf(headings, sums),
      ...(row.others === undefined && { share: amount(row.sums) / most }),
    })),
    { name: said.total, cells: cellsOf(headings, all) },
  ];
  const whole = linesOf({ headings: HEADINGS, isShort: false });
  const width = await widthFor(whole.map(({ name, cells }) => [name, ...cells]));
  const window = columns();
  const plain = { hasBars: false, leftOut: [], isCut: false };
  if (window === undefined) return { ...plain, table: inOneLine(whole, 0, width) };
  const telling = HEADINGS.filter((heading) => !isSpare(heading, all));
  for (const layout of layoutsFor(telling, by, shortNames !== undefined)) {
    const lines = linesOf(layout);
    const forNames = window - cellsWidth(lines, width) - (layout.hasBars ? GAP + SHORTEST_BAR : 0);
    const isCut = widestName(lines, width) > forNames;
    const shown = isCut ? lines.map((line) => ({ ...line, name: cutName(line, forNames, width) })) : lines;
    if (isCut && !(layout.mayCut && forNames >= leastName(by) && areAsDistinct(shown, lines))) continue;
    const bar = Math.min(window - cellsWidth(shown, width) - widestName(shown, width) - GAP, LONGEST_BAR);
    const leftOut = telling.filter((heading) => !layout.headings.includes(heading));
    return {
      table: inOneLine(shown, layout.hasBars ? bar : 0, width),
      hasBars: layout.hasBars,
      leftOut: leftOut.map((heading) => ({ heading: said.headings[heading], total: CELLS[heading](all) })),
      isCut,
    };
  }
  const narrow = linesOf({ headings: telling, isShort: false });
  return { ...plain, table: inSeveral(narrow, window, width), hasBars: true };
}

/** From the one that shows most to the one that needs least room. */
function* layoutsFor(telling: readonly Heading[], by: Grouping, hasShortNames: boolean): Generator<Layout> {
  const whole = { isShort: false, hasBars: true, mayCut: false };
  yield { headings: HEADINGS, ...whole };
  yield { headings: telling, ...whole };
  const fewer = LEAST_NEEDED.map((_, count) => LEAST_NEEDED.slice(0, count).flat()).map((leftOut) =>
    telling.filter((heading) => !leftOut.includes(heading)),
  );
  // An id is recognised by a part of it; a name is to be read.
  const cutFirst = by === "session";
  for (const mayCut of cutFirst ? [true] : [false, true])
    for (const headings of mayCut ? fewer : fewer.slice(0, BESIDE_WHOLE_NAMES))
      for (const hasBars of [true, false]) yield { headings, isShort: hasShortNames, hasBars, mayCut };
}

/**
 * Of the program's own words, the beginning says most.
 * @why again with less: what is left of a picture of several characters can take more columns than the whole one.
 */
function cutName({ name, isKey }: Line, columns: number, width: Width): string {
  const cut = isKey ? shortenMiddle : shortenTo;
  for (let room = columns; room > 1; room -= 1) {
    const shown = cut(room, name);
    if (width(shown) <= columns) return shown;
  }
  return "…";
}

const areAsDistinct = (shown: readonly Line[], lines: readonly Line[]): boolean =>
  new Set(shown.map(({ name }) => name)).size === new Set(lines.map(({ name }) => name)).size;

/** Models by their id alone, if no two of them have the same. */
function withoutProviders(rows: Report["rows"]): ReadonlyMap<string, string> | undefined {
  const keys = rows.flatMap(({ key }) => key ?? []);
  const short = new Map(keys.map((key) => [key, key.slice(key.indexOf("/") + 1)]));
  return new Set(short.values()).size === keys.length ? short : undefined;
}

const cellsOf = (shown: readonly Heading[], row: Figures): readonly string[] =>
  shown.map((heading) => CELLS[heading](row));
