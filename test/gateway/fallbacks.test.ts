import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { ask } from "../support/client.ts";
import { type GatewayOptions, HELLO, MODEL, OURS, startBoth, startLocalGateway } from "../support/local-gateway.ts";
import { httpServer, rawServer } from "../support/sockets.ts";
import type { DialName } from "../support/stand-in/dials.ts";
import { KNOWN } from "../support/stand-in/world.ts";

const FIRST = `${OURS}/${MODEL}`;
const SECOND = "spare/claude-opus-4-8";
const THIRD = `${OURS}/claude-haiku-4-5`;

/** A gateway whose default has two fallbacks, the first of them at another provider. */
async function startThree(changed: Partial<GatewayOptions> = {}) {
  const both = await startBoth();
  const base = `${both.standIn.gatewayBase()}/anthropic`;
  const providers = {
    [OURS]: { baseUrl: base, api: "anthropic-messages" },
    spare: { baseUrl: `${base}/`, api: "anthropic-messages" },
    openai: { baseUrl: `${both.standIn.gatewayBase()}/openai`, api: "openai-responses" },
  };
  const fallbacks = ["openai/gpt-5.5", SECOND, "spare-model"];
  const aliases = { "spare-model": THIRD, main: FIRST };
  both.gateway.use(both.gateway.settings({ providers, fallbacks, aliases, ...changed }));
  return both;
}

const { model: _, ...UNNAMED } = HELLO;

const modelsAsked = (requests: readonly { readonly body: string }[]) =>
  requests.map(({ body }) => JSON.parse(body).model);

describe("a request for the default model goes to the next one", () => {
  it.each([
    ["anthropic-rate_limit_error", "anthropic.rate-limited"],
    ["anthropic-overloaded_error", "anthropic.overloaded"],
    ["anthropic-api_error", "anthropic.internal"],
    ["anthropic-not_found_error", "anthropic.model-not-found"],
    ["gateway-2003", "gateway.rate-limited"],
    ["gateway-2041", "gateway.spend-limit"],
    ["policy-403", "gateway.policy-denied"],
    ["policy-429", "gateway.spend-limit"],
    ["edge-524", "edge.origin-slow"],
    ["reset", "network.cut-off"],
  ] as readonly [DialName, string][])("after %s", async (name, code) => {
    const { standIn, gateway } = await startThree();
    standIn.dial(name, { times: 1, message: "model: gone" });
    const { status, headers } = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([status, headers["x-openclaw-model"]]).toEqual([200, SECOND]);
    expect(modelsAsked(standIn.requests)).toEqual([MODEL, "claude-opus-4-8"]);
    const [record] = await gateway.logged(1);
    expect(record).toMatchObject({ status: 200, model: SECOND, tried: [`${FIRST}: ${code}`] });
  });

  it.each([
    ["no model", UNNAMED],
    ["the default by its reference", { ...HELLO, model: FIRST }],
    ["the default by its alias", { ...HELLO, model: "main" }],
    ["the default by its id", HELLO],
  ])("if it names %s", async (_, body) => {
    const { standIn, gateway } = await startThree();
    standIn.dial("anthropic-overloaded_error", { times: 2 });
    const { headers } = await ask(`${gateway.url}/v1/messages`, { body });
    expect(headers["x-openclaw-model"]).toBe(THIRD);
    expect(JSON.parse(standIn.requests[2]?.body ?? "")).toEqual({ ...HELLO, model: "claude-haiku-4-5" });
  });

  it("and the first failure is reported when no model can serve it, with the time when one can", async () => {
    const { standIn, gateway } = await startThree();
    standIn.dial("anthropic-overloaded_error", { times: 2 });
    standIn.dial("gateway-2003", { retryAfter: 9 });
    const { status, headers } = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect(status).toBe(529);
    expect(headers).toMatchObject({ "x-openclaw-model": FIRST, "retry-after": "9" });
    const [record] = await gateway.logged(1);
    expect(record).toMatchObject({ model: FIRST, ended: "anthropic.overloaded" });
    expect(record?.tried).toHaveLength(3);
  });
});

describe("an upstream that does not count tokens", () => {
  it("keeps getting the messages", async () => {
    const { port } = await httpServer((request, response) => {
      request.resume();
      response.writeHead(request.url?.endsWith("/count_tokens") ? 404 : 200).end("{}");
    });
    const { standIn, gateway } = await startThree();
    const entry = { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" };
    const spare = { baseUrl: `${standIn.gatewayBase()}/anthropic`, api: "anthropic-messages" };
    gateway.use(gateway.settings({ providers: { [OURS]: entry, spare }, fallbacks: [SECOND] }));
    expect((await ask(`${gateway.url}/v1/messages/count_tokens`, { body: HELLO })).status).toBe(404);
    const { headers } = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect(headers["x-openclaw-model"]).toBe(FIRST);
    expect(standIn.requests).toEqual([]);
  });
});

describe("a limit of another kind of path", () => {
  /** A gateway of OpenAI's kind or Anthropic's with a fallback, whose upstream answers 429 at one path. */
  async function startLimited(api: "anthropic-messages" | "openai-responses", limited: string) {
    const asked: string[] = [];
    const { port } = await httpServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      asked.push(`${request.url} ${body === "" ? "" : JSON.parse(body).model}`.trim());
      const isLimited = request.url?.endsWith(limited);
      response.writeHead(isLimited ? 429 : 200, isLimited ? { "retry-after": "60" } : {}).end("{}");
    });
    const baseUrl = `http://127.0.0.1:${port}`;
    const gateway = await startLocalGateway({
      providers: { own: { baseUrl, api, models: ["one", "two"].map((id) => ({ id, name: id })) } },
      primary: "own/one",
      fallbacks: ["own/two"],
    });
    return { gateway, asked };
  }

  it.each([
    ["anthropic-messages", "/v1/messages", "/v1/messages/count_tokens"],
    ["openai-responses", "/v1/responses", "/v1/responses/input_tokens"],
    ["openai-responses", "/v1/responses", "/v1/responses/compact"],
    ["openai-responses", "/v1/chat/completions", "/v1/embeddings"],
    ["openai-responses", "/v1/responses", "/v1/images/generations"],
    ["openai-responses", "/v1/responses", "/v1/moderations"],
    ["anthropic-messages", "/v1/messages", "/v1/files"],
    ["openai-responses", "/v1/responses", "/v1/models/one"],
  ] as const)("of %s leaves %s alone: %s", async (api, generating, limited) => {
    const below = api === "anthropic-messages" ? (path: string) => path : (path: string) => path.slice(3);
    const { gateway, asked } = await startLimited(api, below(limited));
    const body = { ...HELLO, model: "one" };
    const isRead = !/files|models/.test(limited);
    const headers = api === "anthropic-messages" ? { "anthropic-version": "2023-06-01" } : { "openai-beta": "x" };
    for (let count = 0; count < 2; count += 1) {
      const { status } = await ask(`${gateway.url}${limited}`, isRead ? { body } : { headers });
      expect(status).toBe(429);
    }
    expect((await ask(`${gateway.url}${generating}`, { body })).status).toBe(200);
    const once = below(limited) + (isRead ? " one" : "");
    expect(asked).toEqual([once, once, `${below(generating)} one`]);
  });

  it.each([
    ["anthropic-messages", "/v1/messages", "/v1/messages/count_tokens"],
    ["openai-responses", "/v1/responses", "/v1/responses/input_tokens"],
  ] as const)("of %s is not asked of another model when %s is limited: %s", async (api, generating, counting) => {
    const below = api === "anthropic-messages" ? (path: string) => path : (path: string) => path.slice(3);
    const { gateway, asked } = await startLimited(api, below(generating));
    const body = { ...HELLO, model: "one" };
    expect((await ask(`${gateway.url}${generating}`, { body })).status).toBe(429);
    expect((await ask(`${gateway.url}${counting}`, { body })).status).toBe(200);
    expect(asked.at(-1)).toBe(`${below(counting)} one`);
  });
});

describe("a request stays with its model", () => {
  it.each([
    "anthropic-invalid_request_error",
    "anthropic-authentication_error",
    "anthropic-permission_error",
    "gateway-2009",
    "anthropic-prefill",
  ] as readonly DialName[])("after %s", async (name) => {
    const { standIn, gateway } = await startThree();
    standIn.dial(name);
    const { status } = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([400, 401, 403]).toContain(status);
    expect(new Set(modelsAsked(standIn.requests))).toEqual(new Set([MODEL]));
  });

  it("if it names another one than the default", async () => {
    const { standIn, gateway } = await startThree();
    standIn.dial("anthropic-overloaded_error");
    expect((await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, model: THIRD } })).status).toBe(529);
    expect(standIn.requests).toHaveLength(1);
  });

  it("if it redeems a credit, which was given for one model", async () => {
    const { standIn, gateway } = await startThree();
    standIn.dial("anthropic-overloaded_error", { times: 1 });
    const { status } = await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, fallback_credit_token: "t" } });
    expect([status, modelsAsked(standIn.requests)]).toEqual([529, [MODEL]]);
  });

  it("once a byte of its answer has been passed on", async () => {
    const { standIn, gateway } = await startThree();
    standIn.dial("half-answer", { times: 1, after: 100 });
    await expect(ask(`${gateway.url}/v1/messages`, { body: HELLO })).rejects.toThrow("aborted");
    expect(standIn.requests).toHaveLength(1);
  });

  it("when its client has left", async () => {
    const { standIn, gateway } = await startThree();
    standIn.dial("slow");
    const leaving = new AbortController();
    const headers = { "x-api-key": "CANARY-client-token-CANARY-client-token" };
    const asked = fetch(`${gateway.url}/v1/messages`, {
      method: "POST",
      body: JSON.stringify(HELLO),
      headers,
      signal: leaving.signal,
    });
    await standIn.received(1);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    expect((await gateway.logged(1))[0]).toMatchObject({ status: 499, ended: "client-gone", tried: undefined });
    await standIn.abandoned(1);
    expect(standIn.requests).toHaveLength(1);
  });
});

describe("a model that failed", () => {
  it("is skipped for a while, and the log says so", async () => {
    const { standIn, gateway } = await startThree();
    standIn.dial("anthropic-rate_limit_error", { times: 1, retryAfter: 600 });
    for (let count = 0; count < 2; count += 1) await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect(modelsAsked(standIn.requests)).toEqual([MODEL, "claude-opus-4-8", "claude-opus-4-8"]);
    expect((await gateway.logged(2))[1]).toMatchObject({
      model: SECOND,
      tried: [`${FIRST}: cooling down (anthropic.rate-limited)`],
    });
  });

  it("is tried again after a reload", async () => {
    const { standIn, gateway } = await startThree();
    standIn.dial("anthropic-rate_limit_error", { times: 1, retryAfter: 600 });
    await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    const base = `${standIn.gatewayBase()}/anthropic`;
    gateway.use(gateway.settings({ providers: { [OURS]: { baseUrl: base, api: "anthropic-messages" } } }));
    expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO })).headers["x-openclaw-model"]).toBe(FIRST);
  });
});

describe("a connection that was kept open", () => {
  it("and was closed in the meantime is replaced by a fresh one, once", async () => {
    let served = 0;
    const { port } = await httpServer((request, response) => {
      served += 1;
      // The second request on a connection finds it closed.
      if (served === 2) return void request.socket.resetAndDestroy();
      response.end('{"type":"message"}');
    });
    const { gateway } = await startBoth();
    const entry = { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" };
    gateway.use(gateway.settings({ providers: { [OURS]: entry } }));
    for (let count = 0; count < 2; count += 1) {
      expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO })).status).toBe(200);
    }
    expect(served).toBe(3);
    expect(gateway.pauses).toEqual([]);
  });

  it("is replaced only if it was kept: on a fresh one nothing is sent twice", async () => {
    let served = 0;
    const { port } = await rawServer((socket) => {
      served += 1;
      socket.once("data", () => socket.resetAndDestroy());
    });
    const { gateway } = await startBoth();
    const entry = { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" };
    gateway.use(
      gateway.settings({
        providers: { [OURS]: entry },
        credentials: { [OURS]: { apiKey: new Secret(KNOWN.anthropicKey), headers: {} } },
      }),
    );
    expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO })).status).toBe(502);
    expect(served).toBe(1);
  });
});
