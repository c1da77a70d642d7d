import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "../../src/core/context.ts";

/** The real file system, clock and processes, with nothing of the test runner: programs that tests start use it too. */
export const machine = {
  files: fs,
  platform: process.platform,
  pid: process.pid,
  uid: process.getuid?.(),
  started: { node: process.execPath, script: "/usr/lib/node_modules/openclaw/bin/openclaw.cjs" },
  now: () => new Date(),
  randomBytes,
  delay: async (ms) => {
    await delay(ms);
  },
  isAlive: (pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EPERM";
    }
  },
} satisfies Partial<Context>;
