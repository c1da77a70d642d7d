import { type Command, Option } from "commander";
import { durationMs } from "../config/duration.ts";
import type { Context } from "../core/context.ts";
import { EXIT, OpenclawError } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import { loadPaint, wantsColour } from "../terminal/paint.ts";
import { languageOf } from "../text/language.ts";
import { LAST_PERIODS, type LastPeriod } from "../usage/period-figures.ts";
import type { Invocation } from "./invocation.ts";
import { viewedGateway } from "./top-source.ts";
import { type TopView, topLine, topLines } from "./top-view.ts";
import { FIRST_REQUESTS_MS, WatchedGateway } from "./watched-gateway.ts";

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
