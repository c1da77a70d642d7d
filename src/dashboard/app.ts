import type { FiguresDocument, PricedLine, StateDocument } from "../server/dashboard-documents.ts";
import type { Language } from "../text/language.ts";
import type { Texts } from "../text/message.ts";
import { LAST_PERIODS, type LastPeriod } from "../usage/period-figures.ts";
import { openSession, Refused } from "./api.ts";
import { Appearance } from "./appearance.ts";
import { waitMs } from "./backoff.ts";
import { el, setText } from "./dom.ts";
import { FiguresView } from "./figures-view.ts";
import { TimeFormat } from "./format.ts";
import { GroupsView } from "./groups-view.ts";
import { HealthView } from "./health-view.ts";
import { type Connection, Live } from "./live.ts";
import { forgetSession, keepSession, keptSession, Preference } from "./preferences.ts";
import { RequestsView } from "./requests-view.ts";
import { SetupView } from "./setup-view.ts";
import { tokenView } from "./token-view.ts";

type Text = Texts["dashboard"];

const periodChoice = new Preference("period", LAST_PERIODS);

interface Views {
  readonly health: HealthView;
  readonly figures: FiguresView;
  readonly groups: GroupsView;
  readonly requests: RequestsView;
  readonly setup: SetupView;
  readonly connection: HTMLElement;
}

type Access =
  | { readonly kind: "opening" }
  | { readonly kind: "open"; readonly session: string | undefined }
  | { readonly kind: "closed"; readonly why: "none" | "refused" };

/** The whole page: what is chosen, what is known, and the parts that show it. */
export class App {
  readonly #textsOf: Readonly<Record<Language, Text>>;
  readonly #appearance: Appearance;
  #period: LastPeriod = periodChoice.read() ?? "24h";
  /** `opening`: a session is asked for. `closed`: somebody has to say a token. */
  #access: Access = { kind: "opening" };
  #live: Live | undefined;
  #views: Views | undefined;
  #connection: Connection = { kind: "connecting" };
  #state: StateDocument | undefined;
  #figures: FiguresDocument | undefined;
  /** The oldest first. */
  readonly #lines: PricedLine[] = [];

  constructor(textsOf: Readonly<Record<Language, Text>>, preferred: Language) {
    this.#textsOf = textsOf;
    this.#appearance = new Appearance(
      preferred,
      () => this.#draw(),
      () => this.#views?.figures.redraw(),
    );
  }

  /** `given`: the pass or token of the address, if there was one. */
  start(given: string | undefined): void {
    const kept = given === undefined ? keptSession() : undefined;
    if (kept !== undefined) this.#access = { kind: "open", session: kept };
    this.#draw();
    if (kept === undefined) void this.open(given);
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#live?.stop() : this.#live?.start()));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#views?.figures.redraw());
    setInterval(() => this.#showConnection(), 1_000);
    // The numbers on the axes are in the page's own font, once it is there.
    void document.fonts.load("12px Inter").then(() => this.#views?.figures.redraw());
  }

  /** Exchanges a pass or a token for a session of this tab, which takes as long as the gateway does not answer. */
  async open(given: string | undefined): Promise<void> {
    const opening: Access = { kind: "opening" };
    this.#access = opening;
    this.#draw();
    for (let failures = 0; this.#access === opening; ) {
      const access = await openSession(given).then(
        (session): Access => ({ kind: "open", session }),
        (error: unknown): Access | undefined =>
          error instanceof Refused ? { kind: "closed", why: given === undefined ? "none" : "refused" } : undefined,
      );
      if (this.#access !== opening) return;
      if (access !== undefined) {
        this.#access = access;
        if (access.kind === "open" && access.session !== undefined) keepSession(access.session);
        this.#draw();
        return;
      }
      failures += 1;
      const wait = waitMs(failures, Math.random());
      this.#connection = { kind: "lost", retryAt: Date.now() + wait };
      this.#showConnection();
      this.#showState();
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  get #text(): Text {
    return this.#textsOf[this.#appearance.language];
  }

  /** Builds the page anew: at the start, for another language, with or without a token. */
  #draw(): void {
    this.#live?.stop();
    this.#views?.figures.destroy();
    this.#views?.requests.destroy();
    this.#views = undefined;
    document.documentElement.lang = this.#appearance.language;
    document.title = `${this.#text.title} · openclaw`;
    const access = this.#access;
    if (access.kind === "closed") {
      const view = tokenView(this.#text, access.why === "refused", (token) => void this.open(token));
      document.body.replaceChildren(this.#appearance.header(this.#text), view.element);
      view.focus();
      return;
    }
    const times = new TimeFormat(this.#appearance.language);
    const views: Views = {
      health: new HealthView(this.#text, times),
      figures: new FiguresView(this.#text, times, this.#period, (period) => this.#choosePeriod(period)),
      groups: new GroupsView(this.#text),
      requests: new RequestsView(this.#text, times, this.#lines),
      setup: new SetupView(this.#text, times),
      connection: el("p", { class: "connection", role: "status" }),
    };
    this.#views = views;
    const { health, figures, groups, requests, setup, connection } = views;
    document.body.replaceChildren(
      el("a", { class: "skip", href: "#use" }, this.#text.skip),
      this.#appearance.header(this.#text, connection),
      el("main", {}, health.element, figures.element, groups.element, requests.element, setup.element),
    );
    this.#showConnection();
    this.#showState();
    if (this.#figures !== undefined) this.#showFigures(this.#figures);
    if (access.kind === "opening") return;
    this.#live = this.#connect(access.session);
    if (!document.hidden) this.#live.start();
  }

  #connect(session: string | undefined): Live {
    return new Live(session, this.#appearance.language, this.#period, {
      onConnection: (connection) => {
        const isChanged = connection.kind !== this.#connection.kind;
        this.#connection = connection;
        this.#showConnection();
        if (isChanged) this.#showState();
      },
      onState: (state) => {
        this.#state = state;
        this.#showState();
      },
      onFigures: (figures) => {
        if (figures !== undefined) {
          this.#figures = figures;
          this.#showFigures(figures);
          // Without a connection, the page already says that nothing answers.
        } else if (this.#connection.kind === "live") this.#views?.figures.showSilent();
      },
      onLines: (lines) => this.#views?.requests.add(lines),
      onLost: (lines) => this.#views?.requests.lose(lines),
      onStreaming: (isOpen) => this.#views?.requests.showStream(isOpen),
      onRefused: () => {
        forgetSession();
        this.#access = { kind: "closed", why: "refused" };
        this.#draw();
      },
    });
  }

  #showConnection(): void {
    const place = this.#views?.connection;
    if (place === undefined) return;
    const { connection } = this.#text;
    const { kind } = this.#connection;
    place.className = `connection ${kind}`;
    if (kind === "lost") {
      const time =
        this.#state === undefined
          ? undefined
          : new TimeFormat(this.#appearance.language).clock(Date.parse(this.#state.time));
      setText(place, time === undefined ? connection.trying : connection.stale(time));
    } else setText(place, connection[kind]);
  }

  #showState(): void {
    const isLost = this.#connection.kind === "lost";
    const { health, setup, requests } = this.#views ?? {};
    if (this.#state === undefined) {
      if (isLost) health?.showUnreachable();
      return;
    }
    health?.show(this.#state, isLost);
    setup?.show(this.#state);
    requests?.showRecord(this.#state.setup.usageDays === 0);
  }

  #showFigures(figures: FiguresDocument): void {
    this.#views?.figures.show(figures);
    this.#views?.groups.show(figures);
  }

  #choosePeriod(period: LastPeriod): void {
    this.#period = period;
    periodChoice.keep(period);
    this.#live?.choose(period);
  }
}
