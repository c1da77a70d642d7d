import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { anthropicError, events } from "../support/answers.ts";
import { ask } from "../support/client.ts";
import { HELLO, MODEL, OURS, startBoth, startLocalGateway } from "../support/local-gateway.ts";
import { httpServer, httpsServer, rawAnswer, rawServer } from "../support/sockets.ts";
import type { DialName } from "../support/stand-in/dials.ts";

const OVERLOADED = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };

const errorIn = (body: string) => JSON.parse(body).error;

/** A gateway whose provider is at that address. */
const gatewayBefore = (baseUrl: string, options: object = {}) =>
  startLocalGateway({
    providers: { [OURS]: { baseUrl, api: "anthropic-messages" } },
    primary: `${OURS}/${MODEL}`,
    ...options,
  });

describe("a failure of Anthropic's passes byte for byte", () => {
  it.each([
    ["anthropic-invalid_request_error", 400],
    ["anthropic-authentication_error", 401],
    ["anthropic-not_found_error", 404],
    ["anthropic-request_too_large", 413],
    ["anthropic-rate_limit_error", 429],
    ["anthropic-api_error", 500],
    ["anthropic-overloaded_error", 529],
    ["anthropic-prefill", 400],
  ] as const)("%s", async (name, status) => {
    const { standIn, gateway } = await startBoth();
    standIn.dial(name, { message: 'with "quotes" and ünicode', retryAfter: 7 });
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    const type = name.replace("anthropic-", "");
    const expected = anthropicError(
      status,
      type === "prefill" ? "invalid_request_error" : type,
      errorIn(answer.body).message,
    );
    expect([answer.status, answer.body]).toEqual([status, expected.body]);
    expect(answer.headers).toMatchObject({
      "request-id": expect.any(String),
      "retry-after": "7",
      "cf-ray": expect.any(String),
    });
    expect((await gateway.logged(1))[0]).toMatchObject({ status, ended: expect.stringMatching(/^anthropic\./) });
  });
});

describe("a failure that Anthropic's clients would not understand is reported in their shape", () => {
  it.each([
    ["gateway-2001", 400, "invalid_request_error", "ai-gateway", "gateway.not-found", "false"],
    ["gateway-2003", 429, "rate_limit_error", "ai-gateway", "gateway.rate-limited", "true"],
    ["gateway-2009", 401, "authentication_error", "ai-gateway", "gateway.token-missing", "true"],
    ["gateway-2021", 402, "billing_error", "ai-gateway", "gateway.key-missing", "false"],
    ["gateway-2045", 429, "rate_limit_error", "ai-gateway", "gateway.spend-limit", "false"],
    ["api-10000", 401, "authentication_error", "cloudflare-api", "api.token-rejected", "false"],
    ["edge-1010", 403, "permission_error", "cloudflare-edge", "edge.client-blocked", "false"],
    ["edge-524", 504, "timeout_error", "cloudflare-edge", "edge.origin-slow", "true"],
    ["edge-challenge", 403, "permission_error", "cloudflare-edge", "edge.challenge", "false"],
    ["policy-403", 403, "permission_error", "ai-gateway", "gateway.policy-denied", "false"],
    ["policy-429", 429, "rate_limit_error", "ai-gateway", "gateway.spend-limit", "false"],
    ["gateway-2016", 424, "invalid_request_error", "ai-gateway", "gateway.prompt-guarded", "false"],
    ["gateway-7013", 503, "api_error", "ai-gateway", "gateway.guardrails-unavailable", "true"],
    ["access-redirect", 502, "api_error", "cloudflare-edge", "edge.access-login", "false"],
  ] as readonly [DialName, number, string, string, string, string][])(
    "%s",
    async (name, status, type, layer, code, retry) => {
      const { standIn, gateway } = await startBoth();
      // A fault of Cloudflare's API comes through the gateway, too, where it asks Workers AI.
      standIn.dial(name, name.startsWith("api") ? {} : { retryAfter: 7 });
      const path = name.startsWith("api") ? { baseUrl: `${standIn.apiBase}/x`, api: "anthropic-messages" } : undefined;
      if (path !== undefined) gateway.use(gateway.settings({ providers: { [OURS]: path } }));
      const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
      const error = errorIn(answer.body);
      expect([answer.status, error.type, error.details.error_code]).toEqual([status, type, code]);
      expect(error.message).toContain(`(${layer}, ${code})`);
      expect(answer.headers).toMatchObject({
        "content-type": "application/json",
        "x-should-retry": retry,
        "x-openclaw-model": `${OURS}/${MODEL}`,
        "cf-ray": expect.any(String),
      });
      if (name.startsWith("gateway")) expect(answer.headers).toHaveProperty("cf-aig-log-id");
      if (!name.startsWith("api")) expect(answer.headers["retry-after"]).toBe("7");
      expect((await gateway.logged(1))[0]).toMatchObject({ status, ended: code });
    },
  );

  it("2009 only after one retry, a moment later", async () => {
    const { standIn, gateway } = await startBoth();
    standIn.dial("gateway-2009", { times: 1 });
    expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO })).status).toBe(200);
    expect(gateway.pauses).toEqual([2_000]);
    expect(standIn.requests.map(({ body }) => body)).toEqual([JSON.stringify(HELLO), JSON.stringify(HELLO)]);
    standIn.dial("gateway-2009");
    expect((await ask(`${gateway.url}/v1/models`)).status).toBe(401);
    expect(standIn.requests).toHaveLength(4);
    // Of a body that is streamed through, only a short one is kept.
    for (const [length, count] of [
      [100_000, 5],
      [1, 7],
    ] as const) {
      expect((await ask(`${gateway.url}/v1/files`, { body: "x".repeat(length) })).status).toBe(401);
      expect(standIn.requests).toHaveLength(count);
    }
  });

  it("a very long one passes as it came", async () => {
    const body = "x".repeat(300_000);
    const { port } = await httpServer((_, response) => response.writeHead(500).end(body));
    const gateway = await gatewayBefore(`http://127.0.0.1:${port}`);
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([answer.status, answer.body]).toEqual([500, body]);
  });
});

describe("an answer's headers", () => {
  it("may be long, and those about the gateway are its own", async () => {
    const policy = "x".repeat(30_000);
    const { port } = await httpServer((_, response) => {
      response.writeHead(200, { "content-security-policy": policy, "x-openclaw-model": "another/model" }).end("{}");
    });
    const gateway = await gatewayBefore(`http://127.0.0.1:${port}`);
    const { status, headers } = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect(status).toBe(200);
    expect(headers["content-security-policy"]).toBe(policy);
    expect(headers["x-openclaw-model"]).toBe(`${OURS}/${MODEL}`);
  });
});

describe("a network fault is reported with its layer", () => {
  it("nobody listens", async () => {
    const { port, stop } = await rawServer(() => {});
    await stop();
    const gateway = await gatewayBefore(`http://127.0.0.1:${port}`);
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([answer.status, errorIn(answer.body).type]).toEqual([502, "api_error"]);
    expect(errorIn(answer.body).message).toContain("(network, network.refused)");
    expect(answer.headers["x-should-retry"]).toBe("false");
  });

  it("the name is not known", async () => {
    const gateway = await gatewayBefore("https://gateway.invalid/anthropic");
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect(answer.status).toBe(502);
    expect(errorIn(answer.body).message).toContain("(network, network.name-not-found)");
  });

  it("the certificate is not trusted", async () => {
    const { port } = await httpsServer((_, response) => response.end("hello"));
    const gateway = await gatewayBefore(`https://localhost:${port}`);
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect(answer.status).toBe(502);
    expect(errorIn(answer.body).message).toContain("(tls, tls.certificate)");
  });

  it("the server does not speak TLS", async () => {
    const { port } = await rawAnswer("HTTP/1.1 400 Bad Request\r\n\r\n", { close: true });
    const gateway = await gatewayBefore(`https://localhost:${port}`);
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([answer.status, errorIn(answer.body).details.error_code]).toEqual([502, "tls.failed"]);
  });

  it.each([
    ["reset", "network.cut-off"],
    ["garbage", "network.not-http"],
  ] as const)("the answer is %s", async (name, code) => {
    const { standIn, gateway } = await startBoth();
    standIn.dial(name);
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([answer.status, errorIn(answer.body).details.error_code]).toEqual([502, code]);
  });

  it("no answer comes in time", async () => {
    const { standIn, gateway } = await startBoth({ timeouts: { firstByteMs: 1 } });
    standIn.dial("slow");
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([answer.status, errorIn(answer.body).type]).toEqual([504, "timeout_error"]);
    expect(errorIn(answer.body).message).toContain("(network, network.answer-timeout)");
    await standIn.abandoned(1);
  });

  it("an error stops in the middle", async () => {
    const { port } = await httpServer((_, response) => {
      response.writeHead(529, { "content-length": 100 });
      response.write('{"type":"error",', () => response.destroy());
    });
    const gateway = await gatewayBefore(`http://127.0.0.1:${port}`);
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([answer.status, errorIn(answer.body).details.error_code]).toEqual([502, "network.cut-off"]);
  });

  it("also for a provider that is not ours", async () => {
    const { port, stop } = await rawServer(() => {});
    await stop();
    const gateway = await startLocalGateway({ providers: { ollama: { baseUrl: `http://127.0.0.1:${port}/v1` } } });
    const answer = await ask(`${gateway.url}/v1/chat/completions`, { body: { model: "ollama/qwen", messages: [] } });
    expect([answer.status, errorIn(answer.body).details.error_code]).toEqual([502, "network.refused"]);
  });
});

describe("an answer that breaks off", () => {
  it("between two events of a stream ends with an error event", async () => {
    const { standIn, gateway } = await startBoth();
    const whole = await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, stream: true } });
    const after = whole.body.indexOf("event: ping");
    standIn.dial("half-answer", { after });
    const { status, body } = await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, stream: true } });
    expect(status).toBe(200);
    expect(body.slice(0, after)).toBe(whole.body.slice(0, after));
    const [name, data = ""] = body.slice(after).split("\n");
    expect(name).toBe("event: error");
    expect(JSON.parse(data.replace("data: ", ""))).toMatchObject({
      type: "error",
      error: { type: "api_error", message: expect.stringContaining("(network, network.cut-off)") },
    });
    expect(body.endsWith("\n\n")).toBe(true);
    expect((await gateway.logged(2))[1]).toMatchObject({ status: 200, ended: "upstream-cut-off" });
  });

  it.each([
    ["within an event of a stream", true],
    ["within a document", false],
  ])("%s is cut off, so that no client takes it for the whole", async (_, stream) => {
    const { standIn, gateway } = await startBoth();
    const whole = await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, stream } });
    standIn.dial("half-answer", { after: stream ? whole.body.indexOf("event: ping") - 3 : 100 });
    await expect(ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, stream } })).rejects.toThrow("aborted");
    expect((await gateway.logged(2))[1]).toMatchObject({ status: 200, ended: "upstream-cut-off" });
  });

  it.each([
    ["says its length beforehand", "content-length: 1000"],
    ["is compressed", "content-encoding: gzip\r\ntransfer-encoding: chunked"],
  ])("between two events of a stream that %s is cut off, with nothing added", async (_, header) => {
    const { port } = await rawServer((socket) => {
      socket.once("data", () => {
        const event = "event: content_block_start\ndata: {}\n\n";
        const zipped = gzipSync(event);
        const chunk = [`${zipped.length.toString(16)}\r\n`, zipped, "\r\n"].map((part) => Buffer.from(part));
        socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n${header}\r\n\r\n`);
        socket.end(header.includes("chunked") ? Buffer.concat(chunk) : event);
      });
    });
    const gateway = await gatewayBefore(`http://127.0.0.1:${port}`);
    const headers = { connection: "keep-alive" };
    const asked = ask(`${gateway.url}/v1/messages`, { headers, body: { ...HELLO, stream: true } });
    await expect(asked).rejects.toThrow(/aborted|hang up/);
    expect((await gateway.logged(1))[0]).toMatchObject({ status: 200, ended: "upstream-cut-off" });
  });

  it("by silence ends in the same way", async () => {
    const { standIn, gateway } = await startBoth({ timeouts: { idleMs: 1 } });
    const whole = await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, stream: true } });
    const after = whole.body.indexOf("event: ping");
    standIn.dial("stall", { after });
    const { status, body } = await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, stream: true } });
    expect([status, body]).toEqual([200, expect.stringContaining("(network, network.answer-timeout)")]);
    expect(body.slice(after)).toMatch(/^event: error\ndata: \{"type":"error","error":\{"type":"timeout_error"/);
    await standIn.abandoned(1);
  });

  it("with Anthropic's own error event passes it on, and the log says so", async () => {
    const { headers, body: failing } = events({ type: "content_block_start" }, { type: "ping" }, OVERLOADED);
    const { port } = await httpServer((_, response) => response.writeHead(200, headers).end(failing));
    const gateway = await gatewayBefore(`http://127.0.0.1:${port}`);
    const { body } = await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, stream: true } });
    expect(body).toBe(failing);
    expect((await gateway.logged(1))[0]).toMatchObject({ status: 200, ended: "error-event" });
  });
});
