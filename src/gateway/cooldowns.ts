/** @why a second is over before a person notices, and a model that has failed for five minutes is cheap to ask again. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 300_000;

/** @why a limit that ends later is asked about once an hour: somebody may have raised it. */
const LONGEST_ASKED_MS = 3_600_000;

/** @why more than anybody configures; the other names come with requests, and must not fill the memory. */
const REMEMBERED = 256;

interface Cooldown {
  /** In a row; those that came while it was cooling down already are not counted. */
  readonly failures: number;
  readonly untilMs: number;
  readonly why: string;
}

/** Which of several models are to be tried. */
export interface Choice<T> {
  /** In the order to try them. */
  readonly chosen: readonly [T, ...T[]];
  /** Who was passed over and why, for the log. */
  readonly skipped: readonly string[];
}

/** Until when models that have failed, by `provider/model`, are left alone. All times are of one clock. */
export class Cooldowns {
  readonly #byRef = new Map<string, Cooldown>();

  /**
   * Lets a model cool down, longer with each failure in a row, and no shorter than the answer asked for. Requests that
   * were on their way when it began to cool down say nothing new when they fail, too. `random` is from 0 to 1.
   */
  failed(ref: string, { why, askedMs }: { why: string; askedMs: number }, nowMs: number, random: number): void {
    const known = this.#byRef.get(ref);
    const askedUntilMs = nowMs + Math.min(askedMs, LONGEST_ASKED_MS);
    if (known !== undefined && known.untilMs > nowMs) {
      this.#byRef.set(ref, { ...known, untilMs: Math.max(known.untilMs, askedUntilMs) });
      return;
    }
    const isInRow = known !== undefined && known.untilMs > nowMs - LONGEST_MS;
    const failures = isInRow ? known.failures + 1 : 1;
    this.#remember(ref, { failures, untilMs: Math.max(nowMs + cooldownMs(failures, random), askedUntilMs), why });
  }

  /** Forgets that a model has failed. */
  served(ref: string): void {
    if (this.#byRef.size > 0) this.#byRef.delete(ref);
  }

  /** Those that are not cooling down, each once, in their order; if all are, the one whose time is up first. */
  choose<T extends { readonly ref: string }>(targets: readonly [T, ...T[]], nowMs: number): Choice<T> {
    const untilMs = ({ ref }: T) => this.#byRef.get(ref)?.untilMs ?? nowMs;
    const distinct = targets.filter(({ ref }, index) => targets.findIndex((target) => target.ref === ref) === index);
    const [first, ...others] = distinct.filter((target) => untilMs(target) <= nowMs);
    const soonest = distinct.reduce((a, b) => (untilMs(b) < untilMs(a) ? b : a));
    const chosen: Choice<T>["chosen"] = first === undefined ? [soonest] : [first, ...others];
    const skipped = distinct.filter((target) => !chosen.includes(target));
    return { chosen, skipped: skipped.map(({ ref }) => `${ref}: cooling down (${this.#byRef.get(ref)?.why})`) };
  }

  #remember(ref: string, cooldown: Cooldown): void {
    this.#byRef.delete(ref);
    this.#byRef.set(ref, cooldown);
    const [oldest] = this.#byRef.keys();
    if (this.#byRef.size > REMEMBERED && oldest !== undefined) this.#byRef.delete(oldest);
  }
}

/** Twice as long each time, and up to a half longer by chance, so that not everybody comes back at once. */
const cooldownMs = (failures: number, random: number) =>
  Math.min(SHORTEST_MS * 2 ** (failures - 1) * (1 + random / 2), LONGEST_MS);
