/** @why a second is over before a person notices, and a model that has failed for five minutes is cheap to ask again. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 300_000;

/** @why a limit that ends later is tried once an hour: somebody may have raised it. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** @why more than anybody configures; other names come with requests, and must not fill the memory. */
const KEPT_COOLDOWNS = 256;

interface Cooldown {
  /** In a row; those during a cooldown are not counted. */
  readonly failures: number;
  readonly untilMs: number;
  readonly why: string;
}

/** The models to try. */
interface TryList<T> {
  /** In their order. */
  readonly chosen: readonly [T, ...T[]];
  /** The models that are cooling down and why, for the log. */
  readonly skipped: readonly string[];
}

/** The models that have failed, by `provider/model`, and when they can be tried again. All times are of one clock. */
export class Cooldowns {
  readonly #byRef = new Map<string, Cooldown>();

  /**
   * Lets a model cool down, longer with each failure in a row, and at least as long as the answer asked for. Requests that
   * were under way when it began to cool down say nothing new when they fail too. `random` is from 0 to 1.
   */
  failed(
    ref: string,
    { why, retryAfterMs }: { why: string; retryAfterMs: number },
    nowMs: number,
    random: number,
  ): void {
    const known = this.#byRef.get(ref);
    const retryAtMs = nowMs + Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS);
    if (known !== undefined && known.untilMs > nowMs) {
      this.#byRef.set(ref, { ...known, untilMs: Math.max(known.untilMs, retryAtMs) });
      return;
    }
    const isInRow = known !== undefined && known.untilMs > nowMs - LONGEST_MS;
    const failures = isInRow ? known.failures + 1 : 1;
    this.#keep(ref, { failures, untilMs: Math.max(nowMs + cooldownMs(failures, random), retryAtMs), why });
  }

  /** Forgets that a model has failed. */
  served(ref: string): void {
    if (this.#byRef.size > 0) this.#byRef.delete(ref);
  }

  /** The models that are not cooling down, each once, in their order; if all are, the one whose cooldown ends first. */
  choose<T extends { readonly ref: string }>(targets: readonly [T, ...T[]], nowMs: number): TryList<T> {
    const untilMs = ({ ref }: T) => this.#byRef.get(ref)?.untilMs ?? nowMs;
    const distinct = targets.filter(({ ref }, index) => targets.findIndex((target) => target.ref === ref) === index);
    const [first, ...others] = distinct.filter((target) => untilMs(target) <= nowMs);
    const soonest = distinct.reduce((a, b) => (untilMs(b) < untilMs(a) ? b : a));
    const chosen: TryList<T>["chosen"] = first === undefined ? [soonest] : [first, ...others];
    const skipped = distinct.filter((target) => !chosen.includes(target));
    return { chosen, skipped: skipped.map(({ ref }) => `${ref}: cooling down (${this.#byRef.get(ref)?.why})`) };
  }

  #keep(ref: string, cooldown: Cooldown): void {
    this.#byRef.delete(ref);
    this.#byRef.set(ref, cooldown);
    const [oldest] = this.#byRef.keys();
    if (this.#byRef.size > KEPT_COOLDOWNS && oldest !== undefined) this.#byRef.delete(oldest);
  }
}

/** Twice as long each time, and up to a half longer by chance, so that clients do not all come back at once. */
const cooldownMs = (failures: number, random: number) =>
  Math.min(SHORTEST_MS * 2 ** (failures - 1) * (1 + random / 2), LONGEST_MS);
