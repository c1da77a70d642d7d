import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { LeanRequest, LeanResponse, LOOKED_UP } from "../../src/server/lean-messages.ts";
import { ask, wireTo } from "../support/client.ts";
import { HELLO, MODEL, OURS, startLocalGateway } from "../support/local-gateway.ts";
import { rawAnswer } from "../support/sockets.ts";

/** Which headers somebody has looked up by name, `*` for all of them. */
const lookedUp = new Set<string>();

class WatchedRequest extends LeanRequest {}

Object.defineProperty(WatchedRequest.prototype, "headers", {
  get(this: WatchedRequest): IncomingHttpHeaders {
    const noted =
      <Args extends readonly [object, ...(string | symbol)[]], T>(look: (...args: Args) => T) =>
      (...args: Args): T => {
        lookedUp.add(String(args[1] ?? "*"));
        return look(...args);
      };
    return new Proxy<IncomingHttpHeaders>(Reflect.get(LeanRequest.prototype, "headers", this), {
      get: noted((headers: object, name: string | symbol) => Reflect.get(headers, name)),
      has: noted((headers: object, name: string | symbol) => Reflect.has(headers, name)),
      ownKeys: noted((headers: object) => Reflect.ownKeys(headers)),
    });
  },
});

/** One of each kind that a server deals with in a way of its own, and the status it gets. */
const REQUESTS = [
  ["GET / HTTP/1.1\r\nhost: a\r\nconnection: keep-alive\r\ncookie: b\r\n\r\n", 200],
  ["POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ntrailer: c\r\n\r\n1\r\nx\r\n0\r\nc: d\r\n\r\n", 200],
  ["POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\nx", 200],
  ["POST / HTTP/1.1\r\nhost: a\r\nexpect: wonders\r\ncontent-length: 0\r\n\r\n", 417],
  ["GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n", 200],
  ["HEAD / HTTP/1.1\r\nhost: a\r\n\r\n", 200],
  ["GET / HTTP/1.0\r\nte: chunked\r\n\r\n", 200],
] as const;

describe("a lean request", () => {
  it("has all that Node's server looks up", async () => {
    const server = createServer({ IncomingMessage: WatchedRequest, requireHostHeader: false }, (request, response) => {
      request.resume().on("end", () => response.end(request.rawHeaders.join(" ")));
    });
    onTestFinished(() => void server.close().closeAllConnections());
    server.on("checkExpectation", (_, response) => response.writeHead(417).end());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    for (const [request, status] of REQUESTS) {
      const wire = wireTo(port);
      wire.socket.write(request);
      expect([request, await wire.hears(/HTTP\/1\.1 [2-9]/)]).toEqual([
        request,
        expect.stringContaining(` ${status} `),
      ]);
    }
    expect([...lookedUp].filter((name) => !LOOKED_UP.has(name))).toEqual([]);
    expect(lookedUp).toContain("expect");
  });
});

/** As Node's own server writes it, or as the gateway's does. */
const WRITERS = [
  (response: LeanResponse, status: number, headers: readonly string[]) => response.writeHead(status, [...headers]),
  (response: LeanResponse, status: number, headers: readonly string[]) => response.writeRawHead(status, headers),
];

const HEADS = [
  "GET / HTTP/1.1\r\nhost: a\r\n",
  "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n",
  "HEAD / HTTP/1.1\r\nhost: a\r\n",
  "GET / HTTP/1.0\r\n",
  "GET / HTTP/1.0\r\nconnection: keep-alive\r\n",
];

const LISTS: readonly (readonly string[])[] = [
  [],
  ["Content-Length", "2", "x-a", "b"],
  ["x-a", "b", "set-cookie", "c=d", "Set-Cookie", "e=f", "content-type", "text/plain", "CONTENT-LENGTH", "2"],
  ["transfer-encoding", "chunked", "content-disposition", "inline", "x-empty", ""],
  ["Transfer-Encoding", "chunked", "x-trailers", "none"],
  ["connection", "close", "x-latin1", "gr\u00fc\u00dfe\tthere"],
  ["Keep-Alive", "timeout=3", "Connection", "keep-alive"],
  ["date", "Thu, 01 Jan 1970 00:00:00 GMT", "expect", "nothing"],
  ["x-of-a-length", "1", "x-another-name", "2", "user", "3"],
];

describe("a lean response", () => {
  it("is what Node's server writes, in another order of headers", async () => {
    const rows = HEADS.flatMap((head) =>
      LISTS.flatMap((headers) => [200, 204, 304, 529].map((status) => [head, headers, status] as const)),
    );
    const server = createServer({ IncomingMessage: LeanRequest, ServerResponse: LeanResponse }, ({ url }, response) => {
      const [, writer = "", row = ""] = url?.split("/") ?? [];
      const [, headers, status] = rows[Number(row)] ?? HEADS;
      WRITERS[Number(writer)]?.(response, Number(status), headers as readonly string[]);
      response.end(status === 204 || status === 304 ? undefined : "ok");
    });
    onTestFinished(() => void server.close().closeAllConnections());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const hear = async (writer: number, row: number, head: string) => {
      const { socket, closed } = wireTo(port);
      socket.end(`${head.replace("/", `/${writer}/${row}`)}\r\n`);
      const [top = "", ...body] = (await closed).split("\r\n\r\n");
      const [status, ...lines] = top.replace(/Date: .*GMT/, "Date: now").split("\r\n");
      return { status, lines: lines.sort(), body };
    };
    for (const [row, [head]] of rows.entries()) expect(await hear(1, row, head)).toEqual(await hear(0, row, head));
  });

  it("keeps what was set before, each of several headers of a name, and nothing after an error", () => {
    const response = new LeanResponse(new LeanRequest(undefined as never));
    response.setHeader("connection", "close");
    response.writeRawHead(200, ["set-cookie", "a=b", "content-length", "0", "set-cookie", "c=d"]);
    const { _header: head } = response as unknown as { readonly _header: string };
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\nset-cookie: a=b\r\nset-cookie: c=d\r\nconnection: close\r\n/);
    expect(head).toMatch(/\r\n\r\n$/);
    expect(() => response.writeRawHead(200, [])).toThrow(/ERR_HTTP_HEADERS_SENT|headers after they are sent/);
    expect(response).toBeInstanceOf(ServerResponse);
  });

  it.each([
    ["a carriage return", "a\rset-cookie: b"],
    ["a line feed", "a\nset-cookie: b"],
    ["NUL", "a\0b"],
    ["ESC", "a\u001b[2Jb"],
    ["DEL", "a\u007fb"],
  ])("never carries %s of an upstream in a header's value", async (_, value) => {
    const { port } = await rawAnswer(`HTTP/1.1 200 OK\r\nx-a: ${value}\r\ncontent-length: 2\r\n\r\n{}`, {
      close: true,
    });
    const gateway = await startLocalGateway({
      providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } },
      primary: `${OURS}/${MODEL}`,
    });
    const { status, headers } = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([status, headers["x-a"]]).toEqual([502, undefined]);
    expect(gateway.bugs).toEqual([]);
  });
});
