import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../src/core/http.ts";
import { send } from "../src/http/client.ts";
import { OTEL_SECRET } from "./support/stand-in/cloudflare-api.ts";
import { DIAL_NAMES, type DialName } from "./support/stand-in/dials.ts";
import { startStandIn } from "./support/stand-in/stand-in.ts";
import { KNOWN } from "./support/stand-in/world.ts";
import { standIn } from "./support/stand-in.ts";

type Headers = Readonly<Record<string, string>>;

const ask = (url: string, headers: Headers = {}, body?: unknown) => {
  const request: HttpRequest = {
    method: body === undefined ? "GET" : "POST",
    url,
    headers,
    connectTimeoutMs: 200_000,
    idleTimeoutMs: 200_000,
    maxBodyBytes: 1_000_000,
  };
  return send(body === undefined ? request : { ...request, body: JSON.stringify(body) }, {});
};

/** The status, and the body as JSON. */
async function answerTo(url: string, headers?: Headers, body?: unknown) {
  const result = await ask(url, headers, body);
  if (!result.ok) throw new Error(result.error.kind);
  return { status: result.value.status, headers: result.value.headers, body: JSON.parse(result.value.body) };
}

const VERSION = { "anthropic-version": "2023-06-01" };
const KEY = { ...VERSION, "x-api-key": KNOWN.anthropicKey };
const TOKEN = { ...VERSION, "cf-aig-authorization": `Bearer ${KNOWN.runToken}` };
const FULL = { authorization: `Bearer ${KNOWN.fullToken}` };
const HELLO = { model: "claude-sonnet-5-5", max_tokens: 1, messages: [{ role: "user", content: "Hi" }] };

const gatewayCode = (status: number, code: number) => ({
  status,
  body: expect.objectContaining({ name: "AiGatewayError", error: [expect.objectContaining({ code })] }),
});
const apiCode = (status: number, code: number) => ({
  status,
  body: expect.objectContaining({ success: false, errors: [expect.objectContaining({ code })] }),
});
const anthropicType = (status: number, type: string, message: unknown = expect.anything()) => ({
  status,
  body: expect.objectContaining({ type: "error", error: { type, message } }),
});

describe("AI Gateway", () => {
  it.each([
    ["an open gateway passes a key on", {}, KEY, { status: 200 }],
    ["an open gateway does not mind a token", {}, { ...TOKEN, ...KEY }, { status: 200 }],
    [
      "a wrong key is refused by Anthropic",
      {},
      { ...KEY, "x-api-key": "no" },
      anthropicType(401, "authentication_error", "invalid x-api-key"),
    ],
    [
      "no key is refused by Anthropic",
      {},
      VERSION,
      anthropicType(401, "authentication_error", "x-api-key header is required"),
    ],
    [
      "a bearer token is no key",
      {},
      { ...VERSION, ...FULL },
      anthropicType(401, "authentication_error", "Invalid bearer token"),
    ],
    ["an authenticated gateway wants its token", { authentication: true }, KEY, gatewayCode(401, 2009)],
    [
      "an authenticated gateway wants a true token",
      { authentication: true },
      { ...KEY, "cf-aig-authorization": "Bearer no" },
      gatewayCode(401, 2009),
    ],
    [
      "a token without Bearer is none",
      { authentication: true },
      { ...KEY, "cf-aig-authorization": KNOWN.runToken },
      gatewayCode(401, 2009),
    ],
    ["token and key pass", { authentication: true }, { ...TOKEN, ...KEY }, { status: 200 }],
    [
      "a stored key is used",
      { authentication: true, storedKeys: { anthropic: { default: KNOWN.anthropicKey } } },
      TOKEN,
      { status: 200 },
    ],
    [
      "a stored key yields to that of the request",
      { authentication: true, storedKeys: { anthropic: { default: KNOWN.anthropicKey } } },
      { ...TOKEN, "x-api-key": "dummy" },
      anthropicType(401, "authentication_error"),
    ],
    [
      "a stored key is found by its alias",
      { authentication: true, storedKeys: { anthropic: { work: KNOWN.anthropicKey } } },
      { ...TOKEN, "cf-aig-byok-alias": "work" },
      { status: 200 },
    ],
    [
      "an alias must be known",
      { authentication: true, storedKeys: { anthropic: { home: KNOWN.anthropicKey } } },
      { ...TOKEN, "cf-aig-byok-alias": "work" },
      gatewayCode(400, 2040),
    ],
    ["without any key credits are asked for", { authentication: true }, TOKEN, gatewayCode(402, 2021)],
    [
      "credits are not touched where the request forbids it",
      { authentication: true },
      { ...TOKEN, "cf-aig-no-wholesale": "true" },
      gatewayCode(400, 2044),
    ],
    [
      "credits are not touched where the gateway forbids it",
      { authentication: true, byokOnly: true },
      TOKEN,
      gatewayCode(400, 2044),
    ],
    [
      "without Unified Billing Anthropic is asked without a key",
      { authentication: true, wholesale: false },
      TOKEN,
      anthropicType(401, "authentication_error"),
    ],
  ])("%s", async (_what, gateway, headers, expected) => {
    const { gatewayBase } = await standIn({ gateways: [gateway] });
    expect(await answerTo(`${gatewayBase()}/anthropic/v1/models`, headers)).toEqual(expect.objectContaining(expected));
  });

  it("charges credits", async () => {
    const { gatewayBase } = await standIn({ gateways: [{ authentication: true }], credits: 5 });
    expect((await answerTo(`${gatewayBase()}/anthropic/v1/messages`, TOKEN, HELLO)).status).toBe(200);
  });

  it("knows its accounts, gateways and providers", async () => {
    const { gatewayBase } = await standIn();
    const code = async (base: string, headers: Headers) => (await answerTo(`${base}/v1/models`, headers)).body.error;
    expect(await code(`${gatewayBase(KNOWN.accountId, "other")}/anthropic`, KEY)).toMatchObject([{ code: 2001 }]);
    expect(await code(`${gatewayBase("f".repeat(32))}/anthropic`, KEY)).toMatchObject([{ code: 2001 }]);
    expect(await code(`${gatewayBase("f".repeat(32))}/anthropic`, TOKEN)).toMatchObject([{ code: 2009 }]);
    expect(await code(`${gatewayBase()}/anthropics`, KEY)).toMatchObject([{ code: 2008 }]);
  });

  it("is behind a custom domain too", async () => {
    const { domainBase } = await standIn();
    expect((await answerTo(`${domainBase}/anthropic/v1/models`, KEY)).status).toBe(200);
  });

  it("gives every request ids of its own, and keeps what it received", async () => {
    const { gatewayBase, requests } = await standIn();
    const url = `${gatewayBase()}/anthropic/v1/messages`;
    const [first, second] = [await answerTo(url, { ...KEY, "X-Test": "1" }, HELLO), await answerTo(url, KEY, HELLO)];
    for (const name of ["cf-ray", "cf-aig-log-id", "cf-aig-event-id", "request-id"]) {
      expect(first.headers[name]).toMatch(/\w/);
      expect(first.headers[name]).not.toBe(second.headers[name]);
    }
    expect(requests).toHaveLength(2);
    expect(requests[0]).toEqual({
      method: "POST",
      path: `/v1/${KNOWN.accountId}/${KNOWN.gatewayId}/anthropic/v1/messages`,
      headers: expect.objectContaining({ ...KEY, "x-test": "1" }),
      body: JSON.stringify(HELLO),
    });
  });
});

describe("Anthropic", () => {
  const models = async (query: string) => {
    const { gatewayBase } = await standIn();
    return (await answerTo(`${gatewayBase()}/anthropic/v1/models${query}`, KEY)).body;
  };
  const ids = (list: { data: { id: string }[] }) => list.data.map(({ id }) => id);

  it("lists its models in pages, forwards and backwards", async () => {
    const all = await models("?limit=1000");
    expect(all).toMatchObject({ has_more: false, first_id: "claude-haiku-5-5", last_id: "claude-unheard-of-1" });
    expect(all.data).toHaveLength(15);
    const first = await models("?limit=10");
    expect(first).toMatchObject({ has_more: true, last_id: "claude-sonnet-4-6" });
    const second = await models("?limit=10&after_id=claude-sonnet-4-6");
    expect(second.has_more).toBe(false);
    expect([...ids(first), ...ids(second)]).toEqual(ids(all));
    const before = await models("?limit=2&before_id=claude-fable-5-1");
    expect(before.has_more).toBe(true);
    expect(ids(before)).toEqual(["claude-sonnet-5-5", "claude-opus-5-5"]);
    expect(await models("?after_id=claude-unheard-of-1")).toEqual({
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    });
    expect((await models("?limit=1001")).error.type).toBe("invalid_request_error");
  });

  it("lists a model's capabilities, where it has any", async () => {
    const all = await models("");
    expect(all.data[0]).toMatchObject({
      type: "model",
      display_name: "Claude Haiku 5.5",
      created_at: "2026-10-07T00:00:00Z",
      max_input_tokens: 1_000_000,
      capabilities: { image_input: { supported: true } },
    });
    expect(all.data.at(-1)).toMatchObject({ max_input_tokens: null, max_tokens: null, capabilities: null });
    expect(await models("/claude-opus-4-5")).toMatchObject({ id: "claude-opus-4-5-20251101" });
    expect((await models("/claude-opus-3")).error).toEqual({
      type: "not_found_error",
      message: "model: claude-opus-3",
    });
  });

  it("answers with at most the requested tokens", async () => {
    const { gatewayBase } = await standIn();
    const url = `${gatewayBase()}/anthropic/v1/messages`;
    expect((await answerTo(url, KEY, HELLO)).body).toMatchObject({
      type: "message",
      model: "claude-sonnet-5-5",
      content: [{ type: "text", text: "Hello" }],
      stop_reason: "max_tokens",
      usage: { output_tokens: 1 },
    });
    expect((await answerTo(url, KEY, { ...HELLO, max_tokens: 100 })).body).toMatchObject({ stop_reason: "end_turn" });
    expect((await answerTo(`${url}/count_tokens`, KEY, HELLO)).body).toEqual({ input_tokens: expect.any(Number) });
  });

  it("streams the events in their order", async () => {
    const { gatewayBase } = await standIn();
    const result = await ask(`${gatewayBase()}/anthropic/v1/messages`, KEY, { ...HELLO, stream: true });
    if (!result.ok) throw new Error(result.error.kind);
    expect(result.value.headers["content-type"]).toMatch(/^text\/event-stream/);
    expect(result.value.body.match(/(?<=^event: ).*/gm)).toEqual([
      "message_start",
      "content_block_start",
      "ping",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
  });

  it.each([
    [
      "without a version",
      { "x-api-key": KNOWN.anthropicKey },
      HELLO,
      anthropicType(400, "invalid_request_error", "anthropic-version: header is required"),
    ],
    [
      "without a length",
      KEY,
      { ...HELLO, max_tokens: undefined },
      anthropicType(400, "invalid_request_error", "max_tokens: Field required"),
    ],
    ["without a turn", KEY, { ...HELLO, messages: [] }, anthropicType(400, "invalid_request_error")],
    ["of an unknown model", KEY, { ...HELLO, model: "claude-opus-3" }, anthropicType(404, "not_found_error")],
    [
      "with a prefill",
      KEY,
      { ...HELLO, messages: [...HELLO.messages, { role: "assistant", content: "{" }] },
      anthropicType(400, "invalid_request_error", expect.stringContaining("prefill")),
    ],
    ["with a temperature", KEY, { ...HELLO, temperature: 0 }, anthropicType(400, "invalid_request_error")],
  ])("refuses a request %s", async (_what, headers, body, expected) => {
    const { gatewayBase } = await standIn();
    expect(await answerTo(`${gatewayBase()}/anthropic/v1/messages`, headers as Headers, body)).toEqual(
      expect.objectContaining(expected),
    );
  });

  it("refuses messages, not the list, when the credit is used up; and paths that it does not have", async () => {
    const { gatewayBase } = await standIn({ anthropicKeys: [{ value: KNOWN.anthropicKey, credit: false }] });
    const base = `${gatewayBase()}/anthropic`;
    expect((await answerTo(`${base}/v1/models`, KEY)).status).toBe(200);
    expect((await answerTo(`${base}/v1/messages`, KEY, HELLO)).body.error.message).toMatch(/credit balance/);
    expect((await answerTo(`${base}/v1/v1/messages`, KEY, HELLO)).status).toBe(404);
  });
});

describe("the other providers", () => {
  it("are Workers AI, for a Cloudflare token", async () => {
    const { gatewayBase } = await standIn();
    const base = `${gatewayBase()}/workers-ai/v1`;
    const model = "@cf/meta/llama-3.2-3b-instruct";
    expect((await answerTo(`${base}/models`, FULL)).status).toBe(405);
    expect((await answerTo(`${base}/chat/completions`, FULL, { model })).body).toMatchObject({ model });
    expect(await answerTo(`${base}/chat/completions`, FULL, { model: "@cf/x" })).toEqual(
      expect.objectContaining(apiCode(404, 7003)),
    );
    expect(await answerTo(`${base}/models`)).toEqual(expect.objectContaining(apiCode(401, 10000)));
  });

  it("and OpenAI, for a key, a stored key or credits", async () => {
    const stored = { authentication: true, storedKeys: { openai: { default: KNOWN.openaiKey } } };
    const { gatewayBase } = await standIn({ gateways: [stored, { id: "open" }] });
    const open = `${gatewayBase(KNOWN.accountId, "open")}/openai`;
    const key = { authorization: `Bearer ${KNOWN.openaiKey}` };
    expect((await answerTo(`${open}/models`, key)).body.data).toHaveLength(2);
    expect((await answerTo(`${open}/responses`, key, { model: "gpt-5.5" })).body.object).toBe("response");
    expect((await answerTo(`${open}/models`, FULL)).body.error.code).toBe("invalid_api_key");
    expect((await answerTo(`${gatewayBase()}/openai/models`, TOKEN)).status).toBe(200);
  });
});

describe("Cloudflare's API", () => {
  const account = `/accounts/${KNOWN.accountId}`;
  const gateways = `${account}/ai-gateway/gateways`;

  it("verifies each kind of token at its own address", async () => {
    const account = { value: "cfat_x", status: "disabled" as const };
    const { apiBase } = await standIn({ tokens: [{ value: "cfut_x" }, account] });
    const verify = (path: string, token: string) => answerTo(apiBase + path, { authorization: `Bearer ${token}` });
    expect((await verify("/user/tokens/verify", "cfut_x")).body.result.status).toBe("active");
    expect(await verify("/user/tokens/verify", "cfat_x")).toEqual(expect.objectContaining(apiCode(401, 1000)));
    expect(await verify("/user/tokens/verify", "cfut_y")).toEqual(expect.objectContaining(apiCode(401, 1000)));
    expect((await verify(`/accounts/${KNOWN.accountId}/tokens/verify`, "cfat_x")).body.result.status).toBe("disabled");
  });

  it("lists accounts and gateways in pages", async () => {
    const names = Array.from({ length: 25 }, (_, index) => `gw-${index}`);
    const { apiBase } = await standIn({ gateways: names.map((id) => ({ id, byokOnly: true })) });
    expect((await answerTo(`${apiBase}/accounts`, FULL)).body.result).toEqual([
      { id: KNOWN.accountId, name: "Stand-in", type: "standard" },
    ]);
    const first = await answerTo(`${apiBase}${gateways}`, FULL);
    expect(first.body.result).toHaveLength(20);
    expect(first.body.result_info).toEqual({ page: 1, per_page: 20, count: 20, total_count: 25, total_pages: 2 });
    const second = await answerTo(`${apiBase}${gateways}?page=2`, FULL);
    expect(second.body.result.at(-1)).toMatchObject({ id: "gw-24", authentication: false, byok_only: true });
    expect((await answerTo(`${apiBase}${gateways}?search=gw-2&per_page=5`, FULL)).body.result_info.total_count).toBe(6);
  });

  it("lists the accounts of a person's token, and refuses an account's own token", async () => {
    const accounts = Array.from({ length: 3 }, (_, index) => ({ id: String(index).repeat(32), name: `No. ${index}` }));
    const { apiBase } = await standIn({
      accounts,
      tokens: [
        { value: "cfut_x", accountIds: ["0".repeat(32), "2".repeat(32)] },
        { value: "cfut_y", permissions: ["read"] },
        { value: "cfat_z" },
      ],
    });
    const listed = (token: string, query = "") =>
      answerTo(`${apiBase}/accounts${query}`, { authorization: `Bearer ${token}` });
    expect((await listed("cfut_x")).body.result).toMatchObject([{ name: "No. 0" }, { name: "No. 2" }]);
    expect((await listed("cfut_x", "?per_page=1&page=2")).body).toMatchObject({
      result: [{ name: "No. 2" }],
      result_info: { count: 1, total_count: 2, total_pages: 2 },
    });
    expect((await listed("cfut_y")).body).toMatchObject({ success: true, result: [] });
    expect(await listed("cfat_z")).toEqual(expect.objectContaining(apiCode(400, 1001)));
  });

  it("returns a gateway's settings", async () => {
    const settings = { cacheSeconds: 60, logs: false, rateLimit: { requests: 10, seconds: 30 } };
    const { apiBase } = await standIn({ gateways: [settings] });
    expect((await answerTo(`${apiBase}${gateways}/my-gw`, FULL)).body.result).toMatchObject({
      cache_ttl: 60,
      collect_logs: false,
      rate_limiting_limit: 10,
      rate_limiting_interval: 30,
      otel: [{ authorization: OTEL_SECRET }],
    });
  });

  it("lists the models of Workers AI with what is known of each", async () => {
    const { apiBase } = await standIn();
    const search = async (query: string) =>
      (await answerTo(`${apiBase}${account}/ai/models/search${query}`, FULL)).body;
    expect((await search("")).result_info.total_count).toBe(7);
    const { result } = await search("?task=Text+Generation");
    expect(result).toHaveLength(5);
    expect(result[0]).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: "@cf/zai-org/glm-5.3-flash",
      task: { name: "Text Generation" },
      properties: expect.arrayContaining([{ property_id: "context_window", value: "1310720" }]),
    });
    expect(result[2]).toMatchObject({ name: "@cf/meta/llama-3.2-3b-instruct", properties: [] });
  });

  it("returns one gateway, its stored keys, the credits and the models", async () => {
    const storedKeys = { anthropic: { default: "key-one", work: "key-two" } };
    const { apiBase } = await standIn({ gateways: [{ authentication: true, storedKeys }], credits: 12.5 });
    const result = async (path: string) => (await answerTo(apiBase + path, FULL)).body.result;
    expect(await result(`${gateways}/my-gw`)).toMatchObject({ id: "my-gw", authentication: true, wholesale: true });
    expect(await result(`${gateways}/my-gw/provider_configs`)).toMatchObject([
      { provider_slug: "anthropic", alias: "default", default_config: true, secret_preview: "-one" },
      { provider_slug: "anthropic", alias: "work", default_config: false },
    ]);
    expect(await result(`${account}/ai-gateway/billing/credit-balance`)).toMatchObject({ balance: 12.5 });
    expect(await result(`${account}/ai/models/search?author=meta&per_page=1`)).toHaveLength(1);
  });

  it("creates a gateway, which then answers", async () => {
    const { apiBase, gatewayBase } = await standIn();
    const wanted = {
      id: "new-gw",
      authentication: true,
      cache_invalidate_on_update: true,
      cache_ttl: 0,
      collect_logs: true,
      rate_limiting_interval: null,
      rate_limiting_limit: null,
    };
    expect((await answerTo(`${apiBase}${gateways}`, FULL, wanted)).body.result).toMatchObject({ id: "new-gw" });
    expect((await answerTo(`${gatewayBase(KNOWN.accountId, "new-gw")}/anthropic/v1/models`, KEY)).status).toBe(401);
    for (const bad of [wanted, { ...wanted, id: "Bad--Name" }, { ...wanted, cache_ttl: undefined }]) {
      expect(await answerTo(`${apiBase}${gateways}`, FULL, bad)).toEqual(expect.objectContaining(apiCode(400, 7001)));
    }
  });

  it.each([
    ["no token", gateways, {}, apiCode(400, 9106)],
    ["a malformed token", gateways, { authorization: 'Bearer "x"' }, apiCode(400, 6003)],
    ["an unknown token", gateways, { authorization: "Bearer x" }, apiCode(401, 10000)],
    ["a token that may not", gateways, { authorization: `Bearer ${KNOWN.runToken}` }, apiCode(401, 10000)],
    ["another's account", `/accounts/${"f".repeat(32)}/ai-gateway/gateways`, FULL, apiCode(403, 9109)],
    ["what is no account", "/accounts/my-account/ai-gateway/gateways", FULL, apiCode(404, 7003)],
    ["no path of its", "/zones", FULL, apiCode(404, 7003)],
    ["no gateway of its", `${gateways}/other`, FULL, apiCode(404, 7002)],
  ])("refuses %s", async (_what, path, headers, expected) => {
    const { apiBase } = await standIn();
    expect(await answerTo(apiBase + path, headers as Headers)).toEqual(expect.objectContaining(expected));
  });
});

describe("a dial", () => {
  const MODELS = "/anthropic/v1/models";

  /** Those that do something to the connection. */
  const WIRE = new Set<DialName>(["slow", "stall", "half-answer", "garbage", "reset"]);

  it.each(DIAL_NAMES.filter((name) => !WIRE.has(name)))("%s changes the answers of its own side only", async (name) => {
    const { gatewayBase, apiBase, dial, reset } = await standIn();
    dial(name);
    const urls = { gateway: `${gatewayBase()}${MODELS}`, api: `${apiBase}/accounts` };
    const [gateway, api] = [await ask(urls.gateway, KEY), await ask(urls.api, FULL)];
    if (!gateway.ok || !api.ok) throw new Error("no answer");
    const [, side = "", rest = ""] = /^(gateway|anthropic|api)-([^-]+)/.exec(name) ?? [];
    const struck = side === "api" ? api.value : gateway.value;
    expect(struck.status === 200 && struck.body.includes('"data"')).toBe(false);
    if (side === "gateway" || side === "api") expect(struck.body).toContain(`"code":${rest}`);
    if (side === "anthropic") expect(struck.body).toContain('"type":"error"');
    const other = { gateway: api.value, anthropic: api.value, api: gateway.value }[side];
    if (other !== undefined) expect(other.status).toBe(200);
    reset();
    expect(await ask(urls.gateway, KEY)).toMatchObject({ ok: true, value: { status: 200 } });
  });

  it.each([
    ["edge-1010", 403, "error code: 1010"],
    ["edge-524", 524, "<html>"],
    ["access-login", 200, "<html>"],
    ["access-redirect", 302, ""],
    ["anthropic-overloaded_error", 529, "overloaded_error"],
    ["anthropic-mid_stream", 200, "event: error"],
    ["empty", 200, ""],
  ] as const)("%s answers with status %i", async (name, status, text) => {
    const { gatewayBase, dial } = await standIn();
    dial(name);
    const result = await ask(`${gatewayBase()}${MODELS}`, KEY);
    expect(result).toMatchObject({ ok: true, value: { status, body: expect.stringContaining(text) } });
    if (name === "empty") expect(result).toMatchObject({ value: { body: "" } });
  });

  it.each([
    ["half-answer", "cut-off"],
    ["garbage", "not-http"],
    ["reset", "cut-off"],
  ] as const)("%s leaves no answer", async (name, kind) => {
    const { gatewayBase, dial } = await standIn();
    dial(name);
    expect(await ask(`${gatewayBase()}${MODELS}`, KEY)).toMatchObject({ ok: false, error: { kind } });
  });

  it("slow holds requests back until they are released", async () => {
    const { gatewayBase, dial, received, release } = await standIn();
    dial("slow");
    const both = Promise.all([ask(`${gatewayBase()}${MODELS}`, KEY), ask(`${gatewayBase()}${MODELS}`)]);
    await received(2);
    release();
    expect(await both).toMatchObject([{ value: { status: 200 } }, { value: { status: 401 } }]);
  });

  it("stall sends a part of the answer and holds the rest back until it is released", async () => {
    const { gatewayBase, dial, release } = await standIn();
    dial("stall", { after: 10 });
    const response = await fetch(`${gatewayBase()}${MODELS}`, { headers: KEY });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect((await reader.read()).value).toHaveLength(10);
    release();
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('"last_id"');
  });

  it("stall reports a client that does not wait for the rest", async () => {
    const started = await standIn();
    started.dial("stall");
    const leaving = new AbortController();
    const response = await fetch(`${started.gatewayBase()}${MODELS}`, { headers: KEY, signal: leaving.signal });
    expect([response.status, started.connections]).toEqual([200, 1]);
    leaving.abort();
    await started.abandoned(1);
  });

  it("applies to a number of requests and to paths, and answers as told", async () => {
    const { gatewayBase, dial } = await standIn();
    dial("gateway-2003", { times: 1, retryAfter: 7, message: "Slow down" });
    dial("anthropic-overloaded_error", { path: "/messages" });
    const first = await answerTo(`${gatewayBase()}${MODELS}`, KEY);
    expect(first).toMatchObject({ status: 429, headers: { "retry-after": "7" }, body: { message: "Slow down" } });
    expect((await answerTo(`${gatewayBase()}${MODELS}`, KEY)).status).toBe(200);
    expect((await answerTo(`${gatewayBase()}/anthropic/v1/messages`, KEY, HELLO)).status).toBe(529);
  });
});

it("closes while requests are held back and connections are kept", async () => {
  const started = await startStandIn();
  started.dial("slow");
  const asked = ask(`${started.gatewayBase()}/anthropic/v1/models`, KEY);
  await started.received(1);
  await started.close();
  await asked;
  expect(await ask(started.url)).toMatchObject({ ok: false, error: { kind: "refused" } });
});
