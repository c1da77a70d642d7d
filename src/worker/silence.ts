/**
 * Notices that something has been waited for too long.
 * @why one timer for all the waiting of a request: one for each piece of a stream would cost each of them.
 */
export class Silence {
  readonly #limitMs: number;
  readonly #clockMs: () => number;
  readonly #tooLong: () => void;
  #sinceMs: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limitMs: number, clockMs: () => number, tooLong: () => void) {
    this.#limitMs = limitMs;
    this.#clockMs = clockMs;
    this.#tooLong = tooLong;
  }

  /** From now on something is waited for. */
  begin(): void {
    this.#sinceMs = this.#clockMs();
    this.#timer ??= setTimeout(this.#look, this.#limitMs);
  }

  /** It has come. */
  end(): void {
    this.#sinceMs = undefined;
  }

  stop(): void {
    this.end();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    if (this.#sinceMs === undefined) return;
    const leftMs = this.#sinceMs + this.#limitMs - this.#clockMs();
    if (leftMs <= 0) this.#tooLong();
    else this.#timer = setTimeout(this.#look, leftMs);
  };
}
