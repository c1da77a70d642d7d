import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { HELLO, MODEL, OURS, startLocalGateway } from "../support/local-gateway.ts";
import { rawServer } from "../support/sockets.ts";

const CONNECTIONS = 12;

/**
 * An upstream that serves so many requests at a time, one on each connection, and resets each connection as soon as the
 * next one comes there: what an upstream does that has closed it meanwhile. New connections serve one and all.
 */
async function forgetful(firstAgain = "") {
  let isForgetting = false;
  const bodies: string[] = [];
  const waiting: Socket[] = [];
  const old = new Set<Socket>();
  const answer = (socket: Socket, text = "HTTP/1.1 200 OK") => socket.write(`${text}\r\ncontent-length: 2\r\n\r\n{}`);
  let again = firstAgain;
  const server = await rawServer((socket) => {
    let heard = "";
    socket.on("data", (bytes: Buffer) => {
      if (old.has(socket) && isForgetting) return void socket.resetAndDestroy();
      heard += bytes.toString("latin1");
      const [head = "", body] = heard.split(/\r\n\r\n([\s\S]*)/);
      const length = /content-length: (\d+)/i.exec(head)?.[1];
      const isWhole =
        length === undefined ? !/chunked/i.test(head) || heard.endsWith("0\r\n\r\n") : body?.length === Number(length);
      if (body === undefined || !isWhole) return;
      heard = "";
      bodies.push(body);
      if (isForgetting) {
        if (again !== "") socket.write(again);
        else answer(socket);
        again = "";
        return;
      }
      old.add(socket);
      waiting.push(socket);
      if (waiting.length === CONNECTIONS) for (const one of waiting.splice(0)) answer(one);
    });
  });
  const forget = () => {
    isForgetting = true;
    bodies.length = 0;
  };
  return { port: server.port, bodies, forget };
}

const REJECTED = JSON.stringify({ success: false, error: [{ code: 2009, message: "Unauthorized" }] });

/** A gateway all of whose connections have been closed without its knowing. */
async function gatewayOfStale(firstAgain = "") {
  const upstream = await forgetful(firstAgain);
  const gateway = await startLocalGateway({
    providers: { [OURS]: { baseUrl: `http://127.0.0.1:${upstream.port}`, api: "anthropic-messages" } },
    primary: `${OURS}/${MODEL}`,
  });
  const all = Array.from({ length: CONNECTIONS }, () => ask(`${gateway.url}/v1/messages`, { body: HELLO }));
  expect((await Promise.all(all)).map(({ status }) => status)).toEqual(all.map(() => 200));
  upstream.forget();
  return { gateway, upstream };
}

describe("connections that the upstream has closed are replaced, however many there are", () => {
  it.each([
    ["a question", "/v1/messages", { body: HELLO }],
    ["a list", "/v1/models", {}],
    ["a request for the head", "/v1/models", { method: "HEAD" }],
    ["a request to delete", "/v1/files/file_1", { method: "DELETE" }],
    ["a small file", "/v1/files", { body: "small" }],
    ["a small file in pieces", "/v1/files", { body: "small", headers: { "transfer-encoding": "chunked" } }],
    ["a file of 60 KB", "/v1/files", { body: "x".repeat(60_000) }],
  ])("for %s", async (_, path, asking) => {
    const { gateway, upstream } = await gatewayOfStale();
    const { status } = await ask(`${gateway.url}${path}`, asking);
    expect([status, upstream.bodies.length]).toEqual([200, 1]);
    if ("body" in asking && typeof asking.body === "string") expect(upstream.bodies[0]).toContain(asking.body);
    expect(gateway.bugs).toEqual([]);
    expect((await gateway.logged(CONNECTIONS + 1)).at(-1)?.tried ?? []).toEqual([]);
  });

  it("and 2009 right after it is still tried again", async () => {
    const said = `HTTP/1.1 401 No\r\ncontent-type: application/json\r\ncontent-length: ${REJECTED.length}\r\n\r\n${REJECTED}`;
    const { gateway } = await gatewayOfStale(said);
    expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO })).status).toBe(200);
    expect(gateway.pauses).toEqual([2_000]);
  });
});
