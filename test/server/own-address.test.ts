import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { ownHosts } from "../../src/server/own-hosts.ts";
import { ask } from "../support/client.ts";
import { CANARY_CLIENT_TOKEN, startGatewayHere, writeHome } from "../support/gateway-process.ts";
import { CLIENT_TOKEN, HELLO, MODEL, OURS, startLocalGateway } from "../support/local-gateway.ts";
import { temporaryHome } from "../support/program.ts";
import { httpServer } from "../support/sockets.ts";

const machine = {
  addresses: () => ["127.0.0.1", "::1", "192.168.7.7", "fe80::0001%eth0"],
  addressesOf: async (name: string) =>
    ({ "box.lan": ["192.168.7.7"], "me.test": ["127.0.0.1"], "six.lan": ["fe80::1"], elsewhere: ["192.168.7.8"] })[
      name
    ] ?? [],
};

describe("the hosts that lead to the gateway", () => {
  it.each([
    ["0.0.0.0", "192.168.7.7", true],
    ["0.0.0.0", "192.168.7.8", false],
    ["0.0.0.0", "box.lan", true],
    ["0.0.0.0", "me.test", true],
    ["0.0.0.0", "elsewhere", false],
    ["0.0.0.0", "nowhere", false],
    ["0.0.0.0", "0.0.0.0", true],
    ["::", "[fe80::1]", true],
    ["::", "six.lan", true],
    ["::", "192.168.7.7", true],
    ["192.168.7.7", "box.lan", true],
    ["192.168.7.7", "six.lan", false],
    ["127.0.0.1", "me.test", true],
    ["127.0.0.1", "box.lan", false],
    ["127.0.0.1", "0.0.0.0", true],
  ])("bound to %s: %s: %s", async (host, name, isOwn) => {
    const config = {
      models: {
        providers: {
          a: { baseUrl: `http://${name}:4711/v1` },
          b: { baseUrl: `http://${name}:4712` },
          c: { baseUrl: "not a URL" },
          d: {},
        },
      },
    };
    expect((await ownHosts(config, { host, port: 4711 }, machine)).has(new URL(`http://${name}`).hostname)).toBe(isOwn);
    expect(await ownHosts(config, { host, port: 1 }, machine)).toEqual(new Set());
  });

  it("nothing is looked up but at its own port", async () => {
    const asked: string[] = [];
    const counting = {
      ...machine,
      addressesOf: async (name: string) => {
        asked.push(name);
        return [];
      },
    };
    const providers = { a: { baseUrl: "https://gateway.ai.cloudflare.com" }, b: { baseUrl: "http://box.lan:4711" } };
    await ownHosts({ models: { providers } }, { host: "0.0.0.0", port: 4711 }, counting);
    expect(asked).toEqual(["box.lan"]);
  });
});

describe("a running gateway knows itself", () => {
  const configFor = (self: string | undefined, other: string) => ({
    models: {
      providers: {
        other: { baseUrl: other, api: "anthropic-messages", apiKey: "a-key-of-the-tests" },
        ...(self !== undefined && {
          self: { baseUrl: self, api: "anthropic-messages", apiKey: CANARY_CLIENT_TOKEN },
        }),
      },
    },
    agents: { defaults: { model: { primary: `${self === undefined ? "other" : "self"}/${MODEL}` } } },
    gateway: { auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
  });

  const lan = Object.values(networkInterfaces())
    .flatMap((all = []) => all)
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

  it.each([
    ["on any free port", [], "127.0.0.1"],
    ["on any free port, by name", [], "localhost"],
    ["on every address", ["--bind", "0.0.0.0"], "0.0.0.0"],
    ["on every address, by one of them", ["--bind", "lan"], lan ?? "127.0.0.1"],
  ])("%s", async (_, args, host) => {
    const other = await httpServer((request, response) => request.resume().on("end", () => response.end("{}")));
    const base = `http://127.0.0.1:${other.port}`;
    const home = temporaryHome();
    writeHome(home, configFor(undefined, base), { OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN });
    const gateway = await startGatewayHere({ home, args });
    const self = `http://${host}:${new URL(gateway.url).port}`;
    writeHome(home, configFor(self, base), { OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN });
    await gateway.says(/self points to this gateway itself/);
    const headers = { "x-api-key": CANARY_CLIENT_TOKEN };
    const answer = await ask(`${gateway.url}/v1/messages`, { headers, body: HELLO });
    expect(answer.status).not.toBe(508);
  });
});

describe("a request that comes round", () => {
  const entry = (baseUrl: string) => ({ baseUrl, api: "anthropic-messages" });
  const credentials = { [OURS]: { apiKey: new Secret(CLIENT_TOKEN), headers: {} } };
  const primary = `${OURS}/${MODEL}`;

  it("to the same gateway is refused with a sentence, and not asked in a circle", async () => {
    const rules = { hop: "openclaw-1111" };
    const gateway = await startLocalGateway({
      providers: { [OURS]: entry("http://127.0.0.1:1") },
      primary,
      rules,
      credentials,
    });
    // What no address tells, such as a tunnel or a proxy.
    gateway.use(gateway.settings({ providers: { [OURS]: entry(gateway.url) } }));
    for (const path of ["/v1/messages", "/v1/files"]) {
      const { status, body } = await ask(`${gateway.url}${path}`, { body: HELLO });
      expect([status, JSON.parse(body).error.message]).toEqual([508, expect.stringContaining("leads back to it")]);
    }
    expect(await gateway.logged(4)).toHaveLength(4);
  });

  it("through another gateway is refused as well", async () => {
    const first = await startLocalGateway({
      providers: { [OURS]: entry("http://127.0.0.1:1") },
      primary,
      rules: { hop: "openclaw-1111" },
      credentials,
    });
    const second = await startLocalGateway({
      providers: { [OURS]: entry(first.url) },
      primary,
      rules: { hop: "openclaw-2222" },
      credentials,
    });
    first.use(first.settings({ providers: { [OURS]: entry(second.url) } }));
    for (const { url } of [first, second]) expect((await ask(`${url}/v1/messages`, { body: HELLO })).status).toBe(508);
  });

  it("is told by a header that keeps what others say, and that says nothing of the user", async () => {
    const seen: (string | undefined)[] = [];
    const { port } = await httpServer((request, response) => {
      seen.push(request.headers.via);
      response.end("{}");
    });
    const gateway = await startLocalGateway({
      providers: { [OURS]: entry(`http://127.0.0.1:${port}`) },
      primary,
      rules: { hop: "openclaw-1111" },
    });
    await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    await ask(`${gateway.url}/v1/messages`, { headers: { via: "1.0 fred, 1.1 openclaw-2222" }, body: HELLO });
    expect(seen).toEqual(["1.1 openclaw-1111", "1.1 openclaw-1111,1.0 fred,1.1 openclaw-2222"]);
    const cloudflare = gateway.settings({
      providers: { [OURS]: entry("https://gateway.ai.cloudflare.com/v1/a/b/anthropic") },
    });
    expect([...cloudflare.upstreams.values()].map(({ headers }) => headers.has("via"))).toEqual([false]);
  });
});
