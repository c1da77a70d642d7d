import { Worker } from "node:worker_threads";
import type { Context, HelperThread } from "../core/context.ts";

type Events = Parameters<Context["startThread"]>[2];

/** @why a thread that needs more ends alone, and not with the process. */
const MOST_MEMORY_MB = 1_024;

/** @why the end of a process waits for its threads, and a thread may wait for a disk that never answers. */
const LONGEST_END_MS = 2_000;

/** `own` is the process of the thread. */
export function startThread(
  script: string,
  data: object,
  { onMessage, onEnd }: Events,
  own: NodeJS.Process,
): HelperThread {
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
  return { send: (message) => thread.postMessage(message), end: () => end(thread, own) };
}

/** Nothing but a signal ends a process whose thread is in a call of the system that does not return. */
function end(thread: Worker, own: NodeJS.Process): void {
  const endHard = () => own.kill(own.pid, "SIGKILL");
  const timer = setTimeout(() => {
    own.once("exit", endHard);
    // Until now, the process waited for its end.
    thread.unref();
  }, LONGEST_END_MS);
  thread.once("exit", () => {
    clearTimeout(timer);
    own.off("exit", endHard);
  });
  void thread.terminate();
}
