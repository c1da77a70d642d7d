import { createHash } from "node:crypto";

/** A message of HTTP/1.1 as it came over a connection. */
export interface HttpText {
  readonly startLine: string;
  /** As written, in their order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly trailers: readonly (readonly [name: string, value: string])[];
  /** `whole`: its end has come; `open`: more may come; `cut`: the connection was closed before its end. */
  readonly state: "whole" | "open" | "cut";
}

const END_OF_HEAD = Buffer.from("\r\n\r\n");

/**
 * Reads messages from the bytes of a connection, one after the other. Small and strict on purpose: what it cannot read is
 * a fault of whoever sent it.
 */
export class HttpReader {
  #bytes = Buffer.alloc(0);
  #isClosed = false;
  readonly #isAnswer: boolean;

  constructor(kind: "requests" | "answers") {
    this.#isAnswer = kind === "answers";
  }

  add(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  close(): void {
    this.#isClosed = true;
  }

  /** All that has not been taken. */
  get raw(): Buffer {
    return this.#bytes;
  }

  /** The message at the beginning; `undefined` while its head is not there. `method`: of the request that it answers. */
  peek(method = ""): HttpText | undefined {
    return this.#read(method)?.text;
  }

  /** The same, taken from the connection. Interim answers, such as 100, count as messages. */
  take(method = ""): HttpText | undefined {
    const found = this.#read(method);
    if (found !== undefined) this.#bytes = this.#bytes.subarray(found.end);
    return found?.text;
  }

  #read(method: string): { readonly text: HttpText; readonly end: number } | undefined {
    const bytes = this.#bytes;
    const headEnd = bytes.indexOf(END_OF_HEAD);
    if (headEnd < 0) {
      if (!this.#isClosed || bytes.length === 0) return undefined;
      const text = {
        startLine: bytes.toString("latin1"),
        headers: [],
        body: EMPTY,
        trailers: [],
        state: "cut",
      } as const;
      return { text, end: bytes.length };
    }
    const [startLine = "", ...lines] = bytes.toString("latin1", 0, headEnd).split("\r\n");
    const headers = lines.map(fieldIn);
    const start = headEnd + END_OF_HEAD.length;
    const unfinished = this.#isClosed ? ("cut" as const) : ("open" as const);
    const whole = (body: Buffer, end: number, trailers: HttpText["trailers"] = []) => ({
      text: { startLine, headers, body, trailers, state: "whole" as const },
      end,
    });
    const partly = (body: Buffer) => ({
      text: { startLine, headers, body, trailers: [], state: unfinished },
      end: bytes.length,
    });
    const status = this.#isAnswer ? Number(startLine.split(" ")[1]) : 0;
    if (this.#isAnswer && (method === "HEAD" || status < 200 || status === 204 || status === 304))
      return whole(EMPTY, start);
    const fieldCalled = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
    if (/chunked/i.test(fieldCalled("transfer-encoding") ?? "")) {
      const { body, end, trailers } = unchunked(bytes, start);
      return end === undefined ? partly(body) : whole(body, end, trailers);
    }
    const length = fieldCalled("content-length");
    if (length !== undefined) {
      const end = start + Number(length);
      return bytes.length >= end ? whole(bytes.subarray(start, end), end) : partly(bytes.subarray(start));
    }
    if (!this.#isAnswer) return whole(EMPTY, start);
    return this.#isClosed ? whole(bytes.subarray(start), bytes.length) : partly(bytes.subarray(start));
  }
}

const EMPTY = Buffer.alloc(0);

function fieldIn(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

/** `end` is undefined while the last chunk has not come. */
function unchunked(bytes: Buffer, start: number) {
  const pieces: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    if (Number.isNaN(size)) return { body: Buffer.concat(pieces), end: undefined, trailers: [] };
    at = lineEnd + 2;
    if (size === 0) {
      const isPlain = bytes.toString("latin1", at, at + 2) === "\r\n";
      const end = isPlain ? at - 2 : bytes.indexOf(END_OF_HEAD, at);
      if (end < 0 || bytes.length < end + 4) return { body: Buffer.concat(pieces), end: undefined, trailers: [] };
      const trailers = isPlain ? [] : bytes.toString("latin1", at, end).split("\r\n").map(fieldIn);
      return { body: Buffer.concat(pieces), end: end + 4, trailers };
    }
    pieces.push(bytes.subarray(at, Math.min(at + size, bytes.length)));
    at += size + 2;
    if (at > bytes.length) return { body: Buffer.concat(pieces), end: undefined, trailers: [] };
  }
}

/*
 * The one form in which messages are compared. Left out is only what each HTTP stack adds or decides by itself:
 *
 * - order and case of header names, and whether values of one name come in one line: `Headers` of the Fetch standard sorts,
 *   lower-cases and joins them.
 * - `date`, unless it is the table's own: Node's server adds it, Cloudflare's edge does in place of workerd.
 * - `connection`, `keep-alive`, `transfer-encoding`: of one connection, so each server writes its own.
 * - `cf-worker`: added by `fetch` in Workers. @source developers.cloudflare.com/fundamentals/reference/http-headers
 * - `content-length: 0` of a request: whether it is told that there is no body.
 * - the port in `host`, the version in `user-agent`, and the gateway's own name in `via`.
 */
const OF_STACK: ReadonlySet<string> = new Set(["connection", "keep-alive", "transfer-encoding", "cf-worker"]);

/** The date that upstreams of the table send. */
export const DATE = "Sat, 28 Nov 2026 12:00:00 GMT";

type Fields = Readonly<Record<string, string>>;

/** A message in that form, as text: start line, headers, an empty line, the body, and `~cut~` where its end is missing. */
export function normalForm({ startLine, headers, body, trailers, state }: HttpText): string {
  const fields: Record<string, string> = {};
  for (const [written, value] of headers) {
    const name = written.toLowerCase();
    if (OF_STACK.has(name) || (name === "date" && value !== DATE)) continue;
    if (name === "content-length" && value === "0" && !startLine.startsWith("HTTP/")) continue;
    fields[name] = name in fields ? `${fields[name]}, ${valueAs(name, value)}` : valueAs(name, value);
  }
  for (const [name, value] of trailers) fields[`trailer ${name.toLowerCase()}`] = value;
  return textOf(startLine.replace(/ HTTP\/1\.1$|^HTTP\/1\.1 (\d+).*$/, "$1"), fields, body, state === "cut");
}

const valueAs = (name: string, value: string) =>
  name === "host"
    ? value.replace(/^127\.0\.0\.1:\d+$/, "upstream")
    : name === "user-agent"
      ? value.replace(/^openclaw\/\d.*$/, "openclaw")
      : name === "via"
        ? value.replace(/openclaw-[\da-f]+/, "openclaw")
        : value;

/** A longer body is compared by its hash. */
const LONGEST_SHOWN = 64 * 1024;

const shortHash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

/** That form, of what a row expects. `start`: `POST /path` or a status. */
export function textOf(start: string, headers: Fields, body: string | Buffer, isCut = false): string {
  const lines = Object.entries(headers)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}: ${value}\n`);
  const bytes = Buffer.from(body);
  const shown = bytes.length > LONGEST_SHOWN ? `${bytes.length} bytes, ${shortHash(bytes)}` : bytes.toString("latin1");
  return `${start}\n${lines.join("")}\n${shown}${isCut ? "~cut~" : ""}`;
}
