import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { CODINGS } from "../../../src/core/content-coding.ts";
import {
  answers,
  asks,
  BY,
  differing,
  gets,
  HELLO,
  INTERNAL,
  logs,
  MESSAGE,
  post,
  refuses,
  row,
  says,
  unlogged,
} from "../said.ts";
import { PLAIN } from "../setups.ts";

const served = [gets("/v1/messages"), says(200, MESSAGE), answers(200, MESSAGE, BY)];
const text = JSON.stringify(HELLO);
const coded = (coding: string, bytes: Buffer, headers: Readonly<Record<string, string | undefined>> = {}) =>
  asks(
    Buffer.concat([
      Buffer.from(
        post("/v1/messages", "", { "content-encoding": coding, "content-length": String(bytes.length), ...headers }),
        "latin1",
      ),
      bytes,
    ]),
  );
const MB = 1024 * 1024;
const TOO_LARGE = refuses(
  413,
  "request_too_large",
  "The local gateway accepts requests of at most 32 MB, as Anthropic does.",
);
const long = { ...HELLO, messages: [{ role: "user", content: "x".repeat(200_000) }] };

const NOT_UTF8 = post("/v1/messages", '{"model":"claude-sonnet-4-6","x":"???"}').replace("???", "\u00ff\u00fe\u0080");

const FILE = gzipSync("abc");

const IN_PIECES = { "content-length": undefined, "transfer-encoding": "chunked" };
const IN_NAMED_PIECES = asks(post("/v1/messages", `59;name=x\r\n${text}\r\n0\r\n\r\n`, IN_PIECES));
const WITH_TRAILER = asks(
  post("/v1/messages", `59\r\n${text}\r\n0\r\nx-sum: 1\r\n\r\n`, { ...IN_PIECES, trailer: "x-sum" }),
);
const SAYS_TOO_LONG = asks(post("/v1/messages", "x", { "content-length": String(33 * MB) }));
const CODED_TWICE = asks(post("/v1/messages", "0\r\n\r\n", { ...IN_PIECES, "transfer-encoding": "gzip, chunked" }));
const WAITING = asks(post("/v1/messages", text, { expect: "100-continue" }).slice(0, -text.length));
const unknownCoding = (coding: string, known: string) =>
  refuses(
    415,
    "invalid_request_error",
    `The local gateway does not know the Content-Encoding ${coding}. Send the body unencoded, or as one of ${known}.`,
    { "accept-encoding": known },
  );
/** Node knows zstd from version 22 on, workerd does. */
const ofUnknownCoding = (name: string, coding: string) => {
  const asked = coded(coding, Buffer.from(text));
  const known = CODINGS.join(", ");
  const one = row(name, PLAIN, asked, unknownCoding(coding, known));
  if (known === IN_WORKERD) return one;
  return differing(one, "this Node does not know zstd", asked, unknownCoding(coding, IN_WORKERD));
};
const IN_WORKERD = "gzip, deflate, br, zstd";

export const BODIES = [
  row(
    "a body in pieces",
    PLAIN,
    asks(
      post("/v1/messages", `5\r\n${text.slice(0, 5)}\r\n54\r\n${text.slice(5)}\r\n0\r\n\r\n`, {
        "content-length": undefined,
        "transfer-encoding": "chunked",
      }),
    ),
    ...served,
    logs({ requestBytes: text.length }),
  ),
  differing(
    row("pieces with names", PLAIN, IN_NAMED_PIECES, ...served),
    "workerd refuses them by itself",
    IN_NAMED_PIECES,
    INTERNAL,
    unlogged,
  ),
  row("a trailer behind pieces", PLAIN, WITH_TRAILER, ...served),
  row(
    "a body that comes late",
    PLAIN,
    asks(post("/v1/messages", text).slice(0, -20)),
    { kind: "adds", bytes: text.slice(-20, -10) },
    { kind: "adds", bytes: text.slice(-10) },
    ...served,
  ),
  row(
    "a long body",
    PLAIN,
    asks(post("/v1/messages", long)),
    gets("/v1/messages", long),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
    logs({ requestBytes: JSON.stringify(long).length }),
  ),
  row("gzip", PLAIN, coded("gzip", gzipSync(text)), ...served, logs({ requestBytes: text.length })),
  row("brotli", PLAIN, coded("br", brotliCompressSync(text)), ...served),
  row("deflate, in capitals", PLAIN, coded("DEFLATE", deflateSync(text)), ...served),
  row("no coding, by name", PLAIN, asks(post("/v1/messages", HELLO, { "content-encoding": "identity" })), ...served),
  row(
    "half of gzip",
    PLAIN,
    coded("gzip", gzipSync(text).subarray(0, 40)),
    refuses(400, "invalid_request_error", "The local gateway cannot decode the body: it is not complete gzip."),
  ),
  row(
    "what is no gzip",
    PLAIN,
    coded("gzip", Buffer.from(text)),
    refuses(400, "invalid_request_error", "The local gateway cannot decode the body: it is not complete gzip."),
  ),
  ofUnknownCoding("a coding that nobody knows", "sdch"),
  ofUnknownCoding("two codings", "gzip, br"),
  row(
    "a body that says to be too long",
    PLAIN,
    SAYS_TOO_LONG,
    TOO_LARGE,
    logs({ status: 413, ended: "request_too_large" }),
  ),
  row("little that is too long when it is decoded", PLAIN, coded("gzip", gzipSync(Buffer.alloc(33 * MB))), TOO_LARGE),
  row(
    "a coded body that is not read",
    PLAIN,
    asks(
      Buffer.concat([
        Buffer.from(
          post("/v1/files", "", {
            "content-encoding": "gzip",
            "content-length": String(FILE.length),
            "content-type": "text/plain",
          }),
          "latin1",
        ),
        FILE,
      ]),
    ),
    gets("/v1/files", FILE, {
      headers: { "content-encoding": "gzip", "content-type": "text/plain" },
    }),
    says(200, {}),
    answers(200, {}),
  ),
  differing(
    row(
      "a transfer coding that nobody decodes",
      PLAIN,
      CODED_TWICE,
      refuses(
        400,
        "invalid_request_error",
        "The local gateway accepts no Transfer-Encoding but chunked. Send the body unencoded.",
      ),
    ),
    "workerd refuses it by itself",
    CODED_TWICE,
    INTERNAL,
    unlogged,
  ),
  differing(
    row(
      "a client that waits to be told to go on",
      PLAIN,
      WAITING,
      answers(100, "", { "content-type": undefined, "content-length": undefined }),
      { kind: "adds", bytes: text },
      ...served,
    ),
    "workerd says nothing, and clients go on by themselves after a while",
    WAITING,
    { kind: "adds", bytes: text },
    ...served,
  ),
  row(
    "a client that waits to be told to go on, and is refused",
    PLAIN,
    asks(post("/v1/messages", text, { expect: "100-continue", "x-api-key": "wrong" }).slice(0, -text.length)),
    refuses(
      401,
      "authentication_error",
      "The local gateway needs its own token as x-api-key or as a bearer token: gateway.auth.token, stored as OPENCLAW_GATEWAY_TOKEN or with a name in OPENCLAW_GATEWAY_TOKENS in .env. It does not accept the provider's API key.",
    ),
  ),
  row(
    "two requests on one connection",
    PLAIN,
    asks(post("/v1/messages")),
    ...served,
    asks(post("/v1/messages"), { isSameConnection: true }),
    ...served,
  ),
  row(
    "deep JSON is left to the upstream",
    PLAIN,
    asks(post("/v1/messages", `{"model":"claude-sonnet-4-6","x":${"[".repeat(500)}${"]".repeat(500)}}`)),
    gets("/v1/messages", `{"model":"claude-sonnet-4-6","x":${"[".repeat(500)}${"]".repeat(500)}}`),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
  ),
  row(
    "broken JSON below the first level is left to the upstream",
    PLAIN,
    asks(post("/v1/messages", '{"model":"claude-sonnet-4-6","messages":[{"role":}]}')),
    gets("/v1/messages", '{"model":"claude-sonnet-4-6","messages":[{"role":}]}'),
    says(400, { type: "error", error: { type: "invalid_request_error", message: "no" } }),
    answers(400, { type: "error", error: { type: "invalid_request_error", message: "no" } }, BY),
  ),
  row(
    "bytes that are no UTF-8",
    PLAIN,
    asks(Buffer.from(NOT_UTF8, "latin1")),
    gets("/v1/messages", Buffer.from(NOT_UTF8.slice(NOT_UTF8.indexOf("{")), "latin1")),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
  ),
];
