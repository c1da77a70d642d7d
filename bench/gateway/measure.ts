import type { ChildProcess } from "node:child_process";
import { shuffled } from "../figures.ts";
import { ask } from "./children.ts";
import type { Contender } from "./contenders/contender.ts";
import type { Entrant } from "./contenders.ts";
import type { Job, Order, Outcome } from "./load.ts";
import { cpuMs } from "./machine.ts";
import type { Scenario } from "./scenarios.ts";

/** A running contender and its name. */
export interface Runner extends Contender, Omit<Entrant, "start"> {}

/** The figures of one contender for one kind of traffic in one round. */
export interface Sample {
  readonly round: number;
  readonly requestsPerSecond: number;
  /** Processor time per request, in microseconds; 0 for `direct`. */
  readonly cpuUs: number;
  readonly firstByteMs: Float64Array;
  readonly eventMs: Float64Array;
}

/** By the scenario's name, then by the contender's. */
export type Samples = ReadonlyMap<string, ReadonlyMap<string, readonly Sample[]>>;

/** Gives scenarios to contenders in rounds, and collects the figures. */
export class Measurement {
  readonly samples = new Map<string, Map<string, Sample[]>>();
  /** Samples that are not counted, and why. */
  readonly faults: string[] = [];
  readonly #load: ChildProcess;
  /** Expected length of each kind of answer. */
  readonly #expected = new Map<string, number>();
  #rounds = 0;

  constructor(load: ChildProcess) {
    this.#load = load;
  }

  /** Runs every contender without counting, until its code is compiled. */
  async warmUp(runners: readonly Runner[], scenarios: readonly Scenario[]): Promise<void> {
    for (const scenario of scenarios) {
      for (const runner of ableTo(scenario, runners)) await this.#once(runner, scenario);
    }
  }

  /**
   * Gives every scenario to every contender, one right after the other and in a new order, so that other load on the
   * machine affects all alike.
   */
  async round(runners: readonly Runner[], scenarios: readonly Scenario[]): Promise<void> {
    this.#rounds += 1;
    for (const scenario of scenarios) {
      const byContender = this.samples.get(scenario.name) ?? new Map<string, Sample[]>();
      this.samples.set(scenario.name, byContender);
      for (const runner of shuffled(ableTo(scenario, runners))) {
        const { sample, wrong } = await this.#once(runner, scenario);
        if (wrong.length > 0) this.faults.push(`${scenario.name}, ${runner.name}: ${wrong.join(", ")}`);
        else byContender.set(runner.name, [...(byContender.get(runner.name) ?? []), sample]);
      }
    }
  }

  async #once({ port, headers, child, prepare, settle }: Runner, { answer, bodyBytes, clients, durationMs }: Scenario) {
    const expectedBytes = this.#expected.get(answer);
    const job: Job = { port, headers, answer, bodyBytes, clients, durationMs, expectedBytes };
    const spentMs = () => (child?.pid === undefined ? 0 : cpuMs(child.pid));
    await prepare?.();
    const beforeMs = spentMs();
    const outcome = await ask<Order, Outcome>(this.#load, { run: job });
    const { requests, seconds, faults, answerBytes, firstByteMs, eventMs } = outcome;
    const cpuUs = ((spentMs() - beforeMs) * 1000) / requests;
    // The upstream's own answer sets the expected length.
    if (child === undefined) this.#expected.set(answer, answerBytes);
    const unsettled = await settle(requests);
    const wrong = [...faults, ...(unsettled === undefined ? [] : [unsettled])];
    const sample: Sample = {
      round: this.#rounds,
      requestsPerSecond: requests / seconds,
      cpuUs,
      firstByteMs,
      eventMs,
    };
    return { sample, wrong };
  }
}

const ableTo = ({ answer, bodyBytes }: Scenario, runners: readonly Runner[]) =>
  runners.filter(
    ({ carriesStreams, largestBytes = Number.POSITIVE_INFINITY }) =>
      (carriesStreams || answer === "json" || answer === "plain") && bodyBytes <= largestBytes,
  );
