import { onTestFinished } from "vitest";
import { type StandIn, type StandInOptions, startStandIn } from "./stand-in/stand-in.ts";

/** A stand-in for the test that runs, closed when it is over. */
export async function standIn(options?: StandInOptions): Promise<StandIn> {
  const started = await startStandIn(options);
  onTestFinished(() => started.close());
  return started;
}
