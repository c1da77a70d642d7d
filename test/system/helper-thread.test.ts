import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryHome } from "../support/program.ts";

const ROOT = join(import.meta.dirname, "../..");

/** The end of a process that has asked its thread to end, while that runs the script. */
function endOf(script: string): Promise<readonly [number | null, string | null]> {
  const child = spawn(process.execPath, ["scripts/run.mjs", "test/support/thread-child.ts", script], { cwd: ROOT });
  return new Promise((resolve) => child.once("exit", (status, signal) => resolve([status, signal])));
}

it("ends a process that has a thread, whatever that waits for", async () => {
  const pipe = join(temporaryHome(), "pipe");
  execFileSync("mkfifo", [pipe]);
  expect(await endOf("setInterval(() => {}, 1000);")).toEqual([0, null]);
  expect(await endOf("for (;;);")).toEqual([0, null]);
  // A call of the system that does not return, as of a disk that does not answer.
  expect(await endOf(`require('node:fs').readFileSync(${JSON.stringify(pipe)});`)).toEqual([null, "SIGKILL"]);
});
