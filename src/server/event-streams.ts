import { eventText } from "../core/server-events.ts";
import type { ProxiedRequest } from "../gateway/host.ts";
import type { Every } from "../gateway/keep-alive.ts";

interface Stream {
  readonly request: ProxiedRequest;
  /** Its reader has not taken what it was sent: nothing more is, until it has. */
  isBehind: boolean;
  /** Events that it was not sent. */
  lost: number;
  /** Resolves the handling of the request. */
  readonly done: () => void;
}

/** @why proxies close a connection on which nothing comes. */
const SILENT_MS = 15_000;

/** @why whoever has left counts among those who look, in another process too, until it is noticed. */
const LOOK_MS = 1_000;

/** @why each costs memory and a write for everything that happens; more than the people who look at one gateway. */
export const MOST_STREAMS = 32;

const EVENT = /^event: request$/gm;

/** Readers of server-sent events, by number. None that is slow holds up another, or has anything kept for it. */
export class EventStreams {
  readonly #every: Every;
  readonly #onGone: (stream: number) => void;
  readonly #streams = new Map<number, Stream>();
  #stopTicks: (() => void) | undefined;

  constructor(every: Every, onGone: (stream: number) => void) {
    this.#every = every;
    this.#onGone = onGone;
  }

  get isFull(): boolean {
    if (this.#streams.size >= MOST_STREAMS) this.#dropGone();
    return this.#streams.size >= MOST_STREAMS;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Resolves when it is over. The head of the response has been sent. */
  add(number: number, request: ProxiedRequest): Promise<void> {
    this.#stopTicks ??= this.#begin();
    return new Promise((done) => {
      this.#streams.set(number, { request, isBehind: false, lost: 0, done });
    });
  }

  send(number: number, events: string): void {
    const stream = this.#streams.get(number);
    if (stream !== undefined) this.#write(number, stream, events);
  }

  end(number: number): void {
    const stream = this.#streams.get(number);
    if (stream === undefined) return;
    this.#remove(number, stream);
    if (!stream.request.isGone) stream.request.end(eventText("end", {}));
  }

  endAll(): void {
    for (const number of [...this.#streams.keys()]) this.end(number);
  }

  #write(number: number, stream: Stream, events: string): void {
    if (stream.request.isGone) return void this.#remove(number, stream);
    if (stream.isBehind) {
      stream.lost += events.match(EVENT)?.length ?? 0;
      return;
    }
    const behind = stream.request.write(Buffer.from(events));
    if (behind === undefined) return;
    stream.isBehind = true;
    void behind.then(() => {
      stream.isBehind = false;
      const { lost } = stream;
      stream.lost = 0;
      if (lost > 0) this.send(number, lostEvent(lost));
    });
  }

  #begin(): () => void {
    const stops = [this.#every(LOOK_MS, () => this.#dropGone()), this.#every(SILENT_MS, () => this.#keepAlive())];
    return () => {
      for (const stop of stops) stop();
    };
  }

  #keepAlive(): void {
    this.#dropGone();
    for (const [number, stream] of this.#streams) if (!stream.isBehind) this.#write(number, stream, ": keep-alive\n\n");
  }

  #dropGone(): void {
    for (const [number, stream] of this.#streams) if (stream.request.isGone) this.#remove(number, stream);
  }

  #remove(number: number, stream: Stream): void {
    this.#streams.delete(number);
    if (this.#streams.size === 0) {
      this.#stopTicks?.();
      this.#stopTicks = undefined;
    }
    this.#onGone(number);
    stream.done();
  }
}

export const lostEvent = (lines: number): string => eventText("lost", { lines });
