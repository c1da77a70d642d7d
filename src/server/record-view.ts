import type { Context } from "../core/context.ts";
import { eventText } from "../core/server-events.ts";
import { chargeFor, type PriceOf, USD } from "../usage/cost.ts";
import type { UsageLine } from "../usage/line.ts";
import type { LastPeriod } from "../usage/period-figures.ts";
import { RecordTail } from "../usage/record-tail.ts";
import { TIMELINE_DAYS, Timeline } from "../usage/timeline.ts";
import type { FiguresDocument, PricedLine } from "./dashboard-documents.ts";
import { lostEvent } from "./event-streams.ts";

const SHOWN_REQUESTS = 50;

/** @why pages that ask for the same at the same time get the same. */
const KEPT_MS = 1_000;

interface RecordViewDeps {
  readonly folder: string;
  readonly priceOf: PriceOf;
  /** Dates of the tables of prices. */
  readonly priceDates: readonly string[];
}

/** Sums of the record by time, and its latest requests. Every line is read once. */
export class RecordView {
  readonly #deps: RecordViewDeps;
  readonly #now: () => Date;
  readonly #tail: RecordTail;
  readonly #kept = new Map<LastPeriod, { readonly atMs: number; readonly json: string }>();
  #timeline: Timeline;
  /** In the order of their time. */
  #latest: UsageLine[] = [];
  #news: UsageLine[] = [];
  /** Left out of the news. */
  #lost = 0;
  #isRead = false;

  constructor(deps: RecordViewDeps, { files, now }: Pick<Context, "files" | "now">) {
    this.#deps = deps;
    this.#now = now;
    this.#timeline = new Timeline(deps.priceOf);
    const events = {
      line: (line: UsageLine, isNew: boolean) => this.#add(line, isNew),
      again: () => {
        this.#timeline = new Timeline(deps.priceOf);
        this.#latest = [];
        this.#kept.clear();
      },
    };
    this.#tail = new RecordTail(deps.folder, TIMELINE_DAYS, events, { files });
  }

  /** Begins to read what was added. */
  look(): void {
    this.#tail.look(this.#now());
  }

  /** Reads a piece; false once all is read that the last look has seen. */
  read(): boolean {
    const isMore = this.#tail.read();
    if (!isMore) this.#isRead = true;
    return isMore;
  }

  /** Sums of a period, as JSON. */
  figures(period: LastPeriod): string {
    const nowMs = this.#now().getTime();
    const kept = this.#kept.get(period);
    if (kept !== undefined && nowMs >= kept.atMs && nowMs - kept.atMs < KEPT_MS) return kept.json;
    const { damagedLines, unreadable } = this.#tail;
    const document: Omit<FiguresDocument, "recordDays"> = {
      ...{ isRead: this.#isRead, damagedLines, unreadable, prices: this.#deps.priceDates },
      lastMinute: this.#timeline.lastMinute(nowMs),
      ...this.#timeline.figures(period, nowMs),
    };
    const json = JSON.stringify(document);
    if (this.#isRead) this.#kept.set(period, { atMs: nowMs, json });
    return json;
  }

  /** The latest requests, the oldest first, as server-sent events. */
  latest(): string {
    return this.#latest.map((line) => this.#event(line)).join("");
  }

  /** Requests that were added since the last call, or since the first look. */
  takeNews(): string {
    const [news, lost] = [this.#news, this.#lost];
    this.#news = [];
    this.#lost = 0;
    return (lost > 0 ? lostEvent(lost) : "") + news.map((line) => this.#event(line)).join("");
  }

  #add(line: UsageLine, isNew: boolean): void {
    this.#timeline.add(line, this.#now().getTime());
    if (isNew) this.#tell(line);
    // A day before those that are known has been read: nothing of it is later.
    const [oldest] = this.#latest;
    if (this.#latest.length >= SHOWN_REQUESTS && oldest !== undefined && line.time < oldest.time) return;
    const place = this.#latest.findLastIndex(({ time }) => time <= line.time);
    this.#latest.splice(place + 1, 0, line);
    if (this.#latest.length > SHOWN_REQUESTS) this.#latest.shift();
  }

  /** @why nobody sees more of them go by, and each is sent to everybody who looks. */
  #tell(line: UsageLine): void {
    this.#news.push(line);
    if (this.#news.length <= SHOWN_REQUESTS) return;
    this.#news.shift();
    this.#lost += 1;
  }

  #event(line: UsageLine): string {
    const charge = chargeFor(line, this.#deps.priceOf);
    const costUsd = charge === "unknown" ? null : (charge.cost + charge.fee) / USD;
    return eventText("request", { ...line, costUsd } satisfies PricedLine);
  }
}
