import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { answeringGateway, tokenIn, VERSION } from "../support/answering-gateway.ts";
import { dashboardGateway, STATE } from "../support/dashboard-gateway.ts";
import { readConfig } from "../support/doctor.ts";
import { writeHome } from "../support/gateway-process.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, cleanEnv, DOCUMENTED, openclaw, PROGRAM, shownPath, temporaryHome } from "../support/program.ts";
import { FOREIGN, type Machine, machine, put, UNIT } from "../support/service-machine.ts";

/** The document of `status --json`, with the exit status. */
async function seen(here: Pick<Machine, "run">, env: Readonly<Record<string, string>> = {}) {
  const { status, stdout } = await here.run("status --json", env);
  return { ...JSON.parse(stdout), status };
}

/** In the time zone of this machine. */
const local = (time: string) => new Date(time).toLocaleString("sv-SE");

/** A home that is set up for a gateway that shows its state. */
async function shown(problems: readonly object[]) {
  const home = temporaryHome();
  const token = "CANARY-client-token-of-the-gateway";
  const gateway = await dashboardGateway(token);
  gateway.become({ state: { ...STATE, problems } });
  const auth = { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" };
  writeHome(home, { gateway: { port: gateway.port, auth } }, { OPENCLAW_GATEWAY_TOKEN: token });
  const run = (...args: readonly string[]) => openclaw(["gateway", "status", ...args], { home });
  return { home, gateway, run };
}

const REFUSED = {
  code: "gateway.token-rejected",
  layer: "cloudflare",
  says: "The gateway rejected the token.",
  hint: "Run `openclaw doctor`.",
};

describe("gateway status, where the gateway shows its state", () => {
  it.each([
    ["works", [], "✔ The local gateway is running and ready."],
    ["works", [{ ...REFUSED, over: true }], "✔ The local gateway is running and ready."],
    ["clients", [{ ...REFUSED, layer: "client" }], "✔ The gateway works; some requests are invalid\n"],
    ["attention", [REFUSED], "! Something needs attention\n! The gateway rejected the token.\n"],
  ])("says as `gateway top` does that it is %s, of %j", async (health, problems, verdict) => {
    const { run } = await shown(problems);
    const { status, stdout, stderr } = await run();
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(verdict);
    const found = JSON.parse((await run("--json")).stdout);
    expect(found).toMatchObject({ ok: true, health });
    expect(found.attention).toEqual(
      health === "works" ? [] : [{ layer: problems[0]?.layer, says: REFUSED.says, hint: REFUSED.hint }],
    );
  });

  it("says the same of a gateway on another machine", async () => {
    const { run, gateway, home } = await shown([REFUSED]);
    const remote = { url: `http://127.0.0.1:${gateway.port}`, token: "CANARY-client-token-of-the-gateway" };
    writeHome(home, { gateway: { mode: "remote", remote } }, {});
    expect((await run()).stdout).toContain("! Something needs attention\n");
    expect(JSON.parse((await run("--json")).stdout)).toMatchObject({ mode: "remote", ok: true, health: "attention" });
  });

  it("says no more than whether it is ready where the state cannot be read, and sends no token", async () => {
    const { run, gateway, home } = await shown([REFUSED]);
    gateway.become({ status: 404 });
    expect((await run()).stdout).toContain("✔ The local gateway is running and ready.");
    expect(JSON.parse((await run("--json")).stdout)).not.toHaveProperty("health");
    gateway.become({ status: 200 });
    writeHome(
      home,
      { gateway: { port: gateway.port, auth: { mode: "token", token: "another-token-than-its-own" } } },
      {},
    );
    const before = gateway.asked.length;
    expect((await run()).status).toBe(1);
    expect(gateway.asked.slice(before)).toEqual(["/healthz", "/readyz"]);
  });
});

describe("gateway status", () => {
  it("reports a service that runs and is ready, and exits with 0", async () => {
    const here = await machine();
    await here.run("install");
    const { status, stdout, stderr } = await here.run("status");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(`Service      ${UNIT} (systemd): active (running), starts when you log in
File         ${shownPath(here.file, here.home)}
Running      since ${local("2026-11-25T15:36:11Z")}, process 4242
Gateway      ${here.gateway.url}: openclaw ${VERSION}, ready
Credentials  CLOUDFLARE_AI_GATEWAY_API_KEY from ~/.openclaw/.env (cloudflare-ai-gateway)
             OPENCLAW_GATEWAY_TOKEN from ~/.openclaw/.env (local gateway token)
Log          journalctl --user -u ${UNIT}

✔ The local gateway is running and ready.
`);
  });

  it("reports a program that answers with what no gateway would", async () => {
    const here = await machine();
    await here.run("install");
    const odd = { toString: 1 };
    const workers = { wanted: 1, serving: [{ pid: 1, startedAt: odd, openRequests: 0 }, odd, null] };
    for (const more of [{ problems: [odd, null, "CANARY"] }, { startedAt: odd }, { pid: odd, proof: odd, workers }]) {
      here.gateway.become({ instead: JSON.stringify({ ok: true, version: VERSION, ...more }) });
      const { status, stdout, stderr } = await here.run("status");
      expect([status, stdout + stderr]).toEqual([1, expect.not.stringMatching(/internal\.bug|CANARY/)]);
    }
  });

  it("prints the same as JSON", async () => {
    const here = await machine();
    await here.run("install");
    expect(await seen(here)).toEqual({
      status: 0,
      ok: true,
      service: {
        manager: "systemd",
        name: UNIT,
        file: here.file,
        log: `journalctl --user -u ${UNIT}`,
        installed: true,
        upToDate: true,
        enabled: true,
        running: true,
        state: "active (running)",
        pid: 4242,
        since: "2026-11-25T15:36:11.000Z",
      },
      gateway: { answers: "gateway", url: here.gateway.url, version: VERSION, pid: 4242, ready: true, problems: [] },
      credentials: [
        { of: "cloudflare-ai-gateway", name: "CLOUDFLARE_AI_GATEWAY_API_KEY", source: ".env", onlyHere: false },
        { of: "gateway", name: "OPENCLAW_GATEWAY_TOKEN", source: ".env", onlyHere: false },
      ],
      rotation: [],
      problems: [],
      notes: [],
    });
  });

  it("reports a gateway that was started by hand, and exits with 0", async () => {
    const here = await machine();
    const { status, stdout } = await here.run("status");
    expect(status).toBe(0);
    expect(stdout).toContain("Service      not installed; the gateway was started by hand\n");
    expect(stdout).toContain(`Gateway      ${here.gateway.url}: openclaw ${VERSION}, ready\n`);
  });

  it("works on a system without services", async () => {
    const here = await machine();
    const { status, stdout } = await here.run("status", { PATH: here.home });
    expect(status).toBe(0);
    expect(stdout).toContain("Service      not available: this user has no systemd or launchd\n");
    expect(await seen(here, { PATH: here.home })).toMatchObject({ ok: true, service: null });
  });

  it("reports that nothing runs and what to do, and exits with 1", async () => {
    const here = await machine();
    await here.gateway.close();
    const nothing = await seen(here);
    expect(nothing).toMatchObject({
      status: 1,
      ok: false,
      service: { installed: false },
      gateway: { answers: "nobody" },
    });
    expect(nothing.problems).toEqual([
      `Nothing answers at ${here.gateway.url}. To start the local gateway, run \`openclaw gateway run\`.`,
    ]);
  });

  it("reports that the service is stopped, and how it ended", async () => {
    const here = await machine();
    await here.run("install");
    await here.run("stop");
    await here.gateway.close();
    expect((await seen(here)).problems).toEqual([
      "The service is not running. To start it, run `openclaw gateway start`.",
    ]);
    here.systemd.set("last", "78\n");
    expect((await seen(here)).problems[1]).toBe(
      "The last run ended with status 78: the configuration is invalid. To check it, run `openclaw doctor`.",
    );
    here.systemd.set("last", "1\n");
    expect((await seen(here)).problems[1]).toBe(
      `The last run ended with status 1. Read its log: journalctl --user -u ${UNIT}`,
    );
  });

  it("reports that the service runs but nothing answers", async () => {
    const here = await machine();
    await here.run("install");
    await here.gateway.close();
    expect(await seen(here)).toMatchObject({
      status: 1,
      problems: [
        `The service is running, but nothing answers at ${here.gateway.url}. To restart it, run \`openclaw gateway restart\`.`,
      ],
    });
  });

  it("does not mistake another server on the port for a gateway", async () => {
    const here = await machine();
    for (const instead of ["", "<html>", '{"ok":true}', '{"ok":false,"version":"1"}', "null", "[1]"]) {
      here.gateway.become({ instead });
      expect(await seen(here)).toMatchObject({ status: 1, gateway: { answers: "other", ready: false } });
    }
    // None of them was asked more.
    expect(here.gateway.heads.filter((head) => !head.startsWith("/healthz\n"))).toEqual([]);
    here.gateway.become({ instead: undefined });
    expect((await seen(here)).ok).toBe(true);
  });

  it("does not mistake a server that closes connections for a gateway", async () => {
    const here = await machine();
    await here.gateway.close();
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(here.gateway.port, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    expect(await seen(here)).toMatchObject({ status: 1, gateway: { answers: "other" } });
  });

  it("proves that it knows the token to learn the problems, and prints them", async () => {
    const here = await machine();
    here.gateway.become({ problems: ["cloudflare-ai-gateway: CF_AIG_TOKEN has no value.\u001b[31m"] });
    const { status, stdout } = await here.run("status");
    expect(status).toBe(1);
    expect(stdout).toContain(
      "✖ The local gateway cannot serve all requests.\n✖ cloudflare-ai-gateway: CF_AIG_TOKEN has no value.",
    );
    expect(stdout).not.toContain("\u001b");
    expect(here.gateway.heads.join("\n")).not.toContain(tokenIn(secretsPath(here.home)));
  });

  it("asks the gateway directly, past any proxy", async () => {
    const here = await machine();
    expect(await seen(here, { HTTP_PROXY: "http://127.0.0.1:1", http_proxy: "http://127.0.0.1:1" })).toMatchObject({
      ok: true,
    });
  });

  it("reports that a process other than the service answers", async () => {
    const here = await machine();
    await here.run("install");
    here.gateway.become({ pid: 7 });
    expect(await seen(here)).toMatchObject({
      status: 1,
      problems: [`Process 7 answers at ${here.gateway.url}, but it is not the service.`],
    });
  });

  it("notes what is out of date", async () => {
    const here = await machine();
    await here.run("install");
    here.gateway.become({ version: "0.0.9" });
    writeFileSync(here.file, here.text().replace("RestartSec=5", "RestartSec=9"));
    const { status, notes, service } = await seen(here);
    expect([status, service.upToDate]).toEqual([0, false]);
    expect(notes).toEqual([
      "The installed service is out of date. To update it, run `openclaw gateway install`.",
      `The running gateway is openclaw 0.0.9, but ${VERSION} is installed. Restart the gateway to update it.`,
    ]);
  });

  it("does not call the service out of date because of another shell", async () => {
    const here = await machine();
    await here.run("install", { HTTPS_PROXY: "http://proxy:1" });
    expect(await seen(here)).toMatchObject({ notes: [], service: { upToDate: true } });
  });

  it("does not mistake another program's unit for ours", async () => {
    const here = await machine();
    put(here.file, FOREIGN);
    expect(await seen(here)).toMatchObject({ service: { installed: false } });
  });

  it.each([["gateway status"], ["models list"]])("%s needs no working directory", async (words) => {
    const here = await machine();
    await here.run("install");
    const child = promisify(execFile)(
      "/bin/sh",
      [
        "-c",
        `mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@"`,
        process.execPath,
        PROGRAM,
        ...words.split(" "),
      ],
      { cwd: here.home, env: cleanEnv(here.home, { ...here.env, NODE_EXTRA_CA_CERTS: "/etc/ssl/own.pem" }) },
    );
    const { stdout } = await child;
    expect(stdout).toContain(
      words === "models list" ? "cloudflare-ai-gateway/" : "✔ The local gateway is running and ready.",
    );
  });

  it("continues if a file cannot be read, and reports it", async () => {
    const here = await machine();
    const { port } = readConfig(here.home).gateway;
    writeFileSync(configPath(here.home), "{");
    const damaged = await seen(here);
    expect(damaged).toMatchObject({ status: 1, gateway: { url: "http://127.0.0.1:18789" } });
    expect(damaged.problems[0]).toBe("The configuration is not valid JSON5. For details, run `openclaw doctor`.");
    expect(port).toBe(here.gateway.port);
  });
});

describe("the credentials in gateway status", () => {
  const CONFIG = {
    models: {
      providers: {
        a: { baseUrl: "https://a.example", apiKey: "${A_KEY}", headers: { "x-b": "${B_KEY}" }, models: [] },
        literal: { baseUrl: "https://l.example", apiKey: "CANARY-in-clear", models: [] },
        kept: { baseUrl: "https://k.example", apiKey: { source: "file", provider: "vault", id: "value" }, models: [] },
        keyless: { baseUrl: "https://u.example", auth: "token", models: [] },
        "cloudflare-ai-gateway": { baseUrl: "https://c.example", models: [] },
      },
    },
    env: { vars: { B_KEY: "from the configuration" } },
    gateway: { auth: { mode: "none" } },
  };

  it("are those of the service, not of this shell", async () => {
    const here = await machine();
    writeFileSync(
      configPath(here.home),
      JSON.stringify({ ...CONFIG, gateway: { ...CONFIG.gateway, port: here.gateway.port } }),
    );
    writeFileSync(secretsPath(here.home), "");
    await here.run("install");
    const env = { A_KEY: "shell", B_KEY: "shell", CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY };
    const rows = async () =>
      (await seen(here, env)).credentials.map((row: Readonly<Record<string, unknown>>) => [
        row.of,
        row.name,
        row.source,
        row.onlyHere,
      ]);
    expect(await rows()).toEqual([
      ["a", "A_KEY", null, true],
      ["a", "B_KEY", "config env", false],
      ["literal", "apiKey", "openclaw.json", false],
      ["kept", "apiKey", "secrets.providers", false],
      ["cloudflare-ai-gateway", "CLOUDFLARE_AI_GATEWAY_API_KEY", null, true],
    ]);
    here.systemd.set("environment", `A_KEY=theirs\nCLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
    expect((await rows()).map((row: readonly unknown[]) => row[2])).toEqual([
      "process environment",
      "config env",
      "openclaw.json",
      "secrets.providers",
      "process environment",
    ]);
  });

  it("come from the login shell if the service reads it", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const gateway = await answeringGateway({ secrets: secretsPath(home) });
    const config = readConfig(home);
    writeFileSync(
      configPath(home),
      JSON.stringify({
        ...config,
        env: { shellEnv: { enabled: true } },
        gateway: { ...config.gateway, port: gateway.port },
      }),
    );
    writeFileSync(secretsPath(home), "OPENCLAW_GATEWAY_TOKEN=0123456789abcdef\n");
    put(`${home}/.profile`, `export CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
    const { stdout } = await openclaw(["gateway", "status"], { home, env: { SHELL: "/bin/sh" } });
    expect(stdout).toContain("CLOUDFLARE_AI_GATEWAY_API_KEY from the login shell (cloudflare-ai-gateway)");
    expect(stdout).not.toContain("CANARY");
  });
});
