import type { NetworkFaultKind } from "../core/http.ts";
import type { Recovery } from "../providers/finding.ts";

/** A failed attempt at a model, as far as failover is decided by it. Nothing of it has reached the client. */
export type Failure = {
  /** Its name in the log: the code of the diagnosis. */
  readonly code: string;
} & (
  | {
      readonly kind: "answer";
      readonly status: number;
      /** Suggested by the diagnosis. */
      readonly recovery?: Recovery;
      /** The body. */
      readonly upstreamMessage: string;
      /** The wait that it asks for. */
      readonly retryAfterMs: number;
    }
  | {
      readonly kind: "fault";
      readonly fault: NetworkFaultKind;
      /** A connection that had been kept open turned out to be closed. */
      readonly isStale: boolean;
    }
);

/** Another model helps with connection faults and time-outs. An untrusted certificate, or a server that speaks no HTTP, has to be seen. */
const HELPED_BY_NEXT_MODEL: Readonly<Record<NetworkFaultKind, boolean>> = {
  "name-not-found": true,
  refused: true,
  unreachable: true,
  "connect-timeout": true,
  "answer-timeout": true,
  "cut-off": true,
  tls: true,
  proxy: true,
  certificate: false,
  "not-http": false,
  aborted: false,
};

/**
 * A 404 that no diagnosis knows is about the model if its text is. Any other is about the address, such as token counting
 * that an upstream does not have, and says nothing against the model.
 */
const isAboutModel = (code: string, upstreamMessage: string) =>
  /^(?:answer\.unknown|http-404)$/.test(code) && /\bmodel/i.test(upstreamMessage);

/** About the model itself: parameters, too, are called deprecated or unsupported "for this model". */
const RETIRED =
  /\bmodel\b.{0,120}\b(?:retired|decommissioned|end[ -]of[ -](?:its[ -])?life|no longer available)\b|\bretired model\b/i;

/** The way out of a failure. `isRetry`: the failed attempt was the second one at the same model. */
export function recoveryFor(failure: Failure, isRetry = false): Recovery | "none" {
  if (failure.kind === "fault") {
    if (failure.isStale && !isRetry) return "retry-same";
    return HELPED_BY_NEXT_MODEL[failure.fault] ? "next-model" : "none";
  }
  const { code, status, recovery, upstreamMessage } = failure;
  if (recovery === "retry-same") return isRetry ? "none" : "retry-same";
  const isBusy = status === 429 || status >= 500;
  const isGone =
    (status === 404 && isAboutModel(code, upstreamMessage)) || (status === 400 && RETIRED.test(upstreamMessage));
  return recovery === "next-model" || isBusy || isGone ? "next-model" : "none";
}

/** The next step after a failure: send the request to a target, at once or after a pause, or pass the failure on. */
type FailoverStep<T> =
  | { readonly kind: "send"; readonly target: T; readonly isPaused: boolean }
  | { readonly kind: "stop" };

/** One request's run through the models that may serve it: each is tried once, and once more only where that may help. */
export class FailoverRun<T extends { readonly ref: string }> {
  readonly #cooldowns: Cooldowns;
  readonly #ahead: T[];
  readonly #skipped: string[];
  #target: T;
  #isRetry = false;

  constructor(targets: readonly [T, ...T[]], cooldowns: Cooldowns, nowMs: number) {
    const { chosen, skipped } = cooldowns.choose(targets, nowMs);
    const [first, ...others] = chosen;
    this.#cooldowns = cooldowns;
    this.#target = first;
    this.#ahead = others;
    this.#skipped = [...skipped];
  }

  /** The model to ask now, to begin with the first. */
  get target(): T {
    return this.#target;
  }

  /** The models that were passed over or failed, and why: `provider/model: gateway.spend-limit`. It goes into the log. */
  get skipped(): readonly string[] {
    return this.#skipped;
  }

  /** To be called as soon as an answer turns out to be a success. */
  served(): void {
    this.#cooldowns.served(this.#target.ref);
  }

  /** The next step; `random` is from 0 to 1. */
  failed(failure: Failure, nowMs: number, random: number): FailoverStep<T> {
    const recovery = recoveryFor(failure, this.#isRetry);
    if (recovery === "none") return { kind: "stop" };
    const { ref } = this.#target;
    if (recovery === "retry-same") {
      this.#isRetry = true;
      if (failure.kind === "answer") this.#skipped.push(`${ref}: ${failure.code}`);
      return { kind: "send", target: this.#target, isPaused: failure.kind === "answer" };
    }
    const retryAfterMs = failure.kind === "answer" ? failure.retryAfterMs : 0;
    this.#cooldowns.failed(ref, { why: failure.code, retryAfterMs }, nowMs, random);
    const next = this.#ahead.shift();
    if (next === undefined) return { kind: "stop" };
    this.#skipped.push(`${ref}: ${failure.code}`);
    this.#target = next;
    this.#isRetry = false;
    return { kind: "send", target: next, isPaused: false };
  }
}

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
