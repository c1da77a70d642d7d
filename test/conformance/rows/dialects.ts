import { answers, asks, bearer, explains, gets, logs, post, refuses, row, says } from "../said.ts";
import { OPENAI, OPENAI_KEY, WORKERS_AI } from "../setups.ts";
import { withAll } from "./paths.ts";

const OF_OPENAI = { headers: bearer(OPENAI_KEY) };
const OF_WORKERS_AI = { headers: bearer("cfut_CANARYtokenCANARYtokenCANARYtoken12345678") };
const openai = (type: string, message: string) => ({ error: { message, type, param: null, code: null } });
const RESPONSE = { model: "gpt-5.5", input: "Hi" };
const CHAT = { model: "@cf/openai/gpt-oss-120b", messages: [] };
const BY_GPT = { "x-openclaw-model": "cloudflare-ai-gateway-openai/gpt-5.5" };
const BY_OSS = { "x-openclaw-model": "cloudflare-ai-gateway-workers-ai/@cf/openai/gpt-oss-120b" };

export const DIALECTS = [
  row(
    "an error of OpenAI's is as it is",
    withAll(),
    asks(post("/v1/responses", RESPONSE)),
    gets(`POST ${OPENAI}/responses`, RESPONSE, OF_OPENAI),
    says(429, openai("tokens", "slow")),
    answers(429, openai("tokens", "slow"), BY_GPT),
  ),
  row(
    "an error of the gateway, for a client of OpenAI's",
    withAll(),
    asks(post("/v1/responses", RESPONSE)),
    gets(`POST ${OPENAI}/responses`, RESPONSE, OF_OPENAI),
    says(400, { success: false, error: [{ code: 2001, message: "Please configure AI Gateway" }] }),
    explains(
      400,
      "invalid_request_error",
      "gateway.not-found",
      "There is no gateway at this address. (ai-gateway, gateway.not-found) Compare the gateway ID and the account ID with the dashboard (AI > AI Gateway), or create the gateway.",
      false,
      BY_GPT,
    ),
  ),
  row(
    "an error of Workers AI",
    withAll(),
    asks(post("/v1/chat/completions", CHAT)),
    gets(`POST ${WORKERS_AI}/chat/completions`, CHAT, OF_WORKERS_AI),
    says(400, {
      errors: [{ message: "AiError: No such model", code: 5007 }],
      success: false,
      result: {},
      messages: [],
    }),
    explains(
      400,
      "invalid_request_error",
      "workers-ai.model-not-found",
      'Workers AI does not have the model "@cf/openai/gpt-oss-120b". (workers-ai, workers-ai.model-not-found) Choose another model from developers.cloudflare.com/workers-ai/models. Their names begin with @cf/.',
      false,
      BY_OSS,
    ),
  ),
  row(
    "an error in OpenAI's form is none for a client of Anthropic's",
    withAll(),
    asks(post("/v1/messages")),
    gets("/v1/messages"),
    says(418, openai("x", "tea")),
    explains(
      418,
      "invalid_request_error",
      "answer.unknown",
      `127.0.0.1 answered HTTP 418 in an unknown form. (unknown, answer.unknown) Try again later. If it keeps failing, report it with the IDs and the beginning of the answer. It answered: ${JSON.stringify(openai("x", "tea"))}`,
      false,
    ),
  ),
  row(
    "a path for what nobody serves",
    withAll(),
    asks(post("/v1/audio/speech", { model: "@cf/x/y" })),
    refuses(
      404,
      "not_found_error",
      "The local gateway cannot route this request. @cf/x/y is a model of Cloudflare AI Gateway (Workers AI), which does not serve /v1/images and other paths of OpenAI. Send it to /v1/chat/completions or /v1/embeddings.",
    ),
  ),
  row(
    "a failed response, in a document",
    withAll(),
    asks(post("/v1/responses", RESPONSE)),
    gets(`POST ${OPENAI}/responses`, RESPONSE, OF_OPENAI),
    says(200, openai("server_error", "broken")),
    answers(500, openai("server_error", "broken"), BY_GPT, { isStream: true }),
    logs({ status: 500 }),
  ),
];
