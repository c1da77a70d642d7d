import {
  answers,
  asks,
  BY,
  begins,
  closes,
  cutOff,
  differing,
  ends,
  explains,
  gets,
  goesOn,
  HELLO,
  hears,
  logs,
  MESSAGE,
  notHttp,
  parting,
  passes,
  post,
  raw,
  refuses,
  row,
  says,
  wasReset,
} from "../said.ts";
import { FALLBACK, NOBODY, OURS, PLAIN, setup } from "../setups.ts";
import { ask as askStream, BLOCK, EVENTS, first as firstStream, START } from "./streams.ts";

const ask = asks(post("/v1/messages"));
const first = gets("/v1/messages");
const text = JSON.stringify(MESSAGE);
const head = (length: number, more = "") =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${more}\r\n`;
const letGo = { kind: "let-go" } as const;
const leaves = { kind: "leaves", how: "reset" } as const;
const leavesQuietly = { kind: "leaves", how: "end" } as const;
const IMPATIENT = () => setup({ isImpatient: true, variables: { OPENCLAW_GATEWAY_UPSTREAM_TIMEOUT: "1h" } });

const NO_REASON = "`fetch` of a Worker does not say why it fails";
const ENDED = "workerd ends an answer in pieces in good order, whatever is done to it, and closes the connection";
const UNREACHABLE =
  "127.0.0.1 cannot be reached from here. (network, network.unreachable) Check the network. Behind a company's proxy, set HTTPS_PROXY.";
const FILE_HEADERS = { "content-type": "text/plain", "content-length": "100000" };
const FILE_BEGUN = asks(post("/v1/files", "x".repeat(10), FILE_HEADERS));
const fileBegun = gets("/v1/files", "x".repeat(10), { isBegun: true, headers: FILE_HEADERS });
const TOO_BIG = { type: "error", error: { type: "request_too_large", message: "no" } };
const TOO_LARGE = says(413, TOO_BIG);
const wasTooLarge = answers(413, TOO_BIG);
const STREAM_BEGUN = [askStream, firstStream, begins(200, EVENTS, START + BLOCK), hears(START + BLOCK)];
const gone = logs({ status: 200, ended: "client-gone" });

export const FAULTS = [
  differing(
    row(
      "nobody listens",
      setup({ ours: { baseUrl: `${NOBODY}/anthropic` } }),
      ask,
      explains(
        502,
        "api_error",
        "network.refused",
        "127.0.0.1 refused the connection (ECONNREFUSED). (network, network.refused) Check the host and port, and whether a firewall blocks them.",
        false,
      ),
      logs({ status: 502, ended: "network.refused" }),
    ),
    NO_REASON,
    ask,
    cutOff,
    logs({ status: 502, ended: "network.cut-off" }),
  ),
  row("closed before the head", setup(), ask, first, closes(), cutOff, logs({ ended: "network.cut-off" })),
  parting("reset before the head", setup(), [ask, first, closes("reset")], {
    node: [wasReset],
    worker: [cutOff],
    because: NO_REASON,
  }),
  row("closed within the head", setup(), ask, first, raw("HTTP/1.1 200 OK\r\ncontent-ty"), closes(), cutOff),
  parting("no HTTP", setup(), [ask, first, raw("SSH-2.0-OpenSSH_9\r\n\r\n"), closes()], {
    node: [notHttp],
    worker: [explains(502, "api_error", "network.unreachable", UNREACHABLE, true)],
    because: NO_REASON,
  }),
  parting("a head without a status", setup(), [ask, first, raw("HTTP/1.1\r\n\r\n"), closes()], {
    node: [notHttp],
    worker: [explains(502, "api_error", "network.unreachable", UNREACHABLE, true)],
    because: NO_REASON,
  }),
  parting("a wrong length", setup(), [ask, first, raw("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n{}"), closes()], {
    node: [notHttp],
    worker: [explains(502, "api_error", "network.unreachable", UNREACHABLE, true)],
    because: NO_REASON,
  }),
  row(
    "a document that ends early",
    setup(),
    ask,
    first,
    raw(head(9_999) + text),
    hears(text),
    closes(),
    answers(200, text, { ...BY, "content-length": "9999" }, { isCut: true }),
    logs({ ended: "upstream-cut-off" }),
  ),
  parting(
    "a document in pieces that ends early",
    setup(),
    [ask, first, begins(200, { "content-type": "application/json" }, text), hears(text), closes()],
    {
      node: [answers(200, text, BY, { isCut: true, isStream: true }), logs({ ended: "upstream-cut-off" })],
      worker: [answers(200, text, BY, { isStream: true }), logs({ ended: "upstream-cut-off" })],
      because: ENDED,
    },
  ),
  row(
    "an error that ends early",
    setup(),
    ask,
    first,
    raw(`HTTP/1.1 400 Bad\r\ncontent-length: 999\r\n\r\n{`),
    closes(),
    cutOff,
  ),
  parting(
    "wrong pieces",
    setup(),
    [
      ask,
      first,
      raw(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n`,
      ),
      hears(text),
      raw("zz\r\n"),
    ],
    {
      node: [answers(200, text, BY, { isCut: true, isStream: true })],
      worker: [answers(200, text, BY, { isStream: true }), logs({ ended: "upstream-unreachable" })],
      because: ENDED,
    },
  ),
  parting(
    "a transfer coding that nobody asked for",
    setup(),
    [
      ask,
      first,
      raw(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: gzip, chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`,
      ),
    ],
    {
      node: [
        refuses(
          502,
          "api_error",
          "The upstream answered with a Transfer-Encoding other than chunked, which the local gateway does not decode.",
          BY,
        ),
      ],
      worker: [explains(502, "api_error", "network.unreachable", UNREACHABLE, true)],
      because: NO_REASON,
    },
  ),
  parting("a word before the answer", PLAIN, [ask, first, raw("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n")], {
    node: [says(200, MESSAGE), answers(200, MESSAGE, BY)],
    worker: [notHttp],
    because: "`fetch` takes an interim status for the answer; Cloudflare's edge keeps them to itself",
  }),
  row("100 before the answer", PLAIN, ask, first, raw("HTTP/1.1 100 Continue\r\n\r\n"), says(200, MESSAGE), notHttp),
  row(
    "a trailer behind the answer",
    PLAIN,
    ask,
    first,
    raw(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntrailer: x-sum\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\nx-sum: 1\r\n\r\n`,
    ),
    answers(200, text, BY, { isStream: true }),
    closes(),
  ),
  row(
    "an answer by HTTP/1.0",
    PLAIN,
    ask,
    first,
    raw(`HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n${text}`),
    closes(),
    answers(200, text, BY, { isStream: true }),
  ),
  row(
    "a connection that is closed when the next request comes",
    PLAIN,
    ask,
    first,
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
    closes(),
    ask,
    first,
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
  ),
  row("an answer before the request has ended", PLAIN, FILE_BEGUN, fileBegun, TOO_LARGE, wasTooLarge),
  row(
    "an upstream that says nothing",
    IMPATIENT(),
    ask,
    first,
    passes(3_600, 3_600_000),
    explains(
      504,
      "timeout_error",
      "network.answer-timeout",
      "127.0.0.1 accepted the connection but did not answer in time. (network, network.answer-timeout) Try again.",
      true,
    ),
    logs({ status: 504 }),
  ),
  row(
    "an upstream that stops within a document",
    IMPATIENT(),
    ask,
    first,
    raw(head(9_999) + text),
    hears(text),
    passes(3_600, 3_600_000),
    answers(200, text, { ...BY, "content-length": "9999" }, { isCut: true }),
  ),
  row(
    "an upstream that says nothing, and a fallback",
    setup({
      isImpatient: true,
      fallbacks: [`${OURS}/${FALLBACK}`],
      variables: { OPENCLAW_GATEWAY_UPSTREAM_TIMEOUT: "1h" },
    }),
    ask,
    first,
    passes(3_600, 3_600_000),
    letGo,
    gets("/v1/messages", { ...HELLO, model: FALLBACK }),
    says(200, MESSAGE),
    answers(200, MESSAGE, { "x-openclaw-model": `${OURS}/${FALLBACK}` }),
  ),

  row(
    "a client that leaves before the answer",
    PLAIN,
    ask,
    first,
    leaves,
    letGo,
    logs({ status: 499, ended: "client-gone" }),
  ),
  row(
    "a client that leaves within a stream",
    PLAIN,
    askStream,
    firstStream,
    begins(200, EVENTS, START + BLOCK),
    hears(START + BLOCK),
    leaves,
    letGo,
    logs({ status: 200, ended: "client-gone" }),
  ),
  parting("a client that closes its connection within a stream", PLAIN, [...STREAM_BEGUN, leavesQuietly], {
    node: [letGo, gone],
    worker: [passes(16, 1_000), letGo, gone],
    because: "workerd takes it for one that still reads, until something is sent to it: the next ping",
  }),
  row(
    "a client that leaves while the gateway waits for a second try",
    setup(),
    ask,
    first,
    says(401, { success: false, error: [{ code: 2009, message: "Unauthorized" }] }),
    passes(1, 2_000),
    leaves,
    logs({ status: 499, ended: "client-gone" }),
  ),
  row(
    "a client that leaves within a body that is passed on",
    PLAIN,
    asks(post("/v1/files", "x".repeat(10), { "content-length": "100000", "content-type": "text/plain" })),
    gets("/v1/files", "x".repeat(10), {
      isBegun: true,
      headers: { "content-type": "text/plain", "content-length": "100000" },
    }),
    leaves,
    letGo,
    logs({ ended: "client-gone" }),
  ),
  row(
    "an upstream that goes on when its client has left",
    PLAIN,
    askStream,
    firstStream,
    begins(200, EVENTS, START + BLOCK),
    hears(START + BLOCK),
    leaves,
    letGo,
    goesOn(BLOCK),
    ends,
    ask,
    first,
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
  ),
];
