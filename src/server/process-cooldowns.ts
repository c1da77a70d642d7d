import { type CooldownEvent, ofLimits, type SharedCooldown } from "../gateway/cooldown-book.ts";
import { ToldCooldowns } from "../gateway/told-cooldowns.ts";

/** The cooldowns of one of several processes: it tells what changes its own, and takes in what the others tell. */
export class ProcessCooldowns {
  readonly #tell: (event: CooldownEvent) => void;
  readonly #clockMs: () => number;
  readonly #byLimits = new Map<string, ToldCooldowns>();

  constructor(tell: (event: CooldownEvent) => void, clockMs: () => number) {
    this.#tell = tell;
    this.#clockMs = clockMs;
  }

  readonly of = (limits: string): ToldCooldowns => {
    const known = this.#byLimits.get(limits) ?? new ToldCooldowns((event) => this.#tell({ ...event, limits }));
    this.#byLimits.set(limits, known);
    return known;
  };

  learn(event: CooldownEvent): void {
    this.of(event.limits).repeat(event, this.#clockMs());
  }

  /** What the others know when this process begins. */
  restore(entries: readonly SharedCooldown[]): void {
    for (const { limits } of entries) this.of(limits).replaceAll(ofLimits(entries, limits, this.#clockMs()));
  }

  /** A changed configuration begins anew. */
  clear(): void {
    this.#byLimits.clear();
  }
}
