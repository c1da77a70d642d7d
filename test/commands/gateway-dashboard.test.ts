import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { CANARY_CLIENT_TOKEN, startGatewayHere, writeHome } from "../support/gateway-process.ts";
import { CANARY_KEY, openclaw, temporaryHome } from "../support/program.ts";

const AUTH = { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" };
const SECRETS = { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY, OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN };

function homeWith(gateway: object, secrets: Readonly<Record<string, string>> = SECRETS): string {
  const home = temporaryHome();
  const own = { baseUrl: "http://127.0.0.1:9", api: "anthropic-messages", apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}" };
  const config = { models: { providers: { own } }, agents: { defaults: { model: "own/m" } }, gateway };
  writeHome(home, config, secrets);
  return home;
}

/** A running gateway, and the environment by which commands find it. */
async function start(gateway: object = { auth: AUTH }) {
  const home = homeWith(gateway);
  const { url } = await startGatewayHere({ home });
  return { home, url, env: { OPENCLAW_GATEWAY_PORT: new URL(url).port } };
}

const sessionFor = (url: string, token: string) =>
  ask(`${url}/dashboard/session`, { headers: { authorization: `Bearer ${token}`, "x-api-key": undefined } });

const TERMINAL = { stdin: true, stdout: true, stderr: true };

describe("`gateway dashboard`", () => {
  it("prints an address that opens the page once, and has no token in it", async () => {
    const { home, url, env } = await start();
    const { status, stdout, stderr } = await openclaw(["gateway", "dashboard", "--print"], { home, env });
    expect({ status, said: /within a minute/.test(stderr) }).toEqual({ status: 0, said: true });
    const [, pass = ""] = /#token=(\S+)\n$/.exec(stdout) ?? [];
    expect(stdout).toBe(`${url}/dashboard#token=${pass}\n`);
    expect(stdout + stderr).not.toContain("CANARY");
    expect((await sessionFor(url, pass)).status).toBe(200);
    expect((await sessionFor(url, pass)).status).toBe(401);
  });

  it("prints it as a document", async () => {
    const { home, url, env } = await start();
    const { stdout } = await openclaw(["gateway", "dashboard", "--json"], { home, env });
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      url: expect.stringMatching(new RegExp(`^${url}/dashboard#token=ocp_[\\w-]{22}$`)),
      validSeconds: 60,
    });
  });

  it("opens a file of this user alone, names no secret to the program that opens it, and leaves nothing", async () => {
    const { home, url, env } = await start();
    const opened: string[] = [];
    const openPage = (target: string) => {
      opened.push(target);
      expect(statSync(target).mode & 0o777).toBe(0o600);
      const [, pass = ""] = /url=\S+#token=([\w-]+)/.exec(readFileSync(target, "utf8")) ?? [];
      void sessionFor(url, pass);
    };
    const context = { terminal: TERMINAL, pageOpener: async () => openPage };
    const { status, stdout, stderr } = await openclaw(["gateway", "dashboard"], { home, env, context });
    expect({ status, stdout, opened: opened.length }).toEqual({ status: 0, stdout: "", opened: 1 });
    expect(stderr).toMatch(/The page is open/);
    expect(opened.join() + stderr).not.toMatch(/ocp_|CANARY/);
    expect(readdirSync(home).filter((name) => name.endsWith(".html"))).toEqual([]);
  });

  it("removes what a command left that was killed, and nothing else", async () => {
    const { home, env } = await start();
    const old = [
      "openclaw-dashboard-0123456789ab.html",
      "openclaw-dashboard-mine.html",
      "openclaw-dashboard-0123456789ac.html",
    ];
    for (const name of old) writeFileSync(join(home, name), "x");
    const hourAgo = new Date(Date.now() - 3_600_000);
    for (const name of old.slice(0, 2)) utimesSync(join(home, name), hourAgo, hourAgo);
    mkdirSync(join(home, "openclaw-dashboard-0123456789ad.html"));
    symlinkSync(join(home, old[1] ?? ""), join(home, "openclaw-dashboard-0123456789ae.html"));
    const context = { terminal: TERMINAL, pageOpener: async () => () => {}, delay: async () => {} };
    await openclaw(["gateway", "dashboard"], { home, env, context });
    expect(
      readdirSync(home)
        .filter((name) => name.endsWith(".html"))
        .toSorted(),
    ).toEqual([
      "openclaw-dashboard-0123456789ac.html",
      "openclaw-dashboard-0123456789ad.html",
      "openclaw-dashboard-0123456789ae.html",
      "openclaw-dashboard-mine.html",
    ]);
  });

  it("says so if no browser comes, and leaves nothing", async () => {
    const { home, env } = await start();
    const context = { terminal: TERMINAL, pageOpener: async () => () => {}, delay: async () => {} };
    const { status, stderr } = await openclaw(["gateway", "dashboard"], { home, env, context });
    expect(status).toBe(1);
    expect(stderr).toContain("gateway dashboard --print");
    expect(readdirSync(home).filter((name) => name.endsWith(".html"))).toEqual([]);
  });

  it("ends by Ctrl-C, and leaves nothing", async () => {
    const { home, env } = await start();
    let interrupt = () => {};
    const context = {
      terminal: TERMINAL,
      pageOpener: async () => () => interrupt(),
      onSignal: (signal: string, callback: () => void) => {
        if (signal === "SIGINT") interrupt = callback;
        return () => {};
      },
    };
    expect((await openclaw(["gateway", "dashboard"], { home, env, context })).status).toBe(130);
    expect(readdirSync(home).filter((name) => name.endsWith(".html"))).toEqual([]);
  });

  it("needs no pass where the gateway needs no token", async () => {
    const { home, url, env } = await start({ auth: { mode: "none" } });
    const { stdout } = await openclaw(["gateway", "dashboard"], { home, env });
    expect(stdout).toBe(`${url}/dashboard\n`);
    expect(JSON.parse((await ask(`${url}/dashboard/session`)).body)).toEqual({ session: null, until: null });
  });

  it("finds a gateway elsewhere, by the token of this machine", async () => {
    const { url } = await start();
    const remote = { url: url.replace("http", "ws"), token: "${OPENCLAW_GATEWAY_TOKEN}" };
    const home = homeWith({ mode: "remote", remote });
    const { stdout } = await openclaw(["gateway", "dashboard"], { home });
    const [, pass = ""] = /#token=(\S+)\n$/.exec(stdout) ?? [];
    expect(stdout).toContain(`${url}/dashboard#`);
    expect((await sessionFor(url, pass)).status).toBe(200);
  });

  it("says how another machine's browser gets there", async () => {
    const { home, env } = await start();
    const { stderr } = await openclaw(["gateway", "dashboard"], {
      home,
      env: { ...env, SSH_CONNECTION: "1.2.3.4 1 5" },
    });
    expect(stderr).toContain(`ssh -N -L ${env.OPENCLAW_GATEWAY_PORT}:127.0.0.1:${env.OPENCLAW_GATEWAY_PORT} HOST`);
  });

  it.each([
    ["nothing", async () => ({ home: homeWith({ auth: AUTH }), env: { OPENCLAW_GATEWAY_PORT: "9" } }), "gateway run"],
    [
      "a gateway with another token",
      async () => {
        const { env } = await start();
        return {
          home: homeWith({ auth: AUTH }, { ...SECRETS, OPENCLAW_GATEWAY_TOKEN: "another-token-of-another-gateway" }),
          env,
        };
      },
      "gateway status",
    ],
  ])("says what to do where %s answers", async (_, make, hint) => {
    const { home, env } = await make();
    const { status, stderr } = await openclaw(["gateway", "dashboard"], { home, env });
    expect(status).toBe(1);
    expect(stderr).toContain(hint);
    const { stdout } = await openclaw(["gateway", "dashboard", "--json"], { home, env });
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "gateway.unavailable" } });
  });

  it("prints the address where the home folder takes no file", async () => {
    const { home, url, env } = await start();
    const elsewhere = `${home}/gone`;
    const context = { terminal: TERMINAL, pageOpener: async () => () => {}, homedir: () => elsewhere };
    rmSync(elsewhere, { recursive: true, force: true });
    const state = { OPENCLAW_STATE_DIR: `${home}/.openclaw`, OPENCLAW_CONFIG_PATH: `${home}/.openclaw/openclaw.json` };
    const { stdout } = await openclaw(["gateway", "dashboard"], { home, env: { ...env, ...state }, context });
    expect(stdout).toContain(`${url}/dashboard#token=ocp_`);
  });
});
