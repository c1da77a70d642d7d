import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Context } from "../../src/core/context.ts";
import { createLog, type RequestRecord } from "../../src/gateway/log.ts";
import { launchdLog } from "../../src/service/launchd.ts";
import { formatLine, type UsageLine } from "../../src/usage/line.ts";
import { fakeLaunchd } from "../support/fake-managers.ts";
import { openclaw, temporaryHome } from "../support/program.ts";
import { type Machine, machine, UNIT } from "../support/service-machine.ts";

const NOW = new Date(2026, 10, 28, 12, 0, 0);
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

const SERVED: RequestRecord = {
  id: 1,
  method: "POST",
  path: "/v1/messages",
  client: "anna",
  model: "cloudflare-ai-gateway/claude-sonnet-5-5",
  status: 200,
  firstByteMs: 820,
  durationMs: 4_000,
  requestBytes: 10,
  responseBytes: 20,
  inputTokens: 100,
  outputTokens: 20,
  prefillRemoved: undefined,
  tried: undefined,
  ended: undefined,
  requestId: "req_1",
  logId: undefined,
};

type Write = Parameters<typeof createLog>[0];

/** What the gateway writes where nobody reads along, and what it shows at a terminal. */
function written(forPerson: boolean, at: Date, what: (log: ReturnType<typeof createLog>) => void): string {
  let text = "";
  const write: Write["write"] = (more) => {
    text += more;
    return true;
  };
  let flush = () => {};
  const later: Write["later"] = (callback) => {
    flush = callback;
  };
  what(createLog({ write, later, forPerson, now: () => at }));
  flush();
  return text.trimEnd();
}

const request = (minutes: number, change: Partial<RequestRecord> = {}, forPerson = false) =>
  written(forPerson, ago(minutes), (log) => log.request({ ...SERVED, ...change }));

/** As the record has it, which knows what of the input a cache held. */
const ofRecord = (minutes: number, change: Partial<RequestRecord> = {}) =>
  request(minutes, change, true).replace("uncached tokens", "tokens");

const FAILED = { status: 502, ended: "upstream-cut", client: undefined } as const;

const LINES = [
  written(false, ago(9), (log) => log.notice("info", "openclaw 0.1.0 is listening at http://127.0.0.1:18789.")),
  request(8),
  request(7, FAILED),
  request(6, { tried: ["a/b: overloaded"] }),
  "Error: boom \u001b[31mred",
  "    at /x/y.js:1",
  request(5, { path: "/v1/models", method: "GET", client: undefined, model: undefined }),
];

/** The same as a person has to read it. */
const SHOWN = [
  written(true, ago(9), (log) => log.notice("info", "openclaw 0.1.0 is listening at http://127.0.0.1:18789.")),
  request(8, {}, true),
  request(7, FAILED, true),
  request(6, { tried: ["a/b: overloaded"] }, true),
  "Error: boom \\x1b[31mred",
  "    at /x/y.js:1",
  request(5, { path: "/v1/models", method: "GET", client: undefined, model: undefined }, true),
];

/** What a program reads: the lines as they are, and what was none as one. */
const AS_JSON = LINES.map((line) =>
  line.startsWith("{") ? line : `{"level":"error","message":${JSON.stringify(line.replace("\u001b", "\\x1b"))}}`,
);

const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

type Run = (args?: readonly string[], context?: Partial<Context>) => ReturnType<typeof openclaw>;

/** A Mac with the agent installed, and its log. */
function mac(lines: readonly string[] = LINES) {
  const home = temporaryHome();
  const fake = fakeLaunchd(home, "ai.openclaw.gateway");
  fake.set("loaded", "");
  fake.set("running", "");
  const agent = join(home, "Library/LaunchAgents/ai.openclaw.gateway.plist");
  const log = launchdLog(undefined, home);
  for (const path of [agent, log]) mkdirSync(dirname(path), { recursive: true });
  writeFileSync(agent, "<!-- Written by openclaw. -->");
  if (lines.length > 0) writeFileSync(log, text(lines));
  const env = { PATH: `${fake.folder}:${process.env.PATH}` };
  const run: Run = (args = [], context = {}) =>
    openclaw(["gateway", "logs", ...args], {
      home,
      env,
      context: { platform: "darwin", uid: 501, now: () => NOW, ...context },
    });
  return { home, log, run, fake };
}

const entry = (line: string, number: number, more: object = {}) =>
  JSON.stringify({
    __CURSOR: String(number + 1),
    __REALTIME_TIMESTAMP: String((ago(10).getTime() + number) * 1000),
    PRIORITY: "6",
    SYSLOG_IDENTIFIER: "openclaw-gateway",
    MESSAGE: line,
    ...more,
  });

const BY_SYSTEMD = entry("openclaw-gateway.service: Failed with result 'exit-code'.", LINES.length + 1, {
  SYSLOG_IDENTIFIER: "systemd",
  PRIORITY: "4",
});

/** A machine whose systemd runs the gateway, with a journal. */
async function linux(): Promise<Machine> {
  const own = await machine();
  mkdirSync(dirname(own.file), { recursive: true });
  writeFileSync(own.file, "# Written by openclaw.");
  own.systemd.set("running", "");
  const bytes = entry("", LINES.length, { MESSAGE: [...Buffer.from("\u001b[1mraw")] });
  own.systemd.set("journal", text([...LINES.map((line, at) => entry(line, at)), bytes, BY_SYSTEMD]));
  return own;
}

function recorded() {
  const home = temporaryHome();
  const folder = join(home, ".openclaw", "usage");
  mkdirSync(folder, { recursive: true });
  const put = (minutes: number, change: Partial<RequestRecord & UsageLine> = {}) => {
    const time = ago(minutes).toISOString();
    const line = formatLine({ time, ...SERVED, ...change, session: "s" });
    appendFileSync(join(folder, `${time.slice(0, 10)}.jsonl`), line);
    return line;
  };
  const run: Run = (args = [], context = {}) =>
    openclaw(["gateway", "logs", ...args], { home, context: { now: () => NOW, ...context } });
  return { home, put, run };
}

/** Follows a log: lines are waited for by number, and the command is ended by Ctrl-C, or by whatever reads it. */
function following(run: Run, args: readonly string[] = []) {
  let shown = "";
  let complaints = "";
  let interrupt: (() => void) | undefined;
  let isReaderGone = false;
  let look = () => {};
  const context: Partial<Context> = {
    out: (more) => {
      shown += more;
      look();
    },
    err: (more) => {
      complaints += more;
      look();
    },
    isReaderGone: () => isReaderGone,
    onSignal: (signal, callback) => {
      if (signal === "SIGINT") interrupt = callback;
      look();
      return () => {};
    },
  };
  const lines = () => shown.split("\n").slice(0, -1);
  const ended = run(["--follow", ...args], context);
  return {
    lines,
    complaints: () => complaints,
    /** So many lines, while it follows. */
    has: (count: number) =>
      new Promise<readonly string[]>((resolve, reject) => {
        look = () => {
          if (interrupt !== undefined && lines().length >= count) resolve(lines());
        };
        look();
        void ended.then(({ stderr }) => reject(new Error(`it ended: ${stderr}`)), reject);
      }),
    interrupt: () => interrupt?.(),
    leave: () => {
      isReaderGone = true;
    },
    ended,
  };
}

describe("gateway logs", () => {
  it("shows launchd's file as `gateway run` shows its lines", async () => {
    const { run } = mac();
    expect(await run()).toEqual({ status: 0, stdout: text(SHOWN), stderr: "" });
    expect((await run(["--json"])).stdout).toBe(text(AS_JSON));
  });

  it("shows the journal in the same way, with what systemd says of the service", async () => {
    const { run } = await linux();
    const { status, stdout } = await run("logs --since 2026-11-28T00:00", {});
    const lines = stdout.trimEnd().split("\n");
    expect([status, lines.length]).toEqual([0, LINES.length + 2]);
    expect(lines.at(-1)).toMatch(/^\S.* openclaw-gateway\.service: Failed with result 'exit-code'\.$/);
    expect(lines.at(-2)).toMatch(/\\x1b\[1mraw$/);
    const onlyErrors = await run("logs --errors");
    expect(onlyErrors.stdout.trimEnd().split("\n")).toHaveLength(6);
  });

  it("asks the journal for what is wanted, and for nothing else", async () => {
    const { run, systemd } = await linux();
    await run("logs --lines 2");
    const asked = systemd.calls().filter((call) => call.startsWith("journalctl"));
    expect(asked).toEqual([
      `journalctl --user-unit=${UNIT} --output=json --all --no-pager --quiet --output-fields=MESSAGE,PRIORITY,_COMM,SYSLOG_IDENTIFIER --reverse`,
    ]);
  });

  it("says why the journal cannot be read, and what to do", async () => {
    const { run, systemd } = await linux();
    systemd.refuse("--user-unit");
    const { status, stderr } = await run("logs");
    expect([status, stderr]).toEqual([1, expect.stringContaining("`journalctl --user-unit=")]);
  });

  it("shows the last lines that are wanted", async () => {
    const { run } = mac();
    const shown = async (...args: string[]) => (await run(args)).stdout;
    expect(await shown("--lines", "2")).toBe(text(SHOWN.slice(-2)));
    expect(await shown("-n", "0")).toBe("");
    expect(await shown("--errors")).toBe(text([SHOWN[2], SHOWN[3], SHOWN[4], SHOWN[5]] as string[]));
    expect(await shown("--errors", "-n", "1")).toBe(text([SHOWN[5] ?? ""]));
    expect(await shown("--since", "7m")).toBe(text(SHOWN.slice(2)));
    expect(await shown("--since", "2026-11-28 11:54")).toBe(text(SHOWN.slice(3)));
    expect(await shown("--since", "1m")).toBe("");
  });

  it.each([
    ["--lines", "-1", 'Invalid value "-1" for --lines.'],
    ["--lines", "1.5", 'Invalid value "1.5" for --lines.'],
    ["--lines", "99999999", 'Invalid value "99999999" for --lines.'],
    ["--since", "soon", 'Invalid value "soon" for --since.'],
    ["--since", "5", 'Invalid value "5" for --since.'],
    ["--since", "24:00", 'Invalid value "24:00" for --since.'],
    ["--since", "18:60", 'Invalid value "18:60" for --since.'],
    ["--since", "18:5", 'Invalid value "18:5" for --since.'],
    ["--since", "2026-11-28 25:00", 'Invalid value "2026-11-28 25:00" for --since.'],
    ["--since", "2026-11-29", "--since: 2026-11-29 is in the future."],
    ["--since", "2026-02-30", "--since: the day 2026-02-30 does not exist."],
    ["--since", "2026-02-29 09:30", "--since: the day 2026-02-29 does not exist."],
    ["--since", "2026-04-31T10:00Z", "--since: the day 2026-04-31 does not exist."],
  ])("refuses %s %s", async (flag, value, why) => {
    const { run } = mac();
    expect(await run([`${flag}=${value}`])).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining(why),
    });
  });

  it.each([
    ["11:54", 1],
    ["11:55:01", 0],
    ["9:00", 1],
    ["12:00", 0],
    ["2026-11-28 9:30", 1],
    ["2026-11-28T11:54:59", 1],
    ["11:00", 1],
    // Still to come today, so it is yesterday's.
    ["12:00:01", 1],
    ["23:50", 1],
  ])("takes --since %s for the last time that a clock here showed that", async (since, lines) => {
    const { run } = mac([request(24 * 60 + 1), request(5)]);
    const { stdout, stderr } = await run(["--since", since]);
    expect([stdout.split("\n").length - 1, stderr]).toEqual([lines, lines === 0 ? "No log line matches.\n" : ""]);
  });

  it.each([
    ["yesterday", 2],
    ["1w", 3],
    ["7 D", 3],
    ["24h", 1],
  ])("begins as long ago as --since %s says", async (since, lines) => {
    const day = 24 * 60;
    const { run } = mac([request(30 * day), request(6 * day), request(day + 60), request(5)]);
    expect((await run(["--since", since])).stdout.trimEnd().split("\n")).toHaveLength(lines);
  });

  it("goes on into the predecessor of a full file", async () => {
    const { run, log } = mac();
    renameSync(log, `${log}.1`);
    writeFileSync(log, text(["{}"]));
    expect((await run(["--lines", "3"])).stdout).toBe(text([...SHOWN.slice(-2), "{}"]));
    expect((await run(["--lines", "all"])).stdout).toBe(text([...SHOWN, "{}"]));
  });

  it("names the day of what was not today", async () => {
    const { run } = mac([request(60 * 24)]);
    expect((await run()).stdout).toBe(`2026-11-27 ${request(60 * 24, {}, true)}\n`);
  });

  it("paints what went wrong, and wraps at the width of a terminal", async () => {
    const { run } = mac();
    const terminal = { stdin: true, stdout: true, stderr: true };
    const { stdout } = await run([], { terminal, columns: () => 40 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are the subject here
    const plain = stdout.replace(/\u001b\[\d+m/g, "");
    // The name of a model is longer than the window.
    expect(plain.replaceAll("/\n  ", "/").replace(/\n {2}(?=\S)/g, " ")).toBe(text(SHOWN));
    expect(plain.split("\n").every((line) => line.length <= 40 || !line.trim().includes(" "))).toBe(true);
    expect(stdout).toContain("\u001b[31m");
    expect(stdout).toContain("\u001b[33m");
  });

  it("says that a stopped service does not run, and where another gateway logs", async () => {
    const own = await linux();
    rmSync(join(own.systemd.folder, "running"));
    const { stderr, status } = await own.run("logs");
    expect(status).toBe(0);
    expect(stderr).toContain("The service is not running: inactive (dead).");
    expect(stderr).toContain("A gateway that was started by hand answers at http://127.0.0.1:");
  });

  it("shows the requests of the record where no service runs the gateway", async () => {
    const { put, run } = recorded();
    const lines = [put(3 * 24 * 60), put(4), put(3, FAILED)];
    const { stdout, stderr, status } = await run();
    expect(stdout).toBe(text([`2026-11-25 ${ofRecord(3 * 24 * 60)}`, ofRecord(4), ofRecord(3, FAILED)]));
    expect([status, stderr]).toEqual([0, expect.stringContaining("No service runs this gateway")]);
    expect((await run(["--json"])).stdout).toBe(lines.join(""));
    expect((await run(["--errors", "--since", "1h"])).stdout).toBe(text([ofRecord(3, FAILED)]));
  });

  it.each([
    [{ inputTokens: 3, cacheReadTokens: 50_000 }, "50,003 tokens in (50,000 cached), 20 out"],
    [{ inputTokens: 3, cacheReadTokens: 0, cacheWrite5mTokens: 1_200 }, "1,203 tokens in, 20 out"],
    [{ inputTokens: 3, path: "/v1/responses", cacheReadTokens: 900 }, "903 tokens in (900 cached), 20 out"],
    [{ inputTokens: undefined }, "? tokens in, 20 out"],
    [{ inputTokens: undefined, outputTokens: undefined }, "(first byte 820 ms)"],
  ])("counts as input what a cache held, from the record: %j", async (change, shown) => {
    const { put, run } = recorded();
    put(4, change);
    expect((await run()).stdout.endsWith(`${shown}\n`)).toBe(true);
  });

  it.each([
    [{ inputTokens: 3 }, "3 uncached tokens in, 20 out"],
    [{ inputTokens: 50_003, path: "/v1/responses" }, "50,003 tokens in, 20 out"],
    [{ inputTokens: 12, path: "/v1/messages/count_tokens", outputTokens: undefined }, "12 tokens in, ? out"],
  ])("says of a log that names no cached tokens which it counts: %j", async (change, shown) => {
    const { run } = mac([request(4, change)]);
    expect((await run()).stdout.endsWith(`${shown}\n`)).toBe(true);
  });

  it.each([
    ["a pipe", (path: string) => void execFileSync("mkfifo", [path])],
    ["a device that never ends", (path: string) => symlinkSync("/dev/zero", path)],
    ["a folder", (path: string) => mkdirSync(path)],
  ])("names %s in the place of a day, waits for nothing of it, and goes on", async (_, make) => {
    const { home, put, run } = recorded();
    put(3 * 24 * 60);
    make(join(home, ".openclaw", "usage", "2026-11-26.jsonl"));
    put(4);
    for (const args of [["--lines", "all"], []]) {
      const { status, stdout, stderr } = await run(args);
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: text([`2026-11-25 ${ofRecord(3 * 24 * 60)}`, ofRecord(4)]),
      });
      expect(stderr).toContain("~/.openclaw/usage/2026-11-26.jsonl cannot be read. Its requests are missing here.");
    }
    expect((await run(["--lang", "zh-TW"])).stderr).toContain("無法讀取 ~/.openclaw/usage/2026-11-26.jsonl");
  });

  it.each([
    [
      ["--lines", "all"],
      [1, 2, 3, 4, 5, 6],
    ],
    [
      ["--lines", "3"],
      [4, 5, 6],
    ],
    [
      ["--since", "2026-11-28T11:59:01.450"],
      [3, 4, 5, 6],
    ],
  ])("has lines of several processes in the order of time: %j", async (args, numbers) => {
    const { put, run } = recorded();
    // Two processes, of which each writes once a second.
    for (const [number, seconds] of [
      [1, 1.1],
      [4, 1.9],
      [2, 1.4],
      [3, 1.5],
      [6, 2.4],
      [5, 2.1],
    ] as const)
      put(1 - seconds / 60, { path: `/v1/messages/${number}` });
    const { stdout } = await run(args);
    expect([...stdout.matchAll(/messages\/(\d)/g)].map(([, number]) => Number(number))).toEqual(numbers);
  });

  it("says where to look if there is neither", async () => {
    const home = temporaryHome();
    const logs = (env = {}) => openclaw(["gateway", "logs"], { home, env });
    expect(await logs()).toMatchObject({ status: 1, stdout: "", stderr: expect.stringContaining("docker logs") });
    const off = await openclaw(["gateway", "logs", "--follow"], { home, env: { OPENCLAW_GATEWAY_USAGE: "off" } });
    expect([off.status, off.stderr]).toEqual([1, expect.stringContaining("OPENCLAW_GATEWAY_USAGE is `off`")]);
  });

  it("refuses for a gateway on another machine", async () => {
    const { home, run } = recorded();
    const remote = { gateway: { mode: "remote", remote: { url: "wss://gateway.example.com" } } };
    writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify(remote));
    expect(await run()).toMatchObject({ status: 2, stderr: expect.stringContaining("wss://gateway.example.com") });
    expect(JSON.parse((await run(["--json"])).stdout)).toMatchObject({ ok: false, error: { code: "usage.invalid" } });
  });

  it("speaks Chinese where it says something of its own", async () => {
    const { put, run } = recorded();
    put(1);
    const { stderr } = await run(["--lang", "zh-TW"]);
    expect(stderr).toContain("以下是它記錄下來的請求。");
  });
});

describe("gateway logs --follow", () => {
  it("continues over what happens to launchd's file, and ends by Ctrl-C", async () => {
    const { run, log } = mac();
    const follow = following(run, ["--lines", "1"]);
    expect(await follow.has(1)).toEqual([SHOWN.at(-1)]);
    const next = (number: number) => request(1, { path: `/v1/messages/${number}` });
    const shown = (number: number) => request(1, { path: `/v1/messages/${number}` }, true);
    appendFileSync(log, `${next(1)}\n${next(2).slice(0, 20)}`);
    await follow.has(2);
    appendFileSync(log, `${next(2).slice(20)}\n`);
    await follow.has(3);
    // The gateway sets a full file aside, with a line that was not read yet.
    appendFileSync(log, `${next(3)}\n`);
    writeFileSync(`${log}.1`, readFileSync(log));
    truncateSync(log);
    appendFileSync(log, `${next(4)}\n`);
    await follow.has(5);
    // Somebody removes it, and a restarted gateway makes it anew.
    rmSync(log);
    writeFileSync(log, `${next(5)}\n`);
    await follow.has(6);
    follow.interrupt();
    expect([(await follow.ended).status, follow.complaints()]).toEqual([130, ""]);
    expect(follow.lines().slice(1)).toEqual([1, 2, 3, 4, 5].map(shown));
  });

  it("waits for a file that is not there yet, with what is wanted only", async () => {
    const { run, log } = mac([]);
    rmSync(dirname(log), { recursive: true });
    const follow = following(run, ["--errors"]);
    await follow.has(0);
    expect(follow.complaints()).toBe("No log line matches yet.\n");
    mkdirSync(dirname(log));
    writeFileSync(log, text(LINES));
    expect(await follow.has(4)).toEqual(SHOWN.slice(2, 6));
    follow.interrupt();
    expect((await follow.ended).status).toBe(130);
  });

  it("follows the journal without a gap", async () => {
    const own = await linux();
    const follow = following((args, context) =>
      openclaw(["gateway", "logs", ...(args ?? [])], { home: own.home, env: own.env, ...(context && { context }) }),
    );
    await follow.has(LINES.length + 2);
    appendFileSync(join(own.systemd.folder, "journal"), text([entry("one more", LINES.length + 2)]));
    expect((await follow.has(LINES.length + 3)).at(-1)).toMatch(/ one more$/);
    follow.interrupt();
    expect((await follow.ended).status).toBe(130);
  });

  it("follows the record into the next day", async () => {
    const { put, run } = recorded();
    put(5);
    let now = NOW;
    const follow = following((args, context) => run(args, { ...context, now: () => now }));
    await follow.has(1);
    put(4);
    await follow.has(2);
    now = ago(-24 * 60);
    put(-24 * 60 + 1);
    expect((await follow.has(3)).at(-1)).toBe(ofRecord(-24 * 60 + 1));
    follow.interrupt();
    await follow.ended;
  });

  it("has lines of several processes in the order of time, and none of them is lost at the end", async () => {
    const { put, run } = recorded();
    let now = NOW;
    const follow = following((args, context) => run(args, { ...context, now: () => now }), ["--lines", "0"]);
    await follow.has(0);
    const at = (seconds: number) => put(-seconds / 60, { path: `/v1/messages/${seconds}` });
    for (const seconds of [3, 1, 2]) at(seconds);
    now = new Date(NOW.getTime() + 4_500);
    expect((await follow.has(3)).map((line) => /messages\/(\d)/.exec(line)?.[1])).toEqual(["1", "2", "3"]);
    follow.interrupt();
    await follow.ended;
  });

  it.each([
    ["an hour", 60],
    ["a day, in a file of its own,", 24 * 60],
  ])("does not hold back a line whose time is ahead of the clock by %s", async (_, minutes) => {
    const { put, run } = recorded();
    put(5);
    let now = NOW;
    /** Goes on by itself, to no more than a minute from then. */
    const clock = () => {
      if (now < ago(-1)) now = new Date(now.getTime() + 500);
      return now;
    };
    const follow = following((args, context) => run(args, { ...context, now: clock }));
    await follow.has(1);
    put(-minutes);
    expect((await follow.has(2)).at(-1)).toContain("/v1/messages");
    follow.interrupt();
    await follow.ended;
  });

  it("shows what is added to the file of the day before", async () => {
    const { put, run } = recorded();
    const follow = following(run, ["--lines", "0"]);
    await follow.has(0);
    put(24 * 60);
    expect((await follow.has(1)).at(-1)).toContain("2026-11-27");
    follow.interrupt();
    await follow.ended;
  });

  it("ends without a complaint when whatever reads it has ended", async () => {
    const { put, run } = recorded();
    put(5);
    const follow = following(run);
    await follow.has(1);
    follow.leave();
    put(4);
    expect(await follow.ended).toMatchObject({ status: 0 });
  });
});
