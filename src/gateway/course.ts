import type { Failure } from "./attempt.ts";
import type { Exchange } from "./exchange.ts";
import { explain, explanationOf, isReadable } from "./explain.ts";
import type { GatewayMeans } from "./gateway.ts";
import type { Prepared } from "./prepare.ts";
import type { Target } from "./targets.ts";

/** What is to be sent, and to whom. */
export interface Journey {
  readonly path: string;
  readonly targets: readonly [Target, ...Target[]];
  readonly prepare: (target: Target) => Prepared;
  /** Whether it can be sent a second time. */
  readonly isRepeatable: boolean;
}

/** One request's way to an answer: what is sent to whom, and what is done when that fails. */
export class Course {
  readonly #exchange: Exchange;
  readonly #journey: Journey;
  readonly #means: GatewayMeans;
  #hasResent = false;
  #hasPaused = false;

  constructor(exchange: Exchange, journey: Journey, means: GatewayMeans) {
    this.#exchange = exchange;
    this.#journey = journey;
    this.#means = means;
  }

  /** Sends the request to a target; what comes of it, comes of it. */
  start(target: Target = this.#journey.targets[0]): void {
    const { path, prepare } = this.#journey;
    const prepared = prepare(target);
    if (!prepared.ok) return void this.#exchange.refuse(prepared.refusal);
    this.#exchange.prefillRemoved = prepared.removed;
    this.#exchange.send(target, path, prepared.body, (failure) => {
      this.#weigh(failure, target).catch((error) => this.#exchange.bug(error));
    });
  }

  async #weigh(failure: Failure, target: Target): Promise<void> {
    const exchange = this.#exchange;
    const { isRepeatable } = this.#journey;
    if (failure.kind === "fault" && failure.isStale && isRepeatable && !this.#hasResent) {
      this.#hasResent = true;
      return this.start(target);
    }
    const finding = await explain(failure, target);
    if (exchange.isOver) return;
    if (finding?.code.startsWith("gateway.token-") && isRepeatable && !this.#hasPaused) {
      this.#hasPaused = true;
      await this.#means.delay(this.#means.limits.pauseMs);
      if (!exchange.isOver) this.start(target);
      return;
    }
    exchange.ended ??= finding?.code;
    if (failure.kind === "answer" && (finding === undefined || isReadable(failure, target)))
      return exchange.passOn(failure);
    exchange.fail(explanationOf(failure, finding), failure.kind === "answer" ? failure.rawHeaders : []);
  }
}
