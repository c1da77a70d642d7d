import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { KeepAlive } from "../../src/gateway/keep-alive.ts";
import { posted, wireTo } from "../support/client.ts";
import { HELLO, MODEL, OURS, startLocalGateway } from "../support/local-gateway.ts";
import { httpServer } from "../support/sockets.ts";

const PING = 'event: ping\ndata: {"type":"ping"}\n\n';
const COMMENT = ": keep-alive\n\n";
const BLOCK = 'event: content_block_start\ndata: {"type":"content_block_start","index":0}\n\n';
const STOP = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
const CHUNK = 'data: {"object":"chat.completion.chunk","choices":[{"delta":{"content":"H"}}]}\n\n';
const ITEM = 'event: response.output_item.added\ndata: {"type":"response.output_item.added"}\n\n';

interface Begun {
  readonly gateway: Awaited<ReturnType<typeof startLocalGateway>>;
  readonly wire: ReturnType<typeof wireTo>;
  readonly upstream: ServerResponse;
  /** What has been heard after the head, without the marks of chunks. */
  readonly heard: () => string;
}

function dechunked(text: string): string {
  const [mark = "", length = ""] = /^([0-9a-f]+)\r\n/.exec(text) ?? [];
  const end = mark.length + Number.parseInt(length, 16);
  return mark === "" ? "" : text.slice(mark.length, end) + dechunked(text.slice(end + 2));
}

const literally = (text: string) => text.replace(/[{}[\]."]/g, "\\$&");

/** A client that has asked for a stream, before an upstream that has begun it so. */
async function begin(
  first: string,
  { api = "anthropic-messages", path = "/v1/messages", headers = {} as Record<string, string | number> } = {},
): Promise<Begun> {
  let resolveAsked = (_: ServerResponse) => {};
  const asked = new Promise<ServerResponse>((resolve) => {
    resolveAsked = resolve;
  });
  const { port } = await httpServer((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", ...headers });
    response.write(headers["content-encoding"] === undefined ? first : gzipSync(first));
    resolveAsked(response);
  });
  const gateway = await startLocalGateway({
    providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api } },
    primary: `${OURS}/${MODEL}`,
  });
  const wire = wireTo(gateway.port);
  wire.socket.write(posted(path, { ...HELLO, model: `${OURS}/${MODEL}`, stream: true }));
  const upstream = await asked;
  const heard = () => dechunked(wire.heard.slice(wire.heard.indexOf("\r\n\r\n") + 4));
  return { gateway, wire, upstream, heard };
}

/** Lets the upstream say more, and waits until the client has heard it. */
async function say({ upstream, wire }: Begun, text: string): Promise<void> {
  upstream.write(text);
  await wire.hears(new RegExp(literally(text.trim().split("\n").at(-1) ?? "")));
}

describe("while an upstream says nothing, its stream", () => {
  it.each([
    ["of Anthropic's kind gets pings", "anthropic-messages", "/v1/messages", BLOCK, PING],
    ["of the Responses API gets comments", "openai-responses", "/v1/responses", ITEM, COMMENT],
    ["of chat completions gets comments", "openai-completions", "/v1/chat/completions", CHUNK, COMMENT],
  ])("%s, every 15 seconds", async (_, api, path, first, sign) => {
    const begun = await begin(first, { api, path });
    const { gateway, wire, heard, upstream } = begun;
    await wire.hears(/\n\n/);
    await wire.hears(new RegExp(first.slice(0, 12)));
    gateway.pass(14);
    expect(heard()).toBe(first);
    gateway.pass(1);
    await wire.hears(new RegExp(literally(sign)));
    expect(heard()).toBe(first + sign);
    gateway.pass(15);
    await wire.hears(new RegExp(`(?:${literally(sign)}[\\s\\S]*){2}`));
    expect(heard()).toBe(first + sign + sign);
    upstream.end(STOP);
    await wire.hears(/0\r\n\r\n$/);
    expect(heard()).toBe(first + sign + sign + STOP);
    const [record] = await gateway.logged(1);
    expect(record).toMatchObject({ ended: undefined, responseBytes: Buffer.byteLength(first + sign + sign + STOP) });
  });

  it("is left alone as long as it speaks", async () => {
    const begun = await begin(BLOCK);
    await begun.wire.hears(/content_block_start/);
    for (let round = 0; round < 4; round += 1) {
      begun.gateway.pass(10);
      await say(begun, `event: content_block_delta\ndata: {"round":${round}}\n\n`);
    }
    expect(begun.wire.heard).not.toContain("ping");
  });

  it.each([
    ["within an event", 'event: content_block_delta\ndata: {"a', {}],
    ["within a line's end", "event: content_block_delta\ndata: {}\r\n\r", {}],
    ["after its last event", STOP, {}],
    ["after an error", 'event: error\ndata: {"type":"error","error":{}}\n\n', {}],
    ["with a length", "event: content_block_delta\ndata: {}\n\n", { "content-length": 1000 }],
    ["with an encoding", "event: content_block_delta\ndata: {}\n\n", { "content-encoding": "gzip" }],
  ] as const)("gets nothing %s", async (_, then, headers) => {
    const begun = await begin(BLOCK + then, { headers });
    await begun.wire.hears("content-encoding" in headers ? /content-encoding/ : /content_block_start/);
    await begun.gateway.counting();
    begun.gateway.pass(100);
    begun.upstream.destroy();
    await begun.gateway.logged(1);
    expect(begun.wire.heard).not.toContain("ping");
  });

  it("gets them again between two events", async () => {
    const begun = await begin(BLOCK);
    await say(begun, 'event: content_block_delta\ndata: {"half');
    begun.gateway.pass(30);
    await say(begun, '":1}\n\n');
    begun.gateway.pass(15);
    await begun.wire.hears(/ping/);
    expect(begun.heard()).toBe(`${BLOCK}event: content_block_delta\ndata: {"half":1}\n\n${PING}`);
  });

  it("gets none once its client has left, and the clock stops", async () => {
    const begun = await begin(BLOCK);
    await begun.wire.hears(/content_block_start/);
    begun.wire.socket.destroy();
    await begun.gateway.logged(1);
    begun.gateway.pass(20);
    expect(begun.gateway.isCounting()).toBe(false);
    expect(begun.gateway.bugs).toEqual([]);
  });

  it("still ends with an error if it breaks off after pings", async () => {
    const begun = await begin(BLOCK);
    await begun.wire.hears(/content_block_start/);
    begun.gateway.pass(15);
    await begun.wire.hears(/ping/);
    begun.upstream.destroy();
    await begun.wire.hears(/event: error/);
    expect((await begun.gateway.logged(1))[0]).toMatchObject({ ended: "upstream-cut-off" });
  });
});

it("a document gets nothing, and neither does a head that has not come", async () => {
  const { port } = await httpServer((request, response) => {
    if (request.url === "/v1/messages") response.writeHead(200, { "content-type": "application/json" }).write(" ");
  });
  const gateway = await startLocalGateway({
    providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } },
    primary: `${OURS}/${MODEL}`,
  });
  const wire = wireTo(gateway.port);
  wire.socket.write(posted("/v1/messages", HELLO));
  await gateway.counting();
  gateway.pass(100);
  expect(await wire.hears(/\r\n\r\n/)).not.toMatch(/ping|keep-alive\n/);
});

describe("the clock for silence", () => {
  it("runs once for all, and only as long as somebody waits", () => {
    const running = new Set<() => void>();
    const told: string[] = [];
    const keepAlive = new KeepAlive((ms, tick) => {
      expect(ms).toBe(1_000);
      running.add(tick);
      return () => void running.delete(tick);
    });
    const waiting = (name: string) => ({ silentTicks: 0, onSilence: () => void told.push(name) });
    const pass = (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) for (const tick of running) tick();
    };
    const [a, b] = [waiting("a"), waiting("b")];
    keepAlive.add(a);
    pass(5);
    keepAlive.add(b);
    expect(running.size).toBe(1);
    pass(10);
    expect(told).toEqual(["a"]);
    pass(5);
    expect(told).toEqual(["a", "b"]);
    keepAlive.delete(a);
    keepAlive.delete(b);
    pass(1);
    expect(running.size).toBe(0);
    keepAlive.add(a);
    expect(running.size).toBe(1);
  });
});
