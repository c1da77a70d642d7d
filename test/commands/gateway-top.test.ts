import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { textWidth } from "../../src/terminal/width.ts";
import { dashboardGateway, FIGURES, requestLine, STATE } from "../support/dashboard-gateway.ts";
import { writeHome } from "../support/gateway-process.ts";
import { type InProcessOptions, openclaw, temporaryHome } from "../support/program.ts";
import { describeInTerminal, openTerminal, openTerminalProcess, type TestTerminal } from "../support/terminal.ts";

const TOKEN = "CANARY-client-token-of-the-gateway";
const NOW = new Date("2026-11-28T12:00:00.000Z");
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000).toISOString();

/** A home that is set up for a running gateway. */
async function watched() {
  const home = temporaryHome();
  const gateway = await dashboardGateway(TOKEN);
  const auth = { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" };
  writeHome(home, { gateway: { port: gateway.port, auth } }, { OPENCLAW_GATEWAY_TOKEN: TOKEN });
  gateway.become({
    requests: [
      requestLine(at(-20), "/v1/messages/1"),
      requestLine(at(-10), "/v1/messages/2", { status: 502, ended: "upstream-cut-off" }),
    ],
  });
  const top = (args: readonly string[], options: Partial<InProcessOptions> = {}) =>
    openclaw(["gateway", "top", ...args], {
      home,
      ...options,
      context: { now: () => NOW, ...options.context },
    });
  return { home, gateway, top };
}

const COOLING = {
  ...STATE,
  ok: false,
  problems: [
    {
      code: "gateway.token-rejected",
      layer: "gateway",
      says: "The gateway rejected the token.",
      hint: "Run `openclaw doctor`.",
    },
  ],
  cooldowns: [{ model: "a/b", until: at(45), code: "gateway.rate-limited", says: "The gateway limits requests." }],
};

describe("gateway top --once", () => {
  it("shows health, open requests, figures by model and client, and the last requests", async () => {
    const { top } = await watched();
    const { status, stdout, stderr } = await top(["--once"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("✔ Everything works");
    expect(stdout).toContain("12 open   2/min");
    expect(stdout).toContain(
      "last hour: 1,200 requests, 3 failed, 2 failovers, 1.25M tokens in, 34k out, $1.23, first byte p50 820 ms, p95 2.3 s",
    );
    expect(stdout).toMatch(/\nmodel +requests +failed +in +out +cost +p50 +p95\n/);
    expect(stdout).toMatch(/\ncloudflare-ai-gateway-openai\/gpt-5\.5 +200 +0 +1\.25M +34k +\? +820 ms +2\.3 s\n/);
    expect(stdout).toMatch(/\nanna +900 .*\ntoken without a name +300 /);
    const requests = stdout.slice(stdout.indexOf("Last requests"));
    expect(requests.indexOf("/v1/messages/2")).toBeLessThan(requests.indexOf("/v1/messages/1"));
  });

  it("shows of each request all tokens that went in, and a question mark for a cost that is not known", async () => {
    const { top, gateway } = await watched();
    const caches = { cacheReadTokens: 4_000, cacheWrite5mTokens: 300, cacheWrite1hTokens: 20 };
    gateway.become({
      requests: [
        requestLine(at(-9), "/v1/cached", caches),
        requestLine(at(-8), "/v1/unpriced", { costUsd: null }),
        requestLine(at(-7), "/v1/free", { costUsd: 0, inputTokens: undefined, outputTokens: undefined }),
      ],
    });
    const { stdout } = await top(["--once"]);
    expect(stdout).toContain("  4.42k > 20  $0.01  /v1/cached");
    expect(stdout).toContain("  100 > 20  ?  /v1/unpriced");
    expect(stdout).toContain("  $0.00  /v1/free");
  });

  it("has times, models and clients of requests below each other", async () => {
    const { top, gateway } = await watched();
    gateway.become({
      requests: [
        requestLine(at(-9), "/v1/1", { firstByteMs: 12_300, durationMs: 75_000, client: "anna" }),
        requestLine(at(-8), "/v1/2", { firstByteMs: undefined, durationMs: 7, model: undefined, client: undefined }),
        requestLine(at(-7), "/v1/3", { firstByteMs: 820, durationMs: 4_000, model: "a/b", client: "ben" }),
      ],
    });
    const { stdout } = await top(["--once"]);
    const rows = stdout.split("\n").filter((line) => line.includes("/v1/"));
    expect(rows.map((row) => row.slice(row.indexOf(" 200 ") + 4).replace(/ {2}100 > 20 .*/, ""))).toEqual([
      "  820 ms / 4.0 s  b                  ben ",
      "            7 ms                         ",
      "     12 s / 75 s  claude-sonnet-5-5  anna",
    ]);
  });

  it("shows tokens that are not known as `?`", async () => {
    const { top, gateway } = await watched();
    const answer = (path: string, more: object) => requestLine(at(-5), path, { ended: "upstream-cut-off", ...more });
    gateway.become({
      requests: [
        answer("/v1/1", { outputTokens: undefined }),
        answer("/v1/2", { inputTokens: undefined }),
        answer("/v1/3", { inputTokens: undefined, outputTokens: undefined }),
      ],
    });
    const { stdout } = await top(["--once"]);
    expect(stdout).toContain("  upstream-cut-off  100 > ?  ");
    expect(stdout).toContain("  upstream-cut-off  ? > 20  ");
    expect(stdout).toContain("  upstream-cut-off  $0.01  /v1/3");
  });

  it.each([
    [5, "5 秒"],
    [12 * 60, "12 分"],
    [(51 * 60 + 7) * 60, "2 天 3 小時"],
  ])("says in Chinese that it has run for %i seconds", async (seconds, says) => {
    const { top, gateway } = await watched();
    gateway.become({ state: { ...STATE, startedAt: at(-seconds) } });
    const { stdout } = await top(["--once", "--lang", "zh-TW"]);
    expect(stdout.split("\n")[0]).toContain(`已執行 ${says}  `);
  });

  it("says what is wrong and what to do, and exits with 1", async () => {
    const { top, gateway } = await watched();
    gateway.become({ state: COOLING });
    const { status, stdout } = await top(["--once"]);
    expect(status).toBe(1);
    for (const text of [
      "✖ Something needs attention",
      "The gateway rejected the token.",
      "openclaw doctor",
      "Cooldowns",
      "a/b until",
    ])
      expect(stdout).toContain(text);
  });

  it.each([
    [7_800, true, "7,800/min"],
    [0, true, "0/min"],
    [7_800, false, "2/min"],
  ])(
    "says how many requests the last minute had, of which it hears the last 50: %i",
    async (lastMinute, isRead, rate) => {
      const { top, gateway } = await watched();
      gateway.become({ figures: { ...FIGURES, lastMinute, isRead } });
      expect((await top(["--once"])).stdout).toContain(`12 open   ${rate}`);
    },
  );

  it.each([
    ["what is over", [{ over: true }], true, "✔ Everything works", 0],
    ["a client's mistake", [{ layer: "client" }], true, "✔ The gateway works; some requests are invalid", 1],
    ["a fault beside it", [{ layer: "client" }, { layer: "network" }], true, "! Something needs attention", 2],
    ["a fault", [{ layer: "network" }], false, "✖ Something needs attention", 1],
    ["no reason", [{ over: true }], false, "✖ The gateway accepts no new requests", 0],
  ])("judges %s as the page does", async (_, problems, ok, heading, shown) => {
    const { top, gateway } = await watched();
    const all = problems.map((one, index) => ({ code: "x", layer: "tls", says: `Reason ${index}.`, hint: "", ...one }));
    gateway.become({ state: { ...STATE, ok, problems: all } });
    const { stdout } = await top(["--once"]);
    expect(stdout.split("\n")[1]).toBe(heading);
    expect(stdout.match(/^! Reason/gm)?.length ?? 0).toBe(shown);
  });

  it("says so where nothing is recorded", async () => {
    const { top, gateway } = await watched();
    gateway.become({ state: { ...STATE, setup: { ...STATE.setup, usageDays: 0 } } });
    const { stdout } = await top(["--once"]);
    expect(stdout).toContain("The record is off");
    expect(stdout).not.toContain("/min");
  });

  it("prints one document in English with --json", async () => {
    const { top, gateway } = await watched();
    const { status, stdout } = await top(["--json", "--lang", "zh-TW", "--period", "7d"]);
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      {
        ok: true,
        url: `http://127.0.0.1:${gateway.port}`,
        state: STATE,
        figures: FIGURES,
        perMinute: 2,
        requests: [expect.objectContaining({ path: "/v1/messages/1" }), expect.objectContaining({ status: 502 })],
      },
    ]);
    expect(gateway.asked).toContain("/dashboard/figures?period=7d");
    expect(gateway.asked).toContain("/dashboard/state?language=en");
  });

  it("asks for Chinese, and speaks it", async () => {
    const { top, gateway } = await watched();
    const { stdout } = await top(["--once", "--lang", "zh-TW"]);
    expect(gateway.asked).toContain("/dashboard/state?language=zh-TW");
    expect(stdout).toContain("✔ 一切正常");
  });

  it.each([
    [60, "Last requests: first byte / duration, tokens in > out", "820 ms / 4.0 s"],
    [59, "Last requests: duration, tokens in > out", "4.0 s"],
  ])("has the times of the last requests for which a window of %i columns has room", async (columns, title, times) => {
    const { top, gateway } = await watched();
    gateway.become({ requests: [requestLine(at(-7), "/v1/3", { firstByteMs: 820, durationMs: 4_000 })] });
    const { stdout } = await top(["--once"], { context: { columns: () => columns } });
    const lines = stdout.split("\n");
    expect(lines[lines.indexOf(title) + 1]).toMatch(new RegExp(` 200 {2}${times} {2}claude`));
  });

  it.each([80, 60, 40, 20])("fits a window of %i columns", async (columns) => {
    const { top, gateway } = await watched();
    gateway.become({ state: COOLING });
    for (const language of ["en", "zh-TW"]) {
      const { stdout } = await top(["--once", "--lang", language], { context: { columns: () => columns } });
      const lines = stdout.split("\n");
      expect(lines.filter((line) => textWidth(line) > columns && line.trim().includes(" "))).toEqual([]);
      expect(stdout).toContain("claude-s");
      // What was cut says so.
      const whole = lines.filter((line) => /\/v1\/messages\/[12]$/.test(line)).length;
      expect(lines.filter((line) => /^\d\d:.*…$/.test(line))).toHaveLength(2 - whole);
    }
  });

  it.each([
    ["--interval", "0.5s"],
    ["--interval", "2h"],
    ["--period", "2d"],
  ])("refuses %s %s", async (flag, value) => {
    const { top } = await watched();
    expect(await top([flag, value])).toMatchObject({ status: 2, stdout: "" });
  });

  it("tells who answers in its place, without sending a token", async () => {
    const { home, top, gateway } = await watched();
    writeHome(
      home,
      { gateway: { port: gateway.port } },
      { OPENCLAW_GATEWAY_TOKEN: "another-token-of-another-gateway" },
    );
    const foreign = await top(["--json"]);
    expect([foreign.status, JSON.parse(foreign.stdout)]).toMatchObject([
      1,
      { ok: false, error: { code: "gateway.unavailable" } },
    ]);
    expect(gateway.asked).toEqual(["/healthz", "/readyz"]);
    await gateway.close();
    expect(await top([])).toMatchObject({ status: 1, stderr: expect.stringContaining(`127.0.0.1:${gateway.port}`) });
  });

  it.each([404, 401, 500])("says that it shows nothing where it answers with %i", async (status) => {
    const { top, gateway } = await watched();
    gateway.become({ status });
    const shown = await top([]);
    expect(shown).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining(`127.0.0.1:${gateway.port}`),
    });
  });

  it("shows a gateway on another machine", async () => {
    const { home, top, gateway } = await watched();
    const remote = { url: `ws://127.0.0.1:${gateway.port}`, token: "${OPENCLAW_GATEWAY_TOKEN}" };
    writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify({ gateway: { mode: "remote", remote } }));
    const { status, stdout } = await top(["--once"]);
    expect([status, stdout]).toEqual([0, expect.stringContaining(`ws://127.0.0.1:${gateway.port}`)]);
  });
});

describe("gateway top without a terminal", () => {
  it("prints a line each interval, until whatever reads it has ended", async () => {
    const { top, gateway } = await watched();
    let stdout = "";
    let lines = 0;
    const { status } = await top(["--interval", "1s"], {
      context: {
        out: (text) => {
          stdout += text;
          lines += 1;
          if (lines === 1) gateway.endSessions();
          if (lines === 2) gateway.become({ status: 500 });
        },
        isReaderGone: () => lines >= 3,
        delay: () => new Promise((resolve) => setTimeout(resolve, 10)),
      },
    });
    const [first = "", second, third] = stdout.split("\n");
    expect(status).toBe(0);
    expect(first).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 12 open, \d+\/min, 1,200 requests, .*, Everything works$/);
    expect(second).toBe(first);
    expect(third).toMatch(/answers with status 500\.$/);
  });

  it("prints lines to a dumb terminal as well", async () => {
    const { home } = await watched();
    const terminal = openTerminal(["gateway", "top"], {
      home,
      env: { TERM: "dumb" },
      context: { isReaderGone: () => true },
    });
    await terminal.exit;
    expect(terminal.bytes).not.toContain("\u001b");
  });
});

const OPENED = "\u001b[?1049h";
const GIVEN_BACK = "\u001b[?25h\u001b[?1049l";

/** The lines that the window shows now. */
const shown = (terminal: TestTerminal) => terminal.screen().split("\n");

describe("gateway top at a terminal", () => {
  it("draws in place what comes, and gives the terminal back by q", async () => {
    const { home, gateway } = await watched();
    const terminal = openTerminal(["gateway", "top", "--interval", "1s"], { home, columns: 140 });
    await terminal.waitFor("12 open");
    await terminal.waitFor("/v1/messages/2");
    gateway.serve(requestLine(at(0), "/v1/messages/3"));
    gateway.become({ state: { ...STATE, openRequests: 77 } });
    await terminal.waitFor("/v1/messages/3");
    await terminal.waitFor("77 open");
    expect(shown(terminal).filter((line) => line.includes("Last requests"))).toHaveLength(1);
    terminal.type("p");
    await terminal.waitFor("last 24 hours");
    terminal.type("q");
    expect((await terminal.exit).status).toBe(0);
    expect(terminal.bytes.split(OPENED)).toHaveLength(2);
    expect(terminal.bytes.endsWith(GIVEN_BACK)).toBe(true);
  });

  it("says that the gateway is gone, and goes on when it is back", async () => {
    const { home, gateway } = await watched();
    const terminal = openTerminal(["gateway", "top", "--interval", "1s"], { home, columns: 140 });
    await terminal.waitFor("12 open");
    await gateway.close();
    await terminal.waitFor("Trying again.");
    const again = await dashboardGateway(TOKEN, gateway.port);
    again.become({ state: { ...STATE, openRequests: 5 } });
    await terminal.waitFor("5 open");
    again.serve(requestLine(at(1), "/v1/messages/4"));
    await terminal.waitFor("/v1/messages/4");
    terminal.press("ctrl-c");
    expect((await terminal.exit).status).toBe(130);
  });

  it.each([
    [80, 24],
    [60, 20],
    [40, 12],
    [20, 5],
  ])("fits a window of %i columns and %i rows, after another size too", async (columns, rows) => {
    const { home, gateway } = await watched();
    gateway.become({ state: COOLING });
    const terminal = openTerminal(["gateway", "top"], { home, columns: 100, rows: 30 });
    await terminal.waitFor("Cooldowns");
    terminal.resize(columns, rows);
    const fits = (line: string) => textWidth(line) <= columns;
    await terminal.waitFor((screen) => {
      const lines = screen.split("\n");
      return lines.length <= rows && lines.every(fits) && screen.includes("q quit");
    });
    terminal.type("q");
    await terminal.exit;
  });

  it("paints nothing with NO_COLOR", async () => {
    const { home } = await watched();
    const terminal = openTerminal(["gateway", "top"], { home, env: { NO_COLOR: "1" } });
    await terminal.waitFor("12 open");
    terminal.type("q");
    await terminal.exit;
    expect(terminal.bytes.split("\u001b[3").length).toBe(1);
  });
});

describeInTerminal("gateway top in a real terminal", () => {
  it.each([
    ["q", 0],
    ["ctrl-c", 130],
  ] as const)("ends by %s, with the terminal as it was", async (key, status) => {
    const { home } = await watched();
    const terminal = openTerminalProcess(["gateway", "top"], { home });
    await terminal.waitFor("12 open");
    if (key === "q") terminal.type("q");
    else terminal.press(key);
    expect(await terminal.exit).toMatchObject({ status });
    expect(terminal.bytes).toContain(GIVEN_BACK);
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("gives the terminal back when it is ended by %s", async (signal) => {
    const { home } = await watched();
    const terminal = openTerminalProcess(["gateway", "top"], { home });
    await terminal.waitFor("12 open");
    terminal.signal(signal);
    await terminal.exit;
    expect(terminal.bytes).toContain(GIVEN_BACK);
  });
});
