import type { PricedLine } from "../server/dashboard-documents.ts";
import type { Texts } from "../text/message.ts";
import { el, rich, setText } from "./dom.ts";
import type { TimeFormat } from "./format.ts";
import { isFailure, RequestRows } from "./request-rows.ts";
import { table } from "./table.ts";

type Text = Texts["dashboard"];

/** Rows that are held; older ones are in the record. */
const MOST_ROWS = 200;
/** New ones are shown a few times a second at most, however many come. */
const DRAW_EVERY_MS = 250;

/** Requests as they come, newest first. */
export class RequestsView {
  readonly element: HTMLElement;
  readonly #text: Text;
  readonly #requestRows: RequestRows;
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
    this.#requestRows = new RequestRows(text, times);
    const { element, body } = table(requests.list, this.#requestRows.columns);
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
    const rows = lines.filter((line) => this.#isShown(line)).map((line) => this.#requestRows.row(line, true));
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
    const rows = this.#lines.filter((line) => this.#isShown(line)).map((line) => this.#requestRows.row(line, false));
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
}
