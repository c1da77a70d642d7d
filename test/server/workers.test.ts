import { describe, expect, it } from "vitest";
import { ask } from "../support/client.ts";
import {
  CANARY_CLIENT_TOKEN,
  type GatewayOptions,
  type GatewayProcess,
  startGatewayProcess,
  writeHome,
} from "../support/gateway-process.ts";
import { keptConnection } from "../support/kept-connection.ts";
import { CANARY_KEY, CANARY_TOKEN, temporaryHome } from "../support/program.ts";
import { standIn as startStandIn } from "../support/stand-in.ts";

const ID = "cloudflare-ai-gateway";
const MODEL = "claude-sonnet-4-6";
const HELLO = { model: MODEL, max_tokens: 10, messages: [{ role: "user", content: "Hello." }] };
const TOKEN = { "x-api-key": CANARY_CLIENT_TOKEN };
const OTHER_KEY = "sk-ant-api03-OTHERkeyCANARYotherOTHERkeyOTHER-abcd";

/** Each connection has a token of its own, whose name the log tells. */
const NAMES = ["a", "b", "c", "d", "e", "f", "new"];
const tokenOf = (name: string) => `CANARY-client-token-of-${name}-0123456789`;

const SECRETS = {
  CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY,
  CF_AIG_TOKEN: CANARY_TOKEN,
  OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN,
  OPENCLAW_GATEWAY_TOKENS: NAMES.map((name) => `${name}=${tokenOf(name)}`).join(","),
};

const configAt = (baseUrl: string) => ({
  models: {
    providers: {
      [ID]: {
        baseUrl,
        api: "anthropic-messages",
        apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
        headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" },
      },
    },
  },
  agents: { defaults: { model: { primary: `${ID}/${MODEL}` } } },
  gateway: { auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
});

/** A gateway of two processes before a stand-in that knows two keys. */
async function started(options: Partial<GatewayOptions> = {}) {
  const standIn = await startStandIn({
    gateways: [{ authentication: true }],
    tokens: [{ value: CANARY_TOKEN }],
    anthropicKeys: [{ value: CANARY_KEY }, { value: OTHER_KEY }],
  });
  const home = temporaryHome();
  writeHome(home, configAt(`${standIn.gatewayBase()}/anthropic`), SECRETS);
  const gateway = await startGatewayProcess({ home, args: ["--workers", "2"], ...options });
  const [, listed = ""] = /processes serve: ([\d, ]+)/.exec(gateway.printed()) ?? [];
  return { standIn, home, gateway, pids: listed.split(", ").map(Number), url: `${gateway.url}/v1/messages` };
}

const headersOf = (name: string) => ({ "x-api-key": tokenOf(name) });
const connection = (name: string, url: string) => keptConnection(url, { headers: headersOf(name), body: HELLO });

/** The process that served a connection's first request, as the log has it. */
async function workerOf(name: string, { printed, says }: GatewayProcess): Promise<number> {
  const pattern = new RegExp(`"client":"${name}".*"worker":(\\d+)`);
  const [, pid = ""] = pattern.exec(printed()) ?? pattern.exec(await says(pattern)) ?? [];
  return Number(pid);
}

describe("gateway run --workers 2", () => {
  it("spreads connections over two processes at one port, with one log", async () => {
    const { gateway, pids, url } = await started();
    expect(new Set([...pids, gateway.child.pid]).size).toBe(3);
    const connections = ["a", "b", "c", "d"].map((name) => connection(name, url));
    await Promise.all(connections.map(({ more }) => more(3)));
    await Promise.all(connections.map(({ stop }) => stop()));
    gateway.kill("SIGTERM");
    const { status, stdout, stderr } = await gateway.ended;
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const served = ["a", "b", "c", "d"].map(
      (name) => new Set(lines.flatMap(({ client, worker }) => (client === name ? [worker] : []))),
    );
    expect(served.map(({ size }) => size)).toEqual([1, 1, 1, 1]);
    const perWorker = pids.map((pid) => served.filter((workers) => workers.has(pid)).length);
    expect(perWorker).toEqual([2, 2]);
  });

  it("replaces a process that is killed under load, and no other request notices", async () => {
    const { gateway, pids, url } = await started();
    const names = NAMES.slice(0, 6);
    const connections = names.map((name) => connection(name, url));
    await Promise.all(connections.map(({ more }) => more(5)));
    const owners = await Promise.all(names.map((name) => workerOf(name, gateway)));
    const [dying = 0] = pids;
    process.kill(dying, "SIGKILL");
    // From now on: with a connection of its own each.
    const fresh = await Promise.all(Array.from({ length: 20 }, () => ask(url, { body: HELLO, headers: TOKEN })));
    expect(fresh.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const report = JSON.parse(await gateway.says(/was ended by/));
    expect(report).toMatchObject({
      level: "error",
      message: expect.stringMatching(
        new RegExp(`^Process ${dying} was ended by SIGKILL after \\d+ s\\. Its requests were cut off\\. Another takes`),
      ),
    });
    const [, next = ""] = /Process (\d+) serves/.exec(await gateway.says(/serves in its place/)) ?? [];
    await ask(url, { body: HELLO, headers: headersOf("new") });
    expect(await workerOf("new", gateway)).toBe(Number(next));
    await Promise.all(connections.map(({ more }) => more(20)));
    await Promise.all(connections.map(({ stop }) => stop()));
    const failures = connections.map(({ results }) => results.filter((result) => result !== 200).length);
    // The connections of the dead one are cut once; the request that was under way is lost.
    expect(failures).toEqual(owners.map((pid) => (pid === dying ? 1 : 0)));
    expect(owners.filter((pid) => pid === dying)).toHaveLength(3);
    gateway.kill("SIGTERM");
    const { status, stdout, stderr } = await gateway.ended;
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.match(/was ended by/g)).toHaveLength(1);
    expect(stdout).not.toMatch(/CANARY/);
  });
});
