import type { Context } from "../core/context.ts";
import { parseJson } from "../core/json.ts";
import { EventReader, type ServerEvent } from "../core/server-events.ts";
import type { Message } from "../text/message.ts";
import type { LastPeriod } from "../usage/period-figures.ts";
import { figuresIn, RecentRequests, stateIn, type TopFigures, type TopState } from "./top-data.ts";
import type { ViewedGateway } from "./top-source.ts";
import type { TopView } from "./top-view.ts";

/** As many as the stream of the gateway begins with. */
const KEPT_REQUESTS = 50;

/** @why the last requests come at once, or not at all. */
export const FIRST_REQUESTS_MS = 1_000;
const GATHER_MS = 100;
const LONGEST_PAUSE_MS = 15_000;

/** Knows of a running gateway what it last heard, by asking again and by its stream of requests. */
export class WatchedGateway {
  readonly #gateway: ViewedGateway;
  readonly #language: string;
  readonly #context: Pick<Context, "now" | "delay">;
  readonly #recent = new RecentRequests(KEPT_REQUESTS);
  readonly #bodies = new Map<"state" | "figures", string>();
  #lines: unknown[] = [];
  #state: TopState | undefined;
  #figures: TopFigures | undefined;
  #fault: Message | undefined;
  #isRecordSilent = false;
  period: LastPeriod;

  constructor(gateway: ViewedGateway, language: string, period: LastPeriod, context: Pick<Context, "now" | "delay">) {
    this.#gateway = gateway;
    this.#language = language;
    this.#context = context;
    this.period = period;
  }

  get view(): TopView {
    const at = this.#context.now();
    return {
      address: this.#gateway.address,
      at,
      period: this.period,
      state: this.#state,
      figures: this.#figures,
      fault: this.#fault,
      isRecordSilent: this.#isRecordSilent,
      perMinute: this.#figures?.lastMinute ?? this.#recent.perMinute(at),
      requests: this.#recent.newest,
    };
  }

  /** Asks for what there is now; what could not be had is what was heard last. */
  async look(signal?: AbortSignal): Promise<TopView> {
    const { period } = this;
    const [state, figures] = await Promise.all([
      this.#gateway.get(`/dashboard/state?language=${this.#language}`, signal),
      this.#gateway.get(`/dashboard/figures?period=${period}`, signal),
    ]);
    const [found, sums] = [
      state.ok ? stateIn(state.value) : undefined,
      figures.ok ? figuresIn(figures.value) : undefined,
    ];
    if (state.ok) this.#bodies.set("state", state.value);
    if (figures.ok) this.#bodies.set("figures", figures.value);
    this.#state = found ?? this.#state;
    if (period === this.period) this.#figures = sums ?? this.#figures;
    this.#isRecordSilent = state.ok && !figures.ok;
    const { address } = this.#gateway;
    const strange: Message = (t) => t.top.unreadable(address);
    this.#fault = state.ok ? (found === undefined ? strange : undefined) : state.error;
    return this.view;
  }

  /** Hears of requests until `signal`, also after the gateway was started anew. `onMore` is called when there are some. */
  async hear(onMore: () => void, signal: AbortSignal): Promise<void> {
    for (let pauseMs = 1_000; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      this.#recent.clear();
      this.#lines = [];
      const events = new EventReader();
      const take = ({ name, data }: ServerEvent) => {
        pauseMs = 500;
        if (name !== "request") return;
        this.#recent.add(data);
        this.#lines = [...this.#lines.slice(1 - KEPT_REQUESTS), parseJson(data)];
        onMore();
      };
      const onText = (text: string) => events.read(text).forEach(take);
      await this.#gateway.stream("/dashboard/requests", onText, signal);
      await this.#context.delay(pauseMs, signal);
    }
  }

  async once(): Promise<TopView> {
    const over = new AbortController();
    let gather = () => {};
    // The requests that were come together.
    const begun = new Promise<void>((resolve) => {
      gather = () => {
        gather = () => {};
        void this.#context.delay(GATHER_MS, over.signal).then(resolve);
      };
    });
    const heard = this.hear(() => gather(), over.signal);
    await this.look();
    const isRecorded = this.#state?.usageDays !== 0 && this.#fault === undefined;
    if (isRecorded) await Promise.race([begun, this.#context.delay(FIRST_REQUESTS_MS, over.signal)]);
    over.abort();
    await heard;
    return this.view;
  }

  document(): object {
    const body = (name: "state" | "figures") => parseJson(this.#bodies.get(name) ?? "") ?? null;
    return {
      ok: this.#state?.ok === true,
      url: this.#gateway.address,
      state: body("state"),
      figures: body("figures"),
      perMinute: this.view.perMinute,
      requests: this.#lines,
    };
  }
}
