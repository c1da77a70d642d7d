import { withoutCredentials } from "../core/redact.ts";
import { clock } from "../gateway/log.ts";
import { wholeStamp } from "../gateway/log-line.ts";
import { healthOf, isOfClient } from "../server/health.ts";
import { oneLine, table, wrap } from "../terminal/layout.ts";
import type { Paint } from "../terminal/paint.ts";
import { shortenTo, textWidth } from "../terminal/width.ts";
import { type Message, say, sentences, type Texts } from "../text/message.ts";
import type { LastPeriod } from "../usage/period-figures.ts";
import type { FiguresRow } from "../usage/sums.ts";
import type { TopFigures, TopRequest, TopState } from "./top-data.ts";
import { requestLines } from "./top-requests.ts";
import { CELLS } from "./usage-table.ts";

export interface TopView {
  readonly address: string;
  readonly at: Date;
  readonly period: LastPeriod;
  /** The last that was heard. */
  readonly state: TopState | undefined;
  readonly figures: TopFigures | undefined;
  /** Why it could not be asked now. */
  readonly fault: Message | undefined;
  /** The gateway answers, and cannot read its record. */
  readonly isRecordSilent: boolean;
  readonly perMinute: number;
  /** The newest first. */
  readonly requests: readonly TopRequest[];
}

export interface TopWindow {
  readonly columns: number;
  /** Without a limit where everything is to be shown. */
  readonly rows?: number;
  readonly paint: Paint;
  readonly text: Texts;
}

/** One line, for a file or a pipe. */
export function topLine(view: TopView, text: Texts): string {
  const { fault, state } = view;
  const health =
    fault !== undefined
      ? say(fault, text)
      : state && (state.problems.find((problem) => !isOfClient(problem))?.says ?? headingOf(state, text));
  const facts = fault === undefined ? [...nowFacts(view, text), ...periodFacts(view, text)] : [];
  return `${wholeStamp(view.at)} ${text.top.facts([...facts, ...(health === undefined ? [] : [oneLine(health)])])}`;
}

/** With the blank line before it, and its headings. */
const LEAST_LINES = 5;
const LEAST_GROUP = 3;

/** A picture for a window: lines that fit it, of which those that matter less are left out first. */
export function topLines(
  view: TopView,
  { columns, rows = Number.POSITIVE_INFINITY, paint, text }: TopWindow,
): string[] {
  const cut = (line: string) => shortenTo(columns, line);
  const head = [...titleLines(view, columns, paint, text), ...healthLines(view, columns, paint, text)];
  const facts = [
    joined(nowFacts(view, text), columns),
    ...wrap(
      text.top.inPeriod({ period: text.top.periods[view.period], facts: text.top.facts(periodFacts(view, text)) }),
      columns,
    ).split("\n"),
  ];
  const why =
    view.state?.usageDays === 0 ? text.top.recordOff : view.isRecordSilent ? text.dashboard.period.silent : "";
  const off = why === "" ? [] : wrap(why, columns).split("\n");
  const foot = rows === Number.POSITIVE_INFINITY ? [] : [paint.dim(cut(text.top.keys))];
  const cooldowns = (view.state?.cooldowns ?? []).map(({ model, until, says }) => {
    const time = until === undefined ? "?" : clock(until);
    const line = (name: string) => oneLine(text.top.cooldown({ model: name, until: time, says }));
    const whole = line(model);
    return paint.yellow(cut(textWidth(whole) <= columns ? whole : line(model.slice(model.lastIndexOf("/") + 1))));
  });
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", paint.bold(cut(title)), ...lines];
  let room = rows - head.length - facts.length - off.length - foot.length - (foot.length > 0 ? 1 : 0);
  const take = (lines: readonly string[], most: number): readonly string[] => {
    const taken = lines.slice(0, Math.max(Math.min(most, room), 0));
    room -= taken.length;
    return taken;
  };
  const isLong = rows === Number.POSITIVE_INFINITY;
  const cooling = take(section(text.top.cooldowns, cooldowns), isLong ? room : LEAST_LINES - 1);
  const { figures } = view;
  const forRequests = isLong ? 0 : Math.min(view.requests.length + 2, LEAST_LINES);
  /** A group without a row says nothing. */
  const takeGroup = (lines: readonly string[]) =>
    room - forRequests < LEAST_GROUP ? [] : take(lines, room - forRequests);
  const models = takeGroup(groupLines(figures?.byModel, "model", columns, paint, text));
  const clients = takeGroup(groupLines(figures?.byClient, "client", columns, paint, text));
  // Their columns are as wide as what is shown needs.
  const shown = view.requests.slice(0, Math.max(room - 2, 0));
  const isNarrow = columns < NARROW_COLUMNS;
  const requests =
    view.requests.length === 0 ? [text.top.noRequests] : requestLines(shown, { at: view.at, columns, isNarrow, paint });
  const last = take(section(isNarrow ? text.top.lastRequestsNarrow : text.top.lastRequests, requests), room);
  const body = [...head, ...facts, ...off, ...cooling, ...models, ...clients, ...last];
  if (foot.length === 0) return body;
  return [...body.slice(0, Math.max(rows - 1, 0)), ...Array(Math.max(rows - 1 - body.length, 0)).fill(""), ...foot];
}

/** @why there the times would leave no room for the name of a model. */
const NARROW_COLUMNS = 60;

const TITLE = "openclaw gateway";

function titleLines({ address, at, state }: TopView, columns: number, { bold }: Paint, text: Texts): string[] {
  const { top, dashboard } = text;
  const up =
    state?.startedAt === undefined ? [] : [top.up(lasted(at.getTime() - state.startedAt.getTime(), dashboard.units))];
  const parts = [TITLE, ...(state === undefined ? [] : [state.version]), address, ...up, clock(at)];
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(last) + 2 + textWidth(part) <= columns)
      lines[lines.length - 1] = `${last}  ${part}`;
    else lines.push(shortenTo(columns, part));
  }
  return lines.map((line, index) => (index === 0 ? bold(line) : line));
}

/** `45 s`, `12 min`, `3 h 12 min`, `2 d 3 h`; in Chinese `2 天 3 小時`. */
function lasted(ms: number, { second, minute, hour, day }: Texts["dashboard"]["units"]): string {
  const minutes = Math.floor(Math.max(ms, 0) / 60_000);
  if (minutes === 0) return second(Math.floor(Math.max(ms, 0) / 1000));
  if (minutes < 60) return minute(minutes);
  const hours = Math.floor(minutes / 60);
  const [more, less] =
    hours < 24 ? [hour(hours), minute(minutes % 60)] : [day(Math.floor(hours / 24)), hour(hours % 24)];
  return `${more} ${less}`;
}

export function healthLines(
  { state, fault }: Pick<TopView, "state" | "fault">,
  columns: number,
  { red, yellow, green }: Paint,
  text: Texts,
): string[] {
  const marked = (mark: string, sentence: string) =>
    `${mark}${wrap(`  ${oneLine(sentence)}`, columns).slice(1)}`.split("\n");
  if (fault !== undefined) return marked("✖", sentences([say(fault, text), text.top.again])).map(red);
  if (state === undefined) return [];
  const faultsFirst = state.problems.toSorted((one, other) => Number(isOfClient(one)) - Number(isOfClient(other)));
  const problems = faultsFirst.flatMap((problem) => [
    ...marked("!", problem.says).map(state.ok || isOfClient(problem) ? yellow : red),
    ...(problem.hint === undefined ? [] : wrap(`  ${oneLine(problem.hint)}`, columns).split("\n")),
  ]);
  const health = healthOf(state, state.problems);
  const isGood = health === "works" || health === "clients";
  const mark = isGood ? "✔" : state.ok ? "!" : "✖";
  const verdict = marked(mark, headingOf(state, text)).map(isGood ? green : state.ok ? yellow : red);
  const why = health === "closed" ? wrap(`  ${text.dashboard.health.closed}`, columns).split("\n") : [];
  return [...verdict, ...why, ...problems.slice(0, MOST_PROBLEM_LINES)];
}

const MOST_PROBLEM_LINES = 8;

const headingOf = (state: TopState, { dashboard }: Texts): string =>
  dashboard.health.headings[healthOf(state, state.problems)];

function nowFacts({ state, perMinute }: TopView, { top }: Texts): readonly string[] {
  if (state === undefined) return [];
  const { openRequests, processes } = state;
  return [
    top.open(openRequests),
    ...(state.usageDays === 0 ? [] : [top.perMinute(perMinute)]),
    ...(processes === undefined ? [] : [top.processes(processes)]),
  ];
}

function periodFacts({ figures }: TopView, { top }: Texts): readonly string[] {
  if (figures === undefined) return [];
  const { total } = figures;
  return [
    top.requests(total.requests),
    ...(total.failures > 0 ? [top.failedRequests(total.failures)] : []),
    ...(total.failovers > 0 ? [top.failovers(total.failovers)] : []),
    top.tokens({ input: CELLS.input(total), output: CELLS.output(total) }),
    CELLS.cost(total),
    top.firstByte({ p50: CELLS.p50(total), p95: CELLS.p95(total) }),
  ];
}

const joined = (facts: readonly string[], columns: number): string => shortenTo(columns, facts.join("   "));

type Column = keyof typeof CELLS;

/** The first that fits is taken; what is left of the window is the name's. */
const LAYOUTS: readonly (readonly Column[])[] = [
  ["requests", "failures", "input", "output", "cost", "p50", "p95"],
  ["requests", "failures", "cost", "p50", "p95"],
  ["requests", "failures", "cost"],
  ["requests", "cost"],
  ["requests"],
];

/** @why a name of which less is shown says nothing. */
const SHORTEST_NAME = 18;

function groupLines(
  rows: readonly FiguresRow[] | undefined,
  by: "model" | "client",
  columns: number,
  { bold }: Paint,
  { usage }: Texts,
): readonly string[] {
  if (rows === undefined || rows.length === 0) return [];
  const cellsOf = (shown: readonly Column[]) => [
    shown.map((column) => usage.headings[column]),
    ...rows.map((row) => shown.map((column) => CELLS[column](row))),
  ];
  const widthsOf = (cells: readonly (readonly string[])[]) =>
    (cells[0] ?? []).map((_, index) => Math.max(...cells.map((row) => textWidth(row[index] ?? ""))));
  const roomBeside = (shown: readonly Column[]) =>
    columns - widthsOf(cellsOf(shown)).reduce((sum, width) => sum + width + 2, 0);
  const layout = LAYOUTS.find((shown) => roomBeside(shown) >= SHORTEST_NAME) ?? ["requests"];
  const cells = cellsOf(layout);
  const widths = widthsOf(cells);
  const names = [usage.headings[by], ...rows.map(({ key }) => nameOf(key, by, usage.none))];
  const room = Math.max(Math.min(roomBeside(layout), Math.max(...names.map(textWidth))), 1);
  const lines = table(
    names.map((name, index) => [
      shortened(name, room),
      ...(cells[index] ?? []).map((cell, at) => " ".repeat(Math.max((widths[at] ?? 0) - textWidth(cell), 0)) + cell),
    ]),
    textWidth,
  ).split("\n");
  return ["", ...lines.map((line, index) => (index === 0 ? bold(line) : line))];
}

const nameOf = (key: string | null, by: "model" | "client", none: Texts["usage"]["none"]): string =>
  key === null ? none[by] : oneLine(withoutCredentials(key));

/** Of a model, the end says most: its provider goes first. */
function shortened(name: string, columns: number): string {
  if (textWidth(name) <= columns) return name;
  const model = name.slice(name.lastIndexOf("/") + 1);
  return shortenTo(columns, model);
}
