import type { Failure } from "./attempt.ts";
import type { Exchange } from "./exchange.ts";
import type { Course } from "./failover.ts";
import { headerRecord } from "./headers.ts";
import type { GatewayMeans } from "./means.ts";
import type { Prepared } from "./outbound-request.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { Target } from "./targets.ts";
import { explain, explanationOf, isReadable } from "./upstream-failure.ts";

/** What is to be sent. */
export interface Parcel {
  readonly path: string;
  /** The body as a target gets it. */
  readonly prepare: (target: Target) => Prepared;
  /** Whether it can be sent a second time. */
  readonly isRepeatable: boolean;
}

/** Sends one request to those who may serve it, until one does or nothing more is to be done. */
export class Delivery {
  readonly #exchange: Exchange;
  readonly #parcel: Parcel;
  readonly #course: Course<Target>;
  readonly #means: GatewayMeans;

  constructor(exchange: Exchange, parcel: Parcel, course: Course<Target>, means: GatewayMeans) {
    this.#exchange = exchange;
    this.#parcel = parcel;
    this.#course = course;
    this.#means = means;
    exchange.left = course.left;
  }

  send(): void {
    const { target } = this.#course;
    const prepared = this.#parcel.prepare(target);
    if (!prepared.ok) return void this.#exchange.refuse(prepared.refusal);
    this.#exchange.prefillRemoved = prepared.removed;
    this.#exchange.send(target, this.#parcel.path, prepared.body, this);
  }

  /** The answer is a good one. */
  onServed(): void {
    this.#course.served();
  }

  onFailure(failure: Failure): void {
    this.#weigh(failure).catch((error) => this.#exchange.bug(error));
  }

  async #weigh(failure: Failure): Promise<void> {
    const exchange = this.#exchange;
    const { clockMs, random, delay, limits } = this.#means;
    const { target } = this.#course;
    const finding = await explain(failure, target);
    if (exchange.isOver) return;
    const code = finding?.code ?? (failure.kind === "answer" ? `http-${failure.status}` : failure.fault.kind);
    const step = this.#parcel.isRepeatable
      ? this.#course.failed({ code, isBegun: false, ...weighed(failure) }, clockMs(), random())
      : STOP;
    if (step.kind === "send") {
      if (step.isPaused) await delay(limits.pauseMs);
      if (!exchange.isOver) this.send();
      return;
    }
    exchange.ended ??= code;
    const isReadableAsIs = failure.kind === "answer" && (finding === undefined || isReadable(failure, target));
    if (isReadableAsIs) exchange.passOn(failure);
    else exchange.fail(explanationOf(failure, finding), failure.kind === "answer" ? failure.rawHeaders : []);
  }
}

/** A body that was streamed through is gone. */
const STOP = { kind: "stop" } as const;

/** A failure as it is weighed. */
function weighed(failure: Failure) {
  if (failure.kind === "fault") return { kind: "fault", fault: failure.fault.kind, isStale: failure.isStale } as const;
  const { status, rawHeaders, body } = failure;
  const { "retry-after": retryAfter, date } = headerRecord(rawHeaders);
  return {
    kind: "answer",
    status,
    said: body.toString("utf8"),
    retryAfterMs: retryAfterMs(retryAfter, date),
  } as const;
}
