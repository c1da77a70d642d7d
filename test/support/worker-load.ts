import { createHash } from "node:crypto";
import { createServer, type Socket } from "node:net";
import { expect, onTestFinished } from "vitest";
import { posted, type Wire, wireTo } from "./client.ts";
import { HELLO, MODEL, OURS } from "./local-gateway.ts";
import { startWorker, type TestWorker, WORKER_SECRETS } from "./worker.ts";
import { childrenCalled, residentBytes } from "./workerd-memory.ts";

const EVENTS = "content-type: text/event-stream\r\ntransfer-encoding: chunked";
export const event = (type: string, more: object = {}) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
export const START = event("message_start", { message: { usage: { input_tokens: 1 } } });
export const BLOCK = event("content_block_start", { index: 0 });
const STOP = event("message_stop");
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
export const STREAMED = { ...HELLO, stream: true };

/** A connection on which a request has come. */
interface Asked {
  readonly socket: Socket;
  /** Of the bytes that came after the head. */
  readonly bodyBytes: () => number;
  readonly bodyHash: () => string;
  readonly head: string;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The Worker with a socket of its own in workerd, and an upstream that calls back for each request's head. */
export async function startBoth(onAsked: (asked: Asked) => void) {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => open.delete(socket));
    const hash = createHash("sha256");
    let head = "";
    let bytes = 0;
    const take = (piece: Buffer) => {
      bytes += piece.length;
      hash.update(piece);
    };
    socket.on("data", (piece: Buffer) => {
      if (head !== "") return take(piece);
      const end = piece.indexOf("\r\n\r\n");
      head = piece.toString("latin1", 0, end);
      take(piece.subarray(end + 4));
      onAsked({ socket, head, bodyBytes: () => bytes, bodyHash: () => hash.copy().digest("hex") });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const before = childrenCalled("workerd");
  const worker = await startWorker({
    config: {
      models: {
        providers: {
          [OURS]: {
            baseUrl: `http://127.0.0.1:${port}/anthropic`,
            api: "anthropic-messages",
            apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
          },
        },
      },
      agents: { defaults: { model: { primary: `${OURS}/${MODEL}` } } },
    },
    bindings: WORKER_SECRETS,
    options: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
  });
  const [pid = 0] = childrenCalled("workerd").filter((child) => !before.includes(child));
  const { port: direct } = await worker.miniflare.unsafeGetDirectURL();
  return { worker, pid, port: Number(direct), open };
}

const endings = (worker: TestWorker) => worker.records().map(({ ended }) => ended);

/** So many streams, all of which have begun and wait for more. */
async function openStreams(count: number) {
  const asked: Asked[] = [];
  const both = await startBoth((one) => {
    asked.push(one);
    one.socket.write(`HTTP/1.1 200 OK\r\n${EVENTS}\r\n\r\n${chunk(START + BLOCK)}`);
  });
  // The first makes the Worker ready.
  const first = wireTo(both.port);
  first.socket.write(posted("/v1/messages", STREAMED));
  await first.hears(/content_block_start/);
  const bytesBefore = residentBytes(both.pid);
  const wires = Array.from({ length: count }, () => wireTo(both.port));
  for (const { socket } of wires) socket.write(posted("/v1/messages", STREAMED));
  await Promise.all(wires.map(({ hears }) => hears(/content_block_start[\s\S]*index/)));
  const bytesEach = (residentBytes(both.pid) - bytesBefore) / count;
  return { ...both, asked, wires: [first, ...wires] as readonly Wire[], bytesEach };
}

/** Says how much memory of workerd each stream takes, in bytes. */
export async function streamsEndWell(count: number): Promise<number> {
  const { worker, asked, wires, bytesEach } = await openStreams(count);
  expect(asked).toHaveLength(count + 1);
  for (const { socket } of asked) socket.write(`${chunk(STOP)}0\r\n\r\n`);
  await Promise.all(wires.map(({ hears }) => hears(/message_stop[\s\S]*\r\n0\r\n\r\n$/)));
  await until(() => worker.records().length === count + 1);
  expect(new Set(endings(worker))).toEqual(new Set([undefined]));
  return bytesEach;
}

/** Says how much memory of workerd each of so many open streams takes, whose questions have so many bytes and come in turn. */
export async function bytesOfAnswered(count: number, questionBytes: number): Promise<number> {
  const question = { ...STREAMED, messages: [{ role: "user", content: "x".repeat(questionBytes) }] };
  const { port, pid } = await startBoth(({ socket, bodyBytes }) => {
    const look = () => {
      if (bodyBytes() < questionBytes) return;
      socket.off("data", look);
      socket.write(`HTTP/1.1 200 OK\r\n${EVENTS}\r\n\r\n${chunk(START + BLOCK)}`);
    };
    socket.on("data", look);
    look();
  });
  const open = async () => {
    const wire = wireTo(port);
    wire.socket.write(posted("/v1/messages", question));
    await wire.hears(/^HTTP\/1\.1 200 [\s\S]*content_block_start/);
  };
  await open();
  const before = residentBytes(pid);
  for (let opened = 0; opened < count; opened += 1) await open();
  return (residentBytes(pid) - before) / count;
}

/** All of its clients leave at once. */
export async function streamsAreLeft(count: number): Promise<void> {
  const { worker, wires, open } = await openStreams(count);
  for (const { socket } of wires) socket.resetAndDestroy();
  await until(() => open.size === 0);
  await until(() => worker.records().length === count + 1);
  expect(new Set(endings(worker))).toEqual(new Set(["client-gone"]));
}
