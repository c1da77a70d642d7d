import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ask, wireTo } from "../support/client.ts";
import { CLIENT_TOKEN, HELLO, MODEL, OURS, startBoth } from "../support/local-gateway.ts";
import { httpServer } from "../support/sockets.ts";

const STREAMED = { ...HELLO, stream: true };
const HEAD = `POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${CLIENT_TOKEN}\r\n`;

const asBytes = (body: object) => {
  const text = JSON.stringify(body);
  return `${HEAD}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
};

/** Resolves once something holds, which the events of others bring about. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe("a client that leaves in the middle of a stream", () => {
  it("at any byte has its upstream stopped, and leaves nothing behind", async () => {
    const { standIn, gateway } = await startBoth();
    const { body } = await ask(`${gateway.url}/v1/messages`, { body: STREAMED });
    const saying = "event: content_block_start\n";
    const [whole, firstSaid] = [body.length, body.indexOf(saying) + saying.length];
    let left = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(whole - 1), fc.nat(whole - 1), async (sent, read) => {
        standIn.reset();
        standIn.dial("stall", { after: sent });
        const { socket, hears } = wireTo(gateway.port);
        socket.write(asBytes(STREAMED));
        // The head of the answer waits for the first event that says something: until then an error may come.
        if (sent < firstSaid) await standIn.received(left + 2);
        else await hears(new RegExp(`\\r\\n\\r\\n[^]{${Math.min(read, sent)},}`));
        socket.destroy();
        left += 1;
        await standIn.abandoned(left);
        await gateway.logged(left + 1);
      }),
      { numRuns: 60 },
    );
    const ended = (await gateway.logged(left + 1)).slice(1).map((record) => record.ended);
    expect(new Set(ended)).toEqual(new Set(["client-gone"]));
    await until(() => standIn.connections === 0);
    expect(gateway.bugs).toEqual([]);
  });

  it("at any byte of its request has nothing forwarded", async () => {
    const { standIn, gateway } = await startBoth();
    const bytes = asBytes(STREAMED);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.length - 1 }), async (sent) => {
        const { socket } = wireTo(gateway.port);
        await new Promise<void>((resolve) => socket.write(bytes.slice(0, sent), () => resolve()));
        socket.destroy();
      }),
      { numRuns: 60 },
    );
    expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO })).status).toBe(200);
    expect(standIn.requests).toHaveLength(1);
    expect(gateway.bugs).toEqual([]);
  });
});

describe("many at once", () => {
  it("a thousand streams are open together, and each has its end", async () => {
    const { standIn, gateway } = await startBoth();
    standIn.dial("stall", { after: 600 });
    const memoryBefore = process.memoryUsage().rss;
    const asked = Array.from({ length: 1_000 }, () => ask(`${gateway.url}/v1/messages`, { body: STREAMED }));
    await standIn.received(1_000);
    expect(standIn.connections).toBe(1_000);
    expect((await ask(`${gateway.url}/healthz`)).status).toBe(200);
    standIn.reset();
    standIn.release();
    const answers = await Promise.all(asked);
    expect(answers.every(({ status, body }) => status === 200 && body.endsWith('{"type":"message_stop"}\n\n'))).toBe(
      true,
    );
    // Client, gateway and upstream are one process here: far more than the gateway's own share.
    expect(process.memoryUsage().rss - memoryBefore).toBeLessThan(400 * 1024 * 1024);
    // Connections are kept for the next, and not more of them than there were streams.
    expect(standIn.connections).toBeLessThanOrEqual(1_000);
    expect((await gateway.logged(1_001)).filter(({ ended }) => ended !== undefined)).toEqual([]);
    expect(gateway.bugs).toEqual([]);
  });

  it("a thousand that leave together leave nothing behind", async () => {
    const { standIn, gateway } = await startBoth();
    standIn.dial("stall", { after: 600 });
    const wires = Array.from({ length: 1_000 }, () => wireTo(gateway.port));
    for (const { socket } of wires) socket.write(asBytes(STREAMED));
    await Promise.all(wires.map(({ hears }) => hears(/message_start/)));
    for (const { socket } of wires) socket.destroy();
    await standIn.abandoned(1_000);
    await until(() => standIn.connections === 0);
    expect((await gateway.logged(1_000)).every(({ ended }) => ended === "client-gone")).toBe(true);
  });
});

describe("a large body", () => {
  const large = (sizeBytes: number) => {
    const empty = JSON.stringify({ ...HELLO, messages: [{ role: "user", content: "" }] });
    return empty.replace('""', `"${"x".repeat(sizeBytes - empty.length)}"`);
  };
  const LIMIT = 32 * 1024 * 1024;

  it("of 32 MB is forwarded, byte for byte", async () => {
    const { standIn, gateway } = await startBoth();
    const body = large(LIMIT);
    expect((await ask(`${gateway.url}/v1/messages`, { body })).status).toBe(200);
    expect(standIn.requests[0]?.body === body).toBe(true);
  });

  it.each([
    ["that says so", {}],
    ["that does not say so", { "transfer-encoding": "chunked" }],
    ["that waits for a word", { expect: "100-continue" }],
  ])("above that is refused as Anthropic does, to a client %s", async (_, headers) => {
    const { standIn, gateway } = await startBoth();
    const answer = await ask(`${gateway.url}/v1/messages`, { body: large(LIMIT + 1), headers });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ type: "error", error: { type: "request_too_large" } });
    expect(standIn.requests).toHaveLength(0);
  });

  it("is refused when too many are held", async () => {
    const { standIn, gateway } = await startBoth({ limits: { heldBytes: 1_500_000 } });
    standIn.dial("slow");
    const first = ask(`${gateway.url}/v1/messages`, { body: large(1_000_000) });
    await standIn.received(1);
    const second = await ask(`${gateway.url}/v1/messages`, { body: large(1_000_000) });
    expect([second.status, JSON.parse(second.body).error.type]).toEqual([529, "overloaded_error"]);
    standIn.release();
    standIn.reset();
    expect((await first).status).toBe(200);
    expect((await ask(`${gateway.url}/v1/messages`, { body: large(1_000_000) })).status).toBe(200);
  });

  it("on another path is streamed through, however long it is", async () => {
    let received = 0;
    const { port } = await httpServer((request, response) => {
      request.on("data", (chunk: Buffer) => {
        received += chunk.length;
      });
      request.on("end", () => response.end("{}"));
    });
    const { gateway } = await startBoth();
    gateway.use(
      gateway.settings({ providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } } }),
    );
    const body = Buffer.alloc(3 * LIMIT, "x");
    expect((await ask(`${gateway.url}/v1/files`, { body })).status).toBe(200);
    expect(received).toBe(body.length);
    expect((await gateway.logged(1))[0]).toMatchObject({ requestBytes: 0, model: OURS });
  });

  it("in an answer goes at the pace of the client", async () => {
    const { port } = await httpServer((_, response) => {
      response.writeHead(200).end(Buffer.alloc(40_000_000, "x"));
    });
    const { gateway } = await startBoth();
    gateway.use(
      gateway.settings({ providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } } }),
    );
    const answer = await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, model: MODEL } });
    expect([answer.status, answer.body.length]).toEqual([200, 40_000_000]);
  });
});
