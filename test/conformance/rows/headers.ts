import { DATE } from "../http-text.ts";
import { answers, asks, BY, differing, get, gets, HELLO, logs, MESSAGE, post, row, says } from "../said.ts";
import { MODEL, NAMED_TOKEN, OURS, PLAIN, setup } from "../setups.ts";

type Headers = Readonly<Record<string, string | undefined>>;

/** What becomes of a client's headers. */
const sent = (name: string, headers: Headers, expected: Headers, how = PLAIN) =>
  row(
    name,
    how,
    asks(post("/v1/messages", HELLO, headers)),
    gets("/v1/messages", HELLO, { headers: expected }),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
  );

/** What becomes of an upstream's headers. */
const returned = (name: string, headers: Headers, expected: Headers) =>
  row(
    name,
    PLAIN,
    asks(post("/v1/messages")),
    gets("/v1/messages"),
    says(200, MESSAGE, headers),
    answers(200, MESSAGE, { ...BY, ...expected }),
  );

const CONFIGURED = setup({
  ours: {
    headers: {
      "cf-aig-authorization": "Bearer cfut_CANARYtokenCANARYtokenCANARYtoken12345678",
      "anthropic-beta": "own-1,shared-2",
      "X-Team": "ours",
      "anthropic-version": "2026-01-01",
    },
  },
});
const OF_CONFIGURED = {
  "cf-aig-authorization": "Bearer cfut_CANARYtokenCANARYtokenCANARYtoken12345678",
  "anthropic-beta": "own-1,shared-2",
  "x-team": "ours",
  "anthropic-version": "2026-01-01",
};
const STORED = setup({
  ours: {
    apiKey: undefined,
    auth: "token",
    headers: {
      "cf-aig-authorization": "Bearer cfut_CANARYtokenCANARYtokenCANARYtoken12345678",
      "cf-aig-no-wholesale": "true",
      "cf-aig-byok-alias": "team",
    },
  },
});
const TEAM = setup({ variables: { OPENCLAW_GATEWAY_TOKENS: `ada=${NAMED_TOKEN}` } });
const UNNAMED = setup({
  variables: { OPENCLAW_GATEWAY_TOKENS: `ada=${NAMED_TOKEN}`, OPENCLAW_GATEWAY_CLIENT_METADATA: "off" },
});
const METADATA = setup({ ours: { headers: { "cf-aig-metadata": '{"team":"red"}' } } });
const TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/** Of the 50 tokens that were written, 20 stay for an hour. */
const CACHED = {
  ...MESSAGE,
  usage: {
    input_tokens: 8,
    output_tokens: 2,
    cache_read_input_tokens: 900,
    cache_creation_input_tokens: 50,
    cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 20 },
  },
};

export const HEADERS = [
  sent("a header that nobody knows", { "X-Own": "Yes, as it is" }, { "x-own": "Yes, as it is" }),
  sent("two headers of one name", { "X-Own": "one", "x-own": "two" }, { "x-own": "one, two" }),
  sent("an empty header", { "x-own": "" }, { "x-own": "" }),
  sent("letters beyond ASCII", { "x-own": "caf\u00c3\u00a9" }, { "x-own": "caf\u00c3\u00a9" }),
  differing(
    sent("bytes that are no letters", { "x-own": "\u00ff" }, { "x-own": "\u00ff" }),
    "headers are UTF-8 in workerd",
    ...sent("", { "x-own": "\u00ff" }, { "x-own": "\u00ef\u00bf\u00bd" }).steps,
  ),
  sent("blanks within a value stay", { "x-own": "a  b\tc" }, { "x-own": "a  b\tc" }),
  sent(
    "headers of this connection",
    {
      te: "trailers",
      trailer: "x",
      "keep-alive": "timeout=5",
      "proxy-connection": "close",
      "proxy-authorization": "Basic eDp5",
    },
    {},
  ),
  sent(
    "headers that `Connection` names",
    { connection: "x-hop, keep-alive", "x-hop": "1", "x-other": "2" },
    { "x-other": "2" },
  ),
  sent("what a browser knows", { cookie: "session=1", referer: "https://app.example/" }, {}),
  sent("a client's other keys", { "api-key": "one", authorization: "Bearer two" }, {}),
  sent("codings that the client takes", { "accept-encoding": "gzip, br" }, {}),
  sent("what the client takes", { accept: "application/json" }, { accept: "application/json" }),
  sent(
    "the client's program",
    { "user-agent": "claude-cli/2.1.197 (external, cli)" },
    { "user-agent": "claude-cli/2.1.197 (external, cli)" },
  ),
  sent("no program", { "user-agent": "" }, {}),
  sent("the client's version of the API", { "anthropic-version": "2026-10-21" }, { "anthropic-version": "2026-10-21" }),
  sent("features of the client", { "anthropic-beta": "a-1,b-2" }, { "anthropic-beta": "a-1,b-2" }),
  sent(
    "headers that only the configuration may set",
    { "cf-aig-authorization": "Bearer x", "cf-aig-no-wholesale": "false", "cf-aig-byok-alias": "other" },
    {},
  ),
  sent("other headers of Cloudflare's gateway", { "cf-aig-cache-ttl": "60" }, { "cf-aig-cache-ttl": "60" }),
  differing(
    sent(
      "who has passed it on",
      { "x-forwarded-for": "10.0.0.1", forwarded: "for=10.0.0.1" },
      { "x-forwarded-for": "10.0.0.1", forwarded: "for=10.0.0.1" },
    ),
    "Cloudflare's edge adds it to every request: the address of whoever asks is not for the upstream",
    ...sent("", { "x-forwarded-for": "10.0.0.1", forwarded: "for=10.0.0.1" }, { forwarded: "for=10.0.0.1" }).steps,
  ),
  sent("headers of the configuration", {}, OF_CONFIGURED, CONFIGURED),
  sent(
    "they replace the client's",
    { "x-team": "theirs", "anthropic-version": "2020-01-01" },
    OF_CONFIGURED,
    CONFIGURED,
  ),
  sent(
    "features of both",
    { "anthropic-beta": "shared-2, theirs-3" },
    { ...OF_CONFIGURED, "anthropic-beta": "own-1,shared-2,theirs-3" },
    CONFIGURED,
  ),
  sent(
    "a key that is stored at Cloudflare",
    {},
    {
      "x-api-key": undefined,
      "cf-aig-authorization": "Bearer cfut_CANARYtokenCANARYtokenCANARYtoken12345678",
      "cf-aig-byok-alias": "team",
    },
    STORED,
  ),
  sent(
    "the session",
    { "x-claude-code-session-id": "s-1" },
    { "x-claude-code-session-id": "s-1", "cf-aig-metadata": '{"session":"s-1"}' },
  ),
  sent(
    "name and session",
    { "x-api-key": NAMED_TOKEN, "x-claude-code-session-id": "s-1" },
    { "x-claude-code-session-id": "s-1", "cf-aig-metadata": '{"client":"ada","session":"s-1"}' },
    TEAM,
  ),
  sent(
    "what the client says of itself, which is not another name",
    { "x-api-key": NAMED_TOKEN, "cf-aig-metadata": '{"client":"bob","job":7}' },
    { "cf-aig-metadata": '{"client":"ada","job":7}' },
    TEAM,
  ),
  sent("no name, where that is switched off", { "x-api-key": NAMED_TOKEN }, {}, UNNAMED),
  sent(
    "metadata of the configuration",
    { "x-claude-code-session-id": "s-1" },
    { "x-claude-code-session-id": "s-1", "cf-aig-metadata": '{"team":"red","session":"s-1"}' },
    METADATA,
  ),
  sent(
    "a trace",
    { traceparent: TRACE },
    {
      traceparent: TRACE,
      "cf-aig-otel-trace-id": "4bf92f3577b34da6a3ce929d0e0e4736",
      "cf-aig-otel-parent-span-id": "00f067aa0ba902b7",
    },
  ),
  sent("what is no trace", { traceparent: "00-0-0-0" }, { traceparent: "00-0-0-0" }),

  returned(
    "headers of the upstream",
    { "X-Any": "Thing", "cf-ray": "9d3a-FRA", server: "cloudflare", etag: '"1"' },
    { "x-any": "Thing", "cf-ray": "9d3a-FRA", server: "cloudflare", etag: '"1"' },
  ),
  returned("two of one name", { "x-any": "one", "X-Any": "two" }, { "x-any": "one, two" }),
  returned(
    "limits of the upstream",
    { "anthropic-ratelimit-requests-remaining": "49" },
    { "anthropic-ratelimit-requests-remaining": "49" },
  ),
  returned("its date", { date: DATE }, { date: DATE }),
  returned("its cookies stay away", { "set-cookie": "a=1; Path=/" }, {}),
  returned("other ways to it stay away", { "alt-svc": 'h3=":443"', "proxy-authenticate": "Basic" }, {}),
  returned("headers that it names in `Connection` stay away", { connection: "x-hop", "x-hop": "1" }, {}),
  returned("another gateway's model is not ours", { "x-openclaw-model": "other/model" }, {}),
  returned("letters beyond ASCII, of the upstream", { "x-any": "caf\u00c3\u00a9" }, { "x-any": "caf\u00c3\u00a9" }),
  returned("bytes that are no letters, of the upstream", { "x-any": "\u00e9\u00ff" }, { "x-any": "\u00e9\u00ff" }),
  row(
    "names of the request at the upstream",
    PLAIN,
    asks(post("/v1/messages")),
    gets("/v1/messages"),
    says(200, MESSAGE, { "request-id": "req_011CSHoEeqs5C35K2UUqR7Fy", "cf-aig-log-id": "01KBGATEWAYLOG0000000000ID" }),
    answers(200, MESSAGE, {
      ...BY,
      "request-id": "req_011CSHoEeqs5C35K2UUqR7Fy",
      "cf-aig-log-id": "01KBGATEWAYLOG0000000000ID",
    }),
    logs({
      method: "POST",
      path: "/v1/messages",
      model: `${OURS}/${MODEL}`,
      status: 200,
      requestBytes: 89,
      responseBytes: JSON.stringify(MESSAGE).length,
      inputTokens: 8,
      outputTokens: 2,
      requestId: "req_011CSHoEeqs5C35K2UUqR7Fy",
      logId: "01KBGATEWAYLOG0000000000ID",
    }),
  ),
  row(
    "a request is logged with what a cache held, and what went into it",
    PLAIN,
    asks(post("/v1/messages")),
    gets("/v1/messages"),
    says(200, CACHED),
    answers(200, CACHED, BY),
    logs({ inputTokens: 8, outputTokens: 2, cacheReadTokens: 900, cacheWrite5mTokens: 30, cacheWrite1hTokens: 20 }),
  ),
  row(
    "the token in the path of a request is not logged",
    PLAIN,
    asks(get("/v1/files/CANARY-table-token-CANARY-table-token-1?x=1")),
    gets("GET /v1/files/CANARY-table-token-CANARY-table-token-1?x=1", "", { headers: { "content-type": undefined } }),
    says(200, {}),
    answers(200, {}),
    logs({ path: "/v1/files/********", status: 200 }),
  ),
];
