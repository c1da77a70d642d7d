import { expect, it } from "vitest";
import { runChild } from "../../src/system/run-child.ts";

const LIMITS = { env: { PATH: process.env.PATH }, timeoutMs: 20_000, maxOutputBytes: 1000 };
const run = (command: string, args: readonly string[], limits = LIMITS) =>
  runChild(command, args, limits, (pid) => void process.kill(-pid, "SIGKILL"));

it.each([
  ["no name", "", []],
  ["a NUL in its name", "a\0b", []],
  ["a NUL in an argument", "true", ["\0"]],
  ["arguments that are too long", "true", ["x".repeat(2 ** 24)]],
  ["a name that nobody knows", "no-such-program-anywhere", []],
])("a program with %s cannot be started, which is no bug", async (_, command, args) => {
  expect(await run(command, args)).toEqual({ status: 127, stdout: "" });
});

it("a time limit longer than any timer is as good as none, and not over at once", async () => {
  const limits = { ...LIMITS, timeoutMs: 3_000_000_000 };
  expect(await run("sh", ["-c", "echo done"], limits)).toEqual({ status: 0, stdout: "done\n" });
});
