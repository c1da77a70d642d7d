import type { ShownProblem, StateDocument } from "../server/dashboard-documents.ts";
import { healthOf } from "../server/health.ts";
import type { Texts } from "../text/message.ts";
import { el, rich, setText } from "./dom.ts";
import { bytes, span, type TimeFormat } from "./format.ts";
import { STOPS, stopOf } from "./layers.ts";

type Text = Texts["dashboard"];

/** Is it healthy, and if not, which part of the way and what to do. */
export class HealthView {
  readonly element: HTMLElement;
  readonly #text: Text;
  readonly #times: TimeFormat;
  readonly #heading = el("h1");
  readonly #facts = el("p", { class: "facts" });
  readonly #stops = new Map(STOPS.map((stop) => [stop, el("li")]));
  readonly #problems: HTMLElement;
  #shown = "";

  constructor(text: Text, times: TimeFormat) {
    this.#text = text;
    this.#times = times;
    this.#problems = el("ul", { class: "problems", "aria-label": text.health.problems, hidden: true });
    this.element = el(
      "section",
      { class: "health", "aria-label": text.health.path },
      el("div", { role: "status" }, this.#heading),
      this.#facts,
      el("ol", { class: "way", "aria-label": text.health.path }, ...this.#stops.values()),
      this.#problems,
    );
    setText(this.#heading, text.health.waiting);
    this.#mark(new Set(), "waiting");
  }

  show(state: StateDocument, isLost: boolean): void {
    const { health } = this.#text;
    const { version, pid, startedAt, time, openRequests, heldBytes } = state;
    const since = span(Date.parse(time) - Date.parse(startedAt), this.#text.units);
    setText(
      this.#facts,
      [
        health.uptime({ version, pid, since }),
        health.open(openRequests),
        ...(heldBytes > 0 ? [health.held(bytes(heldBytes))] : []),
      ].join(" · "),
    );
    const problems = isLost ? [ownProblem(health.unreachableHint)] : state.problems;
    const verdict = healthOf(state, problems);
    const shownProblems = verdict === "closed" ? [ownProblem(health.closed), ...problems] : problems;
    const current = shownProblems.filter(({ over }) => over !== true);
    setText(this.#heading, isLost ? health.unreachable : health.headings[verdict]);
    this.#heading.className = verdict === "works" || verdict === "clients" ? "good" : "bad";
    const faulty = new Set(current.map(({ layer }) => stopOf(layer)).filter((stop) => stop !== undefined));
    this.#mark(faulty, isLost ? "lost" : "known");
    const shown = JSON.stringify(shownProblems);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#problems.hidden = shownProblems.length === 0;
    this.#problems.replaceChildren(...shownProblems.map((problem) => this.#problem(problem)));
  }

  #problem({ code, layer, says, hint, model, last, times, over }: ShownProblem): HTMLElement {
    const { layers, met } = this.#text.health;
    const stop = stopOf(layer);
    const about = [
      ...(over === true ? [this.#text.health.over] : []),
      stop === undefined ? layer : layers[stop],
      ...(code === "" ? [] : [code]),
      ...(model === undefined ? [] : [model]),
      ...(times === undefined || last === undefined ? [] : [met({ times, time: this.#times.clock(Date.parse(last)) })]),
    ];
    return el(
      "li",
      { class: over === true ? "over" : undefined },
      el("p", { class: "where" }, about.join(" · ")),
      ...(says === "" ? [] : [el("p", { class: "says" }, ...rich(says))]),
      el("p", { class: "hint" }, ...rich(hint)),
    );
  }

  /** No state was ever had. */
  showUnreachable(): void {
    const { health } = this.#text;
    setText(this.#heading, health.unreachable);
    this.#heading.className = "bad";
    this.#facts.replaceChildren(...rich(health.unreachableHint));
    this.#mark(new Set(["gateway"]), "lost");
  }

  #mark(faulty: ReadonlySet<string | undefined>, mood: "waiting" | "lost" | "known"): void {
    const { layers, works, faulty: broken } = this.#text.health;
    for (const [stop, item] of this.#stops) {
      const isFaulty = faulty.has(stop);
      const kind = isFaulty ? "faulty" : mood === "known" ? "works" : "unknown";
      if (item.className === kind && item.childNodes.length > 0) continue;
      item.className = kind;
      item.replaceChildren(
        el("span", { class: "stop" }, layers[stop]),
        ...(kind === "unknown"
          ? []
          : [" ", el("span", { class: isFaulty ? "mark" : "mark unseen" }, isFaulty ? broken : works)]),
      );
    }
  }
}

/** A problem that the page sees itself. */
const ownProblem = (hint: string): ShownProblem => ({ code: "", layer: "gateway", says: "", hint });
