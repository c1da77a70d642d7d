import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { ask } from "../support/client.ts";
import { type GatewayOptions, HELLO, MODEL, OURS, startBoth } from "../support/local-gateway.ts";
import { KNOWN } from "../support/stand-in/world.ts";

const LLAMA = "@cf/meta/llama-3.2-3b-instruct";
const CHAT = { messages: [{ role: "user", content: "Hi" }] };

const secret = (value: string) => ({ apiKey: new Secret(value), headers: {} });

/** A gateway that knows one provider of each protocol. */
async function startAll(changed: Partial<GatewayOptions> = {}) {
  const both = await startBoth();
  const base = both.standIn.gatewayBase();
  const providers = {
    [OURS]: { baseUrl: `${base}/anthropic/v1/`, api: "anthropic-messages" },
    elsewhere: {
      baseUrl: `${base}/anthropic/`,
      api: "anthropic-messages",
      models: [{ id: "claude-opus-5", name: "x" }],
    },
    workers: { baseUrl: `${base}/workers-ai/v1`, models: [{ id: LLAMA, name: "Llama" }] },
    openai: { baseUrl: `${base}/openai`, api: "openai-responses" },
    google: { baseUrl: `${base}/google-ai-studio`, api: "google-generative-ai" },
  };
  const credentials = {
    elsewhere: { apiKey: new Secret(KNOWN.anthropicKey), headers: { "X-Team": new Secret("blue") } },
    workers: secret(KNOWN.fullToken),
    openai: secret(KNOWN.openaiKey),
  };
  both.gateway.use(both.gateway.settings({ providers, credentials, ...changed }));
  return both;
}

describe("a request goes to the provider", () => {
  it.each([
    ["that is named, in the protocol of the path", "/v1/chat/completions", `workers/${LLAMA}`, `workers/${LLAMA}`],
    ["that describes the model", "/v1/chat/completions", LLAMA, `workers/${LLAMA}`],
    ["that is the only one to speak the protocol", "/v1/responses", "gpt-5.5", "openai/gpt-5.5"],
    ["of Anthropic's kind that describes the model", "/v1/messages", "claude-opus-5", "elsewhere/claude-opus-5"],
    ["of the default where none describes the model", "/v1/messages", "claude-opus-4-8", `${OURS}/claude-opus-4-8`],
  ])("%s", async (_, path, model, served) => {
    const { standIn, gateway } = await startAll();
    const body = path === "/v1/messages" ? { ...HELLO, model } : { ...CHAT, model };
    const { status, headers } = await ask(`${gateway.url}${path}`, { body });
    expect([status, headers["x-openclaw-model"]]).toEqual([200, served]);
    expect(JSON.parse(standIn.requests[0]?.body ?? "").model).toBe(served.slice(served.indexOf("/") + 1));
  });

  it("with the key in the header of its protocol, and the entry's own headers", async () => {
    const { standIn, gateway } = await startAll();
    await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, model: "elsewhere/claude-opus-5" } });
    await ask(`${gateway.url}/v1/responses`, { body: { ...CHAT, model: "gpt-5.5" } });
    const [anthropic, openai] = standIn.requests;
    expect(anthropic?.headers).toMatchObject({ "x-api-key": KNOWN.anthropicKey, "x-team": "blue" });
    expect(anthropic?.headers).not.toHaveProperty("cf-aig-no-wholesale");
    expect(openai?.headers).toMatchObject({ authorization: `Bearer ${KNOWN.openaiKey}` });
    expect(openai?.headers).not.toHaveProperty("anthropic-version");
    expect(openai?.path).toMatch(/\/openai\/responses$/);
  });

  it("whose own error passes as it came", async () => {
    const { gateway } = await startAll();
    const { status, body } = await ask(`${gateway.url}/v1/responses`, { body: { ...CHAT, model: "openai/gpt-0" } });
    expect(status).toBe(404);
    expect(JSON.parse(body).error.code).toBe("model_not_found");
  });

  it("and its tokens are counted", async () => {
    const { gateway } = await startAll();
    await ask(`${gateway.url}/v1/chat/completions`, { body: { ...CHAT, model: LLAMA } });
    expect((await gateway.logged(1))[0]).toMatchObject({ inputTokens: 1, outputTokens: 1 });
  });
});

describe("an entry that points to the gateway itself", () => {
  it.each(["127.0.0.1", "localhost", "[::1]"])("at %s sends nothing in circles", async (host) => {
    const { standIn, gateway } = await startBoth();
    const providers = {
      here: { baseUrl: `http://${host}:${gateway.port}`, api: "anthropic-messages" },
      [OURS]: { baseUrl: `${standIn.gatewayBase()}/anthropic`, api: "anthropic-messages" },
    };
    gateway.use(gateway.settings({ providers, primary: `here/${MODEL}`, port: gateway.port }));
    for (const model of [`here/${MODEL}`, MODEL, undefined]) {
      const { status, headers } = await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, model } });
      expect([status, headers["x-openclaw-model"]]).toEqual([200, `${OURS}/${MODEL}`]);
    }
    expect((await ask(`${gateway.url}/v1/models`)).status).toBe(200);
    expect(standIn.requests).toHaveLength(4);
    expect(gateway.records).toHaveLength(4);
  });
});

describe("a request is not forwarded", () => {
  it.each([
    [
      "to a provider of another protocol",
      "/v1/messages",
      "openai/gpt-5.5",
      404,
      "Provider openai uses the protocol openai-responses",
    ],
    [
      "to a provider whose protocol is not supported",
      "/v1/messages",
      "google/gemini",
      503,
      "uses the protocol google-",
    ],
    ["to a model whose name is no name", "/v1/messages", "x".repeat(300), 400, "names of at most 200 characters"],
  ])("%s", async (_, path, model, status, words) => {
    const { standIn, gateway } = await startAll();
    const answer = await ask(`${gateway.url}${path}`, { body: { ...HELLO, model } });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({
      type: "error",
      error: { type: expect.any(String), message: expect.any(String) },
    });
    expect(answer.body).toContain(words);
    expect(standIn.requests).toHaveLength(0);
  });

  it("with a body that is not a JSON object, or whose model is not a string", async () => {
    const { standIn, gateway } = await startAll();
    for (const body of ["", "[]", "null", '"text"', "{", `{"model":"${MODEL}"} x`, '{"model":5}', '{"model":["a"]}']) {
      const answer = await ask(`${gateway.url}/v1/messages`, { method: "POST", body });
      expect([answer.status, JSON.parse(answer.body).error.type]).toEqual([400, "invalid_request_error"]);
    }
    expect(standIn.requests).toHaveLength(0);
  });

  it.each([
    ["without a key", { credentials: { [OURS]: { headers: {} } } }, "has no API key. Run `openclaw onboard`."],
    [
      "with a placeholder for a key",
      { credentials: { [OURS]: secret("custom-local") } },
      "has no API key. Run `openclaw onboard`.",
    ],
    ["without an address", { providers: { [OURS]: {} } }, "has no baseUrl. Run `openclaw onboard`."],
    [
      "to an address over the network without encryption",
      { providers: { [OURS]: { baseUrl: "http://gateway.example/anthropic", api: "anthropic-messages" } } },
      "sends the credentials unencrypted",
    ],
    [
      "with a header that cannot be sent",
      {
        credentials: {
          [OURS]: { apiKey: new Secret(KNOWN.anthropicKey), headers: { "x-team": new Secret("a\nb: c") } },
        },
      },
      "The header x-team contains a line break at character 2, which cannot be sent. Correct the value.",
    ],
    [
      "with a header that is HTTP's own",
      {
        credentials: {
          [OURS]: { apiKey: new Secret(KNOWN.anthropicKey), headers: { Connection: new Secret("close") } },
        },
      },
      "HTTP sets the header connection itself, so the configuration cannot. Remove it.",
    ],
    [
      "with a credential in the wrong field, which would leak it to the wrong host",
      { credentials: { [OURS]: { apiKey: new Secret(KNOWN.runToken), headers: {} } } },
      "API key: This is a Cloudflare API token",
    ],
  ] as readonly [string, Partial<GatewayOptions>, string][])("%s", async (_, changed, words) => {
    const { standIn, gateway } = await startBoth();
    const entry = { baseUrl: `${standIn.gatewayBase()}/anthropic`, api: "anthropic-messages" };
    gateway.use(gateway.settings({ providers: { [OURS]: entry }, ...changed }));
    for (const asking of [{ body: HELLO }, { body: { ...HELLO, model: "claude-opus-5" } }]) {
      const answer = await ask(`${gateway.url}/v1/messages`, asking);
      expect([answer.status, answer.headers["x-should-retry"]]).toEqual([503, "false"]);
      expect(answer.body).toContain(words);
    }
    expect((await ask(`${gateway.url}/v1/models`)).status).toBe(503);
    const ready = await ask(`${gateway.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.body)).toEqual({ ok: false, problems: [expect.stringContaining(words)] });
    expect(standIn.requests).toHaveLength(0);
  });
});

describe("health", () => {
  it("is reported at /healthz, /readyz and HEAD / to everybody", async () => {
    const { standIn, gateway } = await startBoth();
    const headers = { "x-api-key": undefined };
    const alive = await ask(`${gateway.url}/healthz`, { headers });
    expect([alive.status, JSON.parse(alive.body)]).toEqual([200, { ok: true, version: "1.2.3", pid: 4711 }]);
    const ready = await ask(`${gateway.url}/readyz`, { headers });
    expect([ready.status, JSON.parse(ready.body)]).toEqual([200, { ok: true }]);
    const root = await ask(`${gateway.url}/`, { method: "HEAD", headers });
    expect([root.status, root.body]).toEqual([200, ""]);
    expect(standIn.requests).toHaveLength(0);
  });

  it("is good even if a provider other than the default's cannot be used, which is reported", async () => {
    const { gateway } = await startAll({ credentials: {} });
    gateway.use(
      gateway.settings({
        providers: {
          [OURS]: { baseUrl: "https://x.example/anthropic", api: "anthropic-messages" },
          other: {},
          google: { api: "google-vertex" },
        },
      }),
    );
    const { status, body } = await ask(`${gateway.url}/readyz`);
    expect([status, JSON.parse(body)]).toEqual([
      200,
      { ok: true, problems: ["models.providers.other has no baseUrl. Run `openclaw onboard`."] },
    ]);
  });

  it("is explained only with the token", async () => {
    const { gateway } = await startBoth();
    gateway.use(gateway.settings({ providers: {} }));
    const stranger = await ask(`${gateway.url}/readyz`, { headers: { "x-api-key": undefined } });
    expect([stranger.status, JSON.parse(stranger.body)]).toEqual([503, { ok: false }]);
    const known = await ask(`${gateway.url}/readyz`);
    expect(JSON.parse(known.body).problems).toEqual(["No provider is set up yet. Run `openclaw onboard`."]);
  });
});
