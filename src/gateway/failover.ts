import type { NetworkFaultKind } from "../core/http.ts";
import type { Recovery } from "../providers/finding.ts";
import type { Cooldowns } from "./cooldowns.ts";

/** A failed attempt at a model, as far as failover is decided by it. Nothing of it has reached the client. */
export type Failure = {
  /** Its name in the log: the code of the diagnosis. */
  readonly code: string;
} & (
  | {
      readonly kind: "answer";
      readonly status: number;
      /** What the diagnosis says about it. */
      readonly recovery?: Recovery;
      /** The body. */
      readonly upstreamMessage: string;
      /** How long it asks to wait before it is tried again. */
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

/** What to do about a failure. `isRetry`: it is that of the second attempt at the same model. */
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
