import { once } from "node:events";
import { request } from "node:http";
import { Duplex } from "node:stream";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { ResponseParser } from "../../src/http/response-parser.ts";

const LONGEST_HEAD = 64 * 1024;

/** What is read of some bytes, in pieces, and of the end of the connection after them. */
interface Read {
  readonly status?: number;
  readonly headers?: readonly string[];
  readonly body: string;
  readonly outcome: "complete" | "failed";
}

const NOTHING: Read = { body: "", outcome: "failed" };

function readHere(pieces: readonly Buffer[], isHead = false) {
  let read: Read = NOTHING;
  let reusable = false;
  const heads: number[] = [];
  const parser = new ResponseParser(
    {
      onHead: (status, headers) => {
        heads.push(status);
        if (status >= 200) read = { ...read, status, headers };
      },
      onBody: (bytes) => {
        read = { ...read, body: read.body + bytes.toString("latin1") };
      },
      onEnd: (isReusable) => {
        reusable = isReusable;
        read = { ...read, outcome: "complete" };
      },
    },
    LONGEST_HEAD,
  );
  parser.expect(isHead);
  let error: Error | undefined;
  for (const piece of pieces) {
    error ??= parser.read(piece);
    if (read.outcome === "complete" || error !== undefined) break;
  }
  if (read.outcome !== "complete" && error === undefined) error = parser.end();
  return { read, error, reusable, heads, keptMs: parser.keptMs };
}

/** The same by Node's client, which gets byte by byte up to the end of the response. */
async function readByNode(bytes: Buffer, isHead = false): Promise<Read> {
  let read: Read = NOTHING;
  let isComplete = () => false;
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const sent = request({
    createConnection: () => socket as never,
    method: isHead ? "HEAD" : "GET",
    maxHeaderSize: LONGEST_HEAD,
  });
  const over = new Promise<void>((resolve) => {
    sent.on("error", () => resolve());
    sent.on("response", (response) => {
      isComplete = () => response.complete;
      read = { ...read, status: response.statusCode ?? 0, headers: response.rawHeaders };
      response.on("data", (bytes: Buffer) => {
        read = { ...read, body: read.body + bytes.toString("latin1") };
      });
      response.on("error", () => {});
      response.on("close", () => {
        if (response.complete) read = { ...read, outcome: "complete" };
        resolve();
      });
    });
  });
  sent.end();
  await once(sent, "finish");
  for (const byte of bytes) if (!socket.destroyed && !isComplete()) socket.push(Buffer.of(byte));
  if (!socket.destroyed) socket.push(null);
  await over;
  return read;
}

/** Node leaves out blanks at the end of a value, and drops what came just before a fault. */
const comparable = ({ headers, ...read }: Read) => ({
  ...read,
  headers: headers?.map((text) => text.replace(/[\t ]+$/, "")),
  body: read.outcome === "complete" ? read.body : "",
});

const HEADERS = [
  ...["content-type: text/plain", "X-Some:value", "x-empty:", "x: \t blanks \t", "set-cookie: a=b", "x-latin: \xe9"],
  ...["Connection: close", "connection: keep-alive", "keep-alive: timeout=5", "connection: close \t", "x: \xa0y\xa0"],
  ...["Content-Length: 5", "content-length: 0", "content-length: 05", "content-length: 5 ", "content-length: 5, 5"],
  ...["content-length: -1", "content-length: +5", "content-length: x", "content-length:", "content-length: 99"],
  ...["Transfer-Encoding: chunked", "transfer-encoding: Chunked", "transfer-encoding: gzip, chunked"],
  ...["transfer-encoding: gzip", "transfer-encoding: chunked, gzip", "transfer-encoding: xchunked"],
  ...["x y: z", "x : z", " folded", "no colon", ": no name", "x: a\0b", "x: a\rb", "x\x7f: y", "x: a\nb: c"],
];
const STATUS = [
  ...["HTTP/1.1 200 OK", "HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.0 200 OK", "HTTP/1.1 204 No", "HTTP/1.1 304 Same"],
  ...["HTTP/1.1 404 Not Found", "HTTP/1.1 599 \xe9", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "http/1.1 200 OK"],
  ...[
    "HTTP/1.1  200 OK",
    "HTTP/1.2 200 OK",
    "HTTP/11 200 OK",
    " HTTP/1.1 200 OK",
    "HTTP/1.1 200\tOK",
    "HTTP/1.1 2x0 OK",
  ],
];
const BODIES = [
  ...["", "hello", "hello world", "5\r\nhello\r\n0\r\n\r\n", "5;a=b\r\nhello\r\n0\r\nx: y\r\n\r\n", "5\r\nhello\r\n"],
  ...[
    "005\r\nhello\r\n00\r\n\r\n",
    "5\r\nhello world\r\n0\r\n\r\n",
    "A\r\n0123456789\r\n0\r\n\r\n",
    "0\r\n\r\nmore",
    "x\r\n\r\n",
  ],
  ...[
    "5\nhello\n0\n\n",
    "5 \r\nhello\r\n0\r\n\r\n",
    "-5\r\nhello",
    "5\r\nhello\r\n0\r\nno field\r\n\r\n",
    "\r\n0\r\n\r\n",
  ],
  ...["5\r\nhel", "0\r\n"],
];

const text = fc
  .tuple(
    fc.constantFrom(...STATUS.slice(0, 8), ...STATUS),
    fc.array(fc.constantFrom(...HEADERS.slice(0, 19), ...HEADERS.slice(0, 19), ...HEADERS), { maxLength: 4 }),
    fc.constantFrom(...BODIES),
    fc.constantFrom("\r\n", "\r\n", "\r\n", "\r\n", "\n"),
  )
  .map(([status, headers, body, lineEnd]) => [status, ...headers, "", body].join(lineEnd));

/** The text, or one with a character in another's place. */
const damaged = fc
  .tuple(text, fc.option(fc.tuple(fc.nat(), fc.constantFrom("\r", "\n", " ", ":", "x", "\0", "")), { freq: 4 }))
  .map(([whole, damage]) => {
    if (damage === null) return whole;
    const at = damage[0] % whole.length;
    return whole.slice(0, at) + damage[1] + whole.slice(at + 1);
  });

function cut(whole: string, cuts: readonly number[]): readonly Buffer[] {
  const bytes = Buffer.from(whole, "latin1");
  const at = [...new Set([0, ...cuts.map((one) => one % bytes.length), bytes.length])].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

describe("the parser of responses", () => {
  it("reads what Node's reads, and refuses what Node's refuses, however the bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(damaged, fc.array(fc.nat(), { maxLength: 4 }), fc.boolean(), async (whole, cuts, isHead) => {
        // Node's takes a CR alone for the end of the first line, and a status below 100.
        fc.pre(!/^[\r\n]*(?:[^\r\n]*\r(?!\n)|HTTP.{5}0)/.test(whole));
        const pieces = cut(whole, cuts);
        expect(comparable(readHere(pieces, isHead).read)).toEqual(
          comparable(await readByNode(Buffer.concat(pieces), isHead)),
        );
      }),
      {
        numRuns: Number(process.env.RUNS ?? 500),
        // A damaged extension of a chunk.
        examples: [[`${STATUS[0]}\r\ntransfer-encoding: chunked\r\n\r\n5; =b\r\nhello\r\n0\r\n\r\n`, [], false]],
      },
    );
  });

  it("passes over the extensions of a chunk over which Node's passes, and refuses what Node's refuses", async () => {
    const unit = fc.oneof(fc.constantFrom(...';="\\a'), fc.constantFrom(...';="\\b7-! \t\xe9\x7f\0('));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, maxLength: 9 }), async (extension) => {
        const chunks = `5${extension}\r\nhello\r\n0\r\n\r\n`;
        const bytes = Buffer.from(`${STATUS[0]}\r\ntransfer-encoding: chunked\r\n\r\n${chunks}`, "latin1");
        expect(comparable(readHere([bytes]).read)).toEqual(comparable(await readByNode(bytes)));
      }),
      {
        numRuns: 500,
        examples: [[";a"], [";a;b=c"], [";;a=" + '"b; \\"c"'], [";"], [" ;a"], ["; a"], [";a "], [';a="']],
      },
    );
  });

  const OK = "HTTP/1.1 200 OK\r\n";

  it.each([
    ["content-length: 2\r\n\r\nok", true],
    ["content-length: 2\r\n\r\nokay", false],
    ["content-length: 2\r\nconnection: close\r\n\r\nok", false],
    ["content-length: 2\r\nconnection: x, Close\r\n\r\nok", false],
    ["content-length: 2\r\nconnection: close \t\r\n\r\nok", false],
    ["content-length: 2\r\nconnection: keep-alive , close \r\n\r\nok", false],
    ["content-length: 2\r\nConnection: keep-alive\r\nconnection:close \r\n\r\nok", false],
    [`content-length: 2\r\nconnection: x${" ".repeat(60_000)}y\r\n\r\nok`, true],
    ["content-length: 0\r\n\r\n", true],
    ["content-length: 2\r\nkeep-alive: timeout=3\r\n\r\nok", true],
    ["content-length: 2\r\nkeep-alive: timeout=2\r\n\r\nok", false],
    ["transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx: y\r\n\r\n", true],
    ["transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n\r\n", false],
    ["\r\nok", false],
  ])("says whether the connection can be used again: %j", (rest, expected) => {
    const { read, reusable } = readHere([Buffer.from(OK + rest)]);
    expect([read.outcome, reusable]).toEqual(["complete", expected]);
  });

  it("keeps a connection of HTTP/1.0 only if the other side says so", () => {
    const said = (more: string) => [Buffer.from(`HTTP/1.0 200 OK\r\ncontent-length: 0\r\n${more}\r\n`)];
    expect([readHere(said("")), readHere(said("connection: Keep-Alive\r\n"))].map((one) => one.reusable)).toEqual([
      false,
      true,
    ]);
  });

  it("keeps no connection of HTTP/1.0 after a body in chunks, and none after HEAD, which says `close`", () => {
    const kept = "connection: keep-alive\r\n";
    const chunked = readHere([Buffer.from(`HTTP/1.0 200 OK\r\n${kept}transfer-encoding: chunked\r\n\r\n0\r\n\r\n`)]);
    const head = readHere([Buffer.from(`${OK}${kept}content-length: 2\r\n\r\n`)], true);
    expect([chunked, head].map(({ read, reusable }) => [read.outcome, reusable])).toEqual([
      ["complete", false],
      ["complete", false],
    ]);
  });

  it("takes blanks around a value for no part of it, and other white space for a fault", () => {
    const { read } = readHere([
      Buffer.from(`${OK}content-type: \ttext/plain \t\r\nx: \t \r\ncontent-length: 2 \r\n\r\nok`),
    ]);
    expect(read.headers).toEqual(["content-type", "text/plain", "x", "", "content-length", "2"]);
    for (const odd of ["2\xa0", "\xa02"])
      expect(readHere([Buffer.from(`${OK}content-length: ${odd}\r\n\r\nok`, "latin1")]).read.outcome).toBe("failed");
  });

  it("looks at each byte of a head that comes byte by byte a few times, however long the head is", () => {
    const head = `${OK}${"x: yyyyy\r\n".repeat(1_500)}content-length: 0\r\n\r\n`;
    const { indexOf } = String.prototype;
    let seen = 0;
    const spy = vi.spyOn(String.prototype, "indexOf").mockImplementation(function (this: string, ...sought) {
      seen += this.length;
      return indexOf.apply(this, sought);
    });
    const pieces = Array.from(head, (one) => Buffer.from(one));
    const { read } = readHere(pieces);
    spy.mockRestore();
    expect(read).toMatchObject({ outcome: "complete", status: 200 });
    // At its end it is looked at once for each of its fields.
    const inTheEnd = head.length * 2 * 1_502;
    expect(seen - inTheEnd).toBeLessThan(head.length * 8);
  });

  it.each([
    ["204 No", "content-length: 0", true],
    ["204 No", "x: y", true],
    ["204 No", "content-length: 2", false],
    ["204 No", "transfer-encoding: chunked", false],
    ["304 Same", "content-length: 2", true],
  ])("keeps no connection where a body may follow that is none: %s with %s, %s", (status, field, kept) => {
    const { read, reusable } = readHere([Buffer.from(`HTTP/1.1 ${status}\r\n${field}\r\n\r\n`)]);
    expect([read.outcome, reusable]).toEqual(["complete", kept]);
  });

  it("tells how long the other side keeps a connection, less two seconds", () => {
    const said = `${OK}content-length: 0\r\nKeep-Alive: timeout=30, max=5\r\n\r\n`;
    expect(readHere([Buffer.from(said)]).keptMs).toBe(28_000);
  });

  it("goes on after interim responses", () => {
    const { heads, read } = readHere([
      Buffer.from(`HTTP/1.1 103 Early\r\nx: y\r\n\r\n${OK}content-length: 2\r\n\r\nok`),
    ]);
    expect([heads, read.body]).toEqual([[103, 200], "ok"]);
  });

  it.each([
    ["100 that nobody waits for", "HTTP/1.1 100 Continue\r\n\r\n", { code: "UND_ERR_SOCKET", message: "bad response" }],
    [
      "another protocol",
      "HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n",
      { code: "UND_ERR_SOCKET", message: "bad upgrade" },
    ],
    ["a status below 100", "HTTP/1.1 099 No\r\n\r\n", { name: "HTTPParserError" }],
    ["the alert of a server for TLS", "\x15\x03", { name: "HTTPParserError", data: "\x15\x03" }],
    ["something else that does not end", "SSH-2.0-x", { name: "HTTPParserError" }],
    ["lines without CR that do not end", `${OK}x: y\nz: z\n\n`, { name: "HTTPParserError" }],
    [
      "a chunk longer than any number",
      `${OK}transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n`,
      { name: "HTTPParserError" },
    ],
    [
      "a chunk's extension without end",
      `${OK}transfer-encoding: chunked\r\n\r\n5;${"x".repeat(20_000)}`,
      { code: "UND_ERR_HEADERS_OVERFLOW" },
    ],
    ["a head without end", `${OK}x: ${"y".repeat(LONGEST_HEAD)}`, { code: "UND_ERR_HEADERS_OVERFLOW" }],
    [
      "trailers without end",
      `${OK}transfer-encoding: chunked\r\n\r\n0\r\n${"x: y\r\n".repeat(20_000)}`,
      { code: "UND_ERR_HEADERS_OVERFLOW" },
    ],
  ])("refuses %s at once", (_, said, expected) => {
    const { read, error } = readHere(cut(said, said.length < 3 ? [] : [7, 30]));
    expect(read.outcome).toBe("failed");
    expect(error).toMatchObject(expected);
  });
});
