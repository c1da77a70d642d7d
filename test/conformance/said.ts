import { textOf } from "./http-text.ts";
import type { Bytes, Row, Step } from "./row.ts";
import { ANTHROPIC, KEY, MODEL, TOKEN } from "./setups.ts";

/*
 * How rows are written: what a client asks, what an upstream gets and says, what the client is answered.
 */

type Fields = Readonly<Record<string, string>>;
/** `undefined` leaves out what is there otherwise. */
type Changes = Readonly<Record<string, string | undefined>>;

const changed = (fields: Fields, changes: Changes): Fields =>
  Object.fromEntries(
    Object.entries({ ...fields, ...changes }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

export const HELLO = { model: MODEL, max_tokens: 10, messages: [{ role: "user", content: "Hi" }] };

/** Text is UTF-8; bytes are as they are. */
const asBytes = (body: string | object): string =>
  Buffer.isBuffer(body)
    ? body.toString("latin1")
    : Buffer.from(typeof body === "string" ? body : JSON.stringify(body)).toString("latin1");

/** A request line and headers as they are sent. */
const head = (startLine: string, headers: Fields): string =>
  `${startLine}\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;

/** The bytes of a client's request with a token and a body; an object is sent as JSON. */
export function post(path: string, body: string | object = HELLO, headers: Changes = {}): string {
  const bytes = asBytes(body);
  const usual = { host: "127.0.0.1", "x-api-key": TOKEN, "content-type": "application/json" };
  return head(`POST ${path} HTTP/1.1`, changed({ ...usual, "content-length": String(bytes.length) }, headers)) + bytes;
}

export const get = (path: string, headers: Changes = {}, method = "GET"): string =>
  head(`${method} ${path} HTTP/1.1`, changed({ host: "127.0.0.1", "x-api-key": TOKEN }, headers));

export interface AskOptions {
  readonly method?: string;
  readonly isSameConnection?: boolean;
}

export const asks = (bytes: Bytes, options: AskOptions = {}): Step => ({
  kind: "asks",
  bytes,
  method: options.method ?? /^\S*/.exec(bytes.toString("latin1"))?.[0] ?? "",
  isSameConnection: options.isSameConnection === true,
});

/** What is sent to the one for Anthropic's models, unless a row says otherwise. */
const SENT: Fields = {
  "accept-encoding": "identity",
  "anthropic-version": "2023-06-01",
  "cf-aig-no-wholesale": "true",
  "content-type": "application/json",
  host: "upstream",
  "user-agent": "openclaw",
  via: "1.1 openclaw",
  "x-api-key": KEY,
};

interface SentOptions {
  readonly headers?: Changes;
  readonly isBegun?: boolean;
}

/** An upstream gets this request; `path` is that of the provider for Anthropic's models unless it is a whole one. */
export function gets(
  path: string,
  body: string | object = HELLO,
  { headers = {}, isBegun = false }: SentOptions = {},
): Step {
  const bytes = Buffer.from(asBytes(body), "latin1");
  const [method = "", target = ""] = path.includes(" ") ? path.split(" ") : ["POST", path];
  const whole = target.startsWith("/v1/0123") || target.startsWith("/own") ? target : ANTHROPIC + target;
  const length = bytes.length === 0 ? {} : { "content-length": String(bytes.length) };
  return {
    kind: "gets",
    text: textOf(`${method} ${whole}`, changed({ ...SENT, ...length }, headers), bytes),
    begunBytes: isBegun ? bytes.length : undefined,
  };
}

/** Bytes of an answer with a length, as JSON. */
export function says(status: number, body: string | object, headers: Changes = {}): Step {
  const bytes = asBytes(body);
  const usual = { "content-type": "application/json", "content-length": String(bytes.length) };
  return { kind: "says", bytes: head(`HTTP/1.1 ${status} Said`, changed(usual, headers)) + bytes };
}

/** The head of an answer in pieces, and the pieces that are there at once. */
export const begins = (status: number, headers: Fields, ...pieces: readonly string[]): Step => ({
  kind: "says",
  bytes: head(`HTTP/1.1 ${status} Said`, { ...headers, "transfer-encoding": "chunked" }) + pieces.map(chunk).join(""),
});

const chunk = (text: string): string => {
  const bytes = asBytes(text);
  return `${bytes.length.toString(16)}\r\n${bytes}\r\n`;
};

export const goesOn = (...pieces: readonly string[]): Step => ({ kind: "says", bytes: pieces.map(chunk).join("") });
export const ends: Step = { kind: "says", bytes: "0\r\n\r\n" };
export const raw = (bytes: Bytes): Step => ({ kind: "says", bytes });
export const closes = (how: "end" | "reset" = "end"): Step => ({ kind: "closes", how });
export const unlogged: Step = { kind: "unlogged" };
export const hears = (body: string): Step => ({ kind: "hears", body: asBytes(body) });
export const passes = (seconds: number, timerMs?: number): Step => ({ kind: "passes", ms: seconds * 1_000, timerMs });
export const logs = (fields: Readonly<Record<string, unknown>>, request = 1): Step => ({
  kind: "logs",
  request,
  fields,
});

/** The model that has answered. */
export const BY = { "x-openclaw-model": `cloudflare-ai-gateway/${MODEL}` };

interface AnswerOptions {
  readonly isCut?: boolean;
  /** One that comes in pieces has no length. */
  readonly isStream?: boolean;
}

/** What is sent to an endpoint of OpenAI's protocols in place of Anthropic's headers. */
export const bearer = (key: string) => ({
  "x-api-key": undefined,
  "anthropic-version": undefined,
  authorization: `Bearer ${key}`,
});

/** The client's whole answer. */
export function answers(
  status: number,
  body: string | object,
  headers: Changes = {},
  { isCut = false, isStream = false }: AnswerOptions = {},
): Step {
  const bytes = Buffer.from(asBytes(body), "latin1");
  const usual = { "content-type": "application/json", ...(!isStream && { "content-length": String(bytes.length) }) };
  return { kind: "answers", text: textOf(String(status), changed(usual, headers), bytes, isCut) };
}

/** An error of the gateway's own. */
export const refuses = (status: number, type: string, message: string, headers: Changes = {}): Step =>
  answers(status, { type: "error", error: { type, message } }, headers);

export const row = (name: string, setup: Row["setup"], ...steps: readonly Step[]): Row => ({ name, setup, steps });

export const MESSAGE = {
  id: "msg_01",
  type: "message",
  role: "assistant",
  model: MODEL,
  content: [{ type: "text", text: "Hello" }],
  stop_reason: "end_turn",
  usage: { input_tokens: 8, output_tokens: 2 },
};

/** The Worker does something else than the row says, and why. */
export const differing = (one: Row, because: string, ...worker: readonly Step[]): Row => ({
  ...one,
  differs: { worker, because },
});

/** The same, of what begins alike. */
export const parting = (
  name: string,
  setup: Row["setup"],
  both: readonly Step[],
  {
    node,
    worker,
    because,
  }: { readonly node: readonly Step[]; readonly worker: readonly Step[]; readonly because: string },
): Row => differing(row(name, setup, ...both, ...node), because, ...both, ...worker);

/** The gateway has met its own name. */
export const loopBack = refuses(
  508,
  "api_error",
  "The local gateway got a request that it sent itself: the base URL of a provider leads back to it. Correct `baseUrl` in `models.providers`.",
  { "x-should-retry": "false" },
);

/** An error that the gateway has found out the meaning of. */
export const explained = (type: string, code: string, message: string) => ({
  type: "error",
  error: { type, message, details: { error_code: code } },
});

/** The same as the client's whole answer. `retry`: the value of `x-should-retry`, if there is one. */
export const explains = (
  status: number,
  type: string,
  code: string,
  message: string,
  retry: boolean | undefined,
  headers: Changes = BY,
): Step =>
  answers(status, explained(type, code, message), {
    ...headers,
    ...(retry !== undefined && { "x-should-retry": String(retry) }),
  });

export const CUT_OFF_WORDS =
  "The connection to 127.0.0.1 broke off before the answer was complete. (network, network.cut-off) Try again. If it keeps failing, try without a VPN or proxy.";
export const RESET_WORDS = CUT_OFF_WORDS.replace("complete.", "complete (ECONNRESET).");
export const cutOff = explains(502, "api_error", "network.cut-off", CUT_OFF_WORDS, true);
export const wasReset = explains(502, "api_error", "network.cut-off", RESET_WORDS, true);
export const notHttp = explains(
  502,
  "api_error",
  "network.not-http",
  "The server at 127.0.0.1 does not speak HTTP. (network, network.not-http) Check the port, and whether the address begins with https:// or http://.",
  false,
);

/** What workerd says by itself. */
export const INTERNAL: Step = answers(500, "Internal Server Error", { "content-type": undefined });
