import { describe, expect, it, onTestFinished } from "vitest";
import type { Env } from "../../src/core/context.ts";
import type { NetworkFault } from "../../src/core/http.ts";
import type { Transport, UpstreamRequest } from "../../src/gateway/host.ts";
import { createTransport, TIMEOUTS } from "../../src/http/upstream-transport.ts";
import { httpServer, httpsServer, proxyServer, rawAnswer, rawServer } from "../support/sockets.ts";

function transportIn(env: Env, timeouts: Partial<typeof TIMEOUTS> = {}): Transport {
  const transport = createTransport({ ...TIMEOUTS, ...timeouts }, env);
  onTestFinished(transport.close);
  return transport;
}

type Told =
  | { readonly status: number; readonly body: string }
  | { readonly fault: NetworkFault; readonly stale: boolean };

/** What becomes of a request. */
async function send(transport: Transport, origin: string, request: Partial<UpstreamRequest> = {}): Promise<Told> {
  const headers = ["x-a", "1", "x-a", "2"];
  const call = transport.send({ origin, path: "/", method: "POST", headers, body: Buffer.from("hi"), ...request });
  const answer = await call.head();
  if (answer.kind === "fault") return { fault: answer.fault, stale: answer.isStale };
  let body = "";
  for (;;) {
    const piece = await answer.body.read();
    if (!piece.ok) return { fault: piece.error, stale: false };
    if (piece.value === undefined) return { status: answer.status, body };
    body += piece.value.toString();
  }
}

const address = ({ port }: { readonly port: number }) => `http://127.0.0.1:${port}`;

/** Answers with what it got: how often a header came, and the body. */
const echo = () =>
  httpServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => response.end(`${request.headers["x-a"]} ${request.headers.connection} ${body}`));
  });

describe("the transport", () => {
  it("keeps its connections, as many as there are requests at a time", async () => {
    const sockets = new Set<unknown>();
    const waiting: (() => void)[] = [];
    const server = await httpServer((request, response) => {
      sockets.add(request.socket);
      waiting.push(() => response.end("ok"));
      if (waiting.length === 3) for (const answer of waiting.splice(0)) answer();
    });
    const transport = transportIn({});
    for (let round = 0; round < 3; round += 1) {
      const all = await Promise.all([1, 2, 3].map(() => send(transport, address(server))));
      expect(all).toEqual([1, 2, 3].map(() => ({ status: 200, body: "ok" })));
    }
    expect(sockets.size).toBe(3);
  });

  it("sends a request for http: to the proxy whole, with all its headers", async () => {
    const [server, proxy] = [await echo(), await proxyServer()];
    const transport = transportIn({ HTTP_PROXY: address(proxy).replace("//", "//user:p%40ss@") });
    for (let count = 0; count < 2; count += 1) {
      expect(await send(transport, address(server))).toEqual({ status: 200, body: "1, 2 keep-alive hi" });
    }
    const credentials = `Basic ${Buffer.from("user:p@ss").toString("base64")}`;
    expect(proxy.seen).toEqual([
      `POST ${address(server)}/ | ${credentials}`,
      `POST ${address(server)}/ | ${credentials}`,
    ]);
  });

  it("bypasses the proxy for hosts in NO_PROXY", async () => {
    const [server, proxy] = [await echo(), await proxyServer()];
    const transport = transportIn({ HTTP_PROXY: address(proxy), NO_PROXY: "127.0.0.1" });
    expect(await send(transport, address(server))).toMatchObject({ status: 200 });
    expect(proxy.seen).toEqual([]);
  });

  it("tunnels https: through the proxy, behind which the certificate is the other side's", async () => {
    const [server, proxy] = [await httpsServer((_, response) => response.end()), await proxyServer()];
    const told = await send(transportIn({ HTTPS_PROXY: address(proxy) }), `https://gateway.example:${server.port}`);
    expect(told).toMatchObject({ fault: { kind: "certificate", proxy: address(proxy) }, stale: false });
    expect(proxy.seen).toEqual([`CONNECT gateway.example:${server.port}`]);
  });

  it.each(["http", "https"])("reports a proxy that refuses %s:", async (scheme) => {
    const [server, proxy] = [await echo(), await proxyServer(407)];
    const env = { HTTP_PROXY: address(proxy), HTTPS_PROXY: address(proxy) };
    const told = await send(transportIn(env), `${scheme}://127.0.0.1:${server.port}`);
    expect(told).toEqual({ fault: { kind: "proxy", proxy: address(proxy), proxyStatus: 407 }, stale: false });
  });

  it.each(["http", "https"])("reports a proxy that does not listen, for %s:", async (scheme) => {
    const [server, proxy] = [await echo(), await rawServer(() => {})];
    await proxy.stop();
    const env = { HTTP_PROXY: address(proxy), HTTPS_PROXY: address(proxy) };
    const told = await send(transportIn(env), `${scheme}://127.0.0.1:${server.port}`);
    expect(told).toMatchObject({ fault: { kind: "proxy", systemCode: "ECONNREFUSED", proxy: address(proxy) } });
  });

  it("reports a proxy whose address cannot be used", async () => {
    const told = await send(transportIn({ HTTP_PROXY: "socks5://x" }), "http://gateway.example");
    expect(told).toMatchObject({ fault: { kind: "proxy", systemCode: "ERR_INVALID_PROTOCOL" } });
  });

  it("reports a connection that is not made in time, and one without an answer", async () => {
    const silent = await rawServer(() => {});
    // The proxy takes the connection and never makes the tunnel.
    const env = { HTTPS_PROXY: address(silent) };
    expect(await send(transportIn(env, { connectMs: 1 }), "https://gateway.example")).toMatchObject({
      fault: { kind: "connect-timeout", proxy: address(silent) },
    });
    expect(await send(transportIn({}, { firstByteMs: 1 }), address(silent))).toEqual({
      fault: { kind: "answer-timeout" },
      stale: false,
    });
  });

  it.each([100_000, 5_000_000])("hears out a server that answers and closes before it has %i bytes", async (length) => {
    const server = await rawServer((socket) => {
      socket.once("data", () => {
        const said = "HTTP/1.1 413 No\r\nconnection: close\r\ncontent-length: 8\r\n\r\ntoo much";
        socket.pause().write(said, () => socket.destroy());
      });
    });
    const told = await send(transportIn({}), address(server), { body: Buffer.alloc(length) });
    expect(told).toEqual({ status: 413, body: "too much" });
  });

  it("never takes what came without being asked for the answer to the next request", async () => {
    const answer = (text: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
    for (const isTogether of [true, false]) {
      let count = 0;
      const server = await rawServer((socket) => {
        socket.once("data", () => {
          const own = answer(`own ${++count}`);
          if (isTogether) return void socket.write(own + answer("stray"));
          socket.write(own);
          setImmediate(() => socket.write(answer("stray")));
        });
      });
      const transport = transportIn({});
      expect(await send(transport, address(server))).toEqual({ status: 200, body: "own 1" });
      await server.idle();
      expect(await send(transport, address(server))).toEqual({ status: 200, body: "own 2" });
    }
  });

  it("gives up an answer that stops, and not one that its reader leaves waiting", async () => {
    const server = await rawAnswer("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsome", { close: false });
    const told = await send(transportIn({}, { idleMs: 20 }), address(server));
    expect(told).toEqual({ fault: { kind: "answer-timeout" }, stale: false });
  });

  it("does not give up an answer that waits for its reader, and loses nothing of it", async () => {
    const silent = await rawServer(() => {});
    const sent = Buffer.alloc(9_000_000, "0123456789");
    const server = await httpServer((_, response) => void response.end(sent));
    const transport = transportIn({}, { firstByteMs: 200, idleMs: 50 });
    const call = transport.send({ origin: address(server), path: "/", method: "GET", headers: [], body: null });
    const answer = await call.head();
    // So long nobody reads.
    expect(await send(transport, address(silent))).toMatchObject({ fault: { kind: "answer-timeout" } });
    const received: Buffer[] = [];
    for (;;) {
      const piece = await call.read();
      if (!piece.ok || piece.value === undefined) break;
      received.push(piece.value);
    }
    expect([answer.kind, Buffer.concat(received).equals(sent)]).toEqual(["response", true]);
  });

  it("gives up a head that comes in pieces without end", async () => {
    const server = await rawServer((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\n");
        const timer = setInterval(() => socket.write("x: y\r\n"), 5);
        socket.on("close", () => clearInterval(timer));
      });
    });
    const told = await send(transportIn({}, { firstByteMs: 40, idleMs: 40 }), address(server));
    expect(told).toEqual({ fault: { kind: "answer-timeout" }, stale: false });
  });

  it.each([
    ["nothing of an answer", "", true],
    ["a part of a head", "HTTP/1.1 200 O", false],
    ["one byte", "H", false],
    ["an interim answer", "HTTP/1.1 103 Early\r\n\r\n", false],
  ])("calls a kept connection stale that ends with %s: %j, %s", async (_, said, stale) => {
    const server = await rawServer((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        socket.once("data", () => socket.end(said));
      });
    });
    const transport = transportIn({});
    expect(await send(transport, address(server))).toEqual({ status: 200, body: "ok" });
    expect(await send(transport, address(server))).toEqual({ fault: { kind: "cut-off" }, stale });
  });

  it("asks for nothing more on a connection that it has asked to close", async () => {
    const server = await rawServer((socket) => {
      socket.on("data", (bytes: Buffer) => {
        if (bytes.toString().startsWith("HEAD")) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n");
        else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      });
    });
    const transport = transportIn({});
    expect(await send(transport, address(server), { method: "HEAD", body: null })).toEqual({ status: 200, body: "" });
    await server.idle();
    expect(await send(transport, address(server))).toEqual({ status: 200, body: "ok" });
  });

  it("closes a connection before the other side does, which has said when", async () => {
    const head = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nkeep-alive: timeout=3\r\n\r\nok";
    const server = await rawAnswer(head, { close: false });
    expect(await send(transportIn({}, { idleMs: 400 }), address(server))).toEqual({ status: 200, body: "ok" });
    await server.idle();
  });

  it("skips interim answers", async () => {
    const server = await rawAnswer(
      "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
      {
        close: true,
      },
    );
    expect(await send(transportIn({}), address(server))).toEqual({ status: 200, body: "ok" });
  });

  it.each([
    ["a header that cannot be sent", { headers: ["x", "a\nb"] }],
    ["a path that cannot be sent", { path: "no path" }],
  ])("reports %s as a bug, not as a network fault", async (_, request) => {
    await expect(send(transportIn({}), "http://127.0.0.1:9", request)).rejects.toThrow(/^(?:invalid|path must)/);
  });

  it("ends a request that is given up, before its connection is there and after", async () => {
    const { port } = await rawServer(() => {});
    const transport = transportIn({});
    const origin = `http://127.0.0.1:${port}`;
    const given = { kind: "fault", fault: { kind: "aborted" }, isStale: false };
    for (let count = 0; count < 2; count += 1) {
      const call = transport.send({ origin, path: "/", method: "GET", headers: [], body: null });
      const head = call.head();
      call.abort();
      expect(await head).toEqual(given);
      expect(await call.read()).toEqual({ ok: false, error: { kind: "aborted" } });
    }
    await transport.close();
  });

  it("ends a body that is given up, and hands out what came before", async () => {
    const { port } = await httpServer((_, response) => void response.writeHead(200).write("some"));
    const call = transportIn({}).send({
      ...{ origin: `http://127.0.0.1:${port}`, path: "/", method: "GET", headers: [], body: null },
    });
    const answer = await call.head();
    expect(answer).toMatchObject({ kind: "response", status: 200 });
    expect(await call.read()).toEqual({ ok: true, value: Buffer.from("some") });
    const rest = call.read();
    call.abort();
    expect(await rest).toEqual({ ok: false, error: { kind: "aborted" } });
  });

  it("holds back an answer that nobody reads, and loses nothing of it", async () => {
    const sent = Buffer.alloc(20_000_000, "0123456789");
    const sockets: { readonly writableLength: number }[] = [];
    const { port } = await httpServer((_, response) => {
      if (response.socket !== null) sockets.push(response.socket);
      response.writeHead(200).end(sent);
    });
    const transport = transportIn({});
    const send = () =>
      transport.send({ origin: `http://127.0.0.1:${port}`, path: "/", method: "GET", headers: [], body: null });
    const readAll = async (call: ReturnType<typeof send>) => {
      const received: Buffer[] = [];
      for (;;) {
        const piece = await call.read();
        if (!piece.ok || piece.value === undefined) return Buffer.concat(received);
        received.push(piece.value);
      }
    };
    const held = send();
    await held.head();
    // While a whole answer goes by, this one only fills the system's own buffers.
    const other = send();
    await other.head();
    expect((await readAll(other)).equals(sent)).toBe(true);
    expect(sockets[0]?.writableLength).toBeGreaterThan(10_000_000);
    expect((await readAll(held)).equals(sent)).toBe(true);
  });
});
