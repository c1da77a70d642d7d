import * as fs from "node:fs";
import { platform, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { runRecordThread } from "./record-thread.ts";

/** @why reading months of files must not take a core from requests. On Linux alone that is of a thread, not of the process. */
const LOW_PRIORITY = 10;

if (platform() === "linux") {
  try {
    setPriority(LOW_PRIORITY);
  } catch {
    // A container may forbid it.
  }
}

runRecordThread(
  workerData,
  {
    post: (message) => parentPort?.postMessage(message),
    onMessage: (heard) => void parentPort?.on("message", heard),
  },
  { files: fs, now: () => new Date(), later: (callback, ms) => void setTimeout(callback, ms) },
);
