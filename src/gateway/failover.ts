import type { NetworkFaultKind } from "../core/http.ts";
import type { Recovery } from "../providers/finding.ts";
import type { Cooldowns, FaultClass } from "./cooldowns.ts";

/** Everything failover needs to know about a failed attempt. Nothing of it has reached the client. */
export type Failure = Answered | Fault;

interface Answered {
  readonly kind: "response";
  readonly code: string;
  readonly status: number;
  readonly recovery?: Recovery;
  readonly upstreamMessage: string;
  /** From `Retry-After`; 0 if none. */
  readonly retryAfterMs: number;
}

interface Fault {
  readonly kind: "fault";
  readonly code: string;
  readonly fault: NetworkFaultKind;
  /** A kept-alive connection turned out to be closed. */
  readonly isStale: boolean;
}

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
export const isAboutModel = (code: string, upstreamMessage: string) =>
  /^(?:answer\.unknown|http-404)$/.test(code) && /\bmodel/i.test(upstreamMessage);

/** Must be about the model itself: parameters are also called deprecated or unsupported "for this model". */
const RETIRED =
  /\bmodel\b.{0,120}\b(?:retired|decommissioned|end[ -]of[ -](?:its[ -])?life|no longer available)\b|\bretired model\b/i;

export const isRetired = (upstreamMessage: string): boolean => RETIRED.test(upstreamMessage);

const isUndiagnosed = (code: string) => /^(?:answer\.unknown|http-\d+)$/.test(code);

/** @source the published OpenClaw, which takes such words for a billing failure whatever the status. */
const UNPAID =
  /\b(?:insufficient[ _](?:credits?|balance|quota|funds)|credit balance is too low|spend(?:ing)? limit|payment required|billing_error)\b/i;

/** @source Anthropic and OpenRouter say it with 400 and 403, OpenAI with 429. */
const MAYBE_UNPAID: ReadonlySet<number> = new Set([400, 403, 429]);

/** Somebody has to pay first. What a diagnosis knows better is not judged by its words. */
export const isUnpaid = ({ code, status, recovery, upstreamMessage }: Answered): boolean =>
  recovery === "next-payer" ||
  (isUndiagnosed(code) && (status === 402 || (MAYBE_UNPAID.has(status) && UNPAID.test(upstreamMessage))));

/** `isRetry`: this was already the second attempt at the same model. */
export function recoveryFor(failure: Failure, isRetry = false): "retry-same" | "next-model" | "none" {
  if (failure.kind === "fault") {
    if (failure.isStale && !isRetry) return "retry-same";
    return HELPED_BY_NEXT_MODEL[failure.fault] ? "next-model" : "none";
  }
  const { code, status, recovery, upstreamMessage } = failure;
  if (recovery === "retry-same") return isRetry ? "none" : "retry-same";
  if (recovery === "stop") return "none";
  const isGone =
    (status === 404 && isAboutModel(code, upstreamMessage)) || (status === 400 && isRetired(upstreamMessage));
  return recovery === "next-model" || isBusy(status) || isGone || isUnpaid(failure) ? "next-model" : "none";
}

const isBusy = (status: number) => status === 429 || status >= 500;

/** True if the same request may succeed at the same model later, so a client does well to try again. */
const isPassing = (failure: Failure): boolean =>
  failure.kind === "fault" ? HELPED_BY_NEXT_MODEL[failure.fault] : isBusy(failure.status);

/** @why each further try would cost the wait again, or meet the same crowd. */
const LIMITS: ReadonlySet<number> = new Set([429, 503, 504, 522, 524, 529]);

export function faultClassOf(failure: Failure): FaultClass {
  if (failure.kind === "fault") {
    if (!isPassing(failure)) return "refusal";
    return failure.fault === "connect-timeout" || failure.fault === "answer-timeout" ? "limit" : "moment";
  }
  if (isUnpaid(failure)) return "payment";
  if (LIMITS.has(failure.status)) return "limit";
  return isPassing(failure) ? "moment" : "refusal";
}

/** Refusals of what the request says. Another request may be served, so they are not remembered. */
const OF_REQUEST: ReadonlySet<number> = new Set([400, 406, 409, 413, 415, 422, 424]);

const isOfRequest = (failure: Failure): boolean => failure.kind === "response" && OF_REQUEST.has(failure.status);

/** True if nothing else may be tried: the client left, or whoever set the rule up wants no model to get the prompt. */
const isFinal = (failure: Failure): boolean =>
  failure.kind === "fault" ? failure.fault === "aborted" : failure.recovery === "stop";

/** @why whatever closes more connections than that as they are used is no coincidence. */
export const MOST_STALE = 8;

/** One way to serve a request: a model, with one of its keys. */
export interface Candidate {
  readonly ref: string;
  /** The position of the key, from 1, if there are several. */
  readonly key?: number;
}

const keyId = ({ ref, key }: Candidate): string => (key === undefined ? ref : `${ref} (key ${key})`);

/** `send` tries a target, at once or after a delay; `stop` passes a failure on, not always the last one. */
type FailoverStep<T, E> = { readonly kind: "send"; readonly target: T; readonly isDelayed: boolean } | Stop<E>;

export interface Stop<E> {
  readonly kind: "stop";
  readonly code: string;
  /** Handed over with the failure. */
  readonly evidence: E;
  /** When a model may be tried again, for a client that is not told otherwise; 0 if waiting is no use. */
  readonly readyInMs: number;
}

interface Attempt<T, E> {
  readonly target: T;
  readonly index: number;
  readonly failure: Failure;
  readonly isPassing: boolean;
  readonly evidence: E;
}

/**
 * One request's way through its candidates, the default model's first: each is tried once, and once more only if that may
 * help. The next key of a model is tried after 429 alone, and a model that cools down only where nothing else is left
 * but refusals.
 *
 * The client gets the failure that may pass, since a retry can succeed; of several, and where none may, that of the
 * first model. So a fallback's own refusal never stands in for the default model's overload.
 */
export class FailoverRun<T extends Candidate, E = undefined> {
  readonly #targets: readonly [T, ...T[]];
  readonly #cooldowns: Cooldowns;
  readonly #skipped: string[] = [];
  #target: T;
  #isRetry = false;
  /** Connections that turned out to be closed. They say nothing of a model. */
  #staleCount = 0;
  /** Models, or single keys of them, that this request has tried. */
  #done: Set<string> | undefined;
  #worth: Attempt<T, E> | undefined;

  constructor(targets: readonly [T, ...T[]], cooldowns: Cooldowns, nowMs: number) {
    this.#targets = targets;
    this.#cooldowns = cooldowns;
    this.#target = targets[0];
    if (cooldowns.isEmpty) return;
    this.#target = this.#next(nowMs) ?? targets[0];
    const first = keyId(this.#target);
    const cooling = targets.filter((target) => this.#untilMs(target) > nowMs && keyId(target) !== first);
    this.#skipped.push(...new Set(cooling.map((target) => `${keyId(target)}: cooling down (${this.#why(target)})`)));
  }

  get target(): T {
    return this.#target;
  }

  /** Models that were skipped or failed, and why, for the log: `provider/model: gateway.spend-limit`. */
  get skipped(): readonly string[] {
    return this.#skipped;
  }

  /** The same target is sent the request in another form. */
  again(why: string): void {
    this.#skipped.push(`${keyId(this.#target)}: ${why}`);
  }

  /** To be called as soon as the status shows success. */
  served(): void {
    if (this.#cooldowns.isEmpty) return;
    this.#cooldowns.served(this.#target.ref);
    if (this.#target.key !== undefined) this.#cooldowns.served(keyId(this.#target));
  }

  /** Decides the next step. `random` is from 0 to 1; `evidence` comes back if this failure is the one to pass on. */
  failed(failure: Failure, nowMs: number, random: number, evidence: E): FailoverStep<T, E> {
    const target = this.#target;
    const isStale = failure.kind === "fault" && failure.isStale;
    const recovery = recoveryFor(failure, isStale ? this.#staleCount === MOST_STALE : this.#isRetry);
    if (recovery === "retry-same") {
      if (isStale) this.#staleCount += 1;
      else this.#isRetry = true;
      if (failure.kind === "response") this.#skipped.push(`${keyId(target)}: ${failure.code}`);
      return { kind: "send", target, isDelayed: failure.kind === "response" };
    }
    const index = this.#targets.indexOf(target);
    const attempt = { target, index, failure, isPassing: isPassing(failure), evidence };
    const isRefused = recovery === "none";
    const isFirst = target.ref === this.#targets[0].ref;
    // The client's own fault, or what must be noticed: no other model is to hide it.
    if (isRefused && isFirst && (isOfRequest(failure) || !this.#worth?.isPassing)) return this.#stop(attempt, nowMs);
    if (this.#worth === undefined || isWorthMore(attempt, this.#worth)) this.#worth = attempt;
    this.#coolDown(attempt, nowMs, random);
    const next = isFinal(failure) ? undefined : this.#next(nowMs);
    if (next === undefined && this.#worth === attempt) return this.#stop(attempt, nowMs);
    this.#skipped.push(`${keyId(target)}: ${failure.code}`);
    if (next === undefined) return this.#stop(this.#worth, nowMs);
    this.#target = next;
    this.#isRetry = false;
    return { kind: "send", target: next, isDelayed: false };
  }

  #coolDown({ target, failure }: Attempt<T, E>, nowMs: number, random: number): void {
    const { ref, key } = target;
    const isOfKey = failure.kind === "response" && failure.status === 429;
    this.#done ??= new Set();
    this.#done.add(isOfKey ? keyId(target) : ref);
    const isRemembered = recoveryFor(failure, true) !== "none" || !(isOfRequest(failure) || isFinal(failure));
    if (!isRemembered) return;
    const isKeys = isOfKey || (key !== undefined && failure.kind === "response" && isCredential(failure.status));
    const retryAfterMs = failure.kind === "response" ? failure.retryAfterMs : 0;
    const reason = { why: failure.code, fault: faultClassOf(failure), retryAfterMs };
    this.#cooldowns.failed(isKeys ? keyId(target) : ref, reason, nowMs, random);
  }

  /** The first that is ready; if none is and only refusals would be left, the one whose cooldown ends first. */
  #next(nowMs: number): T | undefined {
    let soonest: T | undefined;
    for (const target of this.#targets) {
      if (this.#done !== undefined && (this.#done.has(target.ref) || this.#done.has(keyId(target)))) continue;
      const untilMs = this.#untilMs(target);
      if (untilMs <= nowMs) return target;
      if (!this.#hasRefused(target) && (soonest === undefined || untilMs < this.#untilMs(soonest))) soonest = target;
    }
    return this.#worth?.isPassing ? undefined : soonest;
  }

  #untilMs(target: T): number {
    const { ref, key } = target;
    const ofModel = this.#cooldowns.untilMs(ref);
    return key === undefined ? ofModel : Math.max(ofModel, this.#cooldowns.untilMs(keyId(target)));
  }

  #hasRefused(target: T): boolean {
    return [target.ref, keyId(target)].some((id) => this.#cooldowns.get(id)?.fault === "refusal");
  }

  #why(target: T): string | undefined {
    return (this.#cooldowns.get(target.ref) ?? this.#cooldowns.get(keyId(target)))?.why;
  }

  #stop({ target, failure, evidence, isPassing }: Attempt<T, E>, nowMs: number): Stop<E> {
    const hasOthers = this.#targets.some((other) => keyId(other) !== keyId(target));
    const waitsMs = this.#targets
      .filter((other) => !this.#hasRefused(other))
      .map((other) => this.#untilMs(other) - nowMs)
      .filter((waitMs) => waitMs > 0);
    const readyInMs = isPassing && hasOthers && waitsMs.length > 0 ? Math.min(...waitsMs) : 0;
    return { kind: "stop", code: failure.code, evidence, readyInMs };
  }
}

const isCredential = (status: number) => status === 401 || status === 403;

function isWorthMore<T, E>(one: Attempt<T, E>, other: Attempt<T, E>): boolean {
  return one.isPassing === other.isPassing ? one.index < other.index : one.isPassing;
}
