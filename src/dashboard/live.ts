import type { FiguresDocument, PricedLine, StateDocument } from "../server/dashboard-documents.ts";
import type { LastPeriod } from "../usage/period-figures.ts";
import { getJson, Refused, readEvents } from "./api.ts";
import { waitMs } from "./backoff.ts";

export type Connection =
  | { readonly kind: "connecting" | "live" }
  /** `retryAt` in milliseconds since 1970. */
  | { readonly kind: "lost"; readonly retryAt: number };

export interface Listeners {
  readonly onConnection: (connection: Connection) => void;
  readonly onState: (state: StateDocument) => void;
  /** `undefined` if the gateway cannot tell them now. */
  readonly onFigures: (figures: FiguresDocument | undefined) => void;
  /** In the order in which they came. */
  readonly onLines: (lines: readonly PricedLine[]) => void;
  /** So many were not sent, since they were too many at once. */
  readonly onLost: (lines: number) => void;
  readonly onStreaming: (isOpen: boolean) => void;
  readonly onRefused: () => void;
}

const STATE_EVERY_MS = 3_000;
const FIGURES_EVERY_MS = 10_000;
/** After a request has come. */
const FIGURES_SOON_MS = 2_000;
/** While files of the record are still being read. */
const UNREAD_EVERY_MS = 1_000;
/** The gateway sends the latest ones again with each connection. */
const REMEMBERED_LINES = 500;

/**
 * Keeps asking the gateway while the tab is seen. A hidden one asks nothing.
 * @why a browser opens six connections to one host at most, of which an open stream holds one for each tab.
 */
export class Live {
  period: LastPeriod;
  readonly #token: string | undefined;
  readonly #language: string;
  readonly #listeners: Listeners;
  /** How often each line has been shown: requests of one moment may have the same. */
  readonly #shown = new Map<string, number>();
  #running: AbortController | undefined;
  #figuresRun: AbortController | undefined;
  #wakeFigures: (() => void) | undefined;
  #soon: ReturnType<typeof setTimeout> | undefined;

  constructor(token: string | undefined, language: string, period: LastPeriod, listeners: Listeners) {
    this.#token = token;
    this.#language = language;
    this.period = period;
    this.#listeners = listeners;
  }

  start(): void {
    if (this.#running !== undefined) return;
    const running = new AbortController();
    this.#running = running;
    void this.#watchState(running.signal);
    void this.#watchRequests(running.signal);
    this.#watchFigures();
  }

  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
  }

  choose(period: LastPeriod): void {
    this.period = period;
    this.#watchFigures();
  }

  async #watchState(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const state = await this.#attempt<StateDocument>(`dashboard/state?language=${this.#language}`, signal);
      if (signal.aborted) return;
      if (state !== undefined) {
        const wasLost = failures > 0;
        failures = 0;
        this.#listeners.onConnection({ kind: "live" });
        this.#listeners.onState(state);
        if (wasLost) this.#watchFigures();
        await delay(STATE_EVERY_MS, signal);
      } else {
        failures += 1;
        const wait = waitMs(failures, Math.random());
        this.#listeners.onConnection({ kind: "lost", retryAt: Date.now() + wait });
        await delay(wait, signal);
      }
    }
  }

  #watchFigures(): void {
    this.#figuresRun?.abort();
    if (this.#running === undefined) return;
    const run = new AbortController();
    this.#figuresRun = run;
    void this.#askFigures(AbortSignal.any([run.signal, this.#running.signal]));
  }

  /** New requests are in the figures a moment later, which are asked for no more often than that. */
  #figuresSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#wakeFigures?.();
    }, FIGURES_SOON_MS);
  }

  async #askFigures(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const figures = await this.#attempt<FiguresDocument>(`dashboard/figures?period=${this.period}`, signal);
      if (signal.aborted) return;
      failures = figures === undefined ? failures + 1 : 0;
      this.#listeners.onFigures(figures);
      const every = figures?.isRead === false ? UNREAD_EVERY_MS : FIGURES_EVERY_MS;
      await Promise.race([
        delay(failures > 0 ? waitMs(failures, Math.random()) : every, signal),
        new Promise<void>((resolve) => {
          this.#wakeFigures = failures > 0 ? undefined : resolve;
        }),
      ]);
    }
  }

  async #watchRequests(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const came = new Map<string, number>();
      await readEvents("dashboard/requests", this.#token, signal, (events) => {
        if (failures > 0 || events.length === 0) this.#listeners.onStreaming(true);
        failures = 0;
        const lines = events.flatMap(({ name, data }) => (name === "request" ? this.#newLine(data, came) : []));
        if (lines.length > 0) {
          this.#listeners.onLines(lines);
          this.#figuresSoon();
        }
        const lost = events.reduce((sum, { name, data }) => sum + (name === "lost" ? lostIn(data) : 0), 0);
        if (lost > 0) this.#listeners.onLost(lost);
      }).catch((error: unknown) => this.#refusal(error, signal));
      if (signal.aborted) return;
      this.#listeners.onStreaming(false);
      failures += 1;
      await delay(waitMs(failures, Math.random()), signal);
    }
  }

  /** `came`: how often each line has come over the connection. */
  #newLine(data: string, came: Map<string, number>): readonly PricedLine[] {
    const times = (came.get(data) ?? 0) + 1;
    remember(came, data, times);
    if (times <= (this.#shown.get(data) ?? 0)) return [];
    remember(this.#shown, data, times);
    try {
      return [JSON.parse(data) as PricedLine];
    } catch {
      return [];
    }
  }

  /** `undefined` if it failed, for whatever reason. */
  #attempt<Data>(path: string, signal: AbortSignal): Promise<Data | undefined> {
    return getJson<Data>(path, this.#token, signal).catch((error: unknown) => {
      this.#refusal(error, signal);
      return undefined;
    });
  }

  #refusal(error: unknown, signal: AbortSignal): void {
    if (!(error instanceof Refused) || signal.aborted) return;
    this.stop();
    this.#listeners.onRefused();
  }
}

function remember(lines: Map<string, number>, line: string, times: number): void {
  lines.set(line, times);
  if (lines.size > REMEMBERED_LINES) lines.delete(lines.keys().next().value ?? "");
}

/** Ends early, and well, when it is aborted. */
const delay = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });

function lostIn(data: string): number {
  const [, number] = /"lines":\s*(\d+)/.exec(data) ?? [];
  return Number(number ?? 0);
}
