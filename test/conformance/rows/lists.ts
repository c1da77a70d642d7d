import { brotliCompressSync, gzipSync } from "node:zlib";
import {
  answers,
  asks,
  BY,
  begins,
  ends,
  get,
  gets,
  HELLO,
  logs,
  MESSAGE,
  post,
  raw,
  refuses,
  row,
  says,
} from "../said.ts";
import { MODEL, OTHER_KEY, OURS, PLAIN, setup, UPSTREAM } from "../setups.ts";

/** Two providers of the user's own, of which only the models are known that the configuration describes. */
const own = (path: string, models: readonly object[]) => ({
  baseUrl: UPSTREAM + path,
  api: "anthropic-messages",
  apiKey: OTHER_KEY,
  models,
});
const DESCRIBED = setup({
  ours: false,
  primary: "own/house",
  providers: {
    own: own("/own", [
      { id: "house", name: "House" },
      { id: "shed", name: "Shed" },
    ]),
    other: own("/own/other", [{ id: "house", name: "Another" }]),
  },
});
const BESIDE = setup({ providers: { own: own("/own", []) } });
const UNKNOWN = setup({ ours: false, primary: "own/house", providers: { own: own("/own", []) } });
const OF_OWN = { headers: { "content-type": undefined, "x-api-key": OTHER_KEY, "cf-aig-no-wholesale": undefined } };
const inOpenai = (id: string, by = "own") => ({ id, object: "model", created: 0, owned_by: by });
const OPENAI_LIST = { object: "list", data: [inOpenai("house"), inOpenai("shed"), inOpenai("other/house", "other")] };
const inAnthropic = (id: string, name: string) => ({
  type: "model",
  id,
  display_name: name,
  created_at: "1970-01-01T00:00:00Z",
});

const thinking = { thinking: { type: "enabled", budget_tokens: 1_024 } };
const prefilled = { ...HELLO, ...thinking, messages: [...HELLO.messages, { role: "assistant", content: "O" }] };
const batch = (...requests: readonly object[]) => ({
  requests: requests.map((params, index) => ({ custom_id: String(index), params })),
});
const RESULT = { id: "msgbatch_1", type: "message_batch" };
const sentBatch = (asked: object, sent: object) => [
  asks(post("/v1/messages/batches", asked)),
  gets("/v1/messages/batches", sent),
  says(200, RESULT),
  answers(200, RESULT),
];
const text = JSON.stringify(MESSAGE);
const coded = (coding: string, bytes: Buffer, status = 200, type = "application/json") =>
  raw(
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 ${status} Said\r\ncontent-type: ${type}\r\ncontent-encoding: ${coding}\r\ncontent-length: ${bytes.length}\r\n\r\n`,
      ),
      bytes,
    ]),
  );
const FAILURE = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
const COUNT = { input_tokens: 14 };

export const LISTS = [
  row(
    "the list of models, which is known",
    DESCRIBED,
    asks(get("/v1/models")),
    answers(200, {
      object: "list",
      data: [
        { ...inOpenai("house"), ...inAnthropic("house", "House") },
        { ...inOpenai("shed"), ...inAnthropic("shed", "Shed") },
        { ...inOpenai("other/house", "other"), ...inAnthropic("other/house", "Another") },
      ],
      has_more: false,
      first_id: "house",
      last_id: "other/house",
    }),
  ),
  row(
    "the same for a client of Anthropic's",
    DESCRIBED,
    asks(get("/v1/models", { "anthropic-version": "2023-06-01" })),
    answers(200, {
      data: [inAnthropic("house", "House"), inAnthropic("shed", "Shed"), inAnthropic("other/house", "Another")],
      has_more: false,
      first_id: "house",
      last_id: "other/house",
    }),
  ),
  row(
    "a page of it",
    DESCRIBED,
    asks(get("/v1/models?limit=1&after_id=house", { "anthropic-version": "2023-06-01" })),
    answers(200, { data: [inAnthropic("shed", "Shed")], has_more: true, first_id: "shed", last_id: "shed" }),
  ),
  row(
    "the same for a client of OpenAI's",
    DESCRIBED,
    asks(get("/v1/models", { "openai-beta": "x" })),
    answers(200, OPENAI_LIST),
  ),
  row(
    "its head",
    DESCRIBED,
    asks(get("/v1/models", { "openai-beta": "x" }, "HEAD")),
    answers(200, "", { "content-length": String(JSON.stringify(OPENAI_LIST).length) }),
  ),
  row(
    "a list that only the upstream knows",
    UNKNOWN,
    asks(get("/v1/models?limit=2")),
    gets("GET /own/v1/models?limit=2", "", OF_OWN),
    says(200, { data: [] }),
    answers(200, { data: [] }),
  ),
  row(
    "one model of it",
    DESCRIBED,
    asks(get("/v1/models/house")),
    gets("GET /own/v1/models/house", "", OF_OWN),
    says(200, { id: "house" }),
    answers(200, { id: "house" }),
  ),

  row(
    "counting",
    PLAIN,
    asks(post("/v1/messages/count_tokens")),
    gets("/v1/messages/count_tokens"),
    says(200, COUNT),
    answers(200, COUNT, BY),
    logs({ inputTokens: 14 }),
  ),
  row(
    "counting what a prefill is removed from",
    PLAIN,
    asks(post("/v1/messages/count_tokens", prefilled)),
    gets("/v1/messages/count_tokens", { ...HELLO, ...thinking }),
    says(200, COUNT),
    answers(200, COUNT, BY),
  ),
  row(
    "counting has no fallback",
    setup({ fallbacks: [`${OURS}/claude-haiku-4-5`] }),
    asks(post("/v1/messages/count_tokens")),
    gets("/v1/messages/count_tokens"),
    says(529, FAILURE),
    answers(529, FAILURE, BY),
  ),
  row(
    "counting where nobody can",
    setup(),
    asks(post("/v1/messages/count_tokens")),
    gets("/v1/messages/count_tokens"),
    says(404, { type: "error", error: { type: "not_found_error", message: "Not Found" } }),
    answers(404, { type: "error", error: { type: "not_found_error", message: "Not Found" } }, BY),
  ),

  row("a batch", PLAIN, ...sentBatch(batch(HELLO), batch(HELLO))),
  row(
    "each request of a batch by its own rules",
    PLAIN,
    ...sentBatch(
      batch({ ...HELLO, model: `${OURS}/${MODEL}` }, prefilled, { max_tokens: 1 }),
      batch(HELLO, { ...HELLO, ...thinking }, { model: MODEL, max_tokens: 1 }),
    ),
    logs({ prefillRemoved: 1 }),
  ),
  row("a batch of nothing", PLAIN, ...sentBatch({ requests: [] }, { requests: [] })),
  row(
    "a batch of models of two providers",
    BESIDE,
    asks(post("/v1/messages/batches", batch(HELLO, { ...HELLO, model: "own/house" }))),
    refuses(
      400,
      "invalid_request_error",
      `requests.1: its model is one of provider own, those before it are of ${OURS}. Send a batch to each.`,
    ),
  ),
  row(
    "a batch with a request of which nothing is left",
    PLAIN,
    asks(
      post(
        "/v1/messages/batches",
        batch(HELLO, { ...HELLO, ...thinking, messages: [{ role: "assistant", content: "O" }] }),
      ),
    ),
    refuses(
      400,
      "invalid_request_error",
      "requests.1: messages: the local gateway removes trailing assistant turns that the model refuses, and no turn would be left. End the conversation with a user turn.",
    ),
  ),
  row(
    "a batch that fails, fails as one",
    setup({ fallbacks: [`${OURS}/claude-haiku-4-5`] }),
    asks(post("/v1/messages/batches", batch(HELLO))),
    gets("/v1/messages/batches", batch(HELLO)),
    says(529, FAILURE),
    answers(529, FAILURE),
  ),

  row(
    "an answer in a coding that nobody asked for",
    PLAIN,
    asks(post("/v1/messages")),
    gets("/v1/messages"),
    coded("gzip", gzipSync(text)),
    answers(200, gzipSync(text), { ...BY, "content-encoding": "gzip" }),
  ),
  row(
    "a failure in a coding is decoded",
    setup(),
    asks(post("/v1/messages")),
    gets("/v1/messages"),
    coded("gzip", gzipSync(JSON.stringify(FAILURE)), 529),
    answers(529, FAILURE, BY, { isStream: true }),
  ),
  row(
    "a failure with 200 in a coding",
    setup(),
    asks(post("/v1/messages")),
    gets("/v1/messages"),
    coded("br", brotliCompressSync(JSON.stringify(FAILURE))),
    answers(529, FAILURE, BY, { isStream: true }),
  ),
  row(
    "an answer in a coding that nobody knows",
    PLAIN,
    asks(post("/v1/messages")),
    gets("/v1/messages"),
    coded("sdch", Buffer.from(text)),
    answers(200, text, { ...BY, "content-encoding": "sdch" }),
  ),
  row(
    "what is called gzip and is none",
    PLAIN,
    asks(post("/v1/messages")),
    gets("/v1/messages"),
    coded("gzip", Buffer.from(text)),
    answers(200, text, { ...BY, "content-encoding": "gzip" }),
  ),
  row(
    "a document in pieces",
    PLAIN,
    asks(post("/v1/messages")),
    gets("/v1/messages"),
    begins(200, { "content-type": "application/json" }, text.slice(0, 30), text.slice(30)),
    ends,
    answers(200, text, BY, { isStream: true }),
  ),
  row(
    "a long document",
    PLAIN,
    asks(post("/v1/messages")),
    gets("/v1/messages"),
    says(200, { ...MESSAGE, content: [{ type: "text", text: "y".repeat(300_000) }] }),
    answers(200, { ...MESSAGE, content: [{ type: "text", text: "y".repeat(300_000) }] }, BY),
  ),
];
