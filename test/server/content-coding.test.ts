import zlib, { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ask, wireTo } from "../support/client.ts";
import { CLIENT_TOKEN, HELLO, startBoth } from "../support/local-gateway.ts";

const hasZstd = "zstdCompressSync" in zlib;
const ACCEPTED = `gzip, deflate, br${hasZstd ? ", zstd" : ""}`;
const plain = JSON.stringify({ ...HELLO, system: "é".repeat(50_000) });

const sent = (coding: string, body: Buffer, more: object = {}) => ({
  method: "POST",
  body,
  headers: { "content-encoding": coding, ...more },
});

describe("a body with an encoding", () => {
  it.each([
    ["gzip", gzipSync(plain)],
    ["GZip", gzipSync(plain)],
    ["x-gzip", gzipSync(plain)],
    ["deflate", deflateSync(plain)],
    ["br", brotliCompressSync(plain)],
    ["identity", Buffer.from(plain)],
  ])("is decoded: %s", async (coding, body) => {
    const { standIn, gateway } = await startBoth();
    for (const more of [{}, { "transfer-encoding": "chunked" }]) {
      expect((await ask(`${gateway.url}/v1/messages`, sent(coding, body, more))).status).toBe(200);
    }
    for (const received of standIn.requests) {
      expect(received.body).toBe(plain);
      expect(received.headers).not.toHaveProperty("content-encoding");
      expect(received.headers["content-length"]).toBe(String(Buffer.byteLength(plain)));
    }
    expect((await gateway.logged(2)).map(({ requestBytes }) => requestBytes)).toEqual(
      [plain, plain].map((text) => Buffer.byteLength(text)),
    );
  });

  it.each([
    ["compress", "compress"],
    ["gzip, br", "gzip, br"],
    ["aws-chunked", "aws-chunked"],
    ["x".repeat(100), "of this body"],
    ...(hasZstd ? [] : [["zstd", "zstd"]]),
  ] as [string, string][])("that is not known is refused by its name: %s", async (coding, words) => {
    const { standIn, gateway } = await startBoth();
    const { status, headers, body } = await ask(`${gateway.url}/v1/messages`, sent(coding, Buffer.from(plain)));
    expect([status, headers["accept-encoding"]]).toEqual([415, ACCEPTED]);
    expect(JSON.parse(body).error.message).toContain(`Content-Encoding ${words}. Send the body unencoded`);
    expect(standIn.requests).toHaveLength(0);
  });

  it.each([
    ["is not what it says", "gzip", Buffer.from(plain)],
    ["is not what it says", "br", gzipSync(plain)],
    ["is cut short", "gzip", gzipSync(plain).subarray(0, -12)],
    ["is empty", "deflate", Buffer.alloc(0)],
  ])("that %s is refused: %s", async (_, coding, body) => {
    const { standIn, gateway } = await startBoth();
    const answer = await ask(`${gateway.url}/v1/messages`, sent(coding, body));
    expect([answer.status, JSON.parse(answer.body).error.type]).toEqual([400, "invalid_request_error"]);
    expect(standIn.requests).toHaveLength(0);
  });

  it("that grows without measure is refused before it has grown", async () => {
    const { standIn, gateway } = await startBoth();
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(300_000);
    const { status } = await ask(`${gateway.url}/v1/messages`, sent("gzip", bomb));
    expect(status).toBe(413);
    const [record] = await gateway.logged(1);
    expect(record?.requestBytes).toBeLessThan(33 * 1024 * 1024);
    expect(standIn.requests).toHaveLength(0);
  });

  it("counts, decoded, against what all may hold, and not for longer than its request", async () => {
    const { gateway } = await startBoth({ limits: { heldBytes: 1024 * 1024 } });
    const body = gzipSync(JSON.stringify({ ...HELLO, system: "x".repeat(600_000) }));
    for (let round = 0; round < 5; round++)
      expect((await ask(`${gateway.url}/v1/messages`, sent("gzip", body))).status).toBe(200);
    const large = gzipSync(JSON.stringify({ ...HELLO, system: "x".repeat(2_000_000) }));
    expect((await ask(`${gateway.url}/v1/messages`, sent("gzip", large))).status).toBe(529);
    expect((await ask(`${gateway.url}/v1/messages`, sent("gzip", body))).status).toBe(200);
  });

  it("is let go when the client leaves in the middle", async () => {
    const { gateway } = await startBoth({ limits: { heldBytes: 1024 * 1024 } });
    const body = gzipSync(JSON.stringify({ ...HELLO, system: "x".repeat(900_000) }));
    const wire = wireTo(gateway.port);
    const head = `POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${CLIENT_TOKEN}\r\ncontent-encoding: gzip\r\n`;
    wire.socket.write(`${head}content-length: ${body.length}\r\n\r\n`);
    wire.socket.write(body.subarray(0, -8), () => wire.socket.destroy());
    await gateway.logged(1);
    expect((await ask(`${gateway.url}/v1/messages`, sent("gzip", body))).status).toBe(200);
    expect(gateway.bugs).toEqual([]);
  });

  it("goes on as it is where nothing reads it", async () => {
    const { standIn, gateway } = await startBoth();
    const body = gzipSync("{}");
    await ask(`${gateway.url}/v1/files`, sent("gzip", body, { "anthropic-version": "2023-06-01" }));
    expect(standIn.requests[0]?.headers).toMatchObject({
      "content-encoding": "gzip",
      "content-length": `${body.length}`,
    });
  });
});
