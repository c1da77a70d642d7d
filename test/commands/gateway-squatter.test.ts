import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { challenge, PROOF_HEADER, prover } from "../../src/config/token-proof.ts";
import type { Context } from "../../src/core/context.ts";
import { Secret } from "../../src/core/secret.ts";
import { checkHealth } from "../../src/service/health.ts";
import { tokenIn, VERSION } from "../support/answering-gateway.ts";
import { ask } from "../support/client.ts";
import { readConfig } from "../support/doctor.ts";
import { startGatewayHere, writeHome } from "../support/gateway-process.ts";
import { secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";
import { machine } from "../support/service-machine.ts";

type Reply = (proof: string) => object;

/** Listens where a gateway is expected, says that it is one, and keeps every byte that arrives. */
async function squat(port: number, reply: Reply) {
  let heard = "";
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.setEncoding("latin1").on("data", (text: string) => {
      heard += text;
      const [, proof = ""] = /^x-openclaw-proof: (.*)\r$/im.exec(text) ?? [];
      const alive = { ok: true, version: VERSION, pid: 1, startedAt: new Date().toISOString() };
      const body = JSON.stringify(text.startsWith("GET /healthz") ? alive : reply(proof));
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
    });
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, heard: () => heard };
}

const READY: Reply = () => ({ ok: true, problems: [] });

let home: string;
beforeEach(() => {
  home = temporaryHome();
});

/** What `gateway status --json` says of a port. */
async function statusAt(port: number | string) {
  const env = { OPENCLAW_GATEWAY_PORT: String(port), PATH: home };
  const { stdout } = await openclaw(["gateway", "status", "--json"], { home, env });
  return JSON.parse(stdout);
}

describe("whoever listens on the port of the local gateway", () => {
  it.each([
    ["status", ["gateway", "status"]],
    ["status as JSON", ["gateway", "status", "--json"]],
    ["env", ["gateway", "env"]],
    ["env for Codex", ["gateway", "env", "--client", "codex"]],
    ["env, into a client's file", ["gateway", "env", "--client", "claude-code", "--write", "--yes"]],
    ["onboard", DOCUMENTED],
    ["run, at a port that is taken", ["gateway", "run"]],
    ["no command", []],
    ["doctor", ["doctor", "--offline"]],
  ])("is shown no token: %s", async (_, args) => {
    await openclaw(DOCUMENTED, { home });
    const { port, heard } = await squat(0, READY);
    await openclaw(args, { home, env: { OPENCLAW_GATEWAY_PORT: String(port) } });
    const token = tokenIn(secretsPath(home));
    for (const form of [token, encodeURIComponent(token), Buffer.from(token).toString("base64")])
      expect(heard()).not.toContain(form);
    expect(token.length).toBeGreaterThan(30);
  });

  it.each(["start", "restart", "install"])("is shown no token by `gateway %s`", async (command) => {
    const here = await machine();
    await here.run("install");
    await here.gateway.close();
    const { heard } = await squat(here.gateway.port, READY);
    await here.run(command);
    expect(heard()).toContain("GET /readyz");
    expect(heard()).not.toContain(tokenIn(secretsPath(here.home)));
  });

  it.each<[string, Reply]>([
    ["says that it is ready", READY],
    ["says nothing of the proof", () => ({ ok: true })],
    ["sends the command's code back", (proof) => ({ ok: true, problems: [], proof: proof.split(".")[1] })],
    ["sends its number back", (proof) => ({ ok: true, problems: [], proof: proof.split(".")[0] })],
    ["sends an empty proof", () => ({ ok: true, problems: [], proof: "" })],
    ["sends a proof of another kind", () => ({ ok: true, problems: [], proof: [true] })],
    ["guesses", () => ({ ok: true, problems: [], proof: "0".repeat(64) })],
  ])("is not believed if it %s", async (_, reply) => {
    await openclaw(DOCUMENTED, { home });
    const { port } = await squat(0, reply);
    const { ok, gateway, problems } = await statusAt(port);
    expect([ok, gateway.own, gateway.problems]).toEqual([false, false, []]);
    expect(problems[0]).toContain("does not prove that it has the local gateway token");
  });

  it("is not believed if it repeats what the gateway once replied", async () => {
    await openclaw(DOCUMENTED, { home });
    const real = await startGatewayHere({ home });
    const asked = challenge(new Secret(tokenIn(secretsPath(home))), (size) => Buffer.alloc(size, 7));
    const answer = JSON.parse((await ask(`${real.url}/readyz`, { headers: asked.headers })).body);
    expect(asked.isProvedBy(answer.proof)).toBe(true);
    const { port } = await squat(0, () => answer);
    expect((await statusAt(port)).gateway.own).toBe(false);
  });
});

async function startedIn(where: string) {
  await openclaw(DOCUMENTED, { home: where });
  return startGatewayHere({ home: where });
}

describe("the local gateway", () => {
  it.each([
    ["as onboarding makes it", ""],
    ["that is short", "short"],
    ["with signs beyond ASCII", "schlüssel-schlüssel-schlüssel"],
  ])("proves to `gateway status` that it knows the token: one %s", async (_, token) => {
    await openclaw(DOCUMENTED, { home });
    if (token !== "")
      writeHome(home, readConfig(home), { OPENCLAW_GATEWAY_TOKEN: token, CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY });
    const { url } = await startGatewayHere({ home });
    const { port } = new URL(url);
    expect((await statusAt(port)).gateway).toMatchObject({ answers: "gateway", ready: true });
    expect((await statusAt(port)).gateway).not.toHaveProperty("own");
  });

  it("of another home does not pass for this one's", async () => {
    const [other, { url }] = [temporaryHome(), await startedIn(home)];
    await openclaw(DOCUMENTED, { home: other });
    const env = { OPENCLAW_GATEWAY_PORT: new URL(url).port, PATH: home };
    const { stdout } = await openclaw(["gateway", "status", "--json"], { home: other, env });
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, gateway: { answers: "gateway", own: false, problems: [] } });
  });

  it("of an older version, which proves nothing, is to be restarted", async () => {
    const here = await machine();
    here.gateway.become({ version: "0.0.9", isForeign: true });
    const { ok, problems, notes } = JSON.parse((await here.run("status --json")).stdout);
    expect([ok, problems[0], notes.at(-1)]).toEqual([
      false,
      expect.stringContaining("or to an older openclaw"),
      expect.stringContaining("Restart the gateway to update it."),
    ]);
    expect(here.gateway.heads.join("\n")).not.toContain(tokenIn(secretsPath(here.home)));
  });

  it("stretches no more than one short token, the one that commands use", () => {
    const asked = (text: string) => challenge(new Secret(text), (size) => Buffer.alloc(size, 1));
    const replies = (tokens: readonly string[], text: string) =>
      asked(text).isProvedBy(prover(tokens.map((one) => new Secret(one)))(asked(text).headers[PROOF_HEADER] ?? ""));
    const long = "a-long-token-a-long-token";
    expect(replies(["short", long, "other"], "short")).toBe(true);
    expect(replies(["short", long, "other"], long)).toBe(true);
    expect(replies(["short", long, "other"], "other")).toBe(false);
  });

  it("does not keep a command waiting, however slowly it answers", async () => {
    const limits: unknown[] = [];
    const http: Context["http"] = async (request) => {
      limits.push(request.totalTimeoutMs);
      const body = JSON.stringify({ ok: true, version: VERSION, pid: 1, startedAt: new Date(0).toISOString() });
      return { ok: true, value: { status: 200, headers: {}, body } };
    };
    const token = new Secret("a".repeat(32));
    await checkHealth({ url: "http://127.0.0.1:9", token }, { http, randomBytes: (size) => Buffer.alloc(size) });
    expect(limits).toHaveLength(2);
    for (const limit of limits) expect(limit).toBeLessThanOrEqual(10_000);
  });

  it("tells nothing to a stranger, whatever the stranger sends", async () => {
    await openclaw(DOCUMENTED, { home });
    const { url } = await startGatewayHere({ home });
    const right = challenge(new Secret(tokenIn(secretsPath(home))), (size) => Buffer.alloc(size, 1)).headers;
    const [nonce, code] = String(right[PROOF_HEADER]).split(".");
    const foreign = challenge(new Secret("another-token-another-token"), (size) => Buffer.alloc(size, 1)).headers;
    const wrong = ["", "x", nonce, `${nonce}.`, `${code}.${nonce}`, `${nonce}.${"0".repeat(64)}`, `${nonce}.${code}.`];
    for (const headers of [{}, foreign, ...wrong.map((proof) => ({ [PROOF_HEADER]: proof }))]) {
      const { body } = await ask(`${url}/readyz`, { headers: { "x-api-key": undefined, ...headers } });
      expect(Object.keys(JSON.parse(body))).toEqual(["ok"]);
    }
    const { body } = await ask(`${url}/readyz`, { headers: { "x-api-key": undefined, ...right } });
    expect(Object.keys(JSON.parse(body))).toEqual(["ok", "problems", "proof", "sends"]);
  });
});
