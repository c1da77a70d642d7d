import {
  answers,
  asks,
  BY,
  closes,
  get,
  gets,
  HELLO,
  logs,
  MESSAGE,
  parting,
  passes,
  post,
  row,
  says,
} from "../said.ts";
import { FALLBACK, KEY, MODEL, NOBODY, OTHER_KEY, OURS, setup, UPSTREAM } from "../setups.ts";

const error = (type: string, message: string) => ({ type: "error", error: { type, message } });
const OVERLOADED = error("overloaded_error", "Overloaded");
const LIMITED = error("rate_limit_error", "Too many requests");
const BROKEN = error("api_error", "Internal server error");

const withFallback = (options: Parameters<typeof setup>[0] = {}) =>
  setup({ fallbacks: [`${OURS}/${FALLBACK}`], ...options });
const ask = asks(post("/v1/messages"));
const first = gets("/v1/messages");
const named = { ...HELLO, model: FALLBACK };
const second = gets("/v1/messages", named);
const BY_FALLBACK = { "x-openclaw-model": `${OURS}/${FALLBACK}` };
const servedBySecond = [second, says(200, MESSAGE), answers(200, MESSAGE, BY_FALLBACK)];
const servedByFirst = [first, says(200, MESSAGE), answers(200, MESSAGE, BY)];
const tried = (why: string) => logs({ status: 200, model: `${OURS}/${FALLBACK}`, tried: [`${OURS}/${MODEL}: ${why}`] });

/** The default model fails with this, and the fallback serves. */
const helped = (name: string, status: number, body: object | string, why: string, headers = {}) =>
  row(name, withFallback(), ask, first, says(status, body, headers), ...servedBySecond, tried(why));

/** The default model fails with this, and the client gets to know that. */
const told = (name: string, status: number, body: object) =>
  row(name, withFallback(), ask, first, says(status, body), answers(status, body, BY));

const own = { baseUrl: `${UPSTREAM}/own`, api: "anthropic-messages", apiKey: OTHER_KEY, models: [] };
const OWN = { headers: { "x-api-key": OTHER_KEY, "cf-aig-no-wholesale": undefined } };

const TWO_KEYS = () => setup({ variables: { CLOUDFLARE_AI_GATEWAY_API_KEYS: `${KEY},${OTHER_KEY}` } });

export const FAILOVER = [
  helped("an overloaded model", 529, OVERLOADED, "anthropic.overloaded"),
  helped("a limit", 429, LIMITED, "anthropic.rate-limited"),
  helped("an error within the provider", 500, BROKEN, "anthropic.internal"),
  helped("a bad gateway with a page", 502, "<html><body>Bad gateway</body></html>", "answer.page", {
    "content-type": "text/html",
  }),
  helped(
    "a model that is retired",
    404,
    error("not_found_error", "model: claude-sonnet-4-6"),
    "anthropic.model-not-found",
  ),
  helped(
    "somebody has to pay first",
    400,
    error("invalid_request_error", "Your credit balance is too low"),
    "anthropic.no-credit",
  ),
  helped("an error in a document that says 200", 200, OVERLOADED, "anthropic.overloaded"),
  helped("a page that says 200", 200, "<!doctype html><title>Sign in</title>", "answer.page", {
    "content-type": "text/html",
  }),
  helped("nothing, with 200", 200, "", "answer.unexpected"),
  told("what is wrong with the request itself", 400, error("invalid_request_error", "max_tokens: required")),
  told("what the key may not do", 403, error("permission_error", "not yours")),
  told("a request that is too large there", 413, error("request_too_large", "too large")),
  row(
    "both fail, and the first is told",
    withFallback(),
    ask,
    first,
    says(529, OVERLOADED),
    second,
    says(500, BROKEN),
    answers(529, OVERLOADED, { ...BY, "retry-after": "2" }),
    logs({ status: 529, model: `${OURS}/${MODEL}` }),
  ),
  row(
    "a refusal of the fallback does not stand for the overload of the first",
    withFallback(),
    ask,
    first,
    says(529, OVERLOADED),
    second,
    says(400, error("invalid_request_error", "thinking: not supported")),
    answers(529, OVERLOADED, { ...BY, "retry-after": "32" }),
  ),
  row(
    "the model that a client names has no fallback",
    withFallback(),
    asks(post("/v1/messages", { ...HELLO, model: "claude-opus-4-8" })),
    gets("/v1/messages", { ...HELLO, model: "claude-opus-4-8" }),
    says(529, OVERLOADED),
    answers(529, OVERLOADED, { "x-openclaw-model": `${OURS}/claude-opus-4-8` }),
  ),
  row(
    "a fallback of another provider, with its own key",
    setup({ providers: { own }, fallbacks: ["own/house"] }),
    ask,
    first,
    says(503, BROKEN),
    gets("POST /own/v1/messages", { ...HELLO, model: "house" }, OWN),
    says(200, MESSAGE),
    answers(200, MESSAGE, { "x-openclaw-model": "own/house" }),
  ),
  row(
    "a prefill is removed for each model by its own rule",
    withFallback({
      fallbacks: [`${OURS}/claude-sonnet-4-5`],
      variables: { OPENCLAW_GATEWAY_STRIP_PREFILL: "unsupported" },
    }),
    asks(post("/v1/messages", { ...HELLO, messages: [...HELLO.messages, { role: "assistant", content: "O" }] })),
    first,
    says(529, OVERLOADED),
    gets("/v1/messages", {
      model: "claude-sonnet-4-5",
      max_tokens: 10,
      messages: [...HELLO.messages, { role: "assistant", content: "O" }],
    }),
    says(200, MESSAGE),
    answers(200, MESSAGE, { "x-openclaw-model": `${OURS}/claude-sonnet-4-5` }),
  ),
  row(
    "a redeemed credit goes to its model alone",
    withFallback(),
    asks(post("/v1/messages", { ...HELLO, fallback_credit_token: "t" })),
    gets("/v1/messages", { ...HELLO, fallback_credit_token: "t" }),
    says(529, OVERLOADED),
    answers(529, OVERLOADED, BY),
  ),
  parting(
    "an address where nobody listens",
    setup({ ours: { baseUrl: `${NOBODY}/anthropic` }, providers: { own }, fallbacks: ["own/house"] }),
    [
      ask,
      gets("POST /own/v1/messages", { ...HELLO, model: "house" }, OWN),
      says(200, MESSAGE),
      answers(200, MESSAGE, { "x-openclaw-model": "own/house" }),
    ],
    {
      node: [logs({ tried: [`${OURS}/${MODEL}: network.refused`] })],
      worker: [logs({ tried: [`${OURS}/${MODEL}: network.cut-off`] })],
      because: "`fetch` of a Worker does not say why it fails",
    },
  ),
  row(
    "a connection that is closed before the answer",
    withFallback(),
    ask,
    first,
    closes(),
    ...servedBySecond,
    tried("network.cut-off"),
  ),
  row(
    "the next key after a limit",
    TWO_KEYS(),
    ask,
    first,
    says(429, LIMITED),
    gets("/v1/messages", HELLO, { headers: { "x-api-key": OTHER_KEY } }),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
    logs({ tried: [`${OURS}/${MODEL} (key 1): anthropic.rate-limited`] }),
  ),
  row(
    "no other key after a refusal",
    TWO_KEYS(),
    ask,
    first,
    says(401, error("authentication_error", "invalid x-api-key")),
    answers(401, error("authentication_error", "invalid x-api-key"), BY),
  ),
  row(
    "a second try of what is rejected for a moment",
    setup(),
    ask,
    first,
    says(401, { success: false, result: [], messages: [], error: [{ code: 2009, message: "Unauthorized" }] }),
    passes(2, 2_000),
    ...servedByFirst,
  ),

  row(
    "a cooldown, in which the fallback is asked at once",
    withFallback(),
    ask,
    first,
    says(429, LIMITED),
    ...servedBySecond,
    ask,
    ...servedBySecond,
    logs({ tried: [`${OURS}/${MODEL}: cooling down (anthropic.rate-limited)`] }, 2),
  ),
  row(
    "its end",
    withFallback(),
    ask,
    first,
    says(429, LIMITED),
    ...servedBySecond,
    passes(31),
    ask,
    ...servedBySecond,
    passes(1),
    ask,
    ...servedByFirst,
  ),
  row(
    "one whose end the upstream names",
    withFallback(),
    ask,
    first,
    says(429, LIMITED, { "retry-after": "3" }),
    ...servedBySecond,
    passes(2.9),
    ask,
    ...servedBySecond,
    passes(0.2),
    ask,
    ...servedByFirst,
  ),
  row(
    "one whose end is named to the millisecond",
    withFallback(),
    ask,
    first,
    says(429, LIMITED, { "retry-after": "60", "retry-after-ms": "1500" }),
    ...servedBySecond,
    passes(1.4),
    ask,
    ...servedBySecond,
    passes(0.2),
    ask,
    ...servedByFirst,
  ),
  row(
    "one that grows",
    withFallback(),
    ask,
    first,
    says(429, LIMITED),
    ...servedBySecond,
    passes(32),
    ask,
    first,
    says(429, LIMITED),
    ...servedBySecond,
    passes(62),
    ask,
    ...servedBySecond,
    passes(2),
    ask,
    ...servedByFirst,
  ),
  row(
    "a success ends it",
    withFallback(),
    ask,
    first,
    says(500, BROKEN),
    ...servedBySecond,
    passes(2),
    ask,
    ...servedByFirst,
    ask,
    first,
    says(500, BROKEN),
    ...servedBySecond,
    passes(2),
    ask,
    ...servedByFirst,
  ),
  row(
    "counting has limits of its own",
    withFallback(),
    ask,
    first,
    says(429, LIMITED),
    ...servedBySecond,
    asks(post("/v1/messages/count_tokens")),
    gets("/v1/messages/count_tokens"),
    says(200, { input_tokens: 3 }),
    answers(200, { input_tokens: 3 }, BY),
  ),
  row(
    "all cool down, and the one that is ready first is asked",
    withFallback(),
    ask,
    first,
    says(429, LIMITED, { "retry-after": "20" }),
    second,
    says(429, LIMITED, { "retry-after": "10" }),
    answers(429, LIMITED, { ...BY, "retry-after": "20" }),
    ask,
    second,
    says(200, MESSAGE),
    answers(200, MESSAGE, BY_FALLBACK),
  ),
  row(
    "a list is not kept from a model that cools down",
    withFallback(),
    ask,
    first,
    says(429, LIMITED),
    ...servedBySecond,
    asks(get("/v1/files")),
    gets("GET /v1/files", "", { headers: { "content-type": undefined } }),
    says(200, {}),
    answers(200, {}),
  ),
];
