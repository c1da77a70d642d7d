/**
 * The program that the tests of locks and of sudden death start, and kill. Its arguments are a task and a path:
 *   write <path> [rounds]   under the lock: back up, then replace the file by the other of two contents; endless by default
 *   count <path> <rounds>   under the lock: read a number, write the next
 *   hold <path>             take the lock and keep it
 * Before every file operation and every round it prints something, so that a test has a moment to kill it at.
 */
import fs from "node:fs";
import { rotateBackups } from "../../src/config/backups.ts";
import { readIfPresent, replaceFile } from "../../src/core/atomic-file.ts";
import type { Files } from "../../src/core/context.ts";
import { withLock } from "../../src/core/lock.ts";
import { KILL_LOOP_CONTENTS } from "./kill-loop-contents.ts";
import { machine } from "./real-context-machine.ts";

const files = new Proxy(fs, {
  get(real, name: keyof Files) {
    const act = real[name] as (...args: unknown[]) => unknown;
    return (...args: unknown[]) => {
      real.writeSync(1, ".");
      return act(...args);
    };
  },
}) as unknown as Files;

const context = { ...machine, files };

const tasks: Record<string, (path: string) => void | Promise<void>> = {
  write: (path) => {
    const current = readIfPresent(path, context);
    if (current !== undefined) rotateBackups(path, current, context);
    const [first, second] = KILL_LOOP_CONTENTS;
    replaceFile(path, current?.equals(first) ? second : first, { expected: current ?? null }, context);
  },
  count: (path) => {
    const count = Number(fs.readFileSync(path, "utf8"));
    fs.writeFileSync(path, `${count + 1}`);
  },
  hold: async () => {
    fs.writeSync(1, "held\n");
    await new Promise(() => setInterval(() => {}, 2 ** 30));
  },
};

const [task = "", path = "", rounds = "Infinity"] = process.argv.slice(2);
for (let round = 0; round < Number(rounds); round += 1) {
  // On a busy machine, many wait long for their turn.
  await withLock(path, () => tasks[task]?.(path), context, { waitMs: 3_600_000 });
}
