import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { cleanEnv, DOCUMENTED, filesBelow, openclawProcess, PROGRAM, temporaryHome } from "../support/program.ts";

/** Every command and sub-command, found as a person finds them: in the help of the one above. */
async function commands(above: readonly string[] = []): Promise<readonly (readonly string[])[]> {
  const { status, stdout, stderr } = await openclawProcess([...above, "--help"], { home: temporaryHome() });
  expect({ status, stderr }, above.join(" ")).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(new RegExp(`^Usage: ${["openclaw", ...above].join(" ")}\\b`));
  const [, list = ""] = /\nCommands:\n((?: {2}.*\n?)*)/.exec(stdout) ?? [];
  const names = [...list.matchAll(/^ {2}(\w[\w-]*)/gm)].map(([, name = ""]) => name).filter((name) => name !== "help");
  const below = await Promise.all(names.map((name) => commands([...above, name])));
  return [above, ...below.flat()];
}

async function onboarded(): Promise<string> {
  const home = temporaryHome();
  expect(await openclawProcess(DOCUMENTED, { home })).toMatchObject({ status: 0, stderr: "" });
  return home;
}

/** A configuration whose list is over a MiB long. */
function homeWithLongList(): string {
  const home = temporaryHome();
  const models = Array.from({ length: 300 }, (_, index) => ({ id: `model-${index}`, name: "long ".repeat(800) }));
  mkdirSync(join(home, ".openclaw"), { mode: 0o700 });
  const config = { models: { providers: { many: { baseUrl: "http://localhost:1", models } } } };
  writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify(config), { mode: 0o600 });
  return home;
}

const LONG_LIST = ["models", "list", "--json"];

function start(args: readonly string[], home: string): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: cleanEnv(home), stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

describe("the built program", () => {
  it("has a help for every command and sub-command", async () => {
    const found = (await commands()).map((words) => words.join(" "));
    expect(found).toEqual(expect.arrayContaining(["", "onboard", "models", "models list", "undo"]));
  });

  it("answers a word that is no command with an error and a hint", async () => {
    const { status, stdout, stderr } = await openclawProcess(["modles"], { home: temporaryHome() });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("models");
  });

  it.each([
    ["a table", [], /^Model +Input +Ctx/],
    ["lines", ["--plain"], /^cloudflare-ai-gateway\/[\w.-]+\n/],
    ["JSON", ["--json"], /^\{\n {2}"count": 1,/],
    ["a table of one provider", ["--provider", "cloudflare-ai-gateway"], /^Model +Input +Ctx/],
    ["a table of everything", ["--all"], /^Model +Input +Ctx/],
    ["nothing for models on this machine", ["--local"], /^$/],
  ])("lists models as %s", async (_, flags, shape) => {
    const { status, stdout } = await openclawProcess(["models", "list", ...flags], { home: await onboarded() });
    expect(status).toBe(0);
    expect(stdout).toMatch(shape);
  });

  it("lists models that need more than ASCII, from a configuration in JSON5", async () => {
    const home = temporaryHome();
    mkdirSync(join(home, ".openclaw"), { mode: 0o700 });
    const config = `{ models: { providers: { "日本": { baseUrl: "http://localhost:1", models: [{ id: "a", name: "b" }] } } } } // x`;
    writeFileSync(join(home, ".openclaw", "openclaw.json"), config, { mode: 0o600 });
    const { status, stdout } = await openclawProcess(["models", "list"], { home });
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Model +Input.*\n日本\/a +text/),
    });
  });

  it("names line and column of what is wrong in a configuration", async () => {
    const home = temporaryHome();
    mkdirSync(join(home, ".openclaw"), { mode: 0o700 });
    for (const [text, place] of [
      [`{\n  gateway: { port: "x" },\n}`, "2:14"],
      [`{\n  gateway: }`, "2:12"],
    ] as const) {
      writeFileSync(join(home, ".openclaw", "openclaw.json"), text, { mode: 0o600 });
      const { status, stdout, stderr } = await openclawProcess(["models", "list"], { home });
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toContain(place);
      expect(stderr).not.toContain("bug");
    }
  });

  it("onboards, and then has nothing left to do", async () => {
    const home = await onboarded();
    const before = filesBelow(home);
    expect([...before.keys()]).toEqual(
      expect.arrayContaining([".env", "openclaw.json"].map((name) => join(home, ".openclaw", name))),
    );
    const again = await openclawProcess(DOCUMENTED, { home });
    expect(again).toEqual({ status: 0, stdout: "Already up to date. No files were changed.\n", stderr: "" });
    expect(filesBelow(home)).toEqual(before);
  });

  it("onboards on a trial in JSON and writes nothing", async () => {
    const home = temporaryHome();
    const { status, stdout } = await openclawProcess([...DOCUMENTED, "--dry-run", "--json"], { home });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, dryRun: true, changed: false });
    expect(filesBelow(home).size).toBe(0);
  });

  it("undoes", async () => {
    const home = await onboarded();
    const before = filesBelow(home).get(join(home, ".openclaw", "openclaw.json"));
    await openclawProcess([...DOCUMENTED, "--gateway-port", "20000"], { home });
    expect(filesBelow(home).get(join(home, ".openclaw", "openclaw.json"))).not.toBe(before);
    const { status, stdout } = await openclawProcess(["undo", "--yes"], { home });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("20000") });
    expect(filesBelow(home).get(join(home, ".openclaw", "openclaw.json"))).toBe(before);
  });
});

describe("output", () => {
  it.each([
    ["--version", ["--version"]],
    ["--help", ["--help"]],
    ["a long list", LONG_LIST],
  ])("of %s to a reader that has left ends quietly", async (_, args) => {
    const child = start(args, homeWithLongList());
    child.stdout?.destroy();
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    expect(await once(child, "close")).toEqual([0, null]);
    expect(stderr).toBe("");
  });

  it("to a reader that leaves after the first lines ends quietly", async () => {
    const child = start(LONG_LIST, homeWithLongList());
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const closed = once(child, "close");
    for await (const chunk of child.stdout ?? []) {
      expect(String(chunk)).toMatch(/^\{\n {2}"count": 300,/);
      break;
    }
    expect(await closed).toEqual([0, null]);
    expect(stderr).toBe("");
  });

  describe.runIf(process.platform === "linux")("to a pipe that is full and does not wait", () => {
    /** Starts the long list on such a pipe, of which nothing has been read yet. */
    async function startOnFullPipe(): Promise<ChildProcess> {
      // A pipe is opened to wait, and stops doing so for all who share it once one of them has a stream of Node's on it.
      const script = `
        const { spawn } = require("node:child_process");
        const child = spawn(process.argv[1], process.argv.slice(2), { stdio: ["ignore", 1, 2] });
        child.on("close", (status) => { process.exitCode = status; });
        process.stdout;
      `;
      const child = spawn(process.execPath, ["-e", script, process.execPath, PROGRAM, ...LONG_LIST], {
        env: cleanEnv(homeWithLongList()),
        stdio: ["ignore", "pipe", "pipe"],
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      const about = (pid: number | string | undefined, file: string) =>
        existsSync(`/proc/${pid}/${file}`) ? readFileSync(`/proc/${pid}/${file}`, "utf8") : "";
      const pipeBytes = 64 * 1024;
      while (child.exitCode === null) {
        const [writer] = about(child.pid, `task/${child.pid}/children`).split(" ");
        const [, written = "0"] = /^wchar: (\d+)$/m.exec(about(writer, "io")) ?? [];
        if (Number(written) >= pipeBytes) break;
        await delay(5);
      }
      const [, flags = ""] = /^flags:\s*(\d+)$/m.exec(about(child.pid, "fdinfo/1")) ?? [];
      expect(Number.parseInt(flags, 8) & constants.O_NONBLOCK).not.toBe(0);
      return child;
    }

    it("loses nothing", async () => {
      const child = await startOnFullPipe();
      const chunks: Buffer[] = [];
      child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
      expect(await once(child, "close")).toEqual([0, null]);
      const text = Buffer.concat(chunks).toString("utf8");
      expect(text.length).toBeGreaterThan(2 ** 20);
      expect(JSON.parse(text).models).toHaveLength(300);
    });

    it("ends quietly when the reader leaves", async () => {
      const child = await startOnFullPipe();
      let stderr = "";
      child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      child.stdout?.destroy();
      expect(await once(child, "close")).toEqual([0, null]);
      expect(stderr).toBe("");
    });
  });
});
