import type { NetworkFaultKind } from "../core/http.ts";
import type { Recovery } from "../providers/finding.ts";

/** What failover needs to know about a failed attempt. Nothing of it has reached the client. */
export type Failure = {
  readonly code: string;
} & (
  | {
      readonly kind: "response";
      readonly status: number;
      readonly recovery?: Recovery;
      readonly upstreamMessage: string;
      /** From `Retry-After`; 0 if none. */
      readonly retryAfterMs: number;
    }
  | {
      readonly kind: "fault";
      readonly fault: NetworkFaultKind;
      /** A kept-alive connection turned out to be closed. */
      readonly isStale: boolean;
    }
);

/**
 * Another model helps against connection faults and timeouts. An untrusted certificate, or a server that does not speak
 * HTTP, must be noticed instead.
 */
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
 * An undiagnosed 404 is about the model if its text mentions one. Otherwise the path is wrong, such as token counting
 * at an upstream without it, which says nothing against the model.
 */
const isAboutModel = (code: string, upstreamMessage: string) =>
  /^(?:answer\.unknown|http-404)$/.test(code) && /\bmodel/i.test(upstreamMessage);

/** Must be about the model itself: parameters are also called deprecated or unsupported "for this model". */
const RETIRED =
  /\bmodel\b.{0,120}\b(?:retired|decommissioned|end[ -]of[ -](?:its[ -])?life|no longer available)\b|\bretired model\b/i;

/** `isRetry`: this was already the second attempt at the same model. */
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

/** `send` tries a target, at once or after a pause; `stop` passes the failure on. */
type FailoverStep<T> =
  | { readonly kind: "send"; readonly target: T; readonly isPaused: boolean }
  | { readonly kind: "stop" };

/** One request's way through its candidate models: each is tried once, and once more only if that may help. */
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

  get target(): T {
    return this.#target;
  }

  /** Models that were skipped or failed, and why, for the log: `provider/model: gateway.spend-limit`. */
  get skipped(): readonly string[] {
    return this.#skipped;
  }

  /** To be called as soon as the status shows success. */
  served(): void {
    this.#cooldowns.served(this.#target.ref);
  }

  /** Decides the next step. `random` is from 0 to 1. */
  failed(failure: Failure, nowMs: number, random: number): FailoverStep<T> {
    const recovery = recoveryFor(failure, this.#isRetry);
    if (recovery === "none") return { kind: "stop" };
    const { ref } = this.#target;
    if (recovery === "retry-same") {
      this.#isRetry = true;
      if (failure.kind === "response") this.#skipped.push(`${ref}: ${failure.code}`);
      return { kind: "send", target: this.#target, isPaused: failure.kind === "response" };
    }
    const retryAfterMs = failure.kind === "response" ? failure.retryAfterMs : 0;
    this.#cooldowns.failed(ref, { why: failure.code, retryAfterMs }, nowMs, random);
    const next = this.#ahead.shift();
    if (next === undefined) return { kind: "stop" };
    this.#skipped.push(`${ref}: ${failure.code}`);
    this.#target = next;
    this.#isRetry = false;
    return { kind: "send", target: next, isPaused: false };
  }
}

/** @why a second is over before anyone notices, and a model that has failed for five minutes is cheap to try again. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 300_000;

/** @why a limit that ends later is tried once an hour, since somebody may have raised it. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** @why more than anyone configures; other names come from requests, and must not fill the memory. */
const KEPT_COOLDOWNS = 256;

interface Cooldown {
  /** Consecutive failures, not counting those during a cooldown. */
  readonly failures: number;
  readonly untilMs: number;
  readonly why: string;
}

interface TryList<T> {
  readonly chosen: readonly [T, ...T[]];
  /** Models that are cooling down and why, for the log. */
  readonly skipped: readonly string[];
}

/** When models that have failed may be tried again, by `provider/model`. All times are of the same clock. */
export class Cooldowns {
  readonly #byRef = new Map<string, Cooldown>();

  /**
   * Starts a cooldown, which grows with consecutive failures and lasts at least as long as the response asked for.
   * Requests already under way then are not counted when they fail too. `random` is from 0 to 1.
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

  served(ref: string): void {
    if (this.#byRef.size > 0) this.#byRef.delete(ref);
  }

  /** The distinct models that are not cooling down; if all are, the one whose cooldown ends first. */
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

/** Doubles each time, plus up to half of that at random so that clients do not all come back at once. */
const cooldownMs = (failures: number, random: number) =>
  Math.min(SHORTEST_MS * 2 ** (failures - 1) * (1 + random / 2), LONGEST_MS);
