import { promptTokens } from "../core/token-counts.ts";
import type { FiguresDocument } from "../server/dashboard-documents.ts";
import type { Texts } from "../text/message.ts";
import { grouped } from "../text/numbers.ts";
import { LAST_PERIODS, type LastPeriod } from "../usage/period-figures.ts";
import { shortCount, shownCost, shownUsd } from "../usage/shown.ts";
import type { Figures } from "../usage/sums.ts";
import { chartsOf } from "./chart-list.ts";
import { Chart } from "./charts.ts";
import { choices, el, newId, setText } from "./dom.ts";
import { millis, NOTHING, percent, span, type TimeFormat } from "./format.ts";
import { added, freshTokens } from "./series.ts";
import { type Column, table, tableRow } from "./table.ts";

type Text = Texts["dashboard"];

interface Step {
  readonly figures: FiguresDocument;
  readonly at: number;
}

/** Requests, tokens, cost and time to the first byte over a period: numbers, charts, and the same as a table. */
export class FiguresView {
  readonly element: HTMLElement;
  readonly #text: Text;
  readonly #numbers: readonly { readonly value: HTMLElement; readonly note: HTMLElement }[];
  readonly #charts: readonly Chart[];
  readonly #note = el("p", { class: "note" });
  readonly #columns: readonly Column<Step>[];
  readonly #rows: HTMLElement;
  readonly #tableRoom: HTMLElement;
  readonly #chartRoom: HTMLElement;
  readonly #toggle: HTMLButtonElement;
  #isTable = false;
  #figures: FiguresDocument | undefined;

  constructor(text: Text, times: TimeFormat, period: LastPeriod, choose: (period: LastPeriod) => void) {
    const { figures: named, charts } = text;
    this.#text = text;
    const headings = [named.requests, named.input, named.output, named.cost, named.firstByte];
    this.#numbers = headings.map(() => ({ value: el("b", {}, NOTHING), note: el("span", { class: "small" }) }));
    this.#charts = chartsOf(text).map((chart) => new Chart(chart, times, charts.none));
    this.#chartRoom = el("div", { class: "charts" }, ...this.#charts.map(({ element }) => element));
    this.#columns = columnsOf(text, times);
    const { element, body } = table(text.period.heading, this.#columns);
    this.#rows = body;
    const id = newId();
    const room = { id, class: "scroll", role: "region", tabindex: 0, "aria-label": charts.asTable, hidden: true };
    this.#tableRoom = el("div", room, element);
    this.#toggle = el(
      "button",
      { type: "button", class: "quiet", "aria-expanded": "false", "aria-controls": id, onclick: () => this.#swap() },
      charts.asTable,
    );
    this.element = el(
      "section",
      { class: "use", id: "use", tabindex: -1, "aria-label": text.period.heading },
      el(
        "div",
        { class: "bar" },
        el("h2", {}, text.period.heading),
        this.#toggle,
        choices(
          text.period.label,
          LAST_PERIODS.map((value) => ({ value, label: text.period.short[value], title: text.period.names[value] })),
          period,
          choose,
        ),
      ),
      el(
        "dl",
        { class: "numbers" },
        ...headings.map((heading, index) =>
          el("div", {}, el("dt", {}, heading), el("dd", {}, ...Object.values(this.#numbers[index] ?? {}))),
        ),
      ),
      this.#chartRoom,
      this.#tableRoom,
      this.#note,
    );
  }

  show(figures: FiguresDocument): void {
    this.#figures = figures;
    const { figures: named, period, units } = this.#text;
    const { total, recordDays, stepMs } = figures;
    const { requests, failures, firstByteMs, unifiedBillingFeeUsd: fee } = total;
    const put = promptTokens(total);
    const numbers: readonly (readonly [string, string])[] = [
      [
        requests < 1e6 ? grouped(requests) : shortCount(requests),
        requests === 0 ? "" : `${grouped(failures)} ${named.failures.toLowerCase()} · ${percent(failures, requests)}`,
      ],
      [shortCount(put), put === 0 ? "" : named.ofInput(percent(total.cacheReadTokens, put))],
      [
        shortCount(total.outputTokens),
        requests === 0 ? "" : named.each(shortCount(Math.round(total.outputTokens / requests))),
      ],
      [shownCost(total), fee > 0 ? named.fee(shownUsd(fee)) : averageCost(total, named)],
      [
        millis(firstByteMs.p50),
        firstByteMs.p95 === null ? "" : `${named.p50} · ${named.p95} ${millis(firstByteMs.p95)}`,
      ],
    ];
    numbers.forEach(([value, note], index) => {
      const place = this.#numbers[index];
      if (place === undefined) return;
      setText(place.value, value);
      setText(place.note, note);
    });
    const notes = [
      ...(!figures.isRead ? [period.reading] : []),
      ...(figures.damagedLines > 0 ? [period.damaged(figures.damagedLines)] : []),
      ...figures.unreadable.map(period.unreadable),
      ...(total.unpricedRequests > 0 ? [named.unpriced(total.unpricedRequests)] : []),
      named.estimated,
      period.step(span(stepMs, units)),
      ...(recordDays > 0 ? [period.keeps(recordDays)] : []),
    ];
    setText(this.#note, this.#text.joined(notes));
    for (const chart of this.#charts) chart.show(figures);
    if (this.#isTable) this.#fill(figures);
  }

  /** What is shown stays, and is marked. */
  showSilent(): void {
    setText(this.#note, this.#text.period.silent);
  }

  /** After a change of colours. */
  redraw(): void {
    for (const chart of this.#charts) chart.redraw();
  }

  destroy(): void {
    for (const chart of this.#charts) chart.destroy();
  }

  #swap(): void {
    this.#isTable = !this.#isTable;
    this.#tableRoom.hidden = !this.#isTable;
    this.#chartRoom.hidden = this.#isTable;
    const { asTable, asCharts } = this.#text.charts;
    setText(this.#toggle, this.#isTable ? asCharts : asTable);
    this.#toggle.setAttribute("aria-expanded", String(this.#isTable));
    if (this.#isTable && this.#figures !== undefined) this.#fill(this.#figures);
    if (!this.#isTable) this.redraw();
  }

  /** The latest step first; those without a request are left out. */
  #fill(figures: FiguresDocument): void {
    const steps = figures.series.time.map((_, at) => ({ figures, at })).filter(({ at }) => figures.series.requests[at]);
    const rows = steps.toReversed().map((step) => tableRow(step, this.#columns));
    const none = el("tr", { role: "row" }, el("td", { role: "cell", class: "text" }, this.#text.charts.none));
    this.#rows.replaceChildren(...(rows.length > 0 ? rows : [none]));
  }
}

/** Of the requests whose cost is known. */
function averageCost({ costUsd, requests, unpricedRequests }: Figures, { each }: Text["figures"]): string {
  const priced = requests - unpricedRequests;
  return costUsd === null || priced <= 0 ? "" : each(shownUsd(costUsd / priced));
}

function columnsOf({ figures: named, charts }: Text, times: TimeFormat): readonly Column<Step>[] {
  const number = (
    name: string,
    heading: string,
    shown: (value: number) => string,
    values: (figures: FiguresDocument) => readonly (number | null)[],
    none = NOTHING,
  ) => ({
    name,
    heading,
    cell: ({ figures, at }: Step) => {
      const value = values(figures)[at];
      return value === null || value === undefined ? none : shown(value);
    },
  });
  return [
    {
      name: "time",
      heading: charts.time,
      isText: true,
      isHeading: true,
      cell: ({ figures, at }) => times.step((figures.series.time[at] ?? 0) * 1_000, figures.stepMs),
    },
    number("requests", named.requests, grouped, ({ series }) => series.requests),
    number("failures", named.failures, grouped, ({ series }) => series.failures),
    number("input", named.input, shortCount, ({ series }) => added(freshTokens(series), series.cacheReadTokens)),
    number("output", named.output, shortCount, ({ series }) => series.outputTokens),
    number("cost", named.cost, shownUsd, ({ series }) => series.costUsd, "?"),
    number("p50", named.p50, millis, ({ series }) => series.firstByteP50Ms),
    number("p95", named.p95, millis, ({ series }) => series.firstByteP95Ms),
  ];
}
