import type { NetworkFaultKind } from "../core/http.ts";
import type { Cooldowns } from "./cooldowns.ts";

/** Why an attempt at a model gave nothing to pass on as a success. */
export type Failure = {
  /** What it is called in the log: the code of the diagnosis. */
  readonly code: string;
  /** Whether the client has got a byte of it. */
  readonly isBegun: boolean;
} & (
  | {
      readonly kind: "answer";
      readonly status: number;
      /** Its own words: the body, or as much of it as is there. */
      readonly said: string;
      /** How long it asks to be left alone. */
      readonly retryAfterMs: number;
    }
  | {
      readonly kind: "fault";
      readonly fault: NetworkFaultKind;
      /** A connection that had been kept open was found closed. */
      readonly isStale: boolean;
    }
);

/** What can be done about a failure, before it is passed on to the client. */
export type Cure = "retry-same" | "next-model" | "none";

/**
 * Connection and time-out faults; a certificate that is not trusted, or somebody who speaks no HTTP, is to be seen and not
 * gone around.
 */
const CURED_BY_ANOTHER: Readonly<Record<NetworkFaultKind, boolean>> = {
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

/** @source can1357/oh-my-pi#11327: 2009 as the answer to too many requests at once, the token being fine. */
const MAYBE_THROTTLED = ["gateway.token-rejected", "gateway.token-missing"];

/**
 * Whether a 404 is about the model, by its diagnosis or, where there is none, by its own words. Any other is about the
 * address, such as a way of counting tokens that an upstream does not have, and says nothing against the model.
 */
const isAboutModel = (code: string, said: string) =>
  code.endsWith(".model-not-found") || (/^(?:answer\.unknown|http-404)$/.test(code) && /\bmodel/i.test(said));

const SPEND_LIMIT = "gateway.spend-limit";

/** About the model itself: of parameters, too, it is said that they are deprecated, or not supported, "for this model". */
const RETIRED =
  /\bmodel\b.{0,120}\b(?:retired|decommissioned|end[ -]of[ -](?:its[ -])?life|no longer available)\b|\bretired model\b/i;

/** What cures a failure; `isRetry`: it is that of the second attempt at the same model. */
export function cureOf(failure: Failure, isRetry = false): Cure {
  if (failure.isBegun) return "none";
  if (failure.kind === "fault") {
    if (failure.isStale && !isRetry) return "retry-same";
    return CURED_BY_ANOTHER[failure.fault] ? "next-model" : "none";
  }
  const { code, status, said } = failure;
  if (MAYBE_THROTTLED.includes(code)) return isRetry ? "none" : "retry-same";
  const isBusy = status === 429 || status >= 500 || code === SPEND_LIMIT;
  const isGone = (status === 404 && isAboutModel(code, said)) || (status === 400 && RETIRED.test(said));
  return isBusy || isGone ? "next-model" : "none";
}

/** What to do after a failure: send the request to a target, at once or after a pause, or pass the failure on. */
export type Step<T> =
  | { readonly kind: "send"; readonly target: T; readonly isPaused: boolean }
  | { readonly kind: "stop" };

/** The way of one request along the models that may serve it: each is tried once, and again only where that may be the cure. */
export class Course<T extends { readonly ref: string }> {
  readonly #cooldowns: Cooldowns;
  readonly #ahead: T[];
  readonly #left: string[];
  #target: T;
  #isRetry = false;

  constructor(targets: readonly [T, ...T[]], cooldowns: Cooldowns, nowMs: number) {
    const { chosen, skipped } = cooldowns.choose(targets, nowMs);
    const [first, ...others] = chosen;
    this.#cooldowns = cooldowns;
    this.#target = first;
    this.#ahead = others;
    this.#left = [...skipped];
  }

  /** Who is asked at present, to begin with the first. */
  get target(): T {
    return this.#target;
  }

  /** Who was passed over or left, and why: `provider/model: gateway.spend-limit`. It goes into the log. */
  get left(): readonly string[] {
    return this.#left;
  }

  /** To be told as soon as an answer turns out to be good. */
  served(): void {
    this.#cooldowns.served(this.#target.ref);
  }

  /** What comes next; `random` is from 0 to 1. */
  failed(failure: Failure, nowMs: number, random: number): Step<T> {
    const cure = cureOf(failure, this.#isRetry);
    if (cure === "none") return { kind: "stop" };
    const { ref } = this.#target;
    if (cure === "retry-same") {
      this.#isRetry = true;
      if (failure.kind === "answer") this.#left.push(`${ref}: ${failure.code}`);
      return { kind: "send", target: this.#target, isPaused: failure.kind === "answer" };
    }
    const askedMs = failure.kind === "answer" ? failure.retryAfterMs : 0;
    this.#cooldowns.failed(ref, { why: failure.code, askedMs }, nowMs, random);
    const next = this.#ahead.shift();
    if (next === undefined) return { kind: "stop" };
    this.#left.push(`${ref}: ${failure.code}`);
    this.#target = next;
    this.#isRetry = false;
    return { kind: "send", target: next, isPaused: false };
  }
}
