import { type Command, Option } from "commander";
import { durationMs } from "../config/duration.ts";
import type { Context } from "../core/context.ts";
import { EXIT, OpenclawError } from "../core/errors.ts";
import { jsonDocument, parseJson } from "../core/json.ts";
import { EventReader, type ServerEvent } from "../core/server-events.ts";
import { loadPaint, wantsColour } from "../terminal/paint.ts";
import { languageOf } from "../text/language.ts";
import type { Message } from "../text/message.ts";
import { LAST_PERIODS, type LastPeriod } from "../usage/period-figures.ts";
import type { Invocation } from "./invocation.ts";
import { figuresIn, RecentRequests, stateIn, type TopFigures, type TopState } from "./top-data.ts";
import { type ViewedGateway, viewedGateway } from "./top-source.ts";
import { type TopView, topLine, topLines } from "./top-view.ts";

interface TopFlags {
  readonly interval?: string;
  readonly period: LastPeriod;
  readonly once?: boolean;
  readonly json?: boolean;
}

export function defineTop(command: Command, invocation: Invocation): void {
  const { top: text } = invocation.context.text;
  command
    .option("--interval <time>", text.intervalFlag)
    .addOption(new Option("--period <time>", text.periodFlag).choices(LAST_PERIODS).default("1h"))
    .option("--once", text.onceFlag)
    .option("--json", text.jsonFlag)
    .action((flags: TopFlags) => top(flags, invocation));
}

const USUAL_INTERVAL_MS = 2_000;
const SHORTEST_INTERVAL_MS = 1_000;
const LONGEST_INTERVAL_MS = 3_600_000;

/** As many as the stream of the gateway begins with. */
const KEPT_REQUESTS = 50;

async function top(flags: TopFlags, invocation: Invocation): Promise<void> {
  const { context, paths, argv, endWith } = invocation;
  const intervalMs = flags.interval === undefined ? USUAL_INTERVAL_MS : intervalIn(flags.interval);
  const gateway = await viewedGateway(paths(), context);
  const language = flags.json ? "en" : languageOf(context.env, argv);
  const watched = new WatchedGateway(gateway, language, flags.period, context);
  if (flags.json || flags.once) {
    const view = await watched.once();
    if (view.fault !== undefined) throw new OpenclawError(view.fault, { code: "gateway.unavailable" });
    if (flags.json) context.out(jsonDocument(watched.document()));
    else await printOnce(view, context);
    if (!view.state?.ok) endWith(EXIT.failed);
    return;
  }
  const { terminal, env } = context;
  const isLive = terminal.stdin && terminal.stdout && env.TERM !== "dumb";
  // Whatever keeps it from being asked at all is an error; later it is shown, and asked again.
  const first = await watched.look();
  if (first.fault !== undefined) throw new OpenclawError(first.fault, { code: "gateway.unavailable" });
  const isInterrupted = await (isLive ? live : plain)(watched, intervalMs, context);
  if (isInterrupted) endWith(EXIT.interrupted);
}

function intervalIn(text: string): number {
  const ms = durationMs(text);
  if (ms !== undefined && ms >= SHORTEST_INTERVAL_MS && ms <= LONGEST_INTERVAL_MS) return ms;
  throw new OpenclawError((t) => t.commands.usage.notAllowed({ flag: "--interval", value: text }), {
    code: "usage.invalid",
    hint: (t) => t.top.useInterval,
  });
}

async function printOnce(view: TopView, context: Context): Promise<void> {
  const paint = await loadPaint(wantsColour(context.terminal.stdout, context));
  const columns = context.columns() ?? 200;
  context.out(`${topLines(view, { columns, paint, text: context.text }).join("\n")}\n`);
}

/** @why the last requests come at once, or not at all. */
const FIRST_REQUESTS_MS = 1_000;
const GATHER_MS = 100;
const LONGEST_PAUSE_MS = 15_000;

class WatchedGateway {
  readonly #gateway: ViewedGateway;
  readonly #language: string;
  readonly #context: Pick<Context, "now" | "delay">;
  readonly #recent = new RecentRequests(KEPT_REQUESTS);
  readonly #bodies = new Map<"state" | "figures", string>();
  #lines: unknown[] = [];
  #state: TopState | undefined;
  #figures: TopFigures | undefined;
  #fault: Message | undefined;
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
      perMinute: this.#recent.perMinute(at),
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

/** True if it was interrupted. */
async function live(watched: WatchedGateway, intervalMs: number, context: Context): Promise<boolean> {
  const over = new AbortController();
  let isInterrupted = false;
  let wake = new AbortController();
  const draw = () => {
    const { columns, rows } = screen.size();
    screen.draw(topLines(watched.view, { columns, rows, paint, text: context.text }));
  };
  let isDue = false;
  /** @why a busy gateway has a thousand requests a second, and nobody reads faster. */
  const drawSoon = () => {
    if (isDue) return;
    isDue = true;
    void context.delay(DRAW_MS, over.signal).then(() => {
      isDue = false;
      if (!over.signal.aborted) draw();
    });
  };
  const paint = await loadPaint(wantsColour(true, context));
  const screen = await context.liveScreen({
    onKeys: (keys) => {
      if (/[qQ]/.test(keys)) over.abort();
      if (!/[pP]/.test(keys)) return;
      watched.period = LAST_PERIODS[(LAST_PERIODS.indexOf(watched.period) + 1) % LAST_PERIODS.length] ?? "1h";
      wake.abort();
    },
    onInterrupt: () => {
      isInterrupted = true;
      over.abort();
    },
    onResize: draw,
  });
  over.signal.addEventListener("abort", () => wake.abort());
  try {
    draw();
    const heard = watched.hear(drawSoon, over.signal);
    while (!over.signal.aborted) {
      await context.delay(intervalMs, wake.signal);
      wake = new AbortController();
      if (over.signal.aborted) break;
      await watched.look(over.signal);
      if (!over.signal.aborted) draw();
    }
    await heard;
  } finally {
    over.abort();
    screen.close();
  }
  return isInterrupted;
}

const DRAW_MS = 200;

/** True if it was interrupted; else whatever reads it has ended. */
async function plain(watched: WatchedGateway, intervalMs: number, context: Context): Promise<boolean> {
  const over = new AbortController();
  const release = context.onSignal("SIGINT", () => over.abort());
  const heard = watched.hear(() => {}, over.signal);
  try {
    // The first look has been, but not yet the requests of the last minute.
    await context.delay(Math.min(intervalMs, FIRST_REQUESTS_MS), over.signal);
    while (!over.signal.aborted && !context.isReaderGone()) {
      context.out(`${topLine(watched.view, context.text)}\n`);
      if (context.isReaderGone()) break;
      await context.delay(intervalMs, over.signal);
      if (!over.signal.aborted) await watched.look(over.signal);
    }
  } finally {
    release();
    over.abort();
    await heard;
  }
  return !context.isReaderGone();
}
