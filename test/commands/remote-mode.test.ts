import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { CLIENT_TOKEN, OURS, startLocalGateway } from "../support/local-gateway.ts";
import { DOCUMENTED, filesBelow, openclaw, temporaryHome } from "../support/program.ts";

const CLIENTS = ["claude-code", "anthropic-sdk", "openai-sdk", "codex", "opencode", "ai-sdk", "cline", "continue"];
const MODELS = {
  providers: { [OURS]: { baseUrl: "http://127.0.0.1:9", api: "anthropic-messages" } },
  catalog: { [OURS]: ["claude-sonnet-4-6", "claude-remote-1"] },
};

/** A machine that uses the gateway at `url`. */
async function clientOf(url: string, token = CLIENT_TOKEN, home = temporaryHome()) {
  const args = ["onboard", "--yes", "--mode", "remote", "--no-verify", "--remote-url", url];
  const { status } = await openclaw([...args, ...(token === "" ? [] : ["--remote-token", token])], { home });
  expect(status).toBe(0);
  return home;
}

const ws = (url: string) => url.replace(/^http/, "ws");

/** A program that is no gateway, and what it was sent. */
async function squatter(body: string) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.url} ${JSON.stringify(request.rawHeaders)}`);
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

describe("a machine that uses a gateway elsewhere", () => {
  it.each(CLIENTS.filter((client) => client !== "codex"))(
    "tells %s the address of that gateway, and no token",
    async (client) => {
      const gateway = await startLocalGateway(MODELS);
      const home = await clientOf(ws(gateway.url));
      const { status, stdout, stderr } = await openclaw(["gateway", "env", "--client", client], { home });
      expect([status, stderr]).toEqual([0, expect.not.stringContaining("Note")]);
      expect(stdout).toContain(gateway.url);
      expect(stdout + stderr).not.toMatch(/CANARY|18789|gateway run/);
    },
  );

  it("prints https:// with the path, and asks without sending the token", async () => {
    const home = await clientOf("wss://gateway.example.com/team/");
    const { status, stdout, stderr } = await openclaw(["gateway", "env"], { home });
    expect([status, stderr]).toEqual([0, expect.stringContaining("wss://gateway.example.com/team does not answer")]);
    expect(stdout).toContain("ANTHROPIC_BASE_URL=https://gateway.example.com/team;");
    expect(stdout).toContain('ANTHROPIC_AUTH_TOKEN="$(');
    const json = await openclaw(["gateway", "env", "--json"], { home });
    expect(JSON.parse(json.stdout)).toMatchObject({ url: "https://gateway.example.com/team" });
    expect(json.stdout + json.stderr).not.toContain("CANARY");
  });

  it("names the models that the gateway lists for whoever proves to know its token", async () => {
    const gateway = await startLocalGateway(MODELS);
    const home = await clientOf(ws(gateway.url));
    const { stdout } = await openclaw(["gateway", "env", "--client", "opencode"], { home });
    expect(Object.keys(JSON.parse(stdout).provider.openclaw.models)).toContain("claude-remote-1");
    const stranger = await clientOf(ws(gateway.url), `${CLIENT_TOKEN}-other`);
    const refused = await openclaw(["gateway", "env", "--client", "opencode"], { home: stranger });
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining("does not know this token")]);
    expect(refused.stdout).toBe("");
  });

  it("refuses a client whose protocol that gateway does not serve", async () => {
    const gateway = await startLocalGateway(MODELS);
    const home = await clientOf(ws(gateway.url));
    const { status, stderr } = await openclaw(["gateway", "env", "--client", "codex"], { home });
    expect([status, stderr]).toEqual([1, expect.stringContaining("which the remote gateway does not serve")]);
  });

  it("prints the token to programs alone, and takes no name", async () => {
    const home = await clientOf("wss://gateway.example.com");
    expect((await openclaw(["gateway", "token"], { home })).stdout).toBe(`${CLIENT_TOKEN}\n`);
    const at = { terminal: { stdin: true, stdout: true, stderr: true } };
    const shown = await openclaw(["gateway", "token"], { home, context: at });
    expect(shown.stdout + shown.stderr).not.toContain("CANARY");
    for (const args of [
      ["env", "--as", "me"],
      ["token", "show", "me"],
    ]) {
      const { status, stderr } = await openclaw(["gateway", ...args], { home });
      expect([status, stderr]).toEqual([2, expect.stringContaining("whose tokens have their names there")]);
    }
    const added = await openclaw(["gateway", "token", "add", "me"], { home });
    expect([added.status, added.stderr]).toEqual([2, expect.stringContaining("onboard --mode local")]);
    const bare = await clientOf("wss://gateway.example.com", "");
    const none = await openclaw(["gateway", "token"], { home: bare });
    expect([none.status, none.stderr]).toEqual([1, expect.stringContaining("No token of the remote gateway")]);
  });

  it("writes the file of a client, and takes it back", async () => {
    const gateway = await startLocalGateway(MODELS);
    const home = await clientOf(ws(gateway.url));
    const env = ["gateway", "env", "--yes"];
    const { status, stdout } = await openclaw([...env, "--write"], { home });
    expect([status, stdout]).toEqual([0, expect.stringContaining("to use the remote gateway")]);
    const file = join(home, ".claude", "settings.json");
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ env: { ANTHROPIC_BASE_URL: gateway.url } });
    expect([...filesBelow(home)].filter(([, text]) => text.includes("CANARY")).map(([path]) => path)).toEqual([
      join(home, ".openclaw", ".env"),
    ]);
    expect((await openclaw([...env, "--undo"], { home })).status).toBe(0);
  });

  it("asks that gateway for its status", async () => {
    const gateway = await startLocalGateway(MODELS);
    const home = await clientOf(ws(gateway.url));
    const { status, stdout } = await openclaw(["gateway", "status"], { home });
    expect(stdout).toMatch(/^Remote gateway {2}ws:.*: openclaw \S+, ready\n +It knows the token of this machine\.$/m);
    expect(stdout).toContain("OPENCLAW_GATEWAY_REMOTE_TOKEN from ~/.openclaw/.env (remote gateway token)");
    expect([status, stdout]).toEqual([0, expect.not.stringMatching(/local gateway|Service|CANARY|is installed/)]);
    const json = JSON.parse((await openclaw(["gateway", "status", "--json"], { home })).stdout);
    expect(json).toMatchObject({
      ok: true,
      mode: "remote",
      remote: { url: ws(gateway.url), token: "known" },
      gateway: { answers: "gateway", url: gateway.url, ready: true },
      problems: [],
    });
    const chinese = await openclaw(["gateway", "status", "--lang", "zh-TW"], { home });
    expect(chinese.stdout).toContain("它認得這台電腦的權杖。");
  });

  it.each([
    ["hello", "is no OpenClaw gateway", 1],
    ['{"ok":true,"version":"9.9.9"}', "does not know this token", 1],
    ['{"ok":true,"status":"live"}', "a gateway of the published OpenClaw", 0],
  ])("sends no token to whoever answers %s", async (body, said, wanted) => {
    const { url, seen } = await squatter(body);
    const home = await clientOf(url);
    const shown = await openclaw(["gateway", "status"], { home });
    expect([shown.status, shown.stdout]).toEqual([wanted, expect.stringContaining(said)]);
    const env = await openclaw(["gateway", "env"], { home });
    expect([env.status, env.stderr]).toEqual([0, expect.stringContaining(said)]);
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.join("\n")).not.toMatch(/CANARY|authorization|x-api-key/i);
  });

  it("says that nobody answers, and which setting is missing or wrong", async () => {
    const home = await clientOf("ws://127.0.0.1:1");
    const silent = await openclaw(["gateway", "status", "--json"], { home });
    expect([silent.status, JSON.parse(silent.stdout)]).toMatchObject([
      1,
      { ok: false, gateway: { answers: "nobody" } },
    ]);
    const path = join(home, ".openclaw", "openclaw.json");
    for (const [remote, said] of [
      [{}, "gateway.remote.url is missing"],
      [{ url: "ws://192.168.1.7:18789" }, "Others on the way could read"],
      [{ url: "wss://gateway.example.com", token: "${NOT_THERE}" }, "NOT_THERE has no value"],
    ] as const) {
      writeFileSync(path, JSON.stringify({ gateway: { mode: "remote", remote } }));
      const env = await openclaw(["gateway", "env"], { home });
      expect([env.status, env.stderr]).toEqual([1, expect.stringContaining(said)]);
      const status = await openclaw(["gateway", "status"], { home });
      expect([status.status, status.stdout]).toEqual([1, expect.stringContaining(said)]);
    }
  });

  it("has the doctor judge the remote gateway, and skip what is only local", async () => {
    const home = await clientOf("wss://gateway.example.com");
    const rows = async () => {
      const { stdout } = await openclaw(["doctor", "--offline", "--json"], { home });
      const { checks } = JSON.parse(stdout) as { checks: { id: string; status: string }[] };
      return Object.fromEntries(checks.map(({ id, status }) => [id, status]));
    };
    const skipped = { "config.listen-address": "skipped", "credentials.weak-token": "skipped" };
    expect(await rows()).toMatchObject({ "config.remote-gateway": "ok", ...skipped });
    const gateway = { mode: "remote", remote: { url: "ws://192.168.1.7:1", token: "${NOT_THERE}" } };
    writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify({ gateway }));
    expect(await rows()).toMatchObject({ "config.remote-gateway": "fail" });
    const { status, stdout } = await openclaw(["doctor", "--offline"], { home });
    expect([status, stdout]).toEqual([1, expect.stringContaining("NOT_THERE has no value")]);
    expect(stdout).toContain("Others on the way could read");
  });

  it("runs no gateway here, and names the way back, which works", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    await clientOf("wss://gateway.example.com", CLIENT_TOKEN, home);
    const run = await openclaw(["gateway", "run", "--port", "0"], { home });
    expect([run.status, run.stderr]).toEqual([78, expect.stringContaining("onboard --mode local")]);
    const install = await openclaw(["gateway", "install", "--json"], { home });
    expect([install.status, JSON.parse(install.stdout)]).toMatchObject([2, { error: { code: "usage.invalid" } }]);
    expect((await openclaw([], { home })).stdout).toContain("Remote gateway  wss://gateway.example.com");
    expect((await openclaw(["onboard", "--mode", "local", "--yes"], { home })).status).toBe(0);
    const env = await openclaw(["gateway", "env"], { home });
    expect([env.status, env.stdout]).toEqual([0, expect.stringContaining("http://127.0.0.1:18789")]);
  });
});
