/**
 * The kinds of failure that keep a model from being tried for a while.
 * `moment`: a broken connection or an internal error. `limit`: a limit, an overload, or an answer that takes too long.
 * `payment`: somebody has to pay first. `refusal`: the model, or its credential, does not serve here.
 */
export type FaultClass = "moment" | "limit" | "payment" | "refusal";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/**
 * The time for which a model is left alone after each failure in a row; the last repeats.
 * @source the published OpenClaw 2026.9.6, docs/concepts/model-failover.md: 30 s, 1 min, 5 min for limits and overload, 10
 * minutes and more for billing.
 * @why a connection that broke once says nothing about the next, and another model has to read the prompt uncached; a
 * refusal stays until somebody corrects it, who must not wait for long.
 */
export const COOLDOWNS_MS: Readonly<Record<FaultClass, readonly [number, ...number[]]>> = {
  moment: [SECOND, 30 * SECOND, MINUTE, 5 * MINUTE],
  limit: [30 * SECOND, MINUTE, 5 * MINUTE],
  payment: [10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 80 * MINUTE, 160 * MINUTE, 240 * MINUTE],
  refusal: [5 * MINUTE],
};

/** @why a limit that ends later is tried once an hour, since somebody may have raised it. */
export const LONGEST_RETRY_AFTER_MS = 60 * MINUTE;

/** @why more than anyone configures; other names come from requests, and must not fill the memory. */
const KEPT_COOLDOWNS = 256;

/** Times are of the clock of whoever has it. */
export interface Cooldown {
  readonly fault: FaultClass;
  /** Consecutive failures of that class, not counting those during a cooldown. */
  readonly failures: number;
  readonly untilMs: number;
  /** The upstream named the time. */
  readonly isAsked: boolean;
  readonly why: string;
}

export interface CooldownReason {
  readonly why: string;
  readonly fault: FaultClass;
  /** From `Retry-After`; 0 if none. */
  readonly retryAfterMs: number;
}

/**
 * When what has failed may be tried again, by `provider/model` or one key of it. All times are of the same clock, and all
 * failures of the same limits: counting tokens has others than generating them.
 */
export class Cooldowns {
  readonly #byId = new Map<string, Cooldown>();

  get isEmpty(): boolean {
    return this.#byId.size === 0;
  }

  /**
   * Starts a cooldown as long as the response asked for, or else one that grows with failures of the same class in a row.
   * Requests already under way then are not counted when they fail too. `random` is from 0 to 1.
   */
  failed(id: string, { why, fault, retryAfterMs }: CooldownReason, nowMs: number, random: number): void {
    const known = this.#byId.get(id);
    const isSame = known?.fault === fault;
    const isRunning = known !== undefined && known.untilMs > nowMs;
    const isInRow = known !== undefined && isSame && known.untilMs > nowMs - longestMs(fault);
    const failures = (isInRow ? known.failures : 0) + (isInRow && isRunning ? 0 : 1);
    const isAsked = retryAfterMs > 0;
    const lastsMs = isAsked ? Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS) : stepMs(fault, failures, random);
    const untilMs = nowMs + lastsMs;
    if (isRunning && !isReplaced(known, { isSame, isAsked, untilMs })) return;
    this.#keep(id, { fault, failures, untilMs, isAsked, why });
  }

  served(id: string): void {
    if (this.#byId.size > 0) this.#byId.delete(id);
  }

  /** 0 if it may be tried. */
  untilMs(id: string): number {
    return this.#byId.get(id)?.untilMs ?? 0;
  }

  get(id: string): Pick<Cooldown, "fault" | "why"> | undefined {
    return this.#byId.get(id);
  }

  /** All that still counts, the oldest first: also what is over, as long as the next failure would be one in a row. */
  entries(nowMs: number): readonly (readonly [id: string, cooldown: Cooldown])[] {
    return [...this.#byId].filter(([, { untilMs, fault }]) => untilMs > nowMs - longestMs(fault));
  }

  /** Takes over what another has. */
  replaceAll(entries: Iterable<readonly [id: string, cooldown: Cooldown]>): void {
    this.#byId.clear();
    for (const [id, cooldown] of entries) this.#keep(id, cooldown);
  }

  #keep(id: string, cooldown: Cooldown): void {
    this.#byId.delete(id);
    this.#byId.set(id, cooldown);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > KEPT_COOLDOWNS && oldest !== undefined) this.#byId.delete(oldest);
  }
}

/** A time that the upstream named is better than ours; of two of a kind the later one holds. */
function isReplaced(
  running: Cooldown,
  { isSame, isAsked, untilMs }: { isSame: boolean; isAsked: boolean; untilMs: number },
): boolean {
  if (isAsked !== running.isAsked) return isAsked;
  return (isAsked || !isSame) && untilMs > running.untilMs;
}

const longestMs = (fault: FaultClass): number => COOLDOWNS_MS[fault].at(-1) ?? 0;

/** Up to a tenth longer at random, so that clients do not all come back at once. */
const stepMs = (fault: FaultClass, failures: number, random: number): number =>
  (COOLDOWNS_MS[fault][failures - 1] ?? longestMs(fault)) * (1 + random / 10);
