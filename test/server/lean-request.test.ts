import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { LeanRequest, LOOKED_UP } from "../../src/server/hosted-request.ts";
import { wireTo } from "../support/client.ts";

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
