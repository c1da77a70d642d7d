import type { ChildProcess } from "node:child_process";
import { ask, stop } from "./children.ts";
import type { Contender } from "./contenders/contender.ts";
import type { Job, Order, Outcome } from "./load.ts";
import { residentKiB } from "./machine.ts";

/**
 * The amount of work that a process has done before. @why V8's young generation grows to three times 16 MiB with work, and
 * in a young process that would be counted as the streams'.
 */
export type Age = "young" | "warm";

/** Memory of a contender, in KiB. */
export interface MemorySample {
  readonly contender: string;
  readonly age: Age;
  /** Right after it has answered requests. */
  readonly before: number;
  /** With the streams open. */
  readonly holding: number;
}

/** Open, silent streams. */
export const STREAMS_HELD = 1_000;

/** @why even a young process has loaded everything that its first request loads. */
const WARM_UP_MS: Readonly<Record<Age, number>> = { young: 500, warm: 5_000 };
/** @why nothing is under way any more after this time. */
const REST_MS = 500;

/** The memory that a new process takes for open, silent streams. Stops it afterwards. */
export async function holdStreams(
  contender: string,
  age: Age,
  { port, headers, child }: Contender,
  load: ChildProcess,
): Promise<MemorySample> {
  const pid = child?.pid;
  if (child === undefined || pid === undefined) throw new Error("There is no process to hold streams.");
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
