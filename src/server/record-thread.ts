import type { Context } from "../core/context.ts";
import type { PriceTable } from "../providers/price.ts";
import type { LastPeriod } from "../usage/period-figures.ts";
import { priceLookup } from "../usage/prices.ts";
import { RecordView } from "./record-view.ts";

/** The needs of the thread, as data that can be copied to it. */
export interface RecordThreadData {
  readonly folder: string;
  readonly tables: ReadonlyMap<string, PriceTable>;
  readonly configured: Parameters<typeof priceLookup>[1];
}

export type ToRecordThread =
  | { readonly kind: "figures"; readonly id: number; readonly period: LastPeriod }
  /** Asks for the latest requests; what comes after them is told from then on. */
  | { readonly kind: "latest"; readonly id: number }
  | { readonly kind: "watch"; readonly isOn: boolean };

export type FromRecordThread =
  | { readonly kind: "answer"; readonly id: number; readonly text: string }
  /** Server-sent events. */
  | { readonly kind: "news"; readonly text: string };

interface Port {
  readonly post: (message: FromRecordThread) => void;
  readonly onMessage: (heard: (message: ToRecordThread) => void) => void;
}

interface ThreadContext extends Pick<Context, "files" | "now"> {
  readonly later: (callback: () => void, ms: number) => void;
}

/** @why recorders write once a second. */
const LOOK_MS = 500;

/** @why whoever asks first would wait for months of files; what is known by then is the latest. */
const ANSWER_MS = 700;

/** Reads the record beside whatever serves, and answers what is asked of it. */
export function runRecordThread({ folder, tables, configured }: RecordThreadData, port: Port, context: ThreadContext) {
  const priceDates = [...new Set([...tables.values()].map(({ date }) => date))].toSorted();
  const view = new RecordView({ folder, priceOf: priceLookup(tables, configured), priceDates }, context);
  let waiting: { readonly untilMs: number; readonly answer: () => void }[] = [];
  let isReading = false;
  let isWatched = false;
  let isDue = false;

  const answer = () => {
    const news = view.takeNews();
    if (isWatched && news !== "") port.post({ kind: "news", text: news });
    const nowMs = context.now().getTime();
    const due = waiting.filter(({ untilMs }) => !isReading || untilMs <= nowMs);
    waiting = waiting.filter((one) => !due.includes(one));
    for (const one of due) one.answer();
  };
  const goOn = () => {
    isReading = view.read();
    answer();
    // Messages are heard in between.
    if (isReading) context.later(goOn, 0);
  };
  const look = () => {
    view.look();
    if (isReading) return;
    isReading = true;
    goOn();
  };
  const watch = () => {
    isDue = false;
    if (!isWatched) return;
    look();
    plan();
  };
  const plan = () => {
    if (isDue || !isWatched) return;
    isDue = true;
    context.later(watch, LOOK_MS);
  };
  port.onMessage((message) => {
    if (message.kind === "watch") {
      isWatched = message.isOn;
      return plan();
    }
    const { id } = message;
    const text = message.kind === "figures" ? () => view.figures(message.period) : () => view.latest();
    waiting.push({
      untilMs: context.now().getTime() + ANSWER_MS,
      answer: () => port.post({ kind: "answer", id, text: text() }),
    });
    look();
  });
}
