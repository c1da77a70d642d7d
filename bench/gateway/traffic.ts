/**
 * A stream that begins with an error, at once, after pings or after its opening; nothing, a page, a document of an error;
 * a reset before the first event; a stream that ends, or is reset, before and after its last event.
 */
export type Disguise =
  | "error"
  | "pings"
  | "opening"
  | "nothing"
  | "page"
  | "document"
  | "reset"
  | "unfinished"
  | "finished";

/** Kinds of answers of the upstream. */
export type Answer =
  /** A JSON document with the headers of an answer through Cloudflare. */
  | "json"
  /** The same with as few headers as possible, to such a request. */
  | "plain"
  /** A stream of events that come at once. */
  | "burst"
  /** A number of events, a number of milliseconds apart. */
  | `paced-${number}-${number}`
  /** A stream that stays open after its first event. */
  | "idle"
  /** A stream that is cut off in its middle. */
  | "cut"
  /** A failure with status 200. */
  | `disguised-${Disguise}`
  /** A stream that says nothing for a number of seconds. */
  | `silent-${number}`
  /** A status other than 200, with an error in Anthropic's shape. */
  | `status-${number}`;

/** Carries the kind of answer, and the length of the body so that the upstream can check that it is complete. */
export const WANTED_HEADER = "x-bench-wanted";

/** Required by our gateway, and forwarded unread by the others. */
export const CLIENT_TOKEN = "bench-token-bench-token-bench-token-bench-to";

export const MODEL = "claude-sonnet-4-6";

/** In the order in which Anthropic's SDK 1.14.0 sends them. */
const CLIENT_HEADERS = {
  accept: "application/json",
  "content-type": "application/json",
  "user-agent": "Anthropic/JS 1.14.0",
  "x-stainless-retry-count": "0",
  "x-stainless-timeout": "600",
  "x-stainless-lang": "js",
  "x-stainless-package-version": "1.14.0",
  "x-stainless-os": "Linux",
  "x-stainless-arch": "x64",
  "x-stainless-runtime": "node",
  "x-stainless-runtime-version": "v20.20.2",
  "anthropic-version": "2023-06-01",
  "x-api-key": CLIENT_TOKEN,
  connection: "keep-alive",
  "accept-language": "*",
  "sec-fetch-mode": "cors",
  "accept-encoding": "br, gzip, deflate",
};

const PLAIN_HEADERS = { "content-type": "application/json", "x-api-key": CLIENT_TOKEN };

/** The headers of a request for an answer, with a body of so many bytes. */
export const requestHeaders = (
  answer: Answer,
  bodyBytes: number,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => ({
  ...(answer === "plain" ? PLAIN_HEADERS : CLIENT_HEADERS),
  ...more,
  [WANTED_HEADER]: `${answer} ${bodyBytes}`,
  "content-length": String(bodyBytes),
});

/** A whole request as it goes over the wire. */
export function requestBytes(
  port: number,
  answer: Answer,
  body: Buffer,
  more: Readonly<Record<string, string>>,
): Buffer {
  const headers = { host: `127.0.0.1:${port}`, ...requestHeaders(answer, body.length, more) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST /v1/messages HTTP/1.1\r\n${lines.join("")}\r\n`), body]);
}

/** A bit of everything in a conversation about code: words, indents, quotes, a few non-ASCII letters. */
const SAID = `Read src/main.ts and tell me why "parse" fails.\n\n  if (text === "") {\n    return undefined;\n  }\n\nVoilà: ${"the rest of the file is as it was before. ".repeat(40)}`;

/** A conversation of exactly that size as JSON. */
export function conversation(sizeBytes: number, isStreamed: boolean): Buffer {
  const turn = (index: number, text: string) => ({
    role: index % 2 === 0 ? "user" : "assistant",
    content: [{ type: "text", text }],
  });
  const turnBytes = Buffer.byteLength(JSON.stringify(turn(1, SAID))) + 1;
  const whole = Math.max(0, Math.floor((sizeBytes - 600) / turnBytes / 2) * 2);
  const turns = Array.from({ length: whole }, (_, index) => turn(index, SAID));
  const body = (last: string) =>
    Buffer.from(
      JSON.stringify({ model: MODEL, max_tokens: 1024, stream: isStreamed, messages: [...turns, turn(whole, last)] }),
    );
  return body("x".repeat(sizeBytes - body("").length));
}
