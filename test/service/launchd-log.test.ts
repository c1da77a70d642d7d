import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "plist";
import { describe, expect, it, onTestFinished } from "vitest";
import { boundedLog } from "../../src/server/launchd-log.ts";
import { launchdLog, plistText } from "../../src/service/launchd.ts";
import { MOST_LOG_BYTES } from "../../src/service/service-log.ts";
import { serviceNames } from "../../src/service/spec.ts";
import { faultyFiles, unsyncedFiles } from "../support/faulty-files.ts";
import { writeHome } from "../support/gateway-process.ts";
import { CANARY_KEY, PROGRAM, temporaryHome } from "../support/program.ts";

const modeOf = (path: string) => statSync(path).mode & 0o777;

/** A home with a log, and what starts its program as launchd does with the agent: arguments, variables, umask, output. */
function agent(command: readonly string[], home = temporaryHome()) {
  const log = launchdLog(undefined, home);
  mkdirSync(dirname(log), { recursive: true });
  const environment = new Map([
    ["HOME", home],
    ["PATH", "/usr/bin:/bin"],
  ]);
  const spec = { names: serviceNames(undefined), command, environment, homedir: home };
  const plist = parse(plistText(spec, log)) as unknown as {
    readonly ProgramArguments: readonly [string, ...string[]];
    readonly EnvironmentVariables: Readonly<Record<string, string>>;
  };
  const start = (): ChildProcess => {
    const output = openSync(log, "a", 0o600);
    const [program, ...args] = plist.ProgramArguments;
    const child = spawn(program, args, { env: { ...plist.EnvironmentVariables }, stdio: ["ignore", output, output] });
    closeSync(output);
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  };
  const run = () => new Promise<number | null>((resolve) => void start().on("close", resolve));
  return { home, log, kept: `${log}.1`, start, run };
}

const TOKEN = "CANARY-client-token-of-the-gateway";
const FULL = "x".repeat(MOST_LOG_BYTES);

describe("the agent of launchd", () => {
  it("starts the program with its arguments as they are", async () => {
    const { log, run } = agent(["/bin/sh", "-c", 'printf "%s|" "$@"', "sh", "a b", "$HOME", "'\"*", ""]);
    expect(await run()).toBe(0);
    expect(readFileSync(log, "utf8")).toBe("a b|$HOME|'\"*||");
  });

  it("leaves a log that is not full as it is", async () => {
    const { log, kept, run } = agent(["/bin/echo", "more"]);
    writeFileSync(log, FULL);
    await run();
    expect([readFileSync(log, "utf8"), existsSync(kept)]).toEqual([`${FULL}more\n`, false]);
  });

  it("keeps what a program prints that does not even start within two files", async () => {
    const { log, kept, run } = agent(["/no/such/node", "gateway", "run"]);
    writeFileSync(log, `${FULL}older\n`);
    writeFileSync(kept, "oldest");
    expect(await run()).toBe(127);
    expect(readFileSync(kept, "utf8")).toBe(`${FULL}older\n`);
    expect(readFileSync(log, "utf8")).toMatch(/^.*\/no\/such\/node.*\n$/);
    expect([modeOf(log), modeOf(kept) & 0o077]).toEqual([expect.any(Number), 0o044 & modeOf(kept)]);
  });

  it("has the gateway bound its log while it runs", async () => {
    const home = temporaryHome();
    const provider = { baseUrl: "http://127.0.0.1:9", api: "anthropic-messages", apiKey: CANARY_KEY };
    writeHome(
      home,
      { models: { providers: { "cloudflare-ai-gateway": provider } } },
      { OPENCLAW_GATEWAY_TOKEN: TOKEN },
    );
    const command = [process.execPath, PROGRAM, "gateway", "run", "--port", "0"];
    const { log, kept, start } = agent(command, home);
    writeFileSync(log, FULL.slice(20));
    const child = start();
    const ended = new Promise((resolve) => void child.on("close", resolve));
    const isUp = () => /is listening at/.test(readFileSync(log, "utf8"));
    while (!isUp() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(readFileSync(kept, "utf8")).toBe(FULL.slice(20));
    expect([modeOf(log), modeOf(kept)]).toEqual([0o600, 0o600]);
    child.kill("SIGTERM");
    await ended;
    const lines = readFileSync(log, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ level: "info", message: expect.any(String) }),
    );
  });
});

describe("a bounded log", () => {
  const fresh = () => {
    const log = join(temporaryHome(), "a", "gateway.log");
    mkdirSync(dirname(log));
    return log;
  };
  const line = (number: number) => `${JSON.stringify({ number })}\n`;

  it("holds the newest lines, in order and whole, in two files of its owner", () => {
    const log = fresh();
    const { write } = boundedLog(log, { files: unsyncedFiles }, 1_000);
    for (let number = 0; number < 500; number += 1) expect(write(line(number))).toBe(true);
    const [older, newer] = [`${log}.1`, log].map((path) => readFileSync(path, "utf8"));
    const numbers = `${older}${newer}`
      .trimEnd()
      .split("\n")
      .map((text) => (JSON.parse(text) as { number: number }).number);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 500 - numbers.length + index));
    expect([older?.length, newer?.length].every((size) => size !== undefined && size <= 1_000)).toBe(true);
    expect([modeOf(log), modeOf(`${log}.1`)]).toEqual([0o600, 0o600]);
  });

  it("goes on in the same file, for whoever else has it open", () => {
    const log = fresh();
    const other = openSync(log, "a");
    onTestFinished(() => closeSync(other));
    const { write } = boundedLog(log, { files: unsyncedFiles }, 100);
    const before = statSync(log).ino;
    for (let number = 0; number < 30; number += 1) write(line(number));
    writeFileSync(other, "Error: a crash\n");
    expect(statSync(log).ino).toBe(before);
    expect(readFileSync(log, "utf8")).toMatch(/^\{"number":2\d\}\n(?:.*\n)*Error: a crash\n$/);
  });

  it.each(["removed", "moved away", "removed with its folder"])("writes to a new one where it was %s", (how) => {
    const log = fresh();
    const { write } = boundedLog(log, { files: unsyncedFiles });
    write(line(1));
    if (how === "moved away") renameSync(log, `${log}.0`);
    else rmSync(how === "removed" ? log : dirname(log), { recursive: true });
    expect(write(line(2))).toBe(true);
    expect([readFileSync(log, "utf8"), modeOf(log)]).toEqual([line(2), 0o600]);
  });

  it("stays bounded where there is no room for a predecessor", () => {
    const log = fresh();
    const files = faultyFiles({ on: ["openSync"], matching: /\.1$/, errno: "ENOSPC" });
    const { write } = boundedLog(log, { files }, 100);
    for (let number = 0; number < 50; number += 1) expect(write(line(number))).toBe(true);
    expect([statSync(log).size <= 100, existsSync(`${log}.1`)]).toEqual([true, false]);
    expect(readFileSync(log, "utf8")).toContain(line(49));
  });

  it.each([0, 1, 50])(
    "ends where another gateway empties the same file to %i bytes while it is set aside",
    (sizeBytes) => {
      const log = fresh();
      writeFileSync(log, "x".repeat(3 * 1024 * 1024));
      let isEmptied = false;
      const files = faultyFiles({
        before: (operation) => {
          if (operation !== "readSync" || isEmptied) return;
          isEmptied = true;
          truncateSync(log, sizeBytes);
        },
      });
      const { write } = boundedLog(log, { files }, 100);
      expect(write(line(1))).toBe(true);
      expect({ isEmptied, log: readFileSync(log, "utf8") }).toEqual({ isEmptied: true, log: line(1) });
      expect([statSync(`${log}.1`).size, modeOf(`${log}.1`)]).toEqual([sizeBytes, 0o600]);
    },
  );

  it("says what is lost on a full disk, and then begins a new line after the one that was cut", () => {
    const log = fresh();
    // Room for this many bytes more; a disk takes what it has room for, and refuses the rest.
    let room = Number.POSITIVE_INFINITY;
    const files = Object.assign(Object.create(unsyncedFiles), {
      writeSync: (descriptor: number, bytes: Buffer, offset: number, length: number) => {
        if (room === 0) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        const written = unsyncedFiles.writeSync(descriptor, bytes, offset, Math.min(length, room));
        room -= written;
        return written;
      },
    }) as typeof unsyncedFiles;
    const { write } = boundedLog(log, { files });
    write(line(1));
    room = 5;
    expect(write(line(2))).toBe(false);
    room = Number.POSITIVE_INFINITY;
    expect(write(line(3))).toBe(true);
    expect(readFileSync(log, "utf8")).toBe(`${line(1)}${line(2).slice(0, 5)}\n${line(3)}`);
  });
});
