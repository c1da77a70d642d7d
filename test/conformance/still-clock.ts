interface Timer {
  readonly everyMs: number;
  readonly isRepeated: boolean;
  dueMs: number;
  readonly fire: () => void;
}

/** A clock that goes on only when it is told to. */
export class StillClock {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();
  readonly #waiting = new Set<() => void>();

  get nowMs(): number {
    return this.#nowMs;
  }

  set(ms: number, fire: () => void, isRepeated: boolean): () => void {
    const timer = { everyMs: ms, isRepeated, dueMs: this.#nowMs + ms, fire };
    this.#timers.add(timer);
    for (const look of this.#waiting) look();
    return () => void this.#timers.delete(timer);
  }

  async pass(ms: number, timerMs?: number): Promise<void> {
    if (timerMs !== undefined) await this.#awaited(timerMs);
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs);
      const [next] = due.toSorted((one, other) => one.dueMs - other.dueMs);
      if (next === undefined) break;
      this.#nowMs = next.dueMs;
      next.dueMs += next.everyMs;
      if (!next.isRepeated) this.#timers.delete(next);
      next.fire();
    }
    this.#nowMs = untilMs;
  }

  #awaited(timerMs: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (![...this.#timers].some(({ everyMs }) => everyMs === timerMs)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}
