import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../src/core/http.ts";
import { send } from "../../src/http/client.ts";
import { httpServer, httpsServer, rawAnswer, rawServer } from "../support/sockets.ts";

const request = (url: string, changes: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  url,
  headers: {},
  connectTimeoutMs: 200_000,
  idleTimeoutMs: 200_000,
  maxBodyBytes: 1_000_000,
  ...changes,
});

const get = (port: number, changes: Partial<HttpRequest> = {}) =>
  send(request(`http://127.0.0.1:${port}/path?query=1`, changes), {});

const failure = (fault: object) => ({ ok: false, error: fault });
const answer = (parts: object) => ({ ok: true, value: expect.objectContaining(parts) });

describe("what goes out", () => {
  it("is the caller's headers and what HTTP needs, and nothing else", async () => {
    const heads: string[] = [];
    const { port } = await rawServer((socket) => {
      socket.once("data", (data) => {
        heads.push(data.toString());
        socket.end("HTTP/1.1 204 No Content\r\n\r\n");
      });
    });
    await get(port, { headers: { "user-agent": "openclaw/1.0", "x-api-key": "k" } });
    await get(port, { method: "POST", headers: { "content-type": "application/json" }, body: '{"é":1}' });
    expect(heads).toEqual([
      `GET /path?query=1 HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\naccept-encoding: identity\r\nuser-agent: openclaw/1.0\r\nx-api-key: k\r\n\r\n`,
      `POST /path?query=1 HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\naccept-encoding: identity\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n{"é":1}`,
    ]);
  });

  it("is refused as a mistake of the program when a header cannot be sent", async () => {
    const { port } = await httpServer((_request, response) => response.end());
    await expect(get(port, { headers: { "x-api-key": "two\nlines" } })).rejects.toThrow(/x-api-key/);
  });
});

describe("an answer", () => {
  it("has its status, headers by lower-case name and body", async () => {
    const { port } = await httpServer((_request, response) => {
      response.writeHead(418, { "X-One": "1", "X-Two": ["a", "b"], "Set-Cookie": ["c=1", "d=2"] });
      response.end("\u{FEFF}té");
    });
    expect(await get(port)).toEqual(
      answer({
        status: 418,
        headers: expect.objectContaining({ "x-one": "1", "x-two": "a, b", "set-cookie": "c=1, d=2" }),
        body: "té",
      }),
    );
  });

  it("is what comes after the answers that only announce it", async () => {
    const { port } = await rawAnswer(
      "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
      { close: false },
    );
    expect(await get(port)).toEqual(answer({ status: 200, headers: { "content-length": "2" }, body: "ok" }));
  });

  it.each([301, 307, 308])("with status %i is not followed", async (status) => {
    const paths: (string | undefined)[] = [];
    const { port } = await httpServer((incoming, response) => {
      paths.push(incoming.url);
      response.writeHead(status, { location: "/elsewhere" }).end();
    });
    expect(await get(port)).toEqual(answer({ status, headers: expect.objectContaining({ location: "/elsewhere" }) }));
    expect(paths).toEqual(["/path?query=1"]);
  });

  it("of status 500 or 503 is not asked for again", async () => {
    let count = 0;
    const { port } = await httpServer((_request, response) => {
      count += 1;
      response.writeHead(503, { "retry-after": "0" }).end();
    });
    expect(await get(port)).toEqual(answer({ status: 503 }));
    expect(count).toBe(1);
  });

  it("is cut off at the limit, not in the middle of a character", async () => {
    const { port, idle } = await httpServer((_request, response) => {
      response.write("é".repeat(100_000));
      // It never ends: only the limit can.
    });
    expect(await get(port, { maxBodyBytes: 7 })).toEqual(answer({ status: 200, body: "ééé" }));
    await idle();
  });

  it("may be exactly as long as the limit", async () => {
    const { port } = await httpServer((_request, response) => response.end("1234567"));
    expect(await get(port, { maxBodyBytes: 7 })).toEqual(answer({ body: "1234567" }));
  });

  const text = "Grüße ".repeat(1000);
  it.each([
    ["gzip", gzipSync(text)],
    ["x-gzip", gzipSync(text)],
    ["GZIP", gzipSync(text)],
    ["br", brotliCompressSync(text)],
    ["deflate", deflateSync(text)],
    ["deflate", deflateRawSync(text)],
    ["deflate, gzip", gzipSync(deflateSync(text))],
    ["identity", Buffer.from(text)],
  ])("is decoded from %s, and cut off at the limit all the same", async (encoding, bytes) => {
    const { port } = await httpServer((_request, response) => {
      response.writeHead(200, { "content-encoding": encoding }).end(bytes);
    });
    expect(await get(port)).toEqual(answer({ body: text }));
    expect(await get(port, { maxBodyBytes: 6 })).toEqual({ ok: true, value: expect.anything() });
    const small = await get(port, { maxBodyBytes: bytes.length });
    expect(small.ok && text.startsWith(small.value.body)).toBe(true);
  });

  it("is decoded as far as it goes when the limit cuts the compressed bytes", async () => {
    const noise = Array.from({ length: 20_000 }, (_, index) => String((index * 7919) % 10_007)).join(" ");
    const { port } = await httpServer((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(noise));
    });
    const result = await get(port, { maxBodyBytes: 5000 });
    expect(result.ok && result.value.body.length > 0 && noise.startsWith(result.value.body)).toBe(true);
  });

  it("that is said to be compressed and is not is no HTTP", async () => {
    const { port } = await httpServer((incoming, response) => {
      response
        .writeHead(200, { "content-encoding": String(incoming.headers["x-encoding"]) })
        .end("not compressed at all");
    });
    expect(await get(port, { headers: { "x-encoding": "gzip" } })).toEqual(
      failure({ kind: "not-http", systemCode: "Z_DATA_ERROR" }),
    );
    expect(await get(port, { headers: { "x-encoding": "br" } })).toEqual(
      failure({ kind: "not-http", systemCode: expect.stringContaining("ERR_") }),
    );
  });

  it("may be empty whatever its encoding", async () => {
    const { port } = await httpServer((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end();
    });
    expect(await get(port)).toEqual(answer({ body: "" }));
  });
});

describe("no answer", () => {
  it("because nobody listens is refused", async () => {
    const { port, stop } = await rawServer(() => {});
    await stop();
    expect(await get(port)).toEqual(failure({ kind: "refused", systemCode: "ECONNREFUSED" }));
  });

  it("because no address of the host listens is refused", async () => {
    const { port, stop } = await rawServer(() => {});
    await stop();
    expect(await send(request(`http://localhost:${port}/`), {})).toEqual(
      failure({ kind: "refused", systemCode: "ECONNREFUSED" }),
    );
  });

  it("because there is no such name", async () => {
    // Without a resolver the answer is EAI_AGAIN.
    expect(await send(request("https://gateway.invalid/"), {})).toEqual(
      failure({ kind: "name-not-found", systemCode: expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/) }),
    );
  });

  it("because the connection never stands is a connect-timeout, and leaves no connection", async () => {
    // Says nothing to the TLS hello.
    const { port, idle } = await rawServer(() => {});
    expect(await send(request(`https://127.0.0.1:${port}/`, { connectTimeoutMs: 50 }), {})).toEqual(
      failure({ kind: "connect-timeout" }),
    );
    await idle();
  });

  it("because nothing comes back is an answer-timeout, and leaves no connection", async () => {
    const { port, idle } = await rawServer(() => {});
    expect(await get(port, { idleTimeoutMs: 50 })).toEqual(failure({ kind: "answer-timeout" }));
    await idle();
  });

  it.each([
    ["after the head", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"],
    ["in the body", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n123"],
    ["between chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"],
  ])("because it stops %s is an answer-timeout", async (_where, bytes) => {
    const { port } = await rawAnswer(bytes, { close: false });
    expect(await get(port, { idleTimeoutMs: 50 })).toEqual(failure({ kind: "answer-timeout" }));
  });

  it.each([
    ["before the answer", ""],
    ["in the status line", "HTTP/1.1 20"],
    ["in the headers", "HTTP/1.1 200 OK\r\ncontent-le"],
    ["in a body of known length", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n123"],
    ["between chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"],
  ])("because the connection is closed %s is cut-off", async (_where, bytes) => {
    const { port } = await rawAnswer(bytes, { close: true });
    expect(await get(port)).toEqual(failure(expect.objectContaining({ kind: "cut-off" })));
  });

  it("because the connection is reset is cut-off", async () => {
    const { port } = await rawServer((socket) => void socket.once("data", () => socket.resetAndDestroy()));
    expect(await get(port)).toEqual(failure({ kind: "cut-off", systemCode: "ECONNRESET" }));
  });

  it("because the connection is reset in the middle of the body is cut-off", async () => {
    const { port } = await rawServer((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n123", () => socket.resetAndDestroy());
      });
    });
    expect(await get(port)).toEqual(failure(expect.objectContaining({ kind: "cut-off" })));
  });

  it("because it is asked for twice never happens: a connection that is dropped is not tried again", async () => {
    let count = 0;
    const { port } = await rawServer((socket) => {
      count += 1;
      socket.destroy();
    });
    expect(await get(port)).toEqual(failure(expect.objectContaining({ kind: "cut-off" })));
    expect(count).toBe(1);
  });

  it.each([
    ["garbage", "SSH-2.0-OpenSSH_9.2p1\r\n"],
    ["bytes", Buffer.from([0, 1, 2, 3, 255, 254])],
    ["HTTP/0.9", "<html>hello</html>"],
    ["a bad length", "HTTP/1.1 200 OK\r\ncontent-length: five\r\n\r\n"],
    ["endless headers", `HTTP/1.1 200 OK\r\nx: ${"x".repeat(100_000)}\r\n\r\n`],
    ["a switch to another protocol", "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"],
    ["100 without an end", "HTTP/1.1 100 Continue\r\n\r\n"],
  ])("because it is %s is not-http", async (_what, bytes) => {
    const { port } = await rawAnswer(bytes, { close: false });
    expect(await get(port)).toEqual(failure(expect.objectContaining({ kind: "not-http" })));
  });
});

describe("TLS", () => {
  it("refuses a certificate that nobody vouches for", async () => {
    const { port } = await httpsServer((_request, response) => response.end("secret"));
    expect(await send(request(`https://localhost:${port}/`), {})).toEqual(
      failure({ kind: "certificate", systemCode: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
    );
  });

  it("tells a server that speaks plain HTTP on the port", async () => {
    const { port } = await httpServer((_request, response) => response.end());
    expect(await send(request(`https://localhost:${port}/`), {})).toEqual(
      failure({ kind: "tls", systemCode: expect.stringMatching(/^(?:ERR_SSL_|EPROTO)/) }),
    );
  });

  it("tells a server that would have it where it was not asked for", async () => {
    // A fatal alert of TLS 1.2: unexpected message.
    const { port } = await rawAnswer(Buffer.from([21, 3, 3, 0, 2, 2, 10]), { close: true });
    expect(await get(port)).toEqual(failure({ kind: "tls" }));
  });

  it("tells a connection that is closed in the middle of the handshake", async () => {
    const { port } = await rawServer((socket) => void socket.once("data", () => socket.end()));
    expect(await send(request(`https://localhost:${port}/`), {})).toEqual(
      failure({ kind: "cut-off", systemCode: "ECONNRESET" }),
    );
  });
});
