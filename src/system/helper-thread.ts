import { Worker } from "node:worker_threads";
import type { Context, HelperThread } from "../core/context.ts";

type Events = Parameters<Context["startThread"]>[2];

/** @why a thread that needs more ends alone, and not with the process. */
const MOST_MEMORY_MB = 1_024;

export function startThread(script: string, data: object, { onMessage, onEnd }: Events): HelperThread {
  const thread = new Worker(script, {
    eval: true,
    workerData: data,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
  });
  thread.unref();
  thread.on("message", onMessage);
  // What it is about is told by its end.
  thread.on("error", () => {});
  thread.once("exit", onEnd);
  return { send: (message) => thread.postMessage(message), end: () => void thread.terminate() };
}
