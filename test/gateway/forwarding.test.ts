import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { ask } from "../support/client.ts";
import { CLIENT_TOKEN, type GatewayOptions, HELLO, MODEL, OURS, startBoth } from "../support/local-gateway.ts";
import type { Received } from "../support/stand-in/call.ts";
import { KNOWN } from "../support/stand-in/world.ts";

const headersOf = (received: Received | undefined) => received?.headers ?? {};

describe("a forwarded request", () => {
  it("has the client's body, byte for byte, if nothing in it has to change", async () => {
    const { standIn, gateway } = await startBoth();
    const body = `\r\n{ "max_tokens" : 1.0e1,"model":"${MODEL}",\t"metadata":{"n":9007199254740993,"n":1.0},
      "messages":[{"role":"user","content":"\\u00e9 é 💡 \\"thinking\\"","cache_control":{"type":"ephemeral"}}] , "unknown":[]}\n`;
    const { status } = await ask(`${gateway.url}/v1/messages?beta=true`, { body });
    expect(status).toBe(200);
    expect(standIn.requests[0]?.body).toBe(body);
    expect(standIn.requests[0]?.path).toBe(`/v1/${KNOWN.accountId}/${KNOWN.gatewayId}/anthropic/v1/messages?beta=true`);
  });

  it.each([
    ["provider and model", `${OURS}/${MODEL}`],
    ["an alias", "Cloudflare AI Gateway"],
    ["an alias of another model", "fast", "claude-haiku-4-5"],
    ["an id alone", MODEL],
    ["another id of the same provider", "claude-opus-4-8", "claude-opus-4-8"],
  ])("names the model as its provider does: %s", async (_, wanted, served = MODEL) => {
    const aliases = { "Cloudflare AI Gateway": `${OURS}/${MODEL}`, fast: `${OURS}/claude-haiku-4-5` };
    const { standIn, gateway } = await startBoth({ aliases });
    const { status, headers } = await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, model: wanted } });
    expect([status, headers["x-openclaw-model"]]).toEqual([200, `${OURS}/${served}`]);
    expect(standIn.requests[0]?.body).toBe(JSON.stringify({ ...HELLO, model: served }));
  });

  it("is for the default model if none is named", async () => {
    const { standIn, gateway } = await startBoth();
    const { model: _, ...rest } = HELLO;
    expect((await ask(`${gateway.url}/v1/messages`, { body: rest })).status).toBe(200);
    expect(JSON.parse(standIn.requests[0]?.body ?? "")).toEqual(HELLO);
  });

  it("carries the client's headers except those of this connection", async () => {
    const { standIn, gateway } = await startBoth();
    const headers = {
      "anthropic-beta": "a-1,b-2",
      "anthropic-version": "2026-10-21",
      "cf-aig-metadata": '{"team":"x"}',
      "user-agent": "client/1",
      "x-own": "yes",
      "x-hop": "no",
      connection: "x-hop",
      te: "trailers",
      cookie: "a=b",
      "proxy-authorization": "Basic eDp5",
      "accept-encoding": "gzip, br",
    };
    expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO, headers })).status).toBe(200);
    const sent = headersOf(standIn.requests[0]);
    expect(sent).toMatchObject({
      "anthropic-beta": "a-1,b-2",
      "anthropic-version": "2026-10-21",
      "cf-aig-metadata": '{"team":"x"}',
      "user-agent": "client/1",
      "x-own": "yes",
      "accept-encoding": "identity",
      connection: "keep-alive",
    });
    for (const name of ["x-hop", "te", "cookie", "proxy-authorization"]) expect(sent).not.toHaveProperty(name);
  });

  it.each([
    ["a-1", "b-2", "a-1,b-2"],
    ["a-1,b-2", "b-2, c-3", "a-1,b-2,c-3"],
    ["a-1", "a-1", "a-1"],
    ["a-1", ["b-2", "c-3, a-1"], "a-1,b-2,c-3"],
    ["a-1", "", "a-1"],
    ["a-1", undefined, "a-1"],
    [undefined, "b-2,b-2", "b-2,b-2"],
  ])("joins the features of both sides, each once: %s and %s", async (configured, asked, sent) => {
    const headers = {
      ...(configured !== undefined && { "Anthropic-Beta": new Secret(configured) }),
      "x-team": new Secret("blue"),
    };
    const credentials = { [OURS]: { apiKey: new Secret(KNOWN.anthropicKey), headers } };
    const { standIn, gateway } = await startBoth({ credentials });
    await ask(`${gateway.url}/v1/messages`, {
      body: HELLO,
      headers: { "anthropic-beta": asked, "X-Team": "red, green" },
    });
    expect(headersOf(standIn.requests[0])).toMatchObject({ "anthropic-beta": sent, "x-team": "blue" });
  });

  it("names the program that sends it, if only the gateway", async () => {
    const { standIn, gateway } = await startBoth();
    for (const agent of [undefined, "", "client/1"])
      await ask(`${gateway.url}/v1/messages`, { body: HELLO, headers: { "user-agent": agent } });
    const agents = standIn.requests.map((received) => headersOf(received)["user-agent"]);
    expect(agents).toEqual(["openclaw/1.2.3", "openclaw/1.2.3", "client/1"]);
  });

  it("names a version of the API even if the client names none", async () => {
    const { standIn, gateway } = await startBoth();
    await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect(headersOf(standIn.requests[0])["anthropic-version"]).toBe("2023-06-01");
  });

  it("brings back the upstream's headers except those of its connection", async () => {
    const { gateway } = await startBoth();
    const { headers } = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "request-id": expect.stringMatching(/^req_/),
      "cf-aig-log-id": expect.any(String),
      "cf-ray": expect.any(String),
      "x-openclaw-model": `${OURS}/${MODEL}`,
    });
  });

  it("may have any other path below /v1, with its method, query and body", async () => {
    const { standIn, gateway } = await startBoth();
    const body = Buffer.from("--b\r\nthe bytes of a file\r\n--b--");
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    await ask(`${gateway.url}/v1/files`, { method: "POST", body, headers });
    await ask(`${gateway.url}/v1/files/file_1?x=%20y`, { method: "DELETE" });
    await ask(`${gateway.url}/v1/messages/batches`, {
      method: "POST",
      body,
      headers: { "transfer-encoding": "chunked" },
    });
    const [posted, deleted, chunked] = standIn.requests;
    expect(posted).toMatchObject({
      method: "POST",
      path: expect.stringMatching(/\/anthropic\/v1\/files$/),
      body: `${body}`,
    });
    expect(headersOf(posted)).toMatchObject({ ...headers, "content-length": String(body.length) });
    expect(deleted).toMatchObject({
      method: "DELETE",
      path: expect.stringMatching(/\/v1\/files\/file_1\?x=%20y$/),
      body: "",
    });
    expect(chunked).toMatchObject({ body: `${body}` });
    for (const received of standIn.requests) expect(headersOf(received)["x-api-key"]).toBe(KNOWN.anthropicKey);
  });
});

describe("the client's credential opens the gateway and goes no further", () => {
  const stored = { gateways: [{ authentication: true, storedKeys: { anthropic: { default: KNOWN.anthropicKey } } }] };
  const token = { "cf-aig-authorization": new Secret(`Bearer ${KNOWN.runToken}`) };

  const situations: readonly [string, object, Partial<GatewayOptions>, object, readonly string[]][] = [
    [
      "a key of one's own",
      {},
      {},
      { "x-api-key": KNOWN.anthropicKey, "cf-aig-no-wholesale": "true" },
      ["authorization", "cf-aig-authorization"],
    ],
    [
      "a key that is stored at Cloudflare",
      stored,
      { credentials: { [OURS]: { headers: { ...token, "cf-aig-no-wholesale": new Secret("true") } } } },
      { "cf-aig-authorization": `Bearer ${KNOWN.runToken}`, "cf-aig-no-wholesale": "true" },
      ["authorization", "x-api-key"],
    ],
    [
      "Unified Billing",
      { gateways: [{ authentication: true }], credits: 5 },
      { credentials: { [OURS]: { headers: token } } },
      { "cf-aig-authorization": `Bearer ${KNOWN.runToken}` },
      ["authorization", "x-api-key", "cf-aig-no-wholesale"],
    ],
  ];

  it.each(situations)("%s", async (what, world, options, present, absent) => {
    const { standIn, gateway } = await startBoth({}, world);
    const keyless = what !== "a key of one's own";
    const headers = what.includes("stored") ? { "cf-aig-no-wholesale": "true" } : {};
    const entry = { baseUrl: `${standIn.gatewayBase()}/anthropic`, api: "anthropic-messages" };
    const { settings } = gateway;
    gateway.use(
      settings({ ...options, providers: { [OURS]: keyless ? { ...entry, auth: "token", headers } : entry } }),
    );
    for (const presented of [
      { "x-api-key": CLIENT_TOKEN, authorization: "Bearer custom-local" },
      { "x-api-key": "custom-local", authorization: `Bearer ${CLIENT_TOKEN}` },
      { "x-api-key": undefined, authorization: `bearer ${CLIENT_TOKEN}`, "cf-aig-authorization": "Bearer mine" },
    ]) {
      expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO, headers: presented })).status).toBe(200);
    }
    expect((await ask(`${gateway.url}/v1/models`)).status).toBe(200);
    expect(standIn.requests).toHaveLength(4);
    for (const received of standIn.requests) {
      expect(headersOf(received)).toMatchObject(present);
      for (const name of absent) expect(headersOf(received)).not.toHaveProperty(name);
    }
    expect(JSON.stringify(standIn.requests)).not.toMatch(/CANARY|custom-local|Bearer mine/);
  });
});
