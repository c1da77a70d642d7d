import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { configIn, configPath, secretsText, stateOf } from "../support/home-files.ts";
import { CLIENT_TOKEN, startLocalGateway } from "../support/local-gateway.ts";
import { CANARY_KEY, DOCUMENTED, filesBelow, openclaw, temporaryHome } from "../support/program.ts";
import { answer, describeInTerminal, leftSane, openTerminal } from "../support/terminal.ts";

const REMOTE = ["onboard", "--yes", "--mode", "remote"];
const OFFLINE = [...REMOTE, "--no-verify"];
const URL_ = "wss://gateway.example.com";
const TOKEN = "CANARYremoteCANARYremoteCANARYremote";

const canaries = (home: string) =>
  [...filesBelow(home)].flatMap(([file, text]) => (text.includes("CANARY") ? [file.replace(home, "~")] : []));

/** A server that answers like a gateway of the published program, or like none. */
async function answering(body: string): Promise<string> {
  const server = createServer((_, response) => response.end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("onboard --mode remote", () => {
  it("writes the client side alone, with the token in .env, once as twice", async () => {
    const home = temporaryHome();
    const args = [...OFFLINE, "--remote-url", "https://gateway.example.com/", "--remote-token", TOKEN];
    const { status, stdout, stderr } = await openclaw(args, { home });
    expect(status).toBe(0);
    expect(stdout).toContain(`Remote gateway  ${URL_}`);
    expect(stdout + stderr).not.toContain("CANARY");
    expect(configIn(home)).toEqual({
      gateway: { mode: "remote", remote: { url: URL_, token: "${OPENCLAW_GATEWAY_REMOTE_TOKEN}" } },
      wizard: expect.objectContaining({ lastRunCommand: "onboard", lastRunMode: "remote" }),
    });
    expect(secretsText(home)).toBe(`OPENCLAW_GATEWAY_REMOTE_TOKEN=${TOKEN}\n`);
    expect(canaries(home)).toEqual(["~/.openclaw/.env"]);
    const done = stateOf(home);
    const again = await openclaw(args, { home });
    expect([again.status, again.stdout]).toEqual([0, "Already up to date. No files were changed.\n"]);
    expect((await openclaw(OFFLINE, { home })).stdout).toContain("Already up to date");
    expect(stateOf(home)).toEqual(done);
    expect((await openclaw(["undo", "--yes"], { home })).status).toBe(0);
  });

  it("reads the token from a file, standard input and a variable, or refers to the variable", async () => {
    const home = temporaryHome();
    writeFileSync(join(home, "token"), `${TOKEN}\n`);
    const args = [...OFFLINE, "--remote-url", URL_];
    expect((await openclaw([...args, "--remote-token-file", "token"], { home })).status).toBe(0);
    expect(secretsText(home)).toContain(TOKEN);
    const piped = temporaryHome();
    await openclaw([...args, "--remote-token-file", "-"], { home: piped, input: `${TOKEN}\n` });
    expect(secretsText(piped)).toContain(TOKEN);
    const named = temporaryHome();
    await openclaw([...args, "--remote-token-env", "MINE"], { home: named, env: { MINE: TOKEN } });
    expect(secretsText(named)).toBe(`OPENCLAW_GATEWAY_REMOTE_TOKEN=${TOKEN}\n`);
    const referred = temporaryHome();
    const ref = [...args, "--remote-token-env", "MINE", "--secret-input-mode", "ref"];
    expect((await openclaw(ref, { home: referred, env: { MINE: TOKEN } })).status).toBe(0);
    expect(configIn(referred).gateway.remote.token).toBe("${MINE}");
    expect(canaries(referred)).toEqual([]);
    const empty = await openclaw(ref, { home: temporaryHome() });
    expect([empty.status, empty.stderr]).toEqual([2, expect.stringContaining("MINE has no value")]);
  });

  it.each([
    ["ws://gateway.example.com", "Others on the way could read"],
    ["http://192.168.1.7:18789", "Others on the way could read"],
    ["ftp://gateway.example.com", "not the URL of a gateway"],
    ["gateway.example.com", "not the URL of a gateway"],
    ["wss://me:CANARYcanary@gateway.example.com", "contains a name"],
    ["wss://gateway.example.com/?token=CANARYcanary", "contains a name"],
    [CANARY_KEY, "--remote-url"],
  ])("refuses %s", async (url, said) => {
    const home = temporaryHome();
    const { status, stdout, stderr } = await openclaw([...OFFLINE, "--remote-url", url], { home });
    expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect(stdout + stderr).not.toContain("CANARY");
    expect(filesBelow(home).size).toBe(0);
  });

  it.each(["ws://127.0.0.1:18790", "http://localhost:18790", "ws://[::1]:18790"])("takes %s", async (url) => {
    const home = temporaryHome();
    expect((await openclaw([...OFFLINE, "--remote-url", url], { home })).status).toBe(0);
    expect(configIn(home).gateway.remote).toEqual({ url: url.replace(/^http/, "ws") });
  });

  it("asks whoever is there whether it is a gateway that knows the token, without sending it", async () => {
    const gateway = await startLocalGateway({});
    const url = gateway.url.replace(/^http/, "ws");
    const home = temporaryHome();
    const wrong = await openclaw([...REMOTE, "--remote-url", url, "--remote-token", TOKEN], { home });
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining("does not know this token")]);
    const none = await openclaw([...REMOTE, "--remote-url", url], { home });
    expect([none.status, none.stderr]).toEqual([1, expect.stringContaining("needs a token")]);
    expect(filesBelow(home).size).toBe(0);
    const right = await openclaw([...REMOTE, "--remote-url", url, "--remote-token", CLIENT_TOKEN], { home });
    expect([right.status, right.stderr]).toEqual([0, expect.stringContaining(`${url} answers: openclaw`)]);
    const kept = await openclaw([...REMOTE, "--json"], { home });
    expect(JSON.parse(kept.stdout)).toMatchObject({ ok: true, mode: "remote", changed: false, remote: { url } });
  });

  it("tells a gateway of the published program, another program, and nobody apart", async () => {
    const home = temporaryHome();
    const published = await answering('{"ok":true,"status":"live"}');
    const at = (url: string) => openclaw([...REMOTE, "--remote-url", url, "--json"], { home });
    const other = await at(await answering("hello"));
    expect(JSON.parse(other.stdout)).toMatchObject({ ok: false, error: { code: "verify.failed" } });
    const silent = await at("ws://127.0.0.1:1");
    expect([silent.status, silent.stdout]).toEqual([1, expect.stringContaining("nothing listens there")]);
    expect(filesBelow(home).size).toBe(0);
    const found = await at(published);
    expect([found.status, found.stdout]).toEqual([0, expect.stringContaining("published OpenClaw")]);
  });

  it("leaves a local set-up as it is, and forgets the token of a former gateway", async () => {
    const home = temporaryHome();
    expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
    const before = configIn(home);
    const args = [...OFFLINE, "--remote-url", URL_, "--remote-token", TOKEN];
    expect((await openclaw(args, { home })).status).toBe(0);
    const after = configIn(home);
    expect({ ...after, wizard: 0 }).toEqual({
      ...before,
      wizard: 0,
      gateway: { ...before.gateway, mode: "remote", remote: after.gateway.remote },
    });
    expect((await openclaw(["onboard", "--yes", "--model", "claude-opus-4-8"], { home })).status).toBe(0);
    expect(configIn(home).gateway).toEqual(after.gateway);
    const moved = await openclaw([...OFFLINE, "--remote-url", "wss://other.example.com"], { home });
    expect(moved.stderr).toContain("belongs to another gateway");
    expect(configIn(home).gateway.remote).toEqual({ url: "wss://other.example.com" });
    expect((await openclaw(["onboard", "--yes", "--mode", "local"], { home })).status).toBe(0);
    expect(configIn(home).gateway.mode).toBe("local");
  });

  it("refuses flags of the other mode, and needs an address", async () => {
    const home = temporaryHome();
    const mixed = await openclaw([...OFFLINE, "--remote-url", URL_, "--gateway-port", "1234"], { home });
    expect([mixed.status, mixed.stderr]).toEqual([2, expect.stringContaining("--gateway-port")]);
    const local = await openclaw(["onboard", "--yes", "--mode", "local", "--remote-url", URL_], { home });
    expect([local.status, local.stderr]).toEqual([2, expect.stringContaining("Works only with --mode remote")]);
    const none = await openclaw(OFFLINE, { home });
    expect([none.status, none.stderr]).toEqual([2, expect.stringContaining("--remote-url")]);
    const silent = await openclaw(["onboard", "--mode", "remote", "--remote-url", URL_], { home });
    expect(silent.status).toBe(2);
    expect(filesBelow(home).size).toBe(0);
  });

  it("moves a token that stands in the configuration to .env", async () => {
    const home = temporaryHome();
    await openclaw([...OFFLINE, "--remote-url", URL_], { home });
    const written = configIn(home);
    written.gateway.remote.token = TOKEN;
    writeFileSync(configPath(home), JSON.stringify(written));
    expect((await openclaw(OFFLINE, { home })).status).toBe(0);
    expect(configIn(home).gateway.remote.token).toBe("${OPENCLAW_GATEWAY_REMOTE_TOKEN}");
    expect(secretsText(home)).toContain(TOKEN);
  });
});

describeInTerminal("onboard --mode remote at a terminal", () => {
  it("asks for the address and the token, checks them, and saves what is agreed to", async () => {
    const gateway = await startLocalGateway({});
    const home = temporaryHome();
    const terminal = openTerminal(["onboard", "--mode", "remote"], { home });
    await answer(terminal, "Remote gateway URL", "ws://gateway.example.com");
    await terminal.waitFor("Others on the way could read what is sent");
    terminal.press("ctrl-u");
    terminal.type(gateway.url.replace(/^http/, "ws"));
    terminal.press("enter");
    await answer(terminal, "Remote gateway token (optional)", CLIENT_TOKEN);
    await answer(terminal, "Save these changes?");
    expect((await terminal.exit).status).toBe(0);
    expect(terminal.bytes).not.toContain(CLIENT_TOKEN);
    expect(secretsText(home)).toBe(`OPENCLAW_GATEWAY_REMOTE_TOKEN=${CLIENT_TOKEN}\n`);
    expect(leftSane(terminal.bytes)).toBe(true);
  });

  it("asks in Chinese as well", async () => {
    const home = temporaryHome();
    const args = ["onboard", "--mode", "remote", "--no-verify", "--lang", "zh-TW"];
    const terminal = openTerminal(args, { home, columns: 40, env: { OPENCLAW_LANG: "zh-TW" } });
    await answer(terminal, "遠端 Gateway 的 URL", "ws://gateway.example.com");
    await terminal.waitFor("途中的其他人可以讀取");
    terminal.press("ctrl-u");
    terminal.type(URL_);
    terminal.press("enter");
    await terminal.waitFor("遠端 Gateway 的權杖");
    terminal.type(TOKEN);
    terminal.press("enter");
    await answer(terminal, "要儲存這些變更嗎？");
    expect((await terminal.exit).status).toBe(0);
    expect(terminal.bytes).not.toContain("CANARY");
    expect(secretsText(home)).toContain(TOKEN);
  });
});
