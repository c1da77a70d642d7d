import { gatewayError } from "./answers.ts";

/** Beginnings of answers with status 200, and what they show. */
export interface Beginning {
  readonly name: string;
  readonly type: string;
  readonly bytes: string;
  /** The status that it means, or the verdict. */
  readonly means: number | "good" | "page" | "nothing";
}

export const EVENTS = "text/event-stream; charset=utf-8";
const JSON_TYPE = "application/json";

const named = (type: string, data: object, end = "\n") =>
  `event: ${type}${end}data: ${JSON.stringify({ type, ...data })}${end}${end}`;
const unnamed = (data: object, end = "\n") => `data: ${JSON.stringify(data)}${end}${end}`;

const anthropicError = (type: string) => ({ error: { type, message: 'Nö {[ "quoted" ]}' } });
const START = named("message_start", { message: { id: "msg_1", usage: { input_tokens: 8, output_tokens: 1 } } });
const PING = named("ping", {});
const BLOCK = named("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
const OVERLOADED = named("error", anthropicError("overloaded_error"));
const CREATED = named("response.created", { response: { id: "resp_1", instructions: "x".repeat(3_000), error: null } });
const failed = (code: string) =>
  named("response.failed", { response: { id: "resp_1", status: "failed", error: { code, message: "It failed." } } });
const CHUNK = { id: "chatcmpl-1", object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: "Hi" } }] };
const document = (value: object) => JSON.stringify(value);

const row = (name: string, type: string, bytes: string, means: Beginning["means"]): Beginning => ({
  name,
  type,
  bytes,
  means,
});

export const BEGINNINGS: readonly Beginning[] = [
  // Anthropic's streams.
  row("an error event", EVENTS, OVERLOADED, 529),
  row("the same after pings and comments", EVENTS, `: hello\n\n${PING}${PING}:\n\n${OVERLOADED}`, 529),
  row("the same after message_start", EVENTS, START + PING + OVERLOADED, 529),
  row("the same with CRLF", EVENTS, `${PING}${OVERLOADED}`.replaceAll("\n", "\r\n"), 529),
  row("the same with CR", EVENTS, `${PING}${OVERLOADED}`.replaceAll("\n", "\r"), 529),
  row("the same after a byte order mark", EVENTS, `\uFEFF${OVERLOADED}`, 529),
  row(
    "the same without an event's name",
    EVENTS,
    unnamed({ type: "error", ...anthropicError("overloaded_error") }),
    529,
  ),
  row("the same without a space", EVENTS, OVERLOADED.replaceAll(": {", ":{").replace("event: ", "event:"), 529),
  row("the same, named message", EVENTS, OVERLOADED.replace("event: error", "event: message"), 529),
  row(
    "the same with data first, and an id",
    EVENTS,
    `id: 1\nretry: 5\ndata: {"type":"error","error":{"type":"overloaded_error"}}\nevent: error\n\n`,
    529,
  ),
  row(
    "the same in several lines of data",
    EVENTS,
    `event: error\ndata: {"type":"error",\ndata: "error":{"type":"overloaded_error","message":"x"}}\n\n`,
    529,
  ),
  row("the same without its end", EVENTS, OVERLOADED.trimEnd(), 529),
  ...(
    [
      ["invalid_request_error", 400],
      ["authentication_error", 401],
      ["billing_error", 402],
      ["permission_error", 403],
      ["not_found_error", 404],
      ["request_too_large", 413],
      ["rate_limit_error", 429],
      ["api_error", 500],
      ["timeout_error", 504],
      ["something_new", 502],
    ] as const
  ).map(([type, means]) => row(`an error event: ${type}`, EVENTS, named("error", anthropicError(type)), means)),
  row("an error event without data", EVENTS, "event: error\n\n", 502),
  row("an error event that is not JSON", EVENTS, "event: error\ndata: upstream connect error\n\n", 502),
  row("a stream", EVENTS, START + BLOCK, "good"),
  row("a stream with CRLF", EVENTS, (START + PING + BLOCK).replaceAll("\n", "\r\n"), "good"),
  row("a stream without message_start", EVENTS, BLOCK, "good"),
  row("a stream whose error comes later", EVENTS, START + BLOCK + OVERLOADED, "good"),
  row(
    "a stream that talks of errors",
    EVENTS,
    `${START}event: content_block_delta\ndata: {"delta":{"text":"event: error"}}\n\n`,
    "good",
  ),
  row("pings alone", EVENTS, PING + PING, "nothing"),
  row("message_start alone", EVENTS, START, "nothing"),
  row("comments alone", EVENTS, ": hello\n\n: hello\n\n", "nothing"),
  row("a stream of nothing", EVENTS, "", "nothing"),
  row(
    "an error document said to be a stream",
    EVENTS,
    document({ type: "error", ...anthropicError("api_error") }),
    500,
  ),
  row("a page said to be a stream", EVENTS, "<!DOCTYPE html><html><title>Sign in</title></html>", "page"),

  // OpenAI's.
  row("response.failed", EVENTS, failed("server_error"), 500),
  row("response.failed after response.created", EVENTS, CREATED + failed("rate_limit_exceeded"), 429),
  row("the same with CRLF", EVENTS, (CREATED + failed("rate_limit_exceeded")).replaceAll("\n", "\r\n"), 429),
  row("the same without names", EVENTS, (CREATED + failed("rate_limit_exceeded")).replace(/^event: .*\n/gm, ""), 429),
  row(
    "an error of the Responses API",
    EVENTS,
    named("error", { code: "invalid_prompt", message: "No.", param: null }),
    400,
  ),
  row(
    "the same without its name",
    EVENTS,
    unnamed({ type: "error", code: "server_is_overloaded", message: "No." }),
    503,
  ),
  row(
    "the Responses API",
    EVENTS,
    CREATED + named("response.in_progress", {}) + named("response.output_item.added", {}),
    "good",
  ),
  row(
    "chat completions: an error",
    EVENTS,
    unnamed({ error: { message: "Quota", type: "insufficient_quota", code: "insufficient_quota" } }),
    429,
  ),
  row("chat completions: an error with a number", EVENTS, unnamed({ error: { message: "Provider", code: 503 } }), 503),
  row(
    "chat completions: an error beside no choices",
    EVENTS,
    unnamed({ ...CHUNK, choices: [], error: { message: "x", code: 502 } }),
    502,
  ),
  row("chat completions: an error that is text", EVENTS, unnamed({ error: "no memory" }), 502),
  row("chat completions", EVENTS, unnamed(CHUNK), "good"),
  row("chat completions of nothing", EVENTS, "data: [DONE]\n\n", "good"),
  row("chat completions with no error", EVENTS, unnamed({ ...CHUNK, error: null }), "good"),

  // Documents.
  row("an error of Anthropic's", JSON_TYPE, document({ type: "error", ...anthropicError("overloaded_error") }), 529),
  row(
    "the same, written prettily",
    JSON_TYPE,
    JSON.stringify({ type: "error", ...anthropicError("overloaded_error") }, null, 2),
    529,
  ),
  row(
    "the same after its id",
    JSON_TYPE,
    document({ request_id: "req_1", type: "error", ...anthropicError("rate_limit_error") }),
    429,
  ),
  row(
    "the same after white space and a mark",
    JSON_TYPE,
    `\uFEFF \n\n${document({ type: "error", ...anthropicError("api_error") })}`,
    500,
  ),
  row(
    "an error of OpenAI's",
    JSON_TYPE,
    document({ error: { message: "No", type: "invalid_request_error", code: "invalid_api_key" } }),
    401,
  ),
  row(
    "an error of OpenAI's without a type it knows",
    JSON_TYPE,
    document({ error: { message: "No", type: null, code: null } }),
    502,
  ),
  row("an error of the gateway's", JSON_TYPE, gatewayError(2009, 401, "Unauthorized").body, 401),
  row(
    "an older error of the gateway's",
    JSON_TYPE,
    document({ success: false, result: [], messages: [], error: [{ code: 2003, message: "Rate limited" }] }),
    429,
  ),
  row("nothing but its list", JSON_TYPE, document([{ code: 2001, message: "Please configure" }]), 400),
  row(
    "an error of a policy's",
    JSON_TYPE,
    document({ success: false, error: { message: "Access denied by policy" } }),
    403,
  ),
  row(
    "a limit of a policy's",
    JSON_TYPE,
    document({ success: false, error: { message: "Spending limit exceeded" } }),
    429,
  ),
  row(
    "an error of Cloudflare's API",
    JSON_TYPE,
    document({
      result: null,
      success: false,
      errors: [{ code: 10000, message: "Authentication error" }],
      messages: [],
    }),
    401,
  ),
  row(
    "an error of the edge's",
    JSON_TYPE,
    document({ title: "Error 524: A timeout occurred", status: 524, error_code: 524, cloudflare_error: true }),
    524,
  ),
  row("an error without a type of content", "", document({ error: { message: "No", type: "server_error" } }), 500),
  row(
    "a message",
    JSON_TYPE,
    document({ type: "message", id: "msg_1", content: [{ type: "text", text: '"type":"error"' }] }),
    "good",
  ),
  row(
    "a response with no error",
    JSON_TYPE,
    document({ id: "resp_1", object: "response", error: null, output: [] }),
    "good",
  ),
  row("a count", JSON_TYPE, '{"input_tokens":14}', "good"),
  row("a list", JSON_TYPE, document({ object: "list", data: [] }), "good"),
  row(
    "a success of Cloudflare's API",
    JSON_TYPE,
    document({ result: {}, success: true, errors: [], messages: [] }),
    "good",
  ),
  row("no error after all", JSON_TYPE, document({ error: null, id: "x" }), "good"),
  row("an error that is cut", JSON_TYPE, '{"error":{"message":"No', "good"),
  row("a list of numbers", JSON_TYPE, "[1,2,3]", "good"),
  row("text", "text/plain", "error: no such thing", "good"),
  row("sound", "audio/mpeg", "ID3\u0004\u0000 error", "good"),
  row("subtitles", "text/vtt", "<v Anna> Hello", "good"),
  row("a page", "text/html; charset=UTF-8", "<!DOCTYPE html>\n<html><head><title>Sign in</title>", "page"),
  row("a page said to be JSON", JSON_TYPE, "\n<html lang=en>", "page"),
  row("a page without a doctype", "text/html", "<body>Sign in</body>", "page"),
  row("nothing", JSON_TYPE, "", "nothing"),
  row("white space", JSON_TYPE, " \r\n", "nothing"),
];
