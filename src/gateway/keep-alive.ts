/** Somebody whom nothing has reached for a while. */
export interface Waiting {
  /** Set to 0 whenever something is sent. */
  silentTicks: number;
  /** Called once for each such time. */
  onSilence: () => void;
}

/** Calls back every so many milliseconds until the returned function is called. */
export type Every = (ms: number, tick: () => void) => () => void;

const TICK_MS = 1_000;

/**
 * @why proxies and load balancers give up after 30 to 60 seconds without a byte, clients show a warning after 20.
 * @source nginx and AWS load balancers: their time-outs for idle connections; decolua/9router#3409 for Claude Code.
 */
const SILENT_TICKS = 15;

/** @why one timer counts for all: one for each stream, or set anew by each of its pieces, would cost each of them. */
export class KeepAlive {
  readonly #every: Every;
  readonly #waiting = new Set<Waiting>();
  #stop: (() => void) | undefined;

  constructor(every: Every) {
    this.#every = every;
  }

  add(one: Waiting): void {
    this.#waiting.add(one);
    this.#stop ??= this.#every(TICK_MS, () => this.#tick());
  }

  delete(one: Waiting): void {
    this.#waiting.delete(one);
  }

  #tick(): void {
    if (this.#waiting.size === 0) {
      this.#stop?.();
      this.#stop = undefined;
    }
    for (const one of this.#waiting) {
      one.silentTicks += 1;
      if (one.silentTicks < SILENT_TICKS) continue;
      one.silentTicks = 0;
      one.onSilence();
    }
  }
}
