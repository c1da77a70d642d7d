import { argv } from "node:process";
import { startThread } from "../../src/system/helper-thread.ts";

/** A process that asks its thread to end as soon as that runs. */
const alive = setInterval(() => {}, 1_000);
const thread = startThread(
  `require('node:worker_threads').parentPort.postMessage(1); ${argv[2]}`,
  {},
  {
    onMessage: () => {
      clearInterval(alive);
      // By then it is in its loop, or in a call of the system.
      setTimeout(thread.end, 100);
    },
    onEnd: () => {},
  },
  process,
);
