import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runChild } from "../../src/system/run-child.ts";
import { temporaryFolder } from "../support/real-context.ts";

const LIMITS = { env: { PATH: process.env.PATH }, timeoutMs: 200_000, maxOutputBytes: 1000 };
const run = (command: string, args: readonly string[], limits = LIMITS) =>
  runChild(command, args, limits, (pid) => void process.kill(-pid, "SIGKILL"));

it.each([
  ["no name", "not-started", "", []],
  ["a NUL in its name", "not-started", "a\0b", []],
  ["a NUL in an argument", "not-started", "true", ["\0"]],
  ["arguments that are too long", "not-started", "true", ["x".repeat(2 ** 24)]],
  ["a name that nobody knows", "not-found", "no-such-program-anywhere", []],
  ["a file as a folder of its path", "not-found", "/etc/passwd/program", []],
])("a program with %s cannot be started, which is no bug: %s", async (_, failure, command, args) => {
  expect(await run(command, args)).toEqual({ status: null, stdout: "", failure });
});

it("a file that is not executable may not be run", async () => {
  const file = join(temporaryFolder(), "program");
  writeFileSync(file, "#!/bin/sh\n");
  expect(await run(file, [])).toEqual({ status: null, stdout: "", failure: "not-permitted" });
  chmodSync(file, 0o755);
  expect(await run(file, [])).toEqual({ status: 0, stdout: "" });
});

it("a name is not found where a folder of PATH cannot be searched, and not permitted where its file is none to run", async () => {
  const folder = temporaryFolder();
  const limits = { ...LIMITS, env: { PATH: `${folder}:${process.env.PATH}` } };
  writeFileSync(join(folder, "no-program"), "#!/bin/sh\n", { mode: 0o600 });
  expect((await run("no-program", [], limits)).failure).toBe("not-permitted");
  chmodSync(folder, 0o600);
  expect((await run("no-such-program-anywhere", [], limits)).failure).toBe("not-found");
  chmodSync(folder, 0o700);
});

it("a program whose own status is 127 was started", async () => {
  expect(await run("sh", ["-c", "echo x; exit 127"])).toEqual({ status: 127, stdout: "x\n" });
});

it("a program that takes too long is ended, with what it started", async () => {
  expect(await run("sh", ["-c", "sleep 1000"], { ...LIMITS, timeoutMs: 50 })).toEqual({
    status: null,
    stdout: "",
    failure: "timed-out",
  });
});

it("a program that prints too much is ended", async () => {
  expect(await run("sh", ["-c", "yes"])).toEqual({ status: null, stdout: "", failure: "too-much-output" });
});

it("a program that somebody else ends was killed, and what it printed is kept", async () => {
  expect(await run("sh", ["-c", "echo x; kill -TERM $$"])).toEqual({ status: null, stdout: "x\n", failure: "killed" });
});

it("a time limit longer than any timer is as good as none, and not over at once", async () => {
  const limits = { ...LIMITS, timeoutMs: 3_000_000_000 };
  expect(await run("sh", ["-c", "echo done"], limits)).toEqual({ status: 0, stdout: "done\n" });
});
