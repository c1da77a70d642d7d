import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { wireTo } from "../support/client.ts";
import { CLIENT_TOKEN, HELLO, MODEL, OURS, startLocalGateway } from "../support/local-gateway.ts";
import { httpServer, proxyServer } from "../support/sockets.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const MB = 1024 * 1024;
const COUNT = 10;
const BYTES = 12 * MB;
const EVENT = `event: message_start\ndata: ${JSON.stringify({ type: "message_start", message: { usage: {} } })}\n\n`;
const NEXT = `event: content_block_start\ndata: {"type":"content_block_start"}\n\n`;

const bodyOf = (length: number) =>
  Buffer.from(JSON.stringify({ ...HELLO, stream: true, filler: "" }).replace(/""/, `"${"x".repeat(length)}"`));

/** Buffers' memory, as soon as there is no more of it than that. */
const settles = (below: number) =>
  expect
    .poll(() => {
      collect();
      return process.memoryUsage().arrayBuffers;
    })
    .toBeLessThan(below);

it.each([
  ["as it is", false, (body: Buffer) => body, []],
  ["encoded", false, gzipSync, ["content-encoding: gzip"]],
  ["through a proxy", true, (body: Buffer) => body, []],
])("a body sent on %s is not held while its answer streams", async (_, isProxied, encode, headers) => {
  const { port } = await httpServer((request, response) => {
    request
      .resume()
      .on("end", () => response.writeHead(200, { "content-type": "text/event-stream" }).write(EVENT + NEXT));
  });
  const gateway = await startLocalGateway({
    providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } },
    primary: `${OURS}/${MODEL}`,
    // Room for two at a time.
    limits: { heldBytes: 3 * BYTES },
    env: isProxied ? { HTTP_PROXY: `http://127.0.0.1:${(await proxyServer()).port}` } : {},
  });
  const body = encode(bodyOf(BYTES));
  collect();
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < COUNT; count += 1) {
    const { socket, hears } = wireTo(gateway.port);
    const lines = ["POST /v1/messages HTTP/1.1", "host: localhost", `x-api-key: ${CLIENT_TOKEN}`, ...headers];
    socket.write(`${lines.join("\r\n")}\r\ncontent-length: ${body.length}\r\n\r\n`);
    if (!socket.write(body)) await once(socket, "drain");
    expect(await hears(/message_start/)).toMatch(/^HTTP\/1\.1 200 /);
  }
  await settles(before + 2 * BYTES);
  await gateway.stop(0);
  // And the log still knows how long it was.
  expect((await gateway.logged(COUNT)).map(({ requestBytes }) => requestBytes)).toEqual(
    Array.from({ length: COUNT }, () => bodyOf(BYTES).length),
  );
  expect(gateway.bugs).toEqual([]);
});

it("what is held at one time is limited as before", async () => {
  const { port } = await httpServer((request, response) => request.resume().on("end", () => response.end("{}")));
  const gateway = await startLocalGateway({
    providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } },
    primary: `${OURS}/${MODEL}`,
    limits: { heldBytes: 2 * MB },
  });
  const ask = (length: number) => {
    const wire = wireTo(gateway.port);
    const head = `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${CLIENT_TOKEN}\r\nconnection: close\r\n`;
    wire.socket.write(`${head}content-length: ${length}\r\n\r\n`);
    return wire;
  };
  const [first, second] = [ask(2 * MB), ask(2 * MB)];
  first?.socket.write(bodyOf(2 * MB).subarray(0, MB));
  second?.socket.write(bodyOf(2 * MB).subarray(0, MB + 100));
  expect(await Promise.race([first?.closed, second?.closed])).toMatch(/^HTTP\/1\.1 529 /);
});
