import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { DOCUMENTED, openclaw, PROGRAM, temporaryHome } from "../support/program.ts";
import { describeInTerminal, openProgram, openTerminalProcess } from "../support/terminal.ts";

describeInTerminal("gateway run at a terminal", () => {
  it.each(["1", "2"])("prints plain lines, and ends with Ctrl-C, with %s processes", async (workers) => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const terminal = openTerminalProcess(["gateway", "run", "--port", "0", "--workers", workers], {
      home,
      columns: 200,
    });
    await terminal.waitFor("is listening at");
    const [, url = ""] = /(http:\/\/[\d.:]+)/.exec(terminal.screen()) ?? [];
    expect((await ask(`${url}/v1/models`)).status).toBe(401);
    await terminal.waitFor(/^\d\d:\d\d:\d\d 401 GET \/v1\/models [\d.]+ ms authentication_error$/m);
    terminal.press("ctrl-c");
    expect(await terminal.exit).toEqual({ status: 0, signal: undefined });
    expect(terminal.screen()).toContain("Stopped.");
    expect(terminal.bytes).not.toContain("{");
  });

  it.each([
    ["1", {}, true],
    ["2", {}, true],
    ["1", { NO_COLOR: "1" }, false],
    ["1", { FORCE_COLOR: "0" }, false],
  ])("paints what went wrong as `gateway logs` does, with %s processes and %j: %s", async (workers, env, isPainted) => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const args = ["gateway", "run", "--port", "0", "--workers", workers];
    const terminal = openTerminalProcess(args, { home, columns: 200, env });
    await terminal.waitFor("is listening at");
    const [, url = ""] = /(http:\/\/[\d.:]+)/.exec(terminal.screen()) ?? [];
    expect((await ask(`${url}/healthz`)).status).toBe(200);
    expect((await ask(`${url}/v1/models`)).status).toBe(401);
    await terminal.waitFor("authentication_error");
    terminal.press("ctrl-c");
    await terminal.exit;
    const line = terminal.bytes.split("\r\n").find((one) => one.includes(" 401 GET "));
    expect(line?.startsWith("\u001b[33m")).toBe(isPainted);
    expect(line?.endsWith("\u001b[39m")).toBe(isPainted);
    expect(terminal.bytes).toMatch(/^\d\d:\d\d:\d\d openclaw .* is listening/m);
    expect(terminal.bytes).not.toContain("/healthz");
  });

  it.each(["1", "2"])("reloads by SIGHUP, and ends when its window is closed, with %s processes", async (workers) => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const args = ["gateway", "run", "--port", "0", "--workers", workers];
    const terminal = openTerminalProcess(args, { home, columns: 200 });
    await terminal.waitFor("The default model is");
    const [, url = ""] = /(http:\/\/[\d.:]+)/.exec(terminal.screen()) ?? [];
    terminal.signal("SIGHUP");
    await terminal.waitFor("was reloaded");
    expect((await ask(`${url}/healthz`)).status).toBe(200);
    terminal.close();
    expect((await terminal.exit).status).toBe(0);
    await expect(ask(`${url}/healthz`)).rejects.toThrow("ECONNREFUSED");
  });

  it.each([
    ["in a file", 'exec "$@" > log', "1"],
    ["in a file, with 2 processes", 'exec "$@" > log', "2"],
    ["in a pipe", '"$@" | tee log', "1"],
  ])("ends when its window is closed also if its log is %s", async (_, script, workers) => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const args = [process.execPath, PROGRAM, "gateway", "run", "--port", "0", "--workers", workers];
    const terminal = openProgram("/bin/sh", ["-c", script, "sh", ...args], { home, columns: 200 });
    const log = () => (existsSync(join(home, "log")) ? readFileSync(join(home, "log"), "utf8") : "");
    await expect.poll(log, { timeout: 30_000 }).toContain("The default model is");
    const [, url = ""] = /(http:\/\/[\d.:]+)/.exec(log()) ?? [];
    expect((await ask(`${url}/healthz`)).status).toBe(200);
    terminal.close();
    await terminal.exit;
    const answers = () => ask(`${url}/healthz`).then(String, String);
    await expect.poll(answers, { timeout: 30_000 }).toContain("ECONNREFUSED");
  });

  it.each(["1", "2"])("breaks lines between words, and indents what follows, with %s processes", async (workers) => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const terminal = openTerminalProcess(["gateway", "run", "--port", "0", "--workers", workers], {
      home,
      columns: 40,
    });
    await terminal.waitFor(/default model is\s+cloudflare/);
    const [, url = ""] = /(http:\/\/[\d.:]+)/.exec(terminal.screen()) ?? [];
    expect((await ask(`${url}/v1/models`)).status).toBe(401);
    await terminal.waitFor("authentication_error");
    terminal.press("ctrl-c");
    await terminal.exit;
    const lines = stripVTControlCharacters(terminal.bytes)
      .split("\r\n")
      .filter((line) => line !== "" && !line.startsWith("^C"));
    for (const line of lines) expect(line).toMatch(/^(?:\d\d:\d\d:\d\d .{1,31}| {2}(?:.{1,38}|\S+))$/);
    expect(lines.join("\n")).toMatch(/\d 401 GET \/v1\/models [\d.]+ m?s\n {2}authentication_error$/m);
  });
});
