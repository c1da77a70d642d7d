import type { PricedLine } from "../server/dashboard-documents.ts";
import type { Texts } from "../text/message.ts";
import { promptTokens } from "../usage/line.ts";
import { outcomeOf } from "../usage/outcome.ts";
import { grouped, shortCount, shownUsd } from "../usage/shown.ts";
import { type Child, eitherWay, el, icon, newId, rich, setText } from "./dom.ts";
import { bytes, millis, NOTHING, type TimeFormat } from "./format.ts";
import { type Column, table, tableRow } from "./table.ts";

type Text = Texts["dashboard"];

/** Rows that are held; older ones are in the record. */
const MOST_ROWS = 200;
/** New ones are shown a few times a second at most, however many come. */
const DRAW_EVERY_MS = 250;

const CHEVRON = "M6 4l4 4-4 4";

const isFailure = (line: PricedLine) => outcomeOf(line) === "failed";

/** Requests as they come, newest first. */
export class RequestsView {
  readonly element: HTMLElement;
  readonly #text: Text;
  readonly #columns: readonly Column<PricedLine>[];
  readonly #rows: HTMLElement;
  readonly #table: HTMLElement;
  readonly #pause: HTMLButtonElement;
  readonly #note = el("span", { class: "small" });
  readonly #empty = el("div", { class: "empty" });
  readonly #lines: PricedLine[];
  #waiting: PricedLine[] = [];
  #isPaused = false;
  #onlyFailures = false;
  #isOff = false;
  #isOpen = true;
  #lost = 0;
  #isKnown = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(text: Text, times: TimeFormat, lines: PricedLine[]) {
    const { requests } = text;
    this.#text = text;
    this.#lines = lines;
    this.#isKnown = lines.length > 0;
    this.#columns = columnsOf(text, times);
    const { element, body } = table(requests.list, this.#columns);
    this.#table = element;
    this.#rows = body;
    this.#pause = el(
      "button",
      { type: "button", class: "quiet", "aria-pressed": "false", onclick: () => this.#togglePause() },
      requests.pause,
    );
    const filter = el("input", {
      type: "checkbox",
      onchange: () => {
        this.#onlyFailures = filter.checked;
        this.#redraw();
      },
    });
    this.element = el(
      "section",
      { class: "requests", "aria-label": requests.heading },
      el(
        "div",
        { class: "bar" },
        el("h2", {}, requests.heading),
        this.#note,
        el("label", { class: "check" }, filter, requests.onlyFailures),
        this.#pause,
      ),
      el("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": requests.list }, element, this.#empty),
    );
    this.#redraw();
  }

  add(lines: readonly PricedLine[]): void {
    this.#isKnown = true;
    this.#waiting.push(...lines);
    if (this.#waiting.length > MOST_ROWS) this.#waiting = this.#waiting.slice(-MOST_ROWS);
    if (this.#isPaused) this.#say();
    else this.#timer ??= setTimeout(() => this.#take(), DRAW_EVERY_MS);
  }

  /** `isOpen`: the gateway sends requests as they come. */
  showStream(isOpen: boolean): void {
    this.#isKnown ||= isOpen;
    this.element.classList.toggle("broken", !isOpen);
    this.#isOpen = isOpen;
    this.#say();
    this.#explain();
  }

  /** So many more came at once than are shown. */
  lose(lines: number): void {
    this.#lost += lines;
    this.#say();
  }

  showRecord(isOff: boolean): void {
    if (isOff === this.#isOff) return;
    this.#isOff = isOff;
    this.#explain();
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#keep(this.#waiting);
  }

  #take(): void {
    this.#timer = undefined;
    const lines = this.#waiting;
    this.#waiting = [];
    this.#keep(lines);
    // The reader who has scrolled down keeps what is looked at.
    const room = this.#table.parentElement;
    const before = room === null || room.scrollTop === 0 ? undefined : room.scrollHeight;
    const rows = lines.filter((line) => this.#isShown(line)).map((line) => this.#row(line, true));
    this.#rows.prepend(...rows.toReversed().flat());
    while (this.#rows.childElementCount > 2 * MOST_ROWS) this.#rows.lastElementChild?.remove();
    if (room !== null && before !== undefined) room.scrollTop += room.scrollHeight - before;
    this.#explain();
  }

  #keep(lines: readonly PricedLine[]): void {
    this.#lines.push(...lines);
    this.#lines.splice(0, Math.max(this.#lines.length - MOST_ROWS, 0));
  }

  #isShown(line: PricedLine): boolean {
    return !this.#onlyFailures || isFailure(line);
  }

  #redraw(): void {
    const rows = this.#lines.filter((line) => this.#isShown(line)).map((line) => this.#row(line, false));
    this.#rows.replaceChildren(...rows.toReversed().flat());
    this.#explain();
  }

  #explain(): void {
    const { requests } = this.#text;
    const isEmpty = this.#rows.childElementCount === 0;
    this.#table.hidden = isEmpty;
    this.#empty.hidden = !isEmpty;
    if (!isEmpty) return;
    const says =
      this.#lines.length > 0
        ? [requests.noFailures]
        : this.#isOff
          ? [requests.off, requests.offHint]
          : this.#isKnown
            ? [requests.empty, requests.emptyHint]
            : [];
    this.#empty.replaceChildren(...says.map((sentence) => el("p", {}, ...rich(sentence))));
  }

  #togglePause(): void {
    this.#isPaused = !this.#isPaused;
    this.#pause.setAttribute("aria-pressed", String(this.#isPaused));
    if (!this.#isPaused) this.#take();
    this.#say();
  }

  #say(): void {
    const { pause, resume, waiting, broken, lost } = this.#text.requests;
    setText(this.#pause, this.#isPaused ? resume : pause);
    const says =
      this.#isPaused && this.#waiting.length > 0
        ? waiting(this.#waiting.length)
        : !this.#isOpen && !this.#isOff
          ? broken
          : this.#lost > 0
            ? lost(this.#lost)
            : "";
    setText(this.#note, says);
  }

  /** The row, and below it its details, which are made when they are asked for. */
  #row(line: PricedLine, isNew: boolean): readonly HTMLElement[] {
    const id = newId();
    const row = tableRow(line, this.#columns);
    if (isNew) row.classList.add("new");
    if (isFailure(line)) row.classList.add("failure");
    const details = el("tr", { role: "row", id, class: "details", hidden: true });
    const button = el(
      "button",
      {
        type: "button",
        class: "open",
        "aria-expanded": "false",
        "aria-controls": id,
        "aria-label": this.#text.requests.details,
        onclick: () => {
          if (details.childElementCount === 0) details.append(this.#details(line));
          details.hidden = !details.hidden;
          button.setAttribute("aria-expanded", String(!details.hidden));
        },
      },
      icon(CHEVRON),
    );
    row.lastElementChild?.append(button);
    return [row, details];
  }

  #details(line: PricedLine): HTMLElement {
    const { requests } = this.#text;
    const { cacheReadTokens: read = 0, cacheWrite5mTokens: short5m = 0, cacheWrite1hTokens: long = 0 } = line;
    const known: readonly (readonly [string, string | undefined])[] = [
      [requests.path, `${line.method} ${line.path}`],
      [requests.asked, line.asked],
      [requests.answered, line.answered],
      [requests.tried, line.tried?.join(", ")],
      [requests.ended, line.ended],
      [requests.cached, read + short5m + long > 0 ? `${grouped(read)}, ${grouped(short5m + long)}` : undefined],
      [requests.bytes, `${bytes(line.requestBytes)}, ${bytes(line.responseBytes)}`],
      [requests.cache, line.cacheStatus],
      [requests.session, line.session],
      [requests.logId, line.logId],
      [requests.requestId, line.requestId],
    ];
    const list = el(
      "dl",
      {},
      ...known
        .filter(([, value]) => value !== undefined && value !== "")
        .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value ?? ""))),
    );
    return el("td", { role: "cell", colspan: this.#columns.length }, list);
  }
}

function columnsOf({ requests, groups, figures }: Text, times: TimeFormat): readonly Column<PricedLine>[] {
  return [
    {
      name: "time",
      heading: requests.time,
      isText: true,
      cell: ({ time }) => el("time", { datetime: time }, times.clock(Date.parse(time))),
    },
    { name: "status", heading: requests.status, isText: true, cell: (line) => statusOf(line, requests) },
    {
      name: "model",
      heading: requests.model,
      isText: true,
      isHeading: true,
      cell: ({ model, asked, tried }) => [
        el("span", { class: "ellipsis" }, withoutProvider(model) ?? asked ?? NOTHING),
        ...(tried !== undefined && tried.length > 0 ? [el("span", { class: "chip" }, figures.failover)] : []),
      ],
    },
    {
      name: "client",
      heading: requests.client,
      isText: true,
      cell: ({ client }) =>
        el("span", { class: client === undefined ? "ellipsis none" : "ellipsis" }, client ?? groups.none.client),
    },
    {
      name: "tokens",
      heading: requests.tokens,
      cell: (line) => tokensOf(line, requests),
    },
    { name: "firstbyte", heading: requests.firstByte, cell: ({ firstByteMs }) => millis(firstByteMs) },
    { name: "duration", heading: requests.duration, cell: ({ durationMs }) => millis(durationMs) },
    { name: "cost", heading: requests.cost, cell: ({ costUsd }) => (costUsd === null ? "?" : shownUsd(costUsd)) },
  ];
}

function statusOf(line: PricedLine, { failed, cancelled }: Text["requests"]): Child {
  const outcome = outcomeOf(line);
  const says = { ok: undefined, failed, cancelled }[outcome];
  return el(
    "span",
    { class: outcome, title: says },
    String(line.status),
    ...(says === undefined ? [] : [el("span", { class: "unseen" }, ` ${says}`)]),
  );
}

/** What is not known of an answer that was cut off is never shown as nothing. */
function tokensOf(line: PricedLine, { inOut }: Text["requests"]): Child | readonly Child[] {
  const { inputTokens, outputTokens } = line;
  if (inputTokens === undefined && outputTokens === undefined) return NOTHING;
  const input = inputTokens === undefined ? "?" : shortCount(promptTokens(line));
  const output = outputTokens === undefined ? "?" : shortCount(outputTokens);
  return eitherWay(`${input}, ${output}`, inOut({ input, output }));
}

/** @why the provider is the same nearly always, and its name longer than the model's. */
const withoutProvider = (model: string | undefined) => model?.replace(/^[^/]*\/(?=.)/, "");
