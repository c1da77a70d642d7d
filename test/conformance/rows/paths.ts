import {
  answers,
  asks,
  BY,
  bearer,
  differing,
  get,
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
import { MODEL, OPENAI, OPENAI_KEY, PLAIN, setup, UPSTREAM, WORKERS_AI } from "../setups.ts";

const served = [gets("/v1/messages"), says(200, MESSAGE), answers(200, MESSAGE, BY)];
const refused = (why: string) =>
  refuses(400, "invalid_request_error", `The local gateway refuses this request. ${why}`);
const ambiguous = refused(
  "The path contains '//', '..', an encoded separator or a trailing slash, so servers may read it differently.",
);
const nothingHere = (why: string) =>
  refuses(404, "not_found_error", `The local gateway serves nothing at this path. ${why}`);

/** Nothing in the answer names a model. */
const UNREAD = { "content-type": undefined };
const sentUnread = (headers = {}) => ({ headers: { "content-type": undefined, ...headers } });

/** All three endpoints of Cloudflare's gateway. */
export const withAll = () =>
  setup({
    providers: {
      "cloudflare-ai-gateway-openai": {
        baseUrl: UPSTREAM + OPENAI,
        api: "openai-responses",
        apiKey: OPENAI_KEY,
        models: [],
      },
      "cloudflare-ai-gateway-workers-ai": {
        baseUrl: UPSTREAM + WORKERS_AI,
        api: "openai-completions",
        apiKey: "cfut_CANARYtokenCANARYtokenCANARYtoken12345678",
        models: [],
      },
    },
  });

export const ALL_THREE = withAll();

const RESPONSE = {
  object: "response",
  usage: { input_tokens: 5, input_tokens_details: { cached_tokens: 4 }, output_tokens: 6 },
};

export const PATHS = [
  row(
    "a query behind the path",
    PLAIN,
    asks(post("/v1/messages?beta=true&x=%41%20")),
    gets("/v1/messages?beta=true&x=%41%20"),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
  ),
  row(
    "an empty query",
    PLAIN,
    asks(post("/v1/messages?")),
    gets("/v1/messages?"),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
  ),
  row("the path without /v1", PLAIN, asks(post("/messages")), ...served),
  row("the path with /v1 twice", PLAIN, asks(post("/v1/v1/messages")), ...served),
  row("a slash at the end", PLAIN, asks(post("/v1/messages/")), ambiguous),
  row("two slashes", PLAIN, asks(post("/v1//messages")), ambiguous),
  row("an encoded slash", PLAIN, asks(get("/v1/files%2Ff")), ambiguous),
  row("encoded dots", PLAIN, asks(get("/v1/files/%2e%2e/models")), ambiguous),
  row("an encoded blank", PLAIN, asks(get("/v1/files/a%20b")), ambiguous),
  row("half of an encoded character", PLAIN, asks(get("/v1/files/%f")), ambiguous),
  row("a semicolon", PLAIN, asks(get("/v1/files;x")), ambiguous),
  row("a backslash", PLAIN, asks(get("/v1/files\\f")), ambiguous),
  differing(
    row(
      "a character that must be encoded",
      PLAIN,
      asks(get("/v1/files/\u00e9")),
      refuses(400, "invalid_request_error", "The local gateway refuses the connection. This is not an HTTP request."),
      unlogged,
    ),
    "Node's parser refuses the request line, workerd's leaves it to the Worker",
    asks(get("/v1/files/\u00e9")),
    refused("The request line contains characters that must be percent-encoded."),
  ),
  row(
    "a fragment",
    PLAIN,
    asks(get("/v1/files#f")),
    refused("The request line contains characters that must be percent-encoded."),
  ),
  differing(
    row("dots", PLAIN, asks(get("/v1/files/../messages/batches")), ambiguous),
    "workerd, as Cloudflare's edge, resolves them before the Worker sees the path",
    asks(get("/v1/files/../messages/batches")),
    gets("GET /v1/messages/batches", "", sentUnread()),
    says(200, {}),
    answers(200, {}),
  ),
  differing(
    row(
      "a whole URL",
      PLAIN,
      asks(get("http://127.0.0.1/v1/models")),
      refused("The request line contains a whole URL instead of a path."),
    ),
    "workerd refuses it by itself",
    asks(get("http://127.0.0.1/v1/models")),
    INTERNAL,
    unlogged,
  ),
  row(
    "a path of nobody",
    PLAIN,
    asks(get("/api/tags")),
    nothingHere(
      "It serves paths that begin with /v1/, /healthz and /readyz. Set the base URL of Anthropic's clients to http://127.0.0.1, that of OpenAI's clients to http://127.0.0.1/v1.",
    ),
    logs({ status: 404, path: "/api/tags" }),
  ),
  row(
    "a path of nobody, for one who speaks Anthropic's API",
    PLAIN,
    asks(get("/api/tags", { "anthropic-version": "2023-06-01" })),
    nothingHere(
      "It serves paths that begin with /v1/, /healthz and /readyz. Set the client's base URL to http://127.0.0.1.",
    ),
  ),
  row(
    "a path of nobody, for one who speaks OpenAI's API",
    PLAIN,
    asks(get("/api/tags", { "user-agent": "OpenAI/JS 6.1.0" })),
    nothingHere(
      "It serves paths that begin with /v1/, /healthz and /readyz. Set the client's base URL to http://127.0.0.1/v1.",
    ),
  ),
  row(
    "a family of paths that nobody knows",
    PLAIN,
    asks(get("/v1/unheard/of")),
    nothingHere(
      "It cannot tell which provider serves /v1/unheard. A header tells: `anthropic-version` for Anthropic's API, `OpenAI-Beta` or `OpenAI-Project` for OpenAI's.",
    ),
  ),
  row(
    "a family of paths that nobody knows, whose API is said",
    PLAIN,
    asks(get("/v1/unheard/of", { "anthropic-version": "2026-01-01" })),
    gets("GET /v1/unheard/of", "", sentUnread({ "anthropic-version": "2026-01-01" })),
    says(200, { heard: true }),
    answers(200, { heard: true }),
  ),
  row(
    "a question by GET",
    PLAIN,
    asks(get("/v1/messages")),
    refuses(
      405,
      "invalid_request_error",
      "The local gateway refuses this request. /v1/messages accepts POST, not GET.",
      { allow: "POST, OPTIONS" },
    ),
  ),
  row(
    "a question by PUT",
    PLAIN,
    asks(get("/v1/messages", { "content-length": "0" }, "PUT")),
    refuses(
      405,
      "invalid_request_error",
      "The local gateway refuses this request. /v1/messages accepts POST, not PUT.",
      { allow: "POST, OPTIONS" },
    ),
  ),
  row(
    "a method that shows what was sent",
    PLAIN,
    asks(get("/v1/files", {}, "TRACE")),
    refuses(
      405,
      "invalid_request_error",
      "The local gateway refuses this request. The method TRACE is not supported.",
      { allow: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" },
    ),
  ),
  row(
    "a list of files",
    PLAIN,
    asks(get("/v1/files?limit=5")),
    gets("GET /v1/files?limit=5", "", sentUnread()),
    says(200, { data: [] }),
    answers(200, { data: [] }),
  ),
  row(
    "a deletion",
    PLAIN,
    asks(get("/v1/files/file_1", {}, "DELETE")),
    gets("DELETE /v1/files/file_1", "", sentUnread()),
    says(200, { id: "file_1", type: "file_deleted" }),
    answers(200, { id: "file_1", type: "file_deleted" }),
  ),
  row(
    "a file that is sent",
    PLAIN,
    asks(
      post("/v1/files", "--x\r\nthe file \u0001\u00ff\r\n--x--", { "content-type": "multipart/form-data; boundary=x" }),
    ),
    gets("/v1/files", "--x\r\nthe file \u0001\u00ff\r\n--x--", {
      headers: { "content-type": "multipart/form-data; boundary=x" },
    }),
    says(200, { id: "file_1" }),
    answers(200, { id: "file_1" }),
  ),
  row(
    "a file that is sent in pieces",
    PLAIN,
    asks(
      post("/v1/files", "6\r\nthe fi\r\n2\r\nle\r\n0\r\n\r\n", {
        "content-type": "text/plain",
        "content-length": undefined,
        "transfer-encoding": "chunked",
      }),
    ),
    gets("/v1/files", "the file", { headers: { "content-type": "text/plain", "content-length": undefined } }),
    says(200, { id: "file_1" }),
    answers(200, { id: "file_1" }),
  ),
  row(
    "a POST without a body",
    PLAIN,
    asks(post("/v1/messages/batches/b_1/cancel", "", { "content-type": undefined })),
    gets("/v1/messages/batches/b_1/cancel", "", sentUnread()),
    says(200, { id: "b_1" }),
    answers(200, { id: "b_1" }),
  ),
  row(
    "old completions name their model themselves",
    PLAIN,
    asks(post("/v1/complete", { prompt: "Hi" })),
    gets("/v1/complete", { prompt: "Hi" }),
    says(200, { completion: "" }),
    answers(200, { completion: "" }),
  ),
  row(
    "chat completions for Claude",
    PLAIN,
    asks(post("/v1/chat/completions", HELLO)),
    gets("/v1/chat/completions", HELLO),
    says(200, {
      object: "chat.completion",
      choices: [{ message: { content: "H" } }],
      usage: { prompt_tokens: 3, completion_tokens: 4 },
    }),
    answers(
      200,
      {
        object: "chat.completion",
        choices: [{ message: { content: "H" } }],
        usage: { prompt_tokens: 3, completion_tokens: 4 },
      },
      BY,
    ),
    logs({ inputTokens: 3, outputTokens: 4, model: `cloudflare-ai-gateway/${MODEL}` }),
  ),
  row(
    "responses, of OpenAI's",
    ALL_THREE,
    asks(post("/v1/responses", { model: "gpt-5.5", input: "Hi" })),
    gets(`POST ${OPENAI}/responses`, { model: "gpt-5.5", input: "Hi" }, { headers: bearer(OPENAI_KEY) }),
    says(200, RESPONSE),
    answers(200, RESPONSE, { "x-openclaw-model": "cloudflare-ai-gateway-openai/gpt-5.5" }),
    logs({ inputTokens: 5, outputTokens: 6, cacheReadTokens: 4 }),
  ),
  row(
    "embeddings, of Workers AI",
    ALL_THREE,
    asks(post("/v1/embeddings", { model: "@cf/baai/bge-m3", input: "Hi" })),
    gets(
      `POST ${WORKERS_AI}/embeddings`,
      { model: "@cf/baai/bge-m3", input: "Hi" },
      {
        headers: {
          "x-api-key": undefined,
          "anthropic-version": undefined,
          authorization: "Bearer cfut_CANARYtokenCANARYtokenCANARYtoken12345678",
        },
      },
    ),
    says(200, { data: [] }),
    answers(200, { data: [] }, { "x-openclaw-model": "cloudflare-ai-gateway-workers-ai/@cf/baai/bge-m3" }),
  ),
  row(
    "responses where nobody serves them",
    PLAIN,
    asks(post("/v1/responses", { input: "Hi" })),
    refuses(
      404,
      "not_found_error",
      "The local gateway cannot route this request. Provider cloudflare-ai-gateway uses the protocol anthropic-messages and does not serve /v1/responses. Send it to /v1/messages or /v1/chat/completions.",
    ),
  ),
  row(
    "files of OpenAI's, by the client's name",
    ALL_THREE,
    asks(get("/v1/files", { "user-agent": "OpenAI/Python 2.8.0" })),
    gets(
      `GET ${OPENAI}/files`,
      "",
      sentUnread({
        "user-agent": "OpenAI/Python 2.8.0",
        ...bearer(OPENAI_KEY),
      }),
    ),
    says(200, { data: [] }),
    answers(200, { data: [] }),
  ),
  row(
    "stored chat completions are listed",
    ALL_THREE,
    asks(get("/v1/chat/completions?limit=1")),
    gets(`GET ${OPENAI}/chat/completions?limit=1`, "", sentUnread(bearer(OPENAI_KEY))),
    says(200, { data: [] }),
    answers(200, { data: [] }),
  ),
  row(
    "a page for people",
    PLAIN,
    asks(get("/favicon.ico")),
    nothingHere(
      "It serves paths that begin with /v1/, /healthz and /readyz. Set the base URL of Anthropic's clients to http://127.0.0.1, that of OpenAI's clients to http://127.0.0.1/v1.",
    ),
    logs({ status: 404 }),
  ),
  row(
    "results of a batch are the user's own, whatever they say",
    PLAIN,
    asks(get("/v1/messages/batches/b_1/results")),
    gets("GET /v1/messages/batches/b_1/results", "", sentUnread()),
    says(200, '{"error":{"message":"x"}}\n', { "content-type": "application/x-jsonl" }),
    answers(200, '{"error":{"message":"x"}}\n', { "content-type": "application/x-jsonl" }),
  ),
  row(
    "an answer without a body",
    PLAIN,
    asks(get("/v1/files/f", {}, "DELETE")),
    gets("DELETE /v1/files/f", "", sentUnread()),
    says(204, "", { "content-type": undefined, "content-length": undefined }),
    answers(204, "", { ...UNREAD, "content-length": undefined }),
  ),
  row(
    "an answer to a condition",
    PLAIN,
    asks(get("/v1/files/f", { "if-none-match": '"1"' })),
    gets("GET /v1/files/f", "", sentUnread({ "if-none-match": '"1"' })),
    says(304, "", { "content-type": undefined, "content-length": undefined, etag: '"1"' }),
    answers(304, "", { ...UNREAD, "content-length": undefined, etag: '"1"' }),
  ),
  row(
    "the head of an answer",
    PLAIN,
    asks(get("/v1/files/f", {}, "HEAD")),
    gets("HEAD /v1/files/f", "", sentUnread()),
    says(200, "", { "content-length": "17" }),
    answers(200, "", { "content-length": "17" }),
  ),
];
