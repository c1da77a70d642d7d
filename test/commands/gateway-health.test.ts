import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { answeringGateway, VERSION } from "../support/answering-gateway.ts";
import { CANARY_KEY, DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";

const onPort = (port: number | string) => ({ OPENCLAW_GATEWAY_PORT: String(port) });

async function asked(args: readonly string[], env: Record<string, string>, home = temporaryHome()) {
  const { status, stdout, stderr } = await openclaw(["gateway", "health", ...args], { home, env });
  expect(stderr).toBe("");
  return { status, stdout };
}

describe("gateway health", () => {
  it("exits with 0 if the gateway answers, without a configuration, a token or a terminal", async () => {
    const { port, url, heads } = await answeringGateway({ isForeign: true });
    expect(await asked([], onPort(port))).toEqual({ status: 0, stdout: `${url}: openclaw ${VERSION}, ready\n` });
    const { status, stdout } = await asked(["--json"], onPort(port));
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      { ok: true, answers: "gateway", url, version: VERSION, pid: 4242, ready: true },
    ]);
    expect(heads.join("\n")).not.toMatch(/authorization|x-api-key|proof/i);
  });

  it("counts a gateway that is not ready as alive, and with --ready as failed", async () => {
    const { port, url } = await answeringGateway({ problems: ["no key"] });
    const line = `${url}: openclaw ${VERSION}, not ready\n`;
    expect(await asked([], onPort(port))).toEqual({ status: 0, stdout: line });
    expect(await asked(["--ready"], onPort(port))).toEqual({ status: 1, stdout: line });
    const { status, stdout } = await asked(["--ready", "--json"], onPort(port));
    expect([status, JSON.parse(stdout)]).toMatchObject([1, { ok: false, answers: "gateway", ready: false }]);
  });

  it("exits with 1 where nothing or something else answers", async () => {
    const { port, url, become, close } = await answeringGateway({ instead: "<html>" });
    expect(await asked([], onPort(port))).toEqual({ status: 1, stdout: `${url}: another program answers\n` });
    become({ instead: '{"ok":true,"status":"live"}' });
    expect(JSON.parse((await asked(["--json"], onPort(port))).stdout)).toMatchObject({ ok: false, published: true });
    await close();
    expect(await asked([], onPort(port))).toEqual({ status: 1, stdout: `${url}: nothing answers\n` });
  });

  it("asks at the configured port, and runs no program of a secret reference", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const { port, url } = await answeringGateway();
    const path = join(home, ".openclaw", "openclaw.json");
    const program = join(home, "vault");
    const config = JSON.parse(readFileSync(path, "utf8"));
    config.gateway.port = port;
    config.models.providers["cloudflare-ai-gateway"].apiKey = { source: "exec", provider: "vault", id: "key" };
    config.secrets = { providers: { vault: { source: "exec", command: program, jsonOnly: false } } };
    writeFileSync(path, JSON.stringify(config));
    writeFileSync(program, `#!/bin/sh\ntouch ${home}/started\necho ${CANARY_KEY}\n`);
    chmodSync(program, 0o755);
    expect(await asked(["--ready"], {}, home)).toEqual({ status: 0, stdout: `${url}: openclaw ${VERSION}, ready\n` });
    expect(() => readFileSync(join(home, "started"))).toThrow(/ENOENT/);
  });

  it("asks a remote gateway in remote mode, and says what its address lacks", async () => {
    const home = temporaryHome();
    const { port, url } = await answeringGateway();
    const set = (remote: string) =>
      openclaw(["config", "set", "gateway", `{mode:"remote",remote:{url:"${remote}"}}`], { home });
    expect((await set(`ws://127.0.0.1:${port}`)).status).toBe(0);
    expect(await asked([], {}, home)).toEqual({ status: 0, stdout: `${url}: openclaw ${VERSION}, ready\n` });
    writeFileSync(join(home, ".openclaw", "openclaw.json"), '{gateway:{mode:"remote"}}');
    const refused = await openclaw(["gateway", "health", "--json"], { home });
    expect([refused.status, JSON.parse(refused.stdout).error.code]).toEqual([2, "usage.invalid"]);
  });

  it("does not take the address that Kubernetes puts into OPENCLAW_GATEWAY_PORT for a port", async () => {
    const home = temporaryHome();
    const { port, url } = await answeringGateway();
    await openclaw(["config", "set", "gateway.port", String(port)], { home });
    const answer = { status: 0, stdout: `${url}: openclaw ${VERSION}, ready\n` };
    expect(await asked([], onPort("tcp://10.96.0.12:18789"), home)).toEqual(answer);
    writeFileSync(join(home, ".openclaw", ".env"), `OPENCLAW_GATEWAY_PORT=${port}\n`);
    await openclaw(["config", "set", "gateway.port", "1"], { home });
    expect(await asked([], onPort("tcp://10.96.0.12:18789"), home)).toEqual(answer);
  });
});
