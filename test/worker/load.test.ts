import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ask, posted, wireTo } from "../support/client.ts";
import { CLIENT_TOKEN, HELLO } from "../support/local-gateway.ts";
import {
  BLOCK,
  bytesOfAnswered,
  event,
  START,
  STREAMED,
  startBoth,
  streamsAreLeft,
  streamsEndWell,
} from "../support/worker-load.ts";
import { residentBytes } from "../support/workerd-memory.ts";

const MB = 1024 * 1024;

// A thousand of them: test/wrangler/load.wrangler.ts.
describe("a hundred streams in workerd", () => {
  it("are open together, and each has its end", async () => {
    expect(await streamsEndWell(100)).toBeLessThan(MB);
  });

  it("are ended at the upstream when their clients leave", () => streamsAreLeft(100));

  // An isolate has 128 MB for all of them.
  it("keep nothing of their questions", async () => {
    expect(await bytesOfAnswered(100, 2 * MB)).toBeLessThan(1.5 * MB);
  });
});

describe("a body where none is expected, in workerd", () => {
  it.each([
    ["a model", "GET", "/v1/models/claude-sonnet-4-6", "content-length: 2\r\n\r\n{}"],
    ["a list", "GET", "/v1/files?limit=5", "transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
    ["a head", "HEAD", "/v1/files/f", 'content-length: 7\r\ncontent-type: application/json\r\n\r\n{"a":1}'],
  ])("%s is asked for without it", async (_, method, path, rest) => {
    const heads: string[] = [];
    const { port } = await startBoth(({ socket, head }) => {
      heads.push(head);
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n");
      socket.write(`content-length: 12\r\n\r\n${method === "HEAD" ? "" : '{"id":"f_1"}'}`);
    });
    const wire = wireTo(port);
    wire.socket.write(`${method} ${path} HTTP/1.1\r\nhost: a\r\nx-api-key: ${CLIENT_TOKEN}\r\n${rest}`);
    await wire.hears(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\n/);
    expect(heads).toHaveLength(1);
    expect(heads[0]).toMatch(new RegExp(`^${method} /anthropic${path.replace("?", "\\?")} `));
    expect(heads[0]).not.toMatch(/content-length|transfer-encoding/i);
  });
});

describe("a client that does not read, in workerd", () => {
  it("makes its upstream wait, and gets all of it later", async () => {
    const delta = event("content_block_delta", { delta: { text: "x".repeat(900) } });
    const piece = Buffer.from(delta.repeat(64));
    const [offered, beginning] = [400, Buffer.byteLength(START + BLOCK)];
    let pieces = 0;
    const { pid, port, worker } = await startBoth(({ socket }) => {
      const total = beginning + offered * piece.length;
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${total}\r\n\r\n${START}${BLOCK}`,
      );
      const more = () => {
        for (let isTaken = true; isTaken && pieces < offered; pieces += 1) isTaken = socket.write(piece);
        if (pieces < offered) socket.once("drain", more);
      };
      more();
    });
    const wire = wireTo(port);
    wire.socket.write(posted("/v1/messages", STREAMED));
    await wire.hears(/message_start/);
    wire.socket.pause();
    const before = residentBytes(pid);
    // Until nothing moves while others are served.
    for (let [last, served] = [-1, 0]; served < 20; served += 1) {
      if (pieces !== last) served = 0;
      last = pieces;
      expect((await ask(`${worker.url}/healthz`)).status).toBe(200);
    }
    expect(pieces).toBeLessThan(offered);
    expect(residentBytes(pid) - before).toBeLessThan(32 * MB);
    let heard = wire.heard.length;
    await new Promise<void>((resolve) => {
      const all =
        heard + (offered * piece.length + beginning - (wire.heard.length - wire.heard.indexOf("\r\n\r\n") - 4));
      wire.socket.on("data", (text: string) => {
        heard += text.length;
        if (heard >= all) resolve();
      });
      wire.socket.resume();
    });
    expect(pieces).toBe(offered);
  });
});

describe("bodies of 30 MB in workerd", () => {
  const large = Buffer.from(JSON.stringify({ ...HELLO, messages: [{ role: "user", content: "x".repeat(30 * MB) }] }));
  const sha = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

  it.each([
    ["a question", "/v1/messages"],
    ["a file", "/v1/files"],
  ])("%s arrives byte for byte, and so does its answer", async (_, path) => {
    let got = "";
    const { port } = await startBoth((asked) => {
      const look = () => {
        if (asked.bodyBytes() < large.length) return;
        got = asked.bodyHash();
        asked.socket.write(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${large.length}\r\n\r\n`,
        );
        asked.socket.write(large);
      };
      asked.socket.on("data", look);
      look();
    });
    const { status, headers, body } = await ask(`http://127.0.0.1:${port}${path}`, { body: large });
    expect([status, headers["content-length"]]).toEqual([200, String(large.length)]);
    expect(sha(Buffer.from(body))).toBe(sha(large));
    expect(got).toBe(sha(large));
  });
});
