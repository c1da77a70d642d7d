import { describe, expect, it } from "vitest";
import { ask, wireTo } from "../support/client.ts";
import { CLIENT_TOKEN, HELLO, OURS, startBoth } from "../support/local-gateway.ts";
import { httpServer } from "../support/sockets.ts";

const BODY = JSON.stringify(HELLO);
const AUTH = `host: 127.0.0.1\r\nx-api-key: ${CLIENT_TOKEN}\r\n`;
const LENGTH = `content-length: ${BODY.length}\r\n`;
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

const post = (headers: string, body: string, target = "/v1/messages") =>
  `POST ${target} HTTP/1.1\r\n${AUTH}${headers}\r\n${body}`;

/** What comes back for these bytes, once the connection is closed, which whoever has no more to say begins. */
async function say(port: number, text: string, { thenWaits = false } = {}): Promise<string> {
  const { socket, closed } = wireTo(port);
  if (thenWaits) socket.write(text, "latin1");
  else socket.end(text, "latin1");
  return closed;
}

const statusesIn = (heard: string) => [...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));

describe("an ambiguous request never reaches the upstream", () => {
  it.each([
    ["two lengths", post(`${LENGTH}${LENGTH}`, BODY)],
    ["two lengths that differ", post(`${LENGTH}content-length: 3\r\n`, BODY)],
    ["a length that is a list", post(`content-length: ${BODY.length}, ${BODY.length}\r\n`, BODY)],
    ["a length with a sign", post(`content-length: +${BODY.length}\r\n`, BODY)],
    ["a length in hexadecimal", post("content-length: 0x10\r\n", BODY)],
    ["a length and chunks", post(`${LENGTH}transfer-encoding: chunked\r\n`, `${chunk(BODY)}0\r\n\r\n`)],
    ["chunks and a length", post(`transfer-encoding: chunked\r\n${LENGTH}`, `${chunk(BODY)}0\r\n\r\n`)],
    ["chunks under another name", post("transfer-encoding: xchunked\r\n", `${chunk(BODY)}0\r\n\r\n`)],
    [
      "chunks that are not the last encoding",
      post("transfer-encoding: chunked, identity\r\n", `${chunk(BODY)}0\r\n\r\n`),
    ],
    [
      "chunks of what is compressed",
      post("transfer-encoding: gzip, chunked\r\n", `${chunk(BODY)}0\r\n\r\n`, "/v1/files"),
    ],
    ["a blank before a colon", post(`transfer-encoding : chunked\r\n${LENGTH}`, BODY)],
    ["a folded header", post(`x-a: b\r\n transfer-encoding: chunked\r\n${LENGTH}`, BODY)],
    ["a bare line feed for a line's end", post(`x-a: b\ntransfer-encoding: chunked\r\n${LENGTH}`, BODY)],
    ["a NUL in a header", post(`x-a: b\u0000c\r\n${LENGTH}`, BODY)],
    ["a chunk with a bad size", post("transfer-encoding: chunked\r\n", `zz\r\n${BODY}\r\n0\r\n\r\n`)],
    ["a chunk that is longer than it says", post("transfer-encoding: chunked\r\n", `3\r\n${BODY}\r\n0\r\n\r\n`)],
    [
      "a chunk whose size is too large a number",
      post("transfer-encoding: chunked\r\n", `fffffffffffffffff\r\n${BODY}`),
    ],
    ["a whole URL", post(LENGTH, BODY, "http://evil.example/v1/messages")],
    ["a whole URL of this machine", post(LENGTH, BODY, "http://127.0.0.1/v1/messages")],
    ["an authority", `CONNECT gateway.example:443 HTTP/1.1\r\n${AUTH}\r\n`],
    ["two hosts", post(`host: evil.example\r\n${LENGTH}`, BODY)],
    ["no host", `POST /v1/messages HTTP/1.1\r\nx-api-key: ${CLIENT_TOKEN}\r\n${LENGTH}\r\n${BODY}`],
    ["an empty host", `POST /v1/messages HTTP/1.1\r\nhost:\r\nx-api-key: ${CLIENT_TOKEN}\r\n${LENGTH}\r\n${BODY}`],
    ["a method that shows what was added", `TRACE /v1/messages HTTP/1.1\r\n${AUTH}\r\n`],
    ["a method that nobody knows", `BREW /v1/messages HTTP/1.1\r\n${AUTH}\r\n`],
    ["another protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["a version of long ago", "GET /v1/models\r\n\r\n"],
    ["TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"],
  ])("%s", async (_, text) => {
    const { standIn, gateway } = await startBoth();
    const heard = await say(gateway.port, text);
    for (const status of statusesIn(heard)) expect([400, 403, 405]).toContain(status);
    if (heard !== "") expect(JSON.parse(heard.slice(heard.indexOf("\r\n\r\n")))).toMatchObject({ type: "error" });
    expect(standIn.requests).toHaveLength(0);
    // And nothing was harmed.
    expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO })).status).toBe(200);
    expect(gateway.bugs).toEqual([]);
  });

  it.each([
    "//v1/messages",
    "/v1//messages",
    "/v1/../v1/messages",
    "/v1/x/../messages",
    "/v1/./messages",
    "/v1/messages/",
    "/v1/messages/..",
    "/v1/%2e%2e/messages",
    "/v1/x/%2E%2e/messages",
    "/v1/x%2f..%2fmessages",
    "/v1%2Fmessages",
    "/v1/%6dessages",
    "/v1/messages%00",
    "/v1/messages%0d%0ax: y",
    "/v1/messages%0d%0a",
    "/v1/messages%252f",
    "/v1/messages%",
    "/v1/messages%zz",
    "/v1/messages;x=y",
    "/v1\\messages",
    "/v1/messages#x",
    "/v1/mess\u00e4ges",
    "/v1/messages?x=\u00e4",
    "/v2/messages",
    "/client/v4/accounts",
    "v1/messages",
    "*",
  ])("the path %s", async (target) => {
    const { standIn, gateway } = await startBoth();
    const heard = await say(gateway.port, post(`${LENGTH}connection: close\r\n`, BODY, target));
    for (const status of statusesIn(heard)) expect([400, 404]).toContain(status);
    expect(heard).toContain('{"type":"error"');
    expect(standIn.requests).toHaveLength(0);
  });

  it("two pipelined requests are two requests, answered in their order", async () => {
    const { standIn, gateway } = await startBoth();
    const first = post(LENGTH, BODY);
    const second = `GET /v1/models HTTP/1.1\r\n${AUTH}connection: close\r\n\r\n`;
    const heard = await say(gateway.port, first + second, { thenWaits: true });
    expect(statusesIn(heard)).toEqual([200, 200]);
    expect(heard.indexOf('"type":"message"')).toBeLessThan(heard.indexOf('"has_more"'));
    expect(standIn.requests.map(({ method }) => method).sort()).toEqual(["GET", "POST"]);
  });

  it("a request to upgrade is served without the upgrade", async () => {
    const { standIn, gateway } = await startBoth();
    const upgrade =
      "connection: upgrade, http2-settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n";
    const heard = await say(gateway.port, `GET /v1/models HTTP/1.1\r\n${AUTH}${upgrade}\r\n`, {
      thenWaits: true,
    });
    expect(statusesIn(heard)).toEqual([200]);
    expect(Object.keys(standIn.requests[0]?.headers ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/upgrade|http2-settings/)]),
    );
  });

  it("an unknown expectation is no reason to refuse", async () => {
    const { gateway } = await startBoth();
    const heard = await say(gateway.port, post(`${LENGTH}expect: miracles\r\nconnection: close\r\n`, BODY), {
      thenWaits: true,
    });
    expect(statusesIn(heard).at(-1)).toBe(200);
    expect((await gateway.logged(1))[0]).toMatchObject({ status: 200 });
  });

  it("garbage after a request does not get into its answer", async () => {
    const { standIn, gateway } = await startBoth();
    standIn.dial("stall", { after: 100 });
    const { socket, hears, closed } = wireTo(gateway.port);
    socket.write(post(LENGTH, BODY));
    await hears(/msg_01STANDIN/);
    socket.write("nonsense\r\n\r\n");
    expect(statusesIn(await closed)).toEqual([200]);
    await standIn.abandoned(1);
  });
});

describe("a client that is slow, leaves or asks for too much is cut off", () => {
  const HASTE = { headersTimeoutMs: 1, checkEveryMs: 1, lingerMs: 1 };

  it("while it writes its headers", async () => {
    const { gateway } = await startBoth({ limits: HASTE });
    const { socket, closed } = wireTo(gateway.port);
    socket.write("POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    expect(statusesIn(await closed)).toEqual([408]);
  });

  it("while it writes its body", async () => {
    // Long enough that a busy machine has seen the headers by then.
    const { standIn, gateway } = await startBoth({
      limits: { ...HASTE, headersTimeoutMs: 1_000, requestTimeoutMs: 1_000 },
    });
    const { socket, closed } = wireTo(gateway.port);
    socket.write(post("content-length: 1000\r\n", "{"));
    expect(statusesIn(await closed)).toEqual([408]);
    expect((await gateway.logged(1))[0]).toMatchObject({ ended: "client-gone", status: 499 });
    expect(standIn.requests).toHaveLength(0);
  });

  it("after an error, if it goes on writing", async () => {
    const { gateway } = await startBoth({ limits: { lingerMs: 1 } });
    const { socket, closed } = wireTo(gateway.port);
    socket.write("POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\n\r\n{");
    expect(statusesIn(await closed)).toEqual([401]);
  });

  it("with all its pipelined requests when it leaves", async () => {
    const { standIn, gateway } = await startBoth({ limits: { concurrentRequests: 3 } });
    standIn.dial("slow");
    const { socket } = wireTo(gateway.port);
    socket.write(post(LENGTH, BODY).repeat(3));
    await standIn.received(3);
    socket.destroy();
    for (const record of await gateway.logged(3)) expect(record).toMatchObject({ ended: "client-gone", status: 499 });
    await standIn.abandoned(3);
    standIn.reset();
    expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO })).status).toBe(200);
  });

  it("when it leaves before it sends its body", async () => {
    const { standIn, gateway } = await startBoth();
    const { socket, hears } = wireTo(gateway.port);
    socket.write(post(`${LENGTH}expect: 100-continue\r\n`, ""));
    await hears(/100 Continue/);
    socket.destroy();
    expect((await gateway.logged(1))[0]).toMatchObject({ ended: "client-gone" });
    expect(standIn.requests).toHaveLength(0);
  });

  it("before it sends a body that is announced as too long", async () => {
    const { gateway } = await startBoth({ limits: { bodyBytes: 10 } });
    const { socket, closed } = wireTo(gateway.port);
    socket.write(post("content-length: 11\r\nexpect: 100-continue\r\n", ""));
    expect(statusesIn(await closed)).toEqual([413]);
  });

  it("while its body is streamed through", async () => {
    let arrived = () => {};
    const upstreamHasSome = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let left = () => {};
    const upstreamLeft = new Promise<void>((resolve) => {
      left = resolve;
    });
    const { port } = await httpServer((request) => {
      request.once("data", arrived);
      request.once("close", left);
    });
    const { gateway } = await startBoth();
    const entry = { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" };
    gateway.use(gateway.settings({ providers: { [OURS]: entry } }));
    const { socket } = wireTo(gateway.port);
    socket.write(post("content-length: 1000\r\n", "the beginning", "/v1/files"));
    await upstreamHasSome;
    socket.destroy();
    await upstreamLeft;
    expect((await gateway.logged(1))[0]).toMatchObject({ ended: "client-gone", status: 499 });
    expect(gateway.bugs).toEqual([]);
  });

  it("when it takes nothing of its answer", async () => {
    let left = () => {};
    const upstreamLeft = new Promise<void>((resolve) => {
      left = resolve;
    });
    const { port } = await httpServer((_, response) => {
      response.on("close", left);
      response.writeHead(200).write(Buffer.alloc(50_000_000));
    });
    const { gateway } = await startBoth({ limits: { stalledMs: 1 } });
    gateway.use(
      gateway.settings({ providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } } }),
    );
    const { socket } = wireTo(gateway.port);
    socket.pause();
    socket.write(post(LENGTH, BODY));
    const [record] = await gateway.logged(1);
    expect(record).toMatchObject({ ended: "client-gone", status: 200 });
    // What is held for it is a small part of the whole.
    expect(record?.responseBytes).toBeLessThan(25_000_000);
    await upstreamLeft;
  });

  it("when it sends requests and takes none of the short answers", async () => {
    // A request of which only the half was read has a limit of its own.
    const { gateway } = await startBoth({
      limits: { stalledMs: 1, headersTimeoutMs: 600_000, requestTimeoutMs: 600_000 },
    });
    const { socket, closed } = wireTo(gateway.port);
    socket.pause();
    const questions = "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".repeat(1_000);
    const ask = (error?: Error | null) => error || socket.write(questions, ask);
    ask();
    await closed;
    expect(gateway.bugs).toEqual([]);
  });

  it("after headers that are too long", async () => {
    const { standIn, gateway } = await startBoth();
    const heard = await say(gateway.port, post(`x-long: ${"x".repeat(40_000)}\r\n${LENGTH}`, BODY));
    expect(statusesIn(heard)).toEqual([431]);
    expect(standIn.requests).toHaveLength(0);
  });

  it("beyond a number of requests at a time", async () => {
    const { standIn, gateway } = await startBoth({ limits: { concurrentRequests: 2 } });
    standIn.dial("slow");
    const both = [1, 2].map(() => ask(`${gateway.url}/v1/messages`, { body: HELLO }));
    await standIn.received(2);
    const third = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([third.status, JSON.parse(third.body).error.type]).toEqual([529, "overloaded_error"]);
    standIn.release();
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
  });
});
