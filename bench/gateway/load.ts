/**
 * The clients, in a process of their own: a number of connections, each with one request at a time, written straight to
 * sockets, so that the contender is measured and not a client library. Status and length of every answer are checked.
 */
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { AnswerReader } from "./answer-reader.ts";
import { type Answer, conversation, requestBytes } from "./traffic.ts";

/** Orders for the clients. */
export interface Job {
  readonly port: number;
  readonly answer: Answer;
  readonly bodyBytes: number;
  readonly clients: number;
  /** No request starts after this time. 0: one for each client. */
  readonly durationMs: number;
  /** Further headers that this contender needs. */
  readonly headers: Readonly<Record<string, string>>;
  /** Expected length of the answer's body; undefined for the first of a kind, which sets it. */
  readonly expectedBytes: number | undefined;
}

/** The results. */
export interface Outcome {
  readonly requests: number;
  readonly seconds: number;
  readonly answerBytes: number;
  /** The faults, each once. */
  readonly faults: readonly string[];
  /** From the first byte sent to the first byte of the answer, for each request. */
  readonly firstByteMs: Float64Array;
  /** From the upstream to the client, for each event with a time stamp. */
  readonly eventMs: Float64Array;
}

/** @why the slowest contender takes less for the largest body with the most clients. */
const PATIENCE_MS = 30_000;

const SENT_AT = '"sentUs":"';
const SENT_AT_DIGITS = 16;

/** @why reading into one buffer takes a third less of the clients' time than a new buffer for each read. */
const READ_BYTES = 64 * 1024;

/** Bodies are the same for every contender, and only one is kept, since they are large. */
const bodies = new Map<string, Buffer>();

function bodyFor(answer: Answer, sizeBytes: number): Buffer {
  const isStreamed = answer !== "json" && answer !== "plain";
  const key = `${sizeBytes} ${isStreamed}`;
  const body = bodies.get(key) ?? conversation(sizeBytes, isStreamed);
  bodies.set(key, body);
  return body;
}

async function run(job: Job): Promise<Outcome> {
  const request = requestBytes(job.port, job.answer, bodyFor(job.answer, job.bodyBytes), job.headers);
  const isTimed = job.answer.startsWith("paced");
  const firstByteMs: number[] = [];
  const eventMs: number[] = [];
  const faults = new Set<string>();
  let answerBytes = job.expectedBytes;
  let requests = 0;
  let endMs = 0;

  /** Sends requests on one connection until the time is up. */
  function serve(socket: Socket, onBytes: (take: (bytes: Buffer) => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const reader = new AnswerReader(isTimed ? (bytes) => readEvents(bytes, eventMs) : undefined);
      let sentMs = 0;
      let isFirst = true;
      let isOver = false;
      const send = () => {
        isFirst = true;
        sentMs = performance.now();
        socket.write(request);
      };
      const finish = (fault?: string) => {
        if (isOver) return;
        isOver = true;
        if (fault !== undefined) faults.add(fault);
        socket.destroy();
        resolve();
      };
      socket.setTimeout(PATIENCE_MS, () => finish("no answer came"));
      socket.on("error", (error) => finish(error.message));
      socket.on("close", () => finish("the connection was closed"));
      onBytes((bytes) => {
        if (isFirst) firstByteMs.push(performance.now() - sentMs);
        isFirst = false;
        if (!reader.read(bytes)) return;
        answerBytes ??= reader.bodyBytes;
        if (reader.status !== 200) return finish(`status ${reader.status}`);
        if (reader.bodyBytes !== answerBytes) return finish(`${reader.bodyBytes} bytes instead of ${answerBytes}`);
        requests += 1;
        if (performance.now() < endMs) send();
        else finish();
      });
      send();
    });
  }

  const connections = await Promise.all(Array.from({ length: job.clients }, () => open(job.port)));
  const startMs = performance.now();
  endMs = startMs + job.durationMs;
  await Promise.all(connections.map(({ socket, onBytes }) => serve(socket, onBytes)));
  return {
    requests,
    seconds: (performance.now() - startMs) / 1000,
    answerBytes: answerBytes ?? 0,
    faults: [...faults],
    firstByteMs: Float64Array.from(firstByteMs),
    eventMs: Float64Array.from(eventMs),
  };
}

/** A connection, and the function that its data is handed to. */
interface Connection {
  readonly socket: Socket;
  readonly onBytes: (take: (bytes: Buffer) => void) => void;
}

function open(port: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let take: (bytes: Buffer) => void = () => {};
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const callback = (length: number, bytes: Uint8Array) => {
      take(Buffer.from(bytes.buffer, bytes.byteOffset, length));
      return true;
    };
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer, callback } });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve({
        socket,
        onBytes: (given) => {
          take = given;
        },
      });
    });
  });
}

/** The delays of the events in some bytes. */
function readEvents(bytes: Buffer, into: number[]): void {
  const nowUs = Number(process.hrtime.bigint() / 1000n);
  for (let at = bytes.indexOf(SENT_AT); at >= 0; at = bytes.indexOf(SENT_AT, at + 1)) {
    const start = at + SENT_AT.length;
    if (start + SENT_AT_DIGITS > bytes.length) return;
    into.push((nowUs - Number(bytes.toString("latin1", start, start + SENT_AT_DIGITS))) / 1000);
  }
}

/** Open, silent streams. */
const held: Socket[] = [];

/** Opens streams and resolves when each has received its first event. */
async function hold({ port, answer, bodyBytes, headers, clients }: Job): Promise<void> {
  const request = requestBytes(port, answer, bodyFor(answer, bodyBytes), headers);
  for (let index = 0; index < clients; index += 1) {
    const { socket, onBytes } = await open(port);
    held.push(socket);
    await new Promise<void>((resolve) => {
      const reader = new AnswerReader((bytes) => {
        if (bytes.includes("message_start")) resolve();
      });
      onBytes((bytes) => void reader.read(bytes));
      socket.write(request);
    });
  }
}

/** A message to this process: a job, streams to open, or `release` for the open ones. */
export type Order = { readonly run: Job } | { readonly hold: Job } | "release";

process.on("message", async (order: Order) => {
  if (order === "release") for (const socket of held.splice(0)) socket.destroy();
  else if ("hold" in order) await hold(order.hold);
  process.send?.(typeof order === "object" && "run" in order ? await run(order.run) : {});
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
