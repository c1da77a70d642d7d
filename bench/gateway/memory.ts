import type { ChildProcess } from "node:child_process";
import { ask, stop } from "./children.ts";
import type { Contender } from "./contenders.ts";
import type { Job, Order, Outcome } from "./load.ts";
import { residentKiB } from "./machine.ts";

/**
 * How much a process has done before. @why V8 lets its young generation grow to three times 16 MiB with what is done, and
 * with a young process that would be put on the streams' account.
 */
export type Age = "young" | "warm";

/** Memory of a contender's, in KiB. */
export interface MemorySample {
  readonly contender: string;
  readonly age: Age;
  /** When it has just answered requests. */
  readonly before: number;
  /** While it holds the streams. */
  readonly holding: number;
}

/** Streams that are open and silent. */
export const STREAMS_HELD = 1_000;

/** @why even a young one has loaded what it loads at its first request. */
const WARM_UP_MS: Readonly<Record<Age, number>> = { young: 500, warm: 5_000 };
/** @why so long after the last event nothing is under way any more. */
const REST_MS = 500;

/** What one fresh process takes for streams that are open and silent. It is ended afterwards. */
export async function holdStreams(
  contender: string,
  age: Age,
  { port, headers, child }: Contender,
  load: ChildProcess,
): Promise<MemorySample> {
  const pid = child?.pid;
  if (child === undefined || pid === undefined) throw new Error("Nobody is there to hold streams.");
  const job: Job = {
    ...{ port, headers, answer: "burst", bodyBytes: 1024, clients: 16, durationMs: WARM_UP_MS[age] },
    expectedBytes: undefined,
  };
  const { faults } = await ask<Order, Outcome>(load, { run: job });
  if (faults.length > 0) throw new Error(faults.join(", "));
  await rest();
  const before = residentKiB(pid);
  await ask<Order, object>(load, { hold: { ...job, answer: "idle", clients: STREAMS_HELD } });
  await rest();
  const holding = residentKiB(pid);
  await ask<Order, object>(load, "release");
  await stop(child);
  return { contender, age, before, holding };
}

const rest = () => new Promise((resolve) => setTimeout(resolve, REST_MS));
