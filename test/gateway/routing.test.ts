import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { routeOf } from "../../src/gateway/routes.ts";
import { createRouter, upstreamForPath } from "../../src/gateway/targets.ts";
import { ask, wireTo } from "../support/client.ts";
import { type GatewayOptions, HELLO, MODEL, OURS, startBoth, testSettings } from "../support/local-gateway.ts";
import { KNOWN } from "../support/stand-in/world.ts";

const OPENAI = `${OURS}-openai`;
const WORKERS = `${OURS}-workers-ai`;
const ROOT = `/v1/${KNOWN.accountId}/${KNOWN.gatewayId}`;

const credentials = {
  [OURS]: { apiKey: new Secret(KNOWN.anthropicKey), headers: {} },
  [OPENAI]: { apiKey: new Secret(KNOWN.openaiKey), headers: {} },
  [WORKERS]: { apiKey: new Secret(KNOWN.fullToken), headers: {} },
};

const entriesAt = (base: string) => ({
  [OURS]: { baseUrl: `${base}/anthropic`, api: "anthropic-messages" },
  [WORKERS]: { baseUrl: `${base}/workers-ai/v1`, api: "openai-completions" },
  [OPENAI]: { baseUrl: `${base}/openai`, api: "openai-responses" },
});

/** A gateway with some of the three endpoints, or with all. */
async function start(ids: readonly string[] = [OURS, WORKERS, OPENAI], changed: Partial<GatewayOptions> = {}) {
  const both = await startBoth();
  const all = entriesAt(both.standIn.gatewayBase());
  const providers = Object.fromEntries(Object.entries(all).filter(([id]) => ids.includes(id)));
  both.gateway.use(both.gateway.settings({ providers, credentials, ...changed }));
  return both;
}

const DEFAULTS: Readonly<Record<string, string>> = {
  [OURS]: MODEL,
  [WORKERS]: "@cf/openai/gpt-oss-120b",
  [OPENAI]: "gpt-5.5",
};

const post = (model?: string) => ({ body: { ...HELLO, model } });
const got = (path: string) => path.slice(ROOT.length);

describe("a request goes by the family of its path and by its model", () => {
  it.each([
    ["POST", "/v1/messages", MODEL, "/anthropic/v1/messages"],
    ["POST", "/v1/messages?beta=true", MODEL, "/anthropic/v1/messages?beta=true"],
    ["POST", "/v1/complete", "claude-2.1", "/anthropic/v1/complete"],
    ["GET", "/v1/messages/batches/b_1/results", undefined, "/anthropic/v1/messages/batches/b_1/results"],
    ["POST", "/v1/responses", "gpt-5.5", "/openai/responses"],
    ["POST", "/v1/responses/compact", "gpt-5.5", "/openai/responses/compact"],
    ["POST", "/v1/responses/input_tokens", "gpt-5.5", "/openai/responses/input_tokens"],
    ["GET", "/v1/responses/resp_1?include=x", undefined, "/openai/responses/resp_1?include=x"],
    ["POST", "/v1/responses/resp_1/cancel", undefined, "/openai/responses/resp_1/cancel"],
    ["DELETE", "/v1/responses/resp_1", undefined, "/openai/responses/resp_1"],
    ["POST", "/v1/chat/completions", "gpt-5.5", "/openai/chat/completions"],
    ["POST", "/v1/chat/completions", "o3", "/openai/chat/completions"],
    ["POST", "/v1/chat/completions", "ft:gpt-4o-mini:acme::1", "/openai/chat/completions"],
    ["POST", "/v1/chat/completions", `${OPENAI}/gpt-5.5`, "/openai/chat/completions"],
    ["POST", "/v1/chat/completions", "@cf/openai/gpt-oss-120b", "/workers-ai/v1/chat/completions"],
    ["POST", "/v1/chat/completions", MODEL, "/anthropic/v1/chat/completions"],
    ["GET", "/v1/chat/completions/chatcmpl_1", undefined, "/openai/chat/completions/chatcmpl_1"],
    ["POST", "/v1/embeddings", "text-embedding-3-small", "/openai/embeddings"],
    ["POST", "/v1/embeddings", "@cf/baai/bge-m3", "/workers-ai/v1/embeddings"],
    ["POST", "/v1/images/generations", "gpt-image-1", "/openai/images/generations"],
    ["POST", "/v1/images/generations", undefined, "/openai/images/generations"],
    ["POST", "/v1/images/edits", undefined, "/openai/images/edits"],
    ["POST", "/v1/audio/transcriptions", undefined, "/openai/audio/transcriptions"],
    ["POST", "/v1/audio/speech", "tts-1", "/openai/audio/speech"],
    ["POST", "/v1/moderations", undefined, "/openai/moderations"],
    ["GET", "/v1/vector_stores/vs_1/files", undefined, "/openai/vector_stores/vs_1/files"],
    ["POST", "/v1/files", undefined, "/anthropic/v1/files"],
    ["GET", "/v1/skills", undefined, "/anthropic/v1/skills"],
  ])("%s %s of %s", async (method, path, model, reached) => {
    const { standIn, gateway } = await start();
    const options = method === "POST" ? post(model) : {};
    await ask(`${gateway.url}${path}`, { method, ...options });
    expect(standIn.requests.map((received) => [received.method, got(received.path)])).toEqual([[method, reached]]);
    if (method === "POST" && !model) expect(standIn.requests[0]?.body).toBe(JSON.stringify(HELLO_ALONE));
  });

  const { model: _, ...HELLO_ALONE } = HELLO;

  it.each([
    ["anthropic-version: 2023-06-01", "/v1/files", "/anthropic/v1/files"],
    ["OpenAI-Beta: assistants=v2", "/v1/files", "/openai/files"],
    ["OpenAI-Project: p", "/v1/models", "/openai/models"],
    ["user-agent: OpenAI/Python 2.8.0", "/v1/files/f_1", "/openai/files/f_1"],
    ["user-agent: Anthropic/JS 0.60.0", "/v1/files/f_1", "/anthropic/v1/files/f_1"],
    ["anthropic-version: 2023-06-01", "/v1/new_things", "/anthropic/v1/new_things"],
    ["OpenAI-Beta: new=v1", "/v1/new_things", "/openai/new_things"],
    ["OpenAI-Beta: assistants=v2", "/v1/messages/batches", "/anthropic/v1/messages/batches"],
  ])("where %s tells whose the path %s is", async (header, path, reached) => {
    const { standIn, gateway } = await start();
    const [name = "", value = ""] = header.split(": ");
    await ask(`${gateway.url}${path}`, { headers: { [name]: value } });
    expect(standIn.requests.map((received) => got(received.path))).toEqual([reached]);
  });

  it.each([
    [
      [OURS],
      "/v1/chat/completions",
      "gpt-5.5",
      404,
      "a model of Cloudflare AI Gateway (OpenAI), which is not set up. Run `openclaw onboard --cloudflare-ai-gateway-endpoint openai`.",
    ],
    [[WORKERS], "/v1/chat/completions", "gpt-5.5", 404, "Cloudflare AI Gateway (OpenAI), which is not set up"],
    [[WORKERS], "/v1/chat/completions", "deepseek-chat", 404, "is known to serve the model deepseek-chat"],
    [[WORKERS, OPENAI], "/v1/chat/completions", MODEL, 404, "a model of Cloudflare AI Gateway, which is not set up"],
    [[OURS, OPENAI], "/v1/messages", "gpt-5.5", 404, "Send it to /v1/responses or /v1/chat/completions"],
    [[OURS, OPENAI], "/v1/responses", MODEL, 404, "Send it to /v1/messages or /v1/chat/completions."],
    [[OURS], "/v1/responses", undefined, 404, `Provider ${OURS} uses the protocol anthropic-messages`],
    [
      [OURS],
      "/v1/responses/resp_1",
      undefined,
      404,
      "For Cloudflare AI Gateway (OpenAI), run `openclaw onboard --cloudflare-ai-gateway-endpoint openai`.",
    ],
    [[OURS, WORKERS], "/v1/audio/transcriptions", undefined, 404, "No configured provider serves /v1/images and other"],
    [[OPENAI], "/v1/messages/batches", undefined, 404, "No configured provider serves /v1/messages"],
    [
      [OPENAI],
      "/v1/messages/batches",
      undefined,
      404,
      "run `openclaw onboard --cloudflare-ai-gateway-endpoint anthropic`.",
    ],
    [[OURS, OPENAI], "/v1/new_things", undefined, 404, "A header tells: `anthropic-version`"],
  ])("and never to one that neither names: %s %s of %s", async (ids, path, model, status, words) => {
    const { standIn, gateway } = await start(ids, { primary: `${ids[0]}/${DEFAULTS[ids[0] ?? ""]}` });
    const answer = await ask(`${gateway.url}${path}`, post(model));
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body).error.message).toContain(words);
    expect(standIn.requests).toHaveLength(0);
  });

  it.each(["gpt-5.5", MODEL, "@cf/openai/gpt-oss-120b"])(
    "with its tokens counted in chat completions: %s",
    async (model) => {
      const { gateway } = await start();
      const { status, body } = await ask(`${gateway.url}/v1/chat/completions`, post(model));
      expect([status, JSON.parse(body).model]).toEqual([200, model]);
      expect((await gateway.logged(1))[0]).toMatchObject({ inputTokens: 1, outputTokens: 1 });
    },
  );

  it("to OpenAI where Anthropic is not set up, if the path is both", async () => {
    const { standIn, gateway } = await start([OPENAI], { primary: `${OPENAI}/gpt-5.5` });
    await ask(`${gateway.url}/v1/files`, { body: "x" });
    expect(standIn.requests.map(({ path }) => got(path))).toEqual(["/openai/files"]);
  });

  it("but not to OpenAI where Anthropic is set up wrongly", async () => {
    const { standIn, gateway } = await start([OURS, OPENAI], {
      credentials: { ...credentials, [OURS]: { headers: {} } },
    });
    const { status, body } = await ask(`${gateway.url}/v1/files`, { body: "x" });
    expect([status, body]).toEqual([503, expect.stringContaining(`${OURS} has no API key`)]);
    expect(standIn.requests).toHaveLength(0);
  });

  it.each([MODEL, `${MODEL}-20250929`, undefined])(
    "nor to a provider that may serve anything, where the default's is set up wrongly: %s",
    async (model) => {
      const { standIn, gateway } = await start([OURS]);
      const mine = {
        baseUrl: standIn.gatewayBase(),
        api: "anthropic-messages",
        models: [{ id: "mine-1", name: "Mine" }],
      };
      const providers = { ...entriesAt(standIn.gatewayBase()), mine };
      const broken = { ...credentials, [OURS]: { headers: {} }, mine: credentials[OURS] };
      const fallbacks = ["mine/mine-1"];
      gateway.use(gateway.settings({ providers, credentials: broken, primary: `${OURS}/${MODEL}`, fallbacks }));
      const { status, body } = await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, model } });
      expect([status, body]).toEqual([503, expect.stringContaining(`${OURS} has no API key`)]);
      expect(standIn.requests).toHaveLength(0);
    },
  );

  it("to a provider of the user's own, which may serve anything", async () => {
    const { standIn, gateway } = await start([OURS, WORKERS]);
    const mine = { baseUrl: `${standIn.gatewayBase()}/workers-ai/v1`, api: "openai-completions" };
    const providers = { ...entriesAt(standIn.gatewayBase()), mine };
    delete (providers as Record<string, unknown>)[OPENAI];
    gateway.use(gateway.settings({ providers, credentials: { ...credentials, mine: credentials[WORKERS] } }));
    const served = [];
    for (const model of ["deepseek-chat", "gpt-5.5", "gpt-oss-120b", "@cf/meta/llama-3.2-3b-instruct"])
      served.push((await ask(`${gateway.url}/v1/chat/completions`, post(model))).headers["x-openclaw-model"]);
    expect(served).toEqual([
      "mine/deepseek-chat",
      "mine/gpt-5.5",
      "mine/gpt-oss-120b",
      `${WORKERS}/@cf/meta/llama-3.2-3b-instruct`,
    ]);
  });
});

describe("a model is found by the name that people and tools write", () => {
  const dated = `${MODEL}-20260217`;

  it.each([
    [`${MODEL}[1m]`, MODEL],
    [`${OURS}/${MODEL}[1m]`, MODEL],
    ["quick[1M]", "claude-haiku-4-5"],
    [`anthropic/${MODEL}`, MODEL],
    ["anthropic/claude-opus-5[1m]", "claude-opus-5"],
    [`${OURS}/anthropic/claude-opus-5`, "claude-opus-5"],
    [dated, dated],
    [`anthropic/${dated}`, dated],
  ])("%s", async (wanted, sent) => {
    const { standIn, gateway } = await start(undefined, { aliases: { quick: `${OURS}/claude-haiku-4-5` } });
    const { headers } = await ask(`${gateway.url}/v1/messages`, post(wanted));
    expect(JSON.parse(standIn.requests[0]?.body ?? "").model).toBe(sent);
    expect(headers["x-openclaw-model"]).toBe(`${OURS}/${sent}`);
  });

  it.each([
    ["openai/gpt-5.5", "/openai/chat/completions", "gpt-5.5"],
    ["workers-ai/@cf/openai/gpt-oss-120b", "/workers-ai/v1/chat/completions", "@cf/openai/gpt-oss-120b"],
    ["anthropic/claude-opus-5", "/anthropic/v1/chat/completions", "claude-opus-5"],
  ])("%s, in chat completions", async (wanted, reached, sent) => {
    const { standIn, gateway } = await start();
    await ask(`${gateway.url}/v1/chat/completions`, post(wanted));
    expect(standIn.requests.map(({ path, body }) => [got(path), JSON.parse(body).model])).toEqual([[reached, sent]]);
  });

  it.each([MODEL, `${MODEL}[1m]`, dated, `anthropic/${MODEL}`, `anthropic/${dated}[1m]`, undefined])(
    "and counts as the default, which has fallbacks: %s",
    async (wanted) => {
      const { standIn, gateway } = await start([OURS], { fallbacks: [`${OURS}/claude-haiku-4-5`] });
      standIn.dial("anthropic-overloaded_error", { times: 1 });
      const { status, headers } = await ask(`${gateway.url}/v1/messages`, post(wanted));
      expect([status, headers["x-openclaw-model"]]).toEqual([200, `${OURS}/claude-haiku-4-5`]);
    },
  );

  it("is told from another date of the same model", () => {
    const providers = entriesAt("https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gw");
    const settings = testSettings({ providers, credentials, primary: `${OURS}/${dated}`, fallbacks: [`${OURS}/x`] });
    const count = (wanted: string) => {
      const found = createRouter(settings)(wanted, "anthropic");
      return found.ok && [found.value[0].model, found.value.length];
    };
    expect(count(dated)).toEqual([dated, 2]);
    expect(count(MODEL)).toEqual([dated, 2]);
    expect(count(`${MODEL}-20270101`)).toEqual([`${MODEL}-20270101`, 1]);
  });

  it("by the entry that describes it, without its date or with it", async () => {
    const { standIn, gateway } = await start();
    const base = standIn.gatewayBase();
    const mine = (id: string) => ({
      baseUrl: `${base}/anthropic`,
      api: "anthropic-messages",
      models: [{ id, name: "x" }],
    });
    const providers = { ...entriesAt(base), a: mine("claude-x-9"), b: mine("claude-y-9-20270101"), c: mine("z[1m]") };
    gateway.use(gateway.settings({ providers, credentials }));
    const served = [];
    for (const model of ["claude-x-9-20270101", "claude-y-9", "z[1m]", "claude-y-9[1m]"])
      served.push((await ask(`${gateway.url}/v1/messages`, post(model))).headers["x-openclaw-model"]);
    expect(served).toEqual(["a/claude-x-9-20270101", "b/claude-y-9", "c/z[1m]", "b/claude-y-9"]);
  });
});

describe("a method that a path does not have", () => {
  it.each([
    ["GET", "/v1/messages", "POST, OPTIONS"],
    ["GET", "/messages", "POST, OPTIONS"],
    ["PUT", "/v1/responses", "POST, OPTIONS"],
    ["DELETE", "/v1/embeddings", "POST, OPTIONS"],
    ["POST", "/healthz", "GET, HEAD, OPTIONS"],
    ["DELETE", "/readyz", "GET, HEAD, OPTIONS"],
    ["TRACE", "/v1/models", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"],
    ["PROPFIND", "/v1/files", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"],
  ])("is answered with those that it has: %s %s", async (method, path, allow) => {
    const { standIn, gateway } = await start();
    const answer = await ask(`${gateway.url}${path}`, { method });
    expect([answer.status, answer.headers.allow]).toEqual([405, allow]);
    expect(standIn.requests).toHaveLength(0);
  });

  it.each([
    ["/v1/responses", "websocket"],
    ["/responses", "WebSocket"],
    ["/v1/realtime?model=gpt-realtime", "websocket"],
    ["/anything", "h2c, websocket"],
  ])("is a WebSocket, which nothing here is: %s", async (path, upgrade) => {
    const { standIn, gateway } = await start();
    const wire = wireTo(gateway.port);
    const head = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: ${upgrade}\r\n`;
    const token = "x-api-key: CANARY-client-token-CANARY-client-token";
    wire.socket.write(`${head}sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZQ==\r\n${token}\r\n\r\n`);
    expect(await wire.hears(/\r\n\r\n\{.*\}$/)).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\nupgrade: HTTP\/1\.1\r\n/);
    expect(standIn.requests).toHaveLength(0);
  });

  it("is no matter where another protocol is only offered", async () => {
    const { gateway } = await start();
    const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c" };
    expect((await ask(`${gateway.url}/v1/messages`, { ...post(MODEL), headers })).status).toBe(200);
  });
});

describe("a base URL with or without /v1", () => {
  it.each([
    ["/messages", MODEL, "/anthropic/v1/messages"],
    ["/messages/count_tokens?beta=true", MODEL, "/anthropic/v1/messages/count_tokens?beta=true"],
    ["/v1/v1/messages", MODEL, "/anthropic/v1/messages"],
    ["/chat/completions", "gpt-5.5", "/openai/chat/completions"],
    ["/v1/v1/v1/chat/completions", "gpt-5.5", "/openai/chat/completions"],
    ["/responses", "gpt-5.5", "/openai/responses"],
    ["/v1/v1/responses/resp_1/cancel", undefined, "/openai/responses/resp_1/cancel"],
    ["/embeddings", "text-embedding-3-large", "/openai/embeddings"],
  ])("serves %s", async (path, model, reached) => {
    const { standIn, gateway } = await start();
    await ask(`${gateway.url}${path}`, post(model));
    expect(standIn.requests.map((received) => got(received.path))).toEqual([reached]);
  });

  it("applies the prefill rule whichever it is", async () => {
    const { standIn, gateway } = await start();
    const messages = [...HELLO.messages, { role: "assistant", content: "So" }];
    const body = { ...HELLO, messages, thinking: { type: "adaptive" } };
    for (const path of ["/v1/messages", "/messages", "/v1/v1/messages"]) await ask(`${gateway.url}${path}`, { body });
    expect(standIn.requests.map((received) => JSON.parse(received.body).messages)).toEqual([
      HELLO.messages,
      HELLO.messages,
      HELLO.messages,
    ]);
  });

  it.each(["/", "/v1", "/v2/messages", "/anthropic/v1/messages", "/nothing", "/v1x/messages"])(
    "is advised where %s is asked for",
    async (path) => {
      const { standIn, gateway } = await start();
      const { status, body } = await ask(`${gateway.url}${path}`, { method: "POST", body: HELLO });
      expect(status).toBe(404);
      expect(JSON.parse(body).error.message).toContain(
        `Anthropic's clients to ${gateway.url}, that of OpenAI's clients to ${gateway.url}/v1.`,
      );
      expect(standIn.requests).toHaveLength(0);
    },
  );
});

describe("the advice where nothing is served", () => {
  it.each([
    ["anthropic-version: 2023-06-01", ""],
    ["OpenAI-Beta: x=v1", "/v1"],
    ["user-agent: AsyncOpenAI/Python 2.8.0", "/v1"],
  ])("names the base URL that this client needs: %s", async (header, ending) => {
    const { gateway } = await start();
    const [name = "", value = ""] = header.split(": ");
    const { status, body } = await ask(`${gateway.url}/api/messages`, { headers: { [name]: value } });
    expect([status, JSON.parse(body).error.message]).toEqual([
      404,
      expect.stringContaining(`Set the client's base URL to ${gateway.url}${ending}.`),
    ]);
  });
});

const IDS = [OURS, WORKERS, OPENAI];

/** What a provider's own ids look like. */
const OWN: Readonly<Record<string, RegExp>> = {
  [OURS]: /^claude-/,
  [WORKERS]: /^@(?:cf|hf)\//,
  [OPENAI]: /^(?:gpt-5|o3|text-embedding|tts)/,
};

const MODELS = [MODEL, "claude-9", "gpt-5.5", "o3", "text-embedding-3-small", "tts-1", "@cf/a/b", "@hf/c/d", "mystery"];

/** The providers whose own API a path belongs to. */
const BY_PATH: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\/(?:messages|complete|skills)/, [OURS]],
  [/^\/(?:files|models)/, [OURS, OPENAI]],
  [/^\/embeddings$/, [OPENAI, WORKERS]],
  [/^\/(?:responses|images|audio|batches|chat)/, [OPENAI]],
];

describe("no request reaches a provider that neither its path nor its model names", () => {
  const path = fc.constantFrom(
    ...["/messages", "/messages/count_tokens", "/messages/batches", "/complete", "/skills/x", "/files", "/models"],
    ...["/responses", "/responses/compact", "/responses/r/cancel", "/images/edits", "/audio/speech", "/batches"],
    ...["/chat/completions", "/chat/completions/x", "/embeddings", "/new", "/v1"],
  );
  const model = fc.option(
    fc.oneof(
      fc.constantFrom(...MODELS),
      fc.tuple(fc.constantFrom(...IDS), fc.constantFrom(...MODELS)).map((parts) => parts.join("/")),
    ),
    { nil: undefined },
  );
  const world = fc.record({
    ids: fc.subarray(IDS, { minLength: 1 }),
    primary: fc.constantFrom(undefined, `${OURS}/${MODEL}`, `${OPENAI}/gpt-5.5`, `${WORKERS}/@cf/a/b`),
    broken: fc.subarray(IDS, { maxLength: 1 }),
  });

  it("whatever is set up", () => {
    fc.assert(
      fc.property(
        world,
        fc.constantFrom("GET", "POST", "DELETE"),
        fc.constantFrom("", "/v1", "/v1/v1"),
        path,
        fc.constantFrom(undefined, "anthropic" as const, "openai" as const),
        model,
        ({ ids, primary, broken }, method, prefix, below, dialect, named) => {
          const entries = entriesAt("https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gw");
          const settings = testSettings({
            providers: Object.fromEntries(Object.entries(entries).filter(([id]) => ids.includes(id))),
            ...(primary !== undefined && { primary }),
            credentials: { ...credentials, ...Object.fromEntries(broken.map((id) => [id, { headers: {} }])) },
          });
          const route = routeOf(method, prefix + below, { upgrade: false, dialect, host: "127.0.0.1" });
          if (route.kind !== "model" && route.kind !== "unread") return;
          const asksModel = route.kind === "model" && (named !== undefined || route.isDefaulted);
          const upstream = asksModel
            ? createRouter(settings)(named, route.paths[0])
            : upstreamForPath(route.paths, settings);
          if (!upstream.ok) return;
          const reached = Array.isArray(upstream.value) ? upstream.value[0].upstream : upstream.value;
          const { providerId } = reached;
          const text = asksModel ? (named ?? primary ?? "") : "";
          const isNamed = text.startsWith(`${providerId}/`) || OWN[providerId]?.test(text) === true;
          const isAnothers = IDS.some((id) => id !== providerId && (text.startsWith(`${id}/`) || OWN[id]?.test(text)));
          const byPath = BY_PATH.find(([pattern]) => pattern.test(route.path.slice("/v1".length)))?.[1];
          const isByHeader = byPath === undefined && providerId === (dialect === "anthropic" ? OURS : OPENAI);
          const isByPath = byPath?.includes(providerId) === true || (asksModel && providerId === OPENAI);
          expect(isNamed || (!isAnothers && (isByPath || isByHeader))).toBe(true);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
