/**
 * The upstream of every contender, in a process of its own, without an HTTP library, so that no fast contender waits for it.
 * A header of the request chooses the answer; a request whose body has not the length in that header gets 400.
 */
import { createServer, type Socket } from "node:net";
import { COMMON_HEADERS, MESSAGE } from "./answers.ts";
import { type Answer, type Disguise, WANTED_HEADER } from "./traffic.ts";

const headOf = (status: number, headers: readonly string[]) =>
  `HTTP/1.1 ${status} Said\r\n${headers.join("\r\n")}\r\n\r\n`;

const documentAs = (status: number, document: object, headers = COMMON_HEADERS) => {
  const body = JSON.stringify(document);
  const own = ["content-type: application/json", `content-length: ${body.length}`];
  return Buffer.from(headOf(status, [...headers, ...own]) + body);
};

const DOCUMENT = documentAs(200, MESSAGE);
const PLAIN_DOCUMENT = documentAs(200, MESSAGE, []);

const STREAM_HEAD = headOf(200, [
  ...COMMON_HEADERS,
  "content-type: text/event-stream; charset=utf-8",
  "transfer-encoding: chunked",
]);
const START = event({
  type: "message_start",
  message: { id: "msg_1", usage: { input_tokens: 210, output_tokens: 1 } },
});
/** Comes together with the first: a gateway may hold that back until it sees whether an error follows. */
const BLOCK = event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
const STOP = event({ type: "message_delta", usage: { output_tokens: 160 } }) + event({ type: "message_stop" });
const PING = event({ type: "ping" });
const OVERLOADED = event({ type: "error", error: { type: "overloaded_error", message: "Said." } });
const SIGN_IN = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body></body></html>";
const PAGE = `${headOf(200, [...COMMON_HEADERS, "content-type: text/html", `content-length: ${SIGN_IN.length}`])}${SIGN_IN}`;
const LAST_CHUNK = "0\r\n\r\n";
const BURST_EVENTS = 20;
const BURST = Buffer.from(
  STREAM_HEAD + chunk(START + BLOCK + Array.from({ length: BURST_EVENTS }, delta).join("") + STOP) + LAST_CHUNK,
);

function event(data: { readonly type: string; readonly [name: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

/** An event with its time of sending, in microseconds of the clock that all processes of a machine share. */
function delta(): string {
  const sentUs = String(process.hrtime.bigint() / 1000n).padStart(16, "0");
  return event({ type: "content_block_delta", index: 0, sentUs, delta: { type: "text_delta", text: "a few words " } });
}

function answer(socket: Socket, wanted: Answer): void {
  const [kind = "", first = "", second = ""] = wanted.split("-");
  if (kind === "json") socket.write(DOCUMENT);
  else if (kind === "plain") socket.write(PLAIN_DOCUMENT);
  else if (kind === "burst") socket.write(BURST);
  else if (kind === "disguised") disguise(socket, first as Disguise);
  else if (kind === "status") {
    const status = Number(first);
    socket.write(documentAs(status, { type: "error", error: { type: "api_error", message: `Said ${status}.` } }));
  } else {
    socket.write(STREAM_HEAD + chunk(START + BLOCK));
    if (kind === "cut") setTimeout(() => socket.destroy(), 5);
    if (kind === "paced") pace(socket, Number(first), Number(second));
    if (kind === "silent") setTimeout(() => socket.write(chunk(STOP) + LAST_CHUNK), Number(first) * 1_000);
  }
}

/** A failure with status 200. */
function disguise(socket: Socket, how: Disguise): void {
  const stream = (events: string) => STREAM_HEAD + chunk(events);
  const reset = (bytes: string) => socket.write(bytes, () => setTimeout(() => socket.destroy(), 5));
  if (how === "error") socket.write(stream(OVERLOADED) + LAST_CHUNK);
  else if (how === "pings") socket.write(stream(PING + PING) + chunk(OVERLOADED) + LAST_CHUNK);
  else if (how === "opening") socket.write(stream(START + PING) + chunk(OVERLOADED) + LAST_CHUNK);
  else if (how === "nothing") socket.write(headOf(200, [...COMMON_HEADERS, "content-length: 0"]));
  else if (how === "page") socket.write(PAGE);
  else if (how === "document")
    socket.write(documentAs(200, { type: "error", error: { type: "overloaded_error", message: "Said." } }));
  else if (how === "reset") reset(stream(START));
  else if (how === "unfinished") socket.write(stream(START + delta()) + LAST_CHUNK);
  else reset(stream(START + delta() + STOP));
}

function pace(socket: Socket, events: number, apartMs: number): void {
  let left = events;
  const timer = setInterval(() => {
    left -= 1;
    socket.write(chunk(delta()) + (left === 0 ? chunk(STOP) + LAST_CHUNK : ""));
    if (left === 0 || socket.destroyed) clearInterval(timer);
  }, apartMs);
}

/** Reads the requests of one connection. */
function serve(socket: Socket): void {
  let head: Buffer = Buffer.alloc(0);
  let wanted: Answer = "json";
  let bodyLeft = 0;
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (bytes: Buffer) => {
    if (bodyLeft === 0) {
      head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const text = head.toString("latin1", 0, end).toLowerCase();
      const length = Number(/\r\ncontent-length: *(\d+)/.exec(text)?.[1] ?? 0);
      const [, name = "", announced = ""] = WANTED.exec(text) ?? [];
      wanted = text.startsWith("post /v1/messages ") && Number(announced) === length ? (name as Answer) : "status-400";
      bodyLeft = length - (head.length - end - 4);
      head = Buffer.alloc(0);
    } else bodyLeft -= bytes.length;
    if (bodyLeft === 0) answer(socket, wanted);
    // More than was announced, or the next request before the answer.
    if (bodyLeft < 0) socket.destroy();
  });
}

const WANTED = new RegExp(`\\r\\n${WANTED_HEADER}: *(\\S+) (\\d+)`);

const server = createServer(serve);
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
process.on("disconnect", () => process.exit());
