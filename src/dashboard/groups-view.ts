import { promptTokens } from "../core/token-counts.ts";
import type { FiguresDocument } from "../server/dashboard-documents.ts";
import type { Texts } from "../text/message.ts";
import { grouped } from "../text/numbers.ts";
import { shortCount, shownCost } from "../usage/shown.ts";
import type { FiguresRow } from "../usage/sums.ts";
import { choices, eitherWay, el, setText } from "./dom.ts";
import { millis } from "./format.ts";
import { type Column, table, tableRow } from "./table.ts";

type Text = Texts["dashboard"];
type Grouping = keyof Text["groups"]["columns"];

const GROUPINGS = ["model", "client", "provider"] as const satisfies readonly Grouping[];
const FIRST_ROWS = 8;

const ROWS_OF = {
  model: ({ byModel }) => byModel,
  client: ({ byClient }) => byClient,
  provider: ({ byProvider }) => byProvider,
} as const satisfies Record<Grouping, (figures: FiguresDocument) => readonly FiguresRow[]>;

/** The same figures by model, client or provider. */
export class GroupsView {
  readonly element: HTMLElement;
  readonly #text: Text;
  readonly #room = el("div");
  readonly #note = el("span", { class: "small" });
  readonly #more: HTMLButtonElement;
  readonly #empty: HTMLElement;
  #by: Grouping = "model";
  #isAll = false;
  #figures: FiguresDocument | undefined;

  constructor(text: Text) {
    const { groups } = text;
    this.#text = text;
    this.#more = el("button", { type: "button", class: "quiet", hidden: true, onclick: () => this.#toggle() });
    this.#empty = el("p", { class: "empty" }, groups.empty);
    this.element = el(
      "section",
      { class: "groups", "aria-label": groups.label },
      el(
        "div",
        { class: "bar" },
        choices(
          groups.label,
          GROUPINGS.map((value) => ({ value, label: groups[value] })),
          this.#by,
          (by) => {
            this.#by = by;
            this.#isAll = false;
            this.#draw();
          },
        ),
        this.#note,
      ),
      this.#room,
      this.#empty,
      this.#more,
    );
  }

  show(figures: FiguresDocument): void {
    this.#figures = figures;
    this.#draw();
  }

  #toggle(): void {
    this.#isAll = !this.#isAll;
    this.#draw();
  }

  #draw(): void {
    if (this.#figures === undefined) return;
    const { groups } = this.#text;
    const all = ROWS_OF[this.#by](this.#figures);
    const rows = this.#isAll ? all : all.slice(0, FIRST_ROWS);
    const columns = columnsOf(this.#text, this.#by, all);
    const { element, body } = table(groups[this.#by], columns);
    body.append(...rows.map((row) => tableRow(row, columns)));
    this.#room.replaceChildren(...(rows.length > 0 ? [element] : []));
    setText(this.#note, rows.length < 2 ? "" : groups.barsOf[isAllPriced(all) ? "cost" : "requests"]);
    this.#empty.hidden = rows.length > 0;
    this.#more.hidden = all.length <= FIRST_ROWS;
    setText(this.#more, this.#isAll ? groups.fewer : groups.others(all.length - FIRST_ROWS));
  }
}

/** The provider is paler than the model: it is the same nearly always. */
function nameOf({ key, others }: FiguresRow, by: Grouping, { none, others: more }: Text["groups"]): HTMLElement {
  if (key === null) return el("span", { class: "none" }, others === undefined ? none[by] : more(others));
  const [, provider = "", name = key] = (by === "model" ? /^([^/]*\/)(.+)$/.exec(key) : null) ?? [];
  return el("span", { title: key }, el("span", { class: "none" }, provider), name);
}

/** Bars stand for the cost if all of it is known, as those of `openclaw usage` do. */
const isAllPriced = (all: readonly FiguresRow[]): boolean =>
  all.every(({ unpricedRequests }) => unpricedRequests === 0);

const inEither = (amount: string, says: (amount: string) => string) => eitherWay(amount, says(amount));

function columnsOf({ figures, groups }: Text, by: Grouping, all: readonly FiguresRow[]): readonly Column<FiguresRow>[] {
  const isPriced = isAllPriced(all);
  const measure = (row: FiguresRow) => (isPriced ? (row.costUsd ?? 0) : row.requests);
  const most = Math.max(...all.map(measure), Number.MIN_VALUE);
  return [
    {
      name: "name",
      heading: groups.columns[by],
      isText: true,
      isHeading: true,
      cell: (row) => {
        const bar = el("span", { class: "share", "aria-hidden": true });
        bar.style.width = `${(100 * measure(row)) / most}%`;
        return [nameOf(row, by, groups), bar];
      },
    },
    {
      name: "requests",
      heading: figures.requests,
      cell: ({ requests }) => eitherWay(grouped(requests), groups.requests(requests)),
    },
    {
      name: "failures",
      heading: figures.failures,
      cell: ({ failures }) =>
        failures > 0
          ? el("span", { class: "failed" }, ...eitherWay(grouped(failures), groups.failed(failures)))
          : eitherWay("0", ""),
    },
    { name: "input", heading: figures.input, cell: (row) => inEither(shortCount(promptTokens(row)), groups.in) },
    {
      name: "output",
      heading: figures.output,
      cell: ({ outputTokens }) => inEither(shortCount(outputTokens), groups.out),
    },
    { name: "p50", heading: figures.p50, cell: ({ firstByteMs }) => millis(firstByteMs.p50) },
    { name: "p95", heading: figures.p95, cell: ({ firstByteMs }) => millis(firstByteMs.p95) },
    { name: "cost", heading: figures.cost, cell: shownCost },
  ];
}
