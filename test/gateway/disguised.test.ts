import { request, type ServerResponse } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { accessLogin, events } from "../support/answers.ts";
import { BEGINNINGS, EVENTS } from "../support/beginnings.ts";
import { ask, posted, wireTo } from "../support/client.ts";
import { CLIENT_TOKEN, HELLO, MODEL, OURS, startLocalGateway } from "../support/local-gateway.ts";
import { httpServer } from "../support/sockets.ts";
import { typedEvent } from "../support/typed-event.ts";

type Reply = (response: ServerResponse) => void;

const FIRST = `${OURS}/${MODEL}`;
const SPARE = "spare/claude-opus-4-8";
const MESSAGE = JSON.stringify({
  type: "message",
  id: "msg_2",
  content: [],
  usage: { input_tokens: 1, output_tokens: 2 },
});

const STREAMED = { ...HELLO, stream: true };

const error = (type: string) => typedEvent("error", { error: { type, message: "Said so." } });
const START = typedEvent("message_start", { message: { id: "msg_1" } });
const BLOCK = typedEvent("content_block_start", { index: 0 });
const STOP = typedEvent("message_delta", { usage: { output_tokens: 5 } }) + typedEvent("message_stop");

/** A gateway before an upstream that replies so, with a fallback that is well unless told otherwise. */
async function startTwo(
  reply: Reply,
  { spare, api = "anthropic-messages" }: { spare?: Reply | "none"; api?: string } = {},
) {
  const asked: string[] = [];
  const serverOf = async (name: string, answer: Reply) => {
    const { port } = await httpServer((_, response) => {
      asked.push(name);
      answer(response);
    });
    return `http://127.0.0.1:${port}`;
  };
  const well: Reply = (response) => void response.writeHead(200, { "content-type": "application/json" }).end(MESSAGE);
  const [first, second] = [
    await serverOf("first", reply),
    await serverOf("spare", spare === "none" || !spare ? well : spare),
  ];
  const gateway = await startLocalGateway({
    providers: { [OURS]: { baseUrl: first, api }, spare: { baseUrl: second, api } },
    primary: FIRST,
    fallbacks: spare === "none" ? [] : [SPARE],
  });
  return { gateway, asked };
}

/** What comes, without decoding. */
const fetchBytes = (url: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { method: "POST", headers: { "x-api-key": CLIENT_TOKEN }, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("end", () => resolve(Buffer.concat(pieces)));
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(JSON.stringify(STREAMED));
  });

const sends =
  (bytes: string, type = EVENTS, status = 200): Reply =>
  (response) =>
    void response.writeHead(status, { "content-type": type, "request-id": "req_1" }).end(bytes);

/** Byte by byte, each in a piece of its own as far as the network lets it. */
const dribbles =
  (bytes: string): Reply =>
  async (response) => {
    response.writeHead(200, { "content-type": EVENTS });
    for (const byte of Buffer.from(bytes)) await new Promise((resolve) => response.write(Buffer.from([byte]), resolve));
    response.end();
  };

const breaksAfter =
  (bytes: string): Reply =>
  (response) => {
    response.writeHead(200, { "content-type": EVENTS });
    response.write(bytes, () => response.destroy());
    if (bytes === "") response.flushHeaders();
    if (bytes === "") setImmediate(() => response.destroy());
  };

describe("a 200 that is none goes to the next model", () => {
  const failing = BEGINNINGS.filter(
    ({ name, means }) =>
      means !== "good" && (typeof means !== "number" || means === 429 || means >= 500) && name !== "",
  );
  it.each(failing.map((one) => [one.name, one] as const))("%s", async (_, { type, bytes }) => {
    const { gateway, asked } = await startTwo(sends(bytes, type));
    const answer = await ask(`${gateway.url}/v1/messages`, { body: STREAMED });
    // Not one byte of the first, nor its head.
    expect([answer.status, answer.body]).toEqual([200, MESSAGE]);
    expect(answer.headers).not.toHaveProperty("request-id");
    expect(answer.headers["x-openclaw-model"]).toBe(SPARE);
    expect(asked).toEqual(["first", "spare"]);
    const [record] = await gateway.logged(1);
    expect(record).toMatchObject({ status: 200, tried: [expect.stringMatching(`^${FIRST}: [a-z-]+\\.[a-z-]+$`)] });
  });

  it.each([
    ["a reset before the first event", breaksAfter(": hello\n\n")],
    ["a reset after message_start", breaksAfter(START)],
    ["a reset in the middle of a ping", breaksAfter("event: ping\nda")],
    ["a reset after the head", breaksAfter("")],
    ["an error that comes byte by byte", dribbles(`: hi\r\n\r\n${typedEvent("ping")}${error("overloaded_error")}`)],
    ["an empty document of status 201", sends("", "application/json", 201)],
  ] as const)("%s", async (_, reply) => {
    const { gateway, asked } = await startTwo(reply);
    const answer = await ask(`${gateway.url}/v1/messages`, { body: STREAMED });
    expect([answer.status, answer.body, asked]).toEqual([200, MESSAGE, ["first", "spare"]]);
  });

  it.each([
    ["an error document in gzip", "gzip", gzipSync, JSON.stringify({ error: { message: "No", type: "server_error" } })],
    ["an error document in br", "br", brotliCompressSync, JSON.stringify({ error: { message: "No", code: 503 } })],
    ["an error event in deflate", "deflate", deflateSync, START + error("overloaded_error")],
    ["a page in gzip", "gzip", gzipSync, accessLogin().body],
    ["nothing in gzip", "gzip", gzipSync, ""],
    ["nothing, said to be gzip", "gzip", Buffer.from, ""],
  ] as const)("%s, though nobody asked for it", async (_, coding, encode, bytes) => {
    const encoded = encode(bytes);
    const { gateway, asked } = await startTwo((response) => {
      response.writeHead(200, {
        "content-type": bytes.startsWith("event") ? EVENTS : "text/html",
        "content-encoding": coding,
      });
      // In two pieces, the first of which decides nothing.
      response.write(encoded.subarray(0, 5), () => response.end(encoded.subarray(5)));
    });
    const answer = await ask(`${gateway.url}/v1/messages`, { body: STREAMED });
    expect([answer.status, answer.body, asked]).toEqual([200, MESSAGE, ["first", "spare"]]);
  });

  it("and cools down what failed", async () => {
    const { gateway, asked } = await startTwo(sends(error("overloaded_error")));
    await ask(`${gateway.url}/v1/messages`, { body: STREAMED });
    await ask(`${gateway.url}/v1/messages`, { body: STREAMED });
    expect(asked).toEqual(["first", "spare", "spare"]);
    expect((await gateway.logged(2))[1]?.tried).toEqual([
      expect.stringContaining("cooling down (anthropic.overloaded)"),
    ]);
  });

  it("unless it is long without a decision: then the client hears it after 15 seconds", async () => {
    let first: ServerResponse | undefined;
    const { gateway, asked } = await startTwo((response) => {
      first = response;
      response.writeHead(200, { "content-type": EVENTS }).write(typedEvent("ping"));
    });
    const wire = wireTo(gateway.port);
    wire.socket.write(posted("/v1/messages", STREAMED));
    await gateway.counting();
    gateway.pass(14);
    expect(wire.heard).toBe("");
    gateway.pass(1);
    await wire.hears(/event: ping/);
    first?.end(error("overloaded_error"));
    const heard = await wire.hears(/0\r\n\r\n$/);
    expect(heard).toContain("200 OK");
    expect(heard).toContain("overloaded_error");
    expect(asked).toEqual(["first"]);
    expect((await gateway.logged(1))[0]).toMatchObject({ status: 200, ended: "error-event" });
  });
});

describe("where no other model can serve it, the client gets the status that it means", () => {
  const failing = BEGINNINGS.filter(({ means }) => means !== "good");
  it.each(failing.map((one) => [one.name, one] as const))("%s", async (_, { type, bytes, means }) => {
    const { gateway, asked } = await startTwo(sends(bytes, type), { spare: "none" });
    const answer = await ask(`${gateway.url}/v1/messages`, { body: STREAMED });
    const status = typeof means === "number" ? (means === 524 ? 504 : means) : 502;
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toBe("application/json");
    const { error: said } = JSON.parse(answer.body);
    expect([typeof said.type, typeof said.message]).toEqual(["string", "string"]);
    // 2009 may be a throttle, and is asked again once.
    expect(new Set(asked)).toEqual(new Set(["first"]));
    expect((await gateway.logged(1))[0]).toMatchObject({ status, ended: expect.any(String) });
  });

  it("Anthropic's words as they came", async () => {
    const { gateway } = await startTwo(sends(error("overloaded_error")), { spare: "none" });
    const { status, body, headers } = await ask(`${gateway.url}/v1/messages`, { body: STREAMED });
    expect([status, body]).toEqual([529, '{"type":"error","error":{"type":"overloaded_error","message":"Said so."}}']);
    expect(headers["request-id"]).toBe("req_1");
  });

  it("OpenAI's in its form", async () => {
    const failed = { error: { code: "server_error", message: "It failed." } };
    const reply = sends(
      typedEvent("response.created", { response: {} }) + typedEvent("response.failed", { response: failed }),
    );
    const { gateway } = await startTwo(reply, { spare: "none", api: "openai-responses" });
    const { status, body } = await ask(`${gateway.url}/v1/responses`, {
      body: { model: FIRST, input: "Hi", stream: true },
    });
    expect([status, JSON.parse(body)]).toEqual([
      500,
      { error: { message: "It failed.", type: "server_error", param: null, code: "server_error" } },
    ]);
  });

  it("a login page, as what it is", async () => {
    const { headers, body: page } = accessLogin();
    const { gateway } = await startTwo(sends(page, headers["content-type"] ?? ""), { spare: "none" });
    for (const path of ["/v1/messages", "/v1/files"]) {
      const { status, body } = await ask(`${gateway.url}${path}`, path.endsWith("files") ? {} : { body: HELLO });
      expect([status, JSON.parse(body).error.details.error_code]).toEqual([502, "edge.access-login"]);
    }
  });

  it.each([
    ["a page", "<!doctype html><title>Sign in</title>", "with a web page"],
    ["nothing", "", "with an empty body"],
  ])("%s of a provider that is not known", async (_, bytes, words) => {
    const { port } = await httpServer((_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end(bytes),
    );
    const gateway = await startLocalGateway({
      providers: { mine: { baseUrl: `http://127.0.0.1:${port}`, api: "openai-completions" } },
    });
    const { status, body } = await ask(`${gateway.url}/v1/chat/completions`, {
      body: { model: "mine/x", messages: [] },
    });
    expect([status, JSON.parse(body).error.message]).toEqual([502, expect.stringContaining(words)]);
  });

  it("and where the first that failed so may pass, its error", async () => {
    const { gateway, asked } = await startTwo(sends(error("overloaded_error")), {
      spare: sends(error("invalid_request_error")),
    });
    expect((await ask(`${gateway.url}/v1/messages`, { body: STREAMED })).status).toBe(529);
    expect(asked).toEqual(["first", "spare"]);
  });
});

describe("what a success may look like passes as it came", () => {
  it.each([
    ["a file of the user's", "GET", "/v1/files/file_1/content", '{"error":{"message":"mine"}}'],
    ["a page of the user's", "GET", "/v1/files/file_1/content", "<!DOCTYPE html><html>"],
    ["an empty file", "GET", "/v1/files/file_1/content", ""],
    ["results of a batch", "GET", "/v1/messages/batches/b_1/results", ""],
    ["the head of an answer", "HEAD", "/v1/models/claude-x", ""],
  ])("%s", async (_, method, path, bytes) => {
    const { gateway } = await startTwo(sends(bytes, "application/json"), { spare: "none" });
    const answer = await ask(`${gateway.url}${path}`, { method });
    expect([answer.status, answer.body]).toEqual([200, bytes]);
    expect((await gateway.logged(1))[0]).toMatchObject({ status: 200, ended: undefined });
  });

  it.each([
    ["the deletion of a container", "DELETE", "/v1/containers/c_1"],
    ["the acceptance of a call", "POST", "/v1/realtime/calls/c_1/accept"],
  ])("nothing, for %s", async (_, method, path) => {
    const { gateway } = await startTwo(sends("", ""), { spare: "none", api: "openai-responses" });
    const answer = await ask(`${gateway.url}${path}`, { method, headers: { "openai-beta": "x" } });
    expect([answer.status, answer.body]).toEqual([200, ""]);
  });

  it("the events of an answer that failed before", async () => {
    const bytes =
      typedEvent("response.created") + typedEvent("response.failed", { response: { error: { code: "x" } } });
    const { gateway } = await startTwo(sends(bytes), { spare: "none", api: "openai-responses" });
    const answer = await ask(`${gateway.url}/v1/responses/resp_1?stream=true`, { method: "GET" });
    expect([answer.status, answer.body]).toEqual([200, bytes]);
  });

  const good = BEGINNINGS.filter(({ means }) => means === "good");
  it.each(good.map((one) => [one.name, one] as const))("%s", async (_, { type, bytes }) => {
    const { gateway, asked } = await startTwo(sends(bytes, type));
    const answer = await ask(`${gateway.url}/v1/messages`, { body: STREAMED });
    expect([answer.status, answer.headers["content-type"], asked]).toEqual([200, type, ["first"]]);
    expect(answer.body.startsWith(bytes)).toBe(true);
  });

  it.each([
    ["gzip", gzipSync(START + BLOCK + STOP)],
    ["br", brotliCompressSync(MESSAGE)],
    ["compress", Buffer.from("of a coding that is not known")],
    ["gzip", Buffer.from("not gzip at all")],
  ])("encoded in %s, as it is", async (coding, bytes) => {
    const { gateway, asked } = await startTwo((response) => {
      response.writeHead(200, { "content-type": EVENTS, "content-encoding": coding });
      response.write(bytes.subarray(0, 30), () => response.end(bytes.subarray(30)));
    });
    const heard = await fetchBytes(`${gateway.url}/v1/messages`);
    expect([heard, asked]).toEqual([bytes, ["first"]]);
  });

  it("byte by byte, too", async () => {
    const stream = START + BLOCK + STOP;
    const { gateway } = await startTwo(dribbles(stream));
    expect((await ask(`${gateway.url}/v1/messages`, { body: STREAMED })).body).toBe(stream);
    expect((await gateway.logged(1))[0]).toMatchObject({ ended: undefined, outputTokens: 5 });
  });
});

describe("the end of a stream that has begun", () => {
  const text = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
  const chunk = (delta: object, reason: string | null = null) =>
    text({ object: "chat.completion.chunk", choices: [{ delta, finish_reason: reason }] });
  const done = typedEvent("response.completed", { response: { status: "completed", output: ["x".repeat(200_000)] } });

  it.each([
    ["Anthropic", "/v1/messages", "anthropic-messages", START + BLOCK],
    [
      "Anthropic, before its last event",
      "/v1/messages",
      "anthropic-messages",
      START + BLOCK + typedEvent("message_delta") + typedEvent("ping"),
    ],
    [
      "the Responses API",
      "/v1/responses",
      "openai-responses",
      typedEvent("response.output_item.added") + typedEvent("response.output_text.delta"),
    ],
    ["chat completions", "/v1/chat/completions", "openai-completions", chunk({ content: "H" })],
  ])("of %s before the last event: an error event, and a line in the log", async (_, path, api, bytes) => {
    const { gateway, asked } = await startTwo(sends(bytes), { api });
    const { status, body } = await ask(`${gateway.url}${path}`, { body: { ...STREAMED, model: FIRST } });
    expect([status, body.slice(0, bytes.length), asked]).toEqual([200, bytes, ["first"]]);
    expect(body.slice(bytes.length)).toMatch(
      /^event: error\ndata: \{"type":"error","error":\{"type":"api_error","message":".*network\.cut-off.*\n\n$/,
    );
    expect((await gateway.logged(1))[0]).toMatchObject({ status: 200, ended: "upstream-incomplete" });
  });

  it("within an event is cut off", async () => {
    const { gateway } = await startTwo(sends(`${START}${BLOCK}event: content_block_delta\nda`));
    await expect(ask(`${gateway.url}/v1/messages`, { body: STREAMED })).rejects.toThrow(/aborted|hang up/);
    expect((await gateway.logged(1))[0]).toMatchObject({ ended: "upstream-incomplete" });
  });

  it.each([
    ["Anthropic", "/v1/messages", "anthropic-messages", START + BLOCK + STOP],
    ["Anthropic with CRLF", "/v1/messages", "anthropic-messages", (START + BLOCK + STOP).replaceAll("\n", "\r\n")],
    [
      "Anthropic, padded and followed by a ping",
      "/v1/messages",
      "anthropic-messages",
      `${START}${BLOCK}event: message_stop\ndata: {"type":"message_stop"${" ".repeat(40)}}\n\n${typedEvent("ping")}`,
    ],
    [
      "the Responses API",
      "/v1/responses",
      "openai-responses",
      typedEvent("response.output_item.added") + typedEvent("response.completed"),
    ],
    [
      "the Responses API, in one long event",
      "/v1/responses",
      "openai-responses",
      typedEvent("response.created") + done,
    ],
    [
      "chat completions",
      "/v1/chat/completions",
      "openai-completions",
      `${chunk({ content: "H" })}${chunk({}, "stop")}data: [DONE]\n\n`,
    ],
    [
      "chat completions without a mark",
      "/v1/chat/completions",
      "openai-completions",
      chunk({}, "length") + text({ object: "chat.completion.chunk", choices: [], usage: {} }),
    ],
  ])("of %s after the last event, by a reset: nothing is added, and it is a success", async (_, path, api, bytes) => {
    const { gateway } = await startTwo(breaksAfter(bytes), { api });
    const { status, body } = await ask(`${gateway.url}${path}`, { body: { ...STREAMED, model: FIRST } });
    expect([status, body]).toEqual([200, bytes]);
    expect((await gateway.logged(1))[0]).toMatchObject({ status: 200, ended: undefined });
  });

  it("that is one long event is believed", async () => {
    const bytes = typedEvent("response.output_item.added") + done;
    const { gateway } = await startTwo(sends(bytes), { api: "openai-responses" });
    expect((await ask(`${gateway.url}/v1/responses`, { body: { ...STREAMED, model: FIRST } })).body).toBe(bytes);
    expect((await gateway.logged(1))[0]?.ended).toBeUndefined();
  });

  it.each([
    ["by its name", BLOCK + error("overloaded_error")],
    ["with CRLF", (BLOCK + error("overloaded_error")).replaceAll("\n", "\r\n")],
    ["without a name", BLOCK + error("overloaded_error").replace("event: error\n", "")],
    ["and a reset", BLOCK + error("overloaded_error")],
  ])("in an error event of the upstream's own, %s, is passed on", async (how, bytes) => {
    const { gateway } = await startTwo(how === "and a reset" ? breaksAfter(bytes) : sends(bytes));
    expect((await ask(`${gateway.url}/v1/messages`, { body: STREAMED })).body).toBe(bytes);
    expect((await gateway.logged(1))[0]).toMatchObject({ ended: "error-event" });
  });

  it("of events that are not known is believed", async () => {
    const { headers, body: bytes } = events({ type: "completion" });
    const { gateway } = await startTwo(sends(bytes, headers["content-type"]));
    expect((await ask(`${gateway.url}/v1/complete`, { body: { ...HELLO, stream: true } })).body).toBe(bytes);
    expect((await gateway.logged(1))[0]?.ended).toBeUndefined();
  });
});
