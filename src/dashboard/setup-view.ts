import type { ShownProcesses, StateDocument } from "../server/dashboard-documents.ts";
import type { Texts } from "../text/message.ts";
import { grouped } from "../text/numbers.ts";
import { type Child, el, rich } from "./dom.ts";
import { span, type TimeFormat } from "./format.ts";
import { type Column, table, tableRow } from "./table.ts";

type Text = Texts["dashboard"];
type Serving = Pick<ShownProcesses["serving"][number], "pid" | "startedAt" | "openRequests">;

/** The set-up with secrets masked, cooldowns, and the processes that serve. */
export class SetupView {
  readonly element: HTMLElement;
  readonly #text: Text;
  readonly #times: TimeFormat;
  readonly #setup = el("dl", { class: "facts" });
  readonly #cooldowns = el("div");
  readonly #processes = el("div");
  #shown = "";

  constructor(text: Text, times: TimeFormat) {
    this.#text = text;
    this.#times = times;
    const part = (name: string, heading: string, ...children: readonly Child[]) =>
      el("section", { class: name, "aria-label": heading }, el("h2", {}, heading), ...children);
    this.element = el(
      "div",
      { class: "below" },
      part("setup", text.setup.heading, this.#setup, el("p", { class: "note" }, ...rich(text.setup.note))),
      el(
        "div",
        {},
        part("cooldowns", text.cooldowns.heading, this.#cooldowns),
        part("processes", text.processes.heading, this.#processes),
      ),
    );
  }

  show(state: StateDocument): void {
    this.#showCooldowns(state);
    this.#showProcesses(state);
    const shown = JSON.stringify(state.setup);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#setup.replaceChildren(...this.#facts(state).map(([name, ...values]) => fact(name, values)));
  }

  #facts({ setup }: StateDocument): readonly (readonly [string, ...Child[]])[] {
    const { setup: text } = this.#text;
    const { profile, listen, configFile, configVersion, usageDays, defaults, providers, tokens } = setup;
    return [
      [text.listen, el("code", {}, listen)],
      ...(profile === null ? [] : [[text.profile, profile] as const]),
      [text.file, el("code", {}, configFile)],
      [text.version, el("code", {}, configVersion)],
      [text.record, usageDays === 0 ? text.off : text.days(usageDays)],
      [text.defaults, ...(defaults.length === 0 ? [text.noDefault] : defaults)],
      ...providers.map(
        ({ id, baseUrl, credentials, problem }) =>
          [
            id,
            ...(baseUrl === null ? [] : [el("code", {}, baseUrl)]),
            ...(problem === null ? [] : [el("span", { class: "failed" }, ...rich(problem))]),
            ...credentials.map(({ name, masked, source }) =>
              el(
                "span",
                {},
                name,
                " ",
                el("code", {}, masked),
                ...(source === undefined ? [] : [" ", el("span", { class: "small" }, source)]),
              ),
            ),
          ] as const,
      ),
      [text.tokens, tokens.length === 0 ? text.noTokens : tokens.map((name) => name ?? text.nameless).join(", ")],
    ];
  }

  #showCooldowns({ cooldowns, time }: StateDocument): void {
    const { cooldowns: text, units } = this.#text;
    if (cooldowns.length === 0) {
      this.#cooldowns.replaceChildren(el("p", { class: "quietly" }, text.none));
      return;
    }
    const items = cooldowns.map(({ model, until, says }) => {
      const ends = Date.parse(until);
      const left = span(ends - Date.parse(time), units);
      return el(
        "li",
        {},
        el("b", {}, model),
        el("span", {}, text.until({ time: this.#times.clock(ends), left })),
        el("span", { class: "small" }, says),
      );
    });
    this.#cooldowns.replaceChildren(el("ul", {}, ...items));
  }

  #showProcesses({ processes, time, pid, startedAt, openRequests }: StateDocument): void {
    const { processes: text, units } = this.#text;
    const serving: readonly Serving[] = processes?.serving ?? [{ pid, startedAt, openRequests }];
    const columns: readonly Column<Serving>[] = [
      { name: "pid", heading: text.pid, isHeading: true, isText: true, cell: (row) => String(row.pid) },
      {
        name: "running",
        heading: text.running,
        cell: (row) => span(Date.parse(time) - Date.parse(row.startedAt), units),
      },
      { name: "open", heading: text.open, cell: (row) => grouped(row.openRequests) },
    ];
    const { element, body } = table(text.heading, columns);
    body.append(...serving.map((row) => tableRow(row, columns)));
    const says =
      processes === undefined ? text.one : text.serving({ serving: serving.length, wanted: processes.wanted });
    this.#processes.replaceChildren(element, el("p", { class: "note" }, ...rich(says)));
  }
}

function fact(name: string, values: readonly Child[]): HTMLElement {
  return el("div", {}, el("dt", {}, name), ...values.map((value) => el("dd", {}, value)));
}
