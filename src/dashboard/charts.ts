import uPlot from "uplot";
import type { FiguresDocument } from "../server/dashboard-documents.ts";
import type { Values } from "../usage/period-figures.ts";
import { el, setText } from "./dom.ts";
import type { TimeFormat } from "./format.ts";
import { ticks } from "./series.ts";

/** One line of numbers in a chart. */
interface Layer {
  readonly label: string;
  /** A colour of the page's style, without the dashes. */
  readonly colour: string;
  readonly values: (figures: FiguresDocument) => Values;
  /** Beside the label while nothing is pointed at. */
  readonly total: (figures: FiguresDocument) => string;
}

export interface ChartOf {
  readonly name: string;
  /** `stack`: each layer stands on those before it. `over`: the later ones are parts of the first. `lines`: side by side. */
  readonly kind: "stack" | "over" | "lines";
  readonly layers: readonly Layer[];
  readonly shown: (value: number) => string;
  readonly described: (figures: FiguresDocument) => string;
}

const HEIGHT = 176;
const FONT = "12px Inter, system-ui, sans-serif";
const DAY_SECONDS = 86_400;

/** A chart that is drawn on a canvas, with its legend as text. What is pointed at in one is pointed at in all. */
export class Chart {
  readonly element: HTMLElement;
  readonly #chart: ChartOf;
  readonly #times: TimeFormat;
  readonly #room: HTMLElement;
  readonly #nothing: HTMLElement;
  readonly #values: readonly HTMLElement[];
  readonly #when: HTMLElement;
  #plot: uPlot | undefined;
  #figures: FiguresDocument | undefined;

  constructor(chart: ChartOf, times: TimeFormat, nothing: string) {
    this.#chart = chart;
    this.#times = times;
    this.#room = el("div", { class: "plot", role: "img", "aria-label": chart.name });
    this.#nothing = el("p", { class: "nothing", hidden: true }, nothing);
    this.#values = chart.layers.map(() => el("b"));
    this.#when = el("span", { class: "when" });
    this.element = el(
      "figure",
      { class: "chart" },
      el(
        "figcaption",
        {},
        el("h3", {}, chart.name),
        this.#when,
        el(
          "p",
          { class: "legend" },
          ...chart.layers.map(({ label, colour }, index) =>
            el("span", {}, el("i", { class: `swatch ${colour}` }), label, " ", this.#values[index] ?? ""),
          ),
        ),
      ),
      el("div", { class: "stage" }, this.#room, this.#nothing),
    );
    new ResizeObserver(() => this.#resize()).observe(this.#room);
  }

  show(figures: FiguresDocument): void {
    const isSameScale = this.#figures?.period === figures.period && this.#figures.stepMs === figures.stepMs;
    this.#figures = figures;
    this.#room.setAttribute("aria-label", this.#chart.described(figures));
    const raw = this.#chart.layers.map(({ values }) => values(figures));
    this.#nothing.hidden = raw.some((values) => values.some((value) => value !== null && value > 0));
    if (this.#plot === undefined || !isSameScale) this.redraw();
    else this.#plot.setData(this.#data(figures, raw));
    this.#say(null);
  }

  /** Draws anew, as after a change of colours. */
  redraw(): void {
    const figures = this.#figures;
    if (figures === undefined || this.#room.clientWidth === 0) return;
    this.#plot?.destroy();
    const raw = this.#chart.layers.map(({ values }) => values(figures));
    this.#plot = new uPlot(this.#options(figures), this.#data(figures, raw), this.#room);
  }

  destroy(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #resize(): void {
    const width = this.#room.clientWidth;
    if (width === 0) return;
    if (this.#plot === undefined) this.redraw();
    else if (this.#plot.width !== width) this.#plot.setSize({ width, height: HEIGHT });
  }

  /** The tallest first, so that what is drawn later stands before it. */
  #data({ series: { time } }: FiguresDocument, raw: readonly Values[]): uPlot.AlignedData {
    const { kind } = this.#chart;
    if (kind !== "stack") return [[...time], ...raw.map((values) => [...values])];
    const sums = raw.map((_, layer) =>
      time.map((__, step) => raw.slice(0, layer + 1).reduce((sum, values) => sum + (values[step] ?? 0), 0)),
    );
    return [[...time], ...sums.toReversed()];
  }

  #options(figures: FiguresDocument): uPlot.Options {
    const { kind, layers, shown } = this.#chart;
    const style = getComputedStyle(document.documentElement);
    const colourOf = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const stepSeconds = figures.stepMs / 1_000;
    const drawn = kind === "stack" ? layers.toReversed() : layers;
    const bars = uPlot.paths.bars?.({ size: [0.72, 28], align: 1, radius: 0.12 });
    const axis = { font: FONT, stroke: colourOf("muted"), ticks: { show: false } };
    return {
      width: this.#room.clientWidth,
      height: HEIGHT,
      padding: [10, 14, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: "figures" },
        drag: { x: false, y: false },
        y: false,
        move: (plot, left, top) => [left < 0 ? left : this.#stepAt(plot, left, figures), top],
        points: kind === "lines" ? { size: 7, width: 2 } : { show: false },
      },
      scales: {
        x: { time: true, range: () => [figures.series.time[0] ?? 0, Date.parse(figures.until) / 1_000] },
        y: { range: (_, __, most) => [0, ticks(most > 0 ? most : 1, 3).at(-1) ?? 1] },
      },
      axes: [
        {
          ...axis,
          space: 64,
          size: 28,
          gap: 8,
          grid: { show: false },
          values: (_, splits) => splits.map((seconds) => this.#tick(seconds, figures)),
        },
        {
          ...axis,
          size: (_, values) => Math.max(52, ...(values ?? []).map((text) => 7 * text.length + 16)),
          gap: 8,
          grid: { stroke: colourOf("line"), width: 1 },
          splits: (_, __, ___, most) => (this.#nothing.hidden ? [...ticks(most, 3)] : [0]),
          values: (_, splits) => splits.map((value) => (value === 0 ? "0" : shown(value))),
        },
      ],
      series: [
        {},
        ...drawn.map(({ colour }, index): uPlot.Series => {
          const stroke = colourOf(colour);
          if (kind === "lines") {
            return {
              stroke,
              width: index === 0 ? 2 : 1.5,
              spanGaps: false,
              points: { show: true, size: 4, fill: stroke, filter: alone },
            };
          }
          return { fill: stroke, width: 0, ...(bars !== undefined && { paths: bars }), points: { show: false } };
        }),
      ],
      hooks: {
        setCursor: [(plot) => this.#say(plot.cursor.idx ?? null)],
        ready: [
          (plot) => {
            if (kind !== "lines") plot.root.classList.add("bars");
            plot.root.style.setProperty("--step", `${plot.valToPos(stepSeconds, "x") - plot.valToPos(0, "x")}px`);
          },
        ],
      },
    };
  }

  /** The place of the step under the pointer: a bar stands from there to the next. */
  #stepAt(plot: uPlot, left: number, { series: { time }, stepMs }: FiguresDocument): number {
    const [first = 0] = time;
    const step = Math.floor((plot.posToVal(left, "x") - first) / (stepMs / 1_000));
    const begins = time[Math.min(Math.max(step, 0), time.length - 1)] ?? first;
    return Math.max(plot.valToPos(begins, "x"), 0);
  }

  #tick(seconds: number, { stepMs, until, since }: FiguresDocument): string {
    const isLong = (Date.parse(until) - Date.parse(since)) / 1_000 > 2 * DAY_SECONDS;
    const ms = seconds * 1_000;
    const isMidnight = new Date(ms).getHours() === 0 && new Date(ms).getMinutes() === 0;
    return isLong || (isMidnight && stepMs < DAY_SECONDS * 1_000) ? this.#times.day(ms) : this.#times.minutes(ms);
  }

  /** Puts the values of a step beside the labels, or the totals. */
  #say(step: number | null): void {
    const figures = this.#figures;
    if (figures === undefined) return;
    const begins = step === null ? undefined : figures.series.time[step];
    setText(this.#when, begins === undefined ? "" : this.#times.step(begins * 1_000, figures.stepMs));
    this.#chart.layers.forEach(({ values, total }, index) => {
      const place = this.#values[index];
      if (place === undefined) return;
      const value = begins === undefined || step === null ? undefined : values(figures)[step];
      const text =
        begins === undefined ? total(figures) : value === null || value === undefined ? "?" : this.#chart.shown(value);
      setText(place, text);
    });
  }
}

/** Places of values without a neighbour, to which no line leads. */
const alone: uPlot.Series.Points.Filter = ({ data }, line) => {
  const values = data[line] ?? [];
  const isKnown = (at: number) => typeof values[at] === "number";
  return Array.from(values, (_, at) => at).filter((at) => isKnown(at) && !isKnown(at - 1) && !isKnown(at + 1));
};
