import type { Context } from "../core/context.ts";

/** @why the gateway has been seen to refuse under load, with 2009 as well, what it accepts a moment later. */
const PAUSE_MS = 2_000;

/** Asks once more, after a pause, for what may pass by itself, unless it is no longer wanted. */
export async function withSecondTry<T>(
  ask: () => Promise<T>,
  mayPass: (answer: T) => boolean,
  signal: AbortSignal | undefined,
  { delay }: Pick<Context, "delay">,
): Promise<T> {
  const first = await ask();
  if (!mayPass(first) || signal?.aborted) return first;
  await delay(PAUSE_MS, signal);
  return ask();
}
