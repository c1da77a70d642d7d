/** @why a worker that ran this long did not end because of how it was started. */
const LONG_MS = 10_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const WINDOW_MS = 60_000;
/** Ends within that time after which a restart of the whole may help, and a further worker does not. */
const MOST_ENDS = 10;

/** Decides when a worker that ended is replaced. Times in milliseconds of one clock. */
export class Restarts {
  readonly #most: number;
  #ends: number[] = [];
  /** Ends of short lives in a row. */
  #short = 0;

  /** @why all of many workers may end at once for one reason, such as a lack of memory, and then serve well. */
  constructor(workers: number) {
    this.#most = Math.max(MOST_ENDS, 3 * workers);
  }

  /** The wait before the next one is started; `undefined` if the gateway is to end. */
  waitMs({ ranMs, nowMs }: { readonly ranMs: number; readonly nowMs: number }): number | undefined {
    this.#ends = [...this.#ends.filter((at) => at > nowMs - WINDOW_MS), nowMs];
    if (this.#ends.length >= this.#most) return undefined;
    this.#short = ranMs < LONG_MS ? this.#short + 1 : 0;
    return this.#short <= 1 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (this.#short - 2), LONGEST_WAIT_MS);
  }
}
