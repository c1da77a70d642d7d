import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { ask } from "../support/client.ts";
import { CLIENT_TOKEN, HELLO, MODEL, OURS } from "../support/local-gateway.ts";
import { typedEvent } from "../support/typed-event.ts";
import { startWorker, startWorkerBoth, type TestWorker, WORKER_SECRETS } from "../support/worker.ts";
import type { WorkerdOptions } from "../support/workerd.ts";

const MESSAGE = JSON.stringify({
  id: "msg_1",
  type: "message",
  role: "assistant",
  content: [{ type: "text", text: "Hello" }],
  usage: { input_tokens: 8, output_tokens: 2 },
});

/** Says what it is told to each request in turn. `closed`: one entry for each connection that has gone. */
async function startUpstream(answers: readonly ((socket: Socket) => void)[]) {
  const requests: string[] = [];
  const closed: number[] = [];
  const left = [...answers];
  const server = createServer((socket) => {
    let pieces: Buffer[] = [];
    let missing: number | undefined;
    socket.on("error", () => {});
    socket.on("close", () => closed.push(requests.length));
    socket.on("data", (bytes) => {
      pieces.push(bytes);
      if (missing === undefined) {
        const head = Buffer.concat(pieces).toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        missing = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0) + end + 4 - head.length;
      } else missing -= bytes.length;
      if (missing > 0) return;
      requests.push(Buffer.concat(pieces).toString("latin1"));
      [pieces, missing] = [[], undefined];
      left.shift()?.(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  return { requests, closed, url: `http://127.0.0.1:${port}` };
}

const answering =
  (head: string, body: string | Buffer = "") =>
  (socket: Socket) => {
    socket.write(`HTTP/1.1 ${head}\r\n\r\n`);
    socket.write(body);
  };

const json = (body: string | Buffer, more = "") =>
  answering(`200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}${more}`, body);

async function startBefore(
  answers: readonly ((socket: Socket) => void)[],
  options: Partial<WorkerdOptions> = {},
): Promise<{ readonly worker: TestWorker; readonly upstream: Awaited<ReturnType<typeof startUpstream>> }> {
  const upstream = await startUpstream(answers);
  const config = {
    models: {
      providers: {
        [OURS]: {
          baseUrl: `${upstream.url}/v1/0123456789abcdef0123456789abcdef/my-gw/anthropic`,
          api: "anthropic-messages",
        },
      },
    },
    agents: { defaults: { model: { primary: `${OURS}/${MODEL}` } } },
  };
  return { worker: await startWorker({ config, bindings: WORKER_SECRETS, ...options }), upstream };
}

/** A request on a connection of the test's own. */
function raw(
  url: string,
  head: readonly string[] = [],
  body = JSON.stringify(HELLO),
): { socket: Socket; heard: () => string } {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let text = "";
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
  });
  const lines = [
    "POST /v1/messages HTTP/1.1",
    "host: w",
    `x-api-key: ${CLIENT_TOKEN}`,
    `content-length: ${body.length}`,
  ];
  socket.write(`${[...lines, ...head].join("\r\n")}\r\n\r\n${body}`);
  onTestFinished(() => void socket.destroy());
  return { socket, heard: () => text };
}

describe("the built Worker", () => {
  const text = readFileSync(join(inject("built"), "dist", "worker.mjs"), "utf8");

  it("is one module of at most 300 KB, which needs nothing but the runtime and its configuration", () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(300_000);
    const imported = [...text.matchAll(/(?:^|;)import[^;]*?from"([^"]+)"/gm)].map(([, name]) => name);
    expect(imported).toContain("./openclaw.json");
    expect(text).not.toMatch(/\bimport\(|\brequire\(/);
    expect(imported.filter((name) => !/^node:|^cloudflare:workers$|^\.\/openclaw\.json$/.test(name ?? ""))).toEqual([]);
  });

  it("says under which licence it may be passed on", () => {
    expect(text).toContain("MIT License");
  });
});

describe("the gateway on Workers", () => {
  it("serves a request with its own credentials, and logs it", async () => {
    const { worker, standIn } = await startWorkerBoth();

    const answer = await ask(`${worker.url}/v1/messages`, { body: HELLO });

    expect(answer).toMatchObject({ status: 200, headers: { "x-openclaw-model": `${OURS}/${HELLO.model}` } });
    expect(JSON.parse(answer.body)).toMatchObject({ content: [{ text: "Hello there!" }] });
    expect(standIn.requests.at(-1)).toMatchObject({ body: JSON.stringify(HELLO) });
    await expect.poll(worker.records).toMatchObject([{ status: 200, path: "/v1/messages", inputTokens: 8 }]);
  });

  it("refuses whoever has no token", async () => {
    const { worker, standIn } = await startWorkerBoth();

    const answer = await ask(`${worker.url}/v1/messages`, { body: HELLO, headers: { "x-api-key": "another" } });

    expect(answer).toMatchObject({ status: 401 });
    expect(standIn.requests).toEqual([]);
  });

  it("lists the models that it knows", async () => {
    const { worker } = await startWorkerBoth();
    const { body } = await ask(`${worker.url}/v1/models`);
    expect(JSON.parse(body).data).toContainEqual(expect.objectContaining({ id: MODEL }));
  });

  it("sends neither what names the connection, nor who asks from where, nor Expect", async () => {
    const { worker, upstream } = await startBefore([json(MESSAGE)]);
    const { heard } = raw(worker.url, [
      "expect: 100-continue",
      "connection: x-hop",
      "x-hop: CANARY-hop",
      "cf-connecting-ip: 192.0.2.7",
      "x-forwarded-for: 192.0.2.7",
      "x-real-ip: 192.0.2.7",
      "x-kept: yes",
    ]);
    await expect.poll(heard).toContain("Hello");
    const [sent = ""] = upstream.requests;
    expect(sent).toMatch(/^x-kept: yes\r$/im);
    expect(sent).toMatch(/^accept-encoding: identity\r$/im);
    expect(sent).not.toMatch(/CANARY-hop|192\.0\.2\.7|^expect:/im);
    expect(sent).not.toContain(CLIENT_TOKEN);
  });

  it("sends each request's own headers, though clients repeat them", async () => {
    const asked = ["one", "two", "one", "three"];
    const { worker, upstream } = await startBefore(asked.map(() => json(MESSAGE)));
    for (const value of asked) {
      const answer = await ask(`${worker.url}/v1/messages`, { body: HELLO, headers: { "x-kept": value } });
      expect(answer.status).toBe(200);
    }
    expect(upstream.requests.map((sent) => /^x-kept: (.*)\r$/im.exec(sent)?.[1])).toEqual(asked);
  });

  it("answers with what the upstream says, and with headers of its own", async () => {
    const { worker } = await startBefore([
      json(MESSAGE, "\r\nx-openclaw-model: other/model\r\nset-cookie: a=CANARY\r\nset-cookie: b=CANARY\r\nx-any: yes"),
    ]);
    const { heard } = raw(worker.url);
    await expect.poll(heard).toContain("Hello");
    expect(heard()).toMatch(/^x-any: yes\r$/im);
    expect(heard()).toMatch(new RegExp(`^x-openclaw-model: ${OURS}/${HELLO.model}\r$`, "im"));
    expect(heard()).not.toMatch(/CANARY|other\/model/);
  });

  it.each(["", "Said so", "Said \u0001 so", "x".repeat(5000)])("answers after any reason phrase", async (phrase) => {
    const { worker } = await startBefore([answering(`200 ${phrase}\r\ncontent-length: ${MESSAGE.length}`, MESSAGE)]);
    const { heard } = raw(worker.url);
    await expect.poll(heard, { timeout: 8_000 }).toContain("}");
  });

  it("passes an encoded response on byte for byte", async () => {
    const encoded = gzipSync(MESSAGE);
    const { worker } = await startBefore([json(encoded, "\r\ncontent-encoding: gzip")]);
    const { heard } = raw(worker.url);
    await expect.poll(() => heard().includes(encoded.toString("latin1"))).toBe(true);
    expect(heard()).toMatch(/^content-encoding: gzip\r$/im);
    expect(heard()).toMatch(new RegExp(`^content-length: ${encoded.length}\r$`, "im"));
  });

  it.each(["gzip", "deflate"])("reads a request that comes as %s", async (coding) => {
    const { deflateSync } = await import("node:zlib");
    const { worker, upstream } = await startBefore([json(MESSAGE)]);
    const body = (coding === "gzip" ? gzipSync : deflateSync)(JSON.stringify(HELLO));
    expect(await ask(`${worker.url}/v1/messages`, { body, headers: { "content-encoding": coding } })).toMatchObject({
      status: 200,
    });
    expect(upstream.requests[0]).toContain(JSON.stringify(HELLO));
  });

  it("says why it does not read a request's body", async () => {
    const { worker, upstream } = await startBefore([]);
    const asked = (headers: Record<string, string>, body: Buffer | string) =>
      ask(`${worker.url}/v1/messages`, { body, headers });
    expect(await asked({ "content-encoding": "lzw" }, "x")).toMatchObject({ status: 415 });
    expect(await asked({ "content-encoding": "gzip" }, "not gzip")).toMatchObject({ status: 400 });
    expect(await asked({ "content-encoding": "gzip" }, gzipSync(Buffer.alloc(33 * 1024 * 1024)))).toMatchObject({
      status: 413,
    });
    expect(upstream.requests).toEqual([]);
  });

  it("holds so much of large requests at one time, and lets whoever is refused send theirs to its end", async () => {
    const { worker, upstream } = await startBefore([() => {}, json(MESSAGE), json(MESSAGE)]);
    const large = Buffer.from(
      JSON.stringify({ ...HELLO, messages: [{ role: "user", content: "x".repeat(30_000_000) }] }),
    );
    const first = raw(worker.url, [], large.toString());
    await expect.poll(() => upstream.requests.length).toBe(1);
    const asked = (body: Buffer, headers = {}) => ask(`${worker.url}/v1/messages`, { body, headers });

    expect(await asked(large)).toMatchObject({ status: 529, body: expect.stringContaining("as many large requests") });
    expect(await asked(Buffer.alloc(34 * 1024 * 1024))).toMatchObject({ status: 413 });
    expect(await asked(large, { "x-api-key": "another" })).toMatchObject({ status: 401 });
    expect(await asked(Buffer.from(JSON.stringify(HELLO)))).toMatchObject({ status: 200 });
    first.socket.resetAndDestroy();
    await expect.poll(async () => (await asked(large)).status).toBe(200);
  });

  it("does not follow a redirect, nor take an interim response for one", async () => {
    const { worker, upstream } = await startBefore([
      answering("307 Temporary Redirect\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0"),
      answering("103 Early Hints\r\nlink: </x>"),
    ]);
    for (const code of ["answer.redirected", "network.not-http"]) {
      const { status, body } = await ask(`${worker.url}/v1/messages`, { body: HELLO });
      expect({ status, ...JSON.parse(body).error.details }).toEqual({ status: 502, error_code: code });
    }
    expect(upstream.requests).toHaveLength(2);
  });

  it("ends the request to the upstream when the client goes, before and in the response", async () => {
    const { worker, upstream } = await startBefore([
      () => {},
      (socket) => {
        const timer = setInterval(() => socket.write(typedEvent("content_block_delta")), 10);
        socket.on("close", () => clearInterval(timer));
        answering("200 OK\r\ncontent-type: text/event-stream")(socket);
      },
    ]);
    const before = raw(worker.url);
    await expect.poll(() => upstream.requests.length).toBe(1);
    // The end of a connection alone could be that of a request.
    before.socket.resetAndDestroy();
    await expect.poll(worker.records).toMatchObject([{ status: 499, ended: "client-gone" }]);
    await expect.poll(() => upstream.closed.length).toBe(1);

    const within = raw(worker.url);
    await expect.poll(within.heard).toContain("content_block_delta");
    within.socket.destroy();
    await expect.poll(() => worker.records()[1]).toMatchObject({ status: 200, ended: "client-gone" });
    await expect.poll(() => upstream.closed.length).toBe(2);
  });

  it("breaks a document off where its upstream does, and ends a stream with an error", async () => {
    const long = MESSAGE.replace("Hello", "Hello ".repeat(20_000));
    const begun = typedEvent("content_block_delta", { delta: { type: "text_delta", text: "Hi" } });
    const stream = "200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked";
    const { worker } = await startBefore([
      (socket) => {
        answering(
          `200 OK\r\ncontent-type: application/json\r\ncontent-length: ${long.length}`,
          long.slice(0, 90_000),
        )(socket);
        setTimeout(() => socket.destroy(), 50);
      },
      (socket) => {
        answering(stream, `${begun.length.toString(16)}\r\n${begun}\r\n`)(socket);
        setTimeout(() => socket.destroy(), 50);
      },
    ]);
    const document = raw(worker.url);
    await new Promise((resolve) => document.socket.once("close", resolve));
    expect(document.heard().length).toBeLessThan(long.length);
    await expect.poll(worker.records).toMatchObject([{ status: 200, ended: "upstream-cut-off" }]);

    const streamed = await ask(`${worker.url}/v1/messages`, { body: { ...HELLO, stream: true } });
    expect(streamed.body).toContain(begun);
    expect(streamed.body).toMatch(/event: error\ndata: .*network\.cut-off/);
    await expect.poll(() => worker.records()[1]).toMatchObject({ ended: "upstream-cut-off" });
  });

  it("keeps a silent stream alive, each request by its own timer", async () => {
    const quiet = (socket: Socket) =>
      answering("200 OK\r\ncontent-type: text/event-stream", typedEvent("content_block_delta"))(socket);
    const { worker } = await startBefore([quiet, quiet], { speed: 100 });
    const [first, second] = [raw(worker.url), raw(worker.url)];
    await expect.poll(first.heard).toContain("event: ping");
    // One that goes takes its timer with it.
    first.socket.resetAndDestroy();
    const pings = () => second.heard().split("event: ping").length;
    const seen = pings();
    await expect.poll(pings).toBeGreaterThan(seen + 1);
  });

  it("gives an upstream up that is silent for too long", async () => {
    const { worker } = await startBefore([() => {}], {
      bindings: { ...WORKER_SECRETS, OPENCLAW_GATEWAY_UPSTREAM_TIMEOUT: "1s" },
      speed: 10,
    });
    const { status, body } = await ask(`${worker.url}/v1/messages`, { body: HELLO });
    expect({ status, ...JSON.parse(body).error.details }).toEqual({
      status: 504,
      error_code: "network.answer-timeout",
    });
  });

  it("passes what it does not read on as it comes", async () => {
    const body = Buffer.alloc(300_000, "x");
    const { worker, upstream } = await startBefore([json("{}"), json("{}")]);
    const headers = { "anthropic-version": "2023-06-01" };
    expect(await ask(`${worker.url}/v1/files`, { method: "POST", body, headers })).toMatchObject({ status: 200 });
    expect(upstream.requests[0]).toMatch(/^content-length: 300000\r$/im);
    const packed = gzipSync("{}");
    await ask(`${worker.url}/v1/files`, {
      method: "POST",
      body: packed,
      headers: { ...headers, "content-encoding": "gzip" },
    });
    const sent = Buffer.from(upstream.requests[1]?.split("\r\n\r\n")[1] ?? "", "latin1");
    expect(gunzipSync(sent).toString()).toBe("{}");
  });
});
