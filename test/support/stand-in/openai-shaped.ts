import type { HttpResponse } from "../../../src/core/http.ts";
import { openaiError } from "../answers.ts";
import { type Call, json, objectIn } from "./call.ts";
import { apiFault } from "./faults.ts";
import { tokenIn, type World } from "./world.ts";

interface WorkersAiModel {
  readonly name: string;
  readonly task: string;
  /** As Cloudflare lists them: numbers and booleans are texts, prices are not. */
  readonly properties?: Readonly<Record<string, unknown>>;
}

const price = (input: number, output: number, cached?: number) =>
  Object.entries({ input, output, "cached input": cached }).flatMap(([what, usd]) =>
    usd === undefined ? [] : [{ unit: `per M ${what} tokens`, price: usd, currency: "USD" }],
  );

/** @source Cloudflare's catalogue of Workers AI, 2026: a few of each kind, with properties as they are seen there. */
export const WORKERS_AI_MODELS: readonly WorkersAiModel[] = [
  {
    name: "@cf/zai-org/glm-5.3-flash",
    task: "Text Generation",
    properties: {
      context_window: "1310720",
      function_calling: "true",
      reasoning: "true",
      reasoning_effort: { supported_efforts: ["max", "high", "low"], default_effort: "max" },
      vision: "true",
      price: price(0.15, 0.5, 0.03),
    },
  },
  {
    name: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
    task: "Text Generation",
    properties: { context_window: "24000", planned_deprecation_date: "2026-12-31", price: price(0.293, 2.253) },
  },
  { name: "@cf/meta/llama-3.2-3b-instruct", task: "Text Generation" },
  { name: "@cf/openai/gpt-oss-120b", task: "Text Generation" },
  { name: "@cf/qwen/qwen2.5-coder-32b-instruct", task: "Text Generation" },
  { name: "@cf/baai/bge-m3", task: "Text Embeddings" },
  { name: "@cf/openai/whisper", task: "Automatic Speech Recognition" },
];

/** As `ai/models/search` shows it: what requests call the model is the name. */
export const describeWorkersAiModel = ({ name, task, properties = {} }: WorkersAiModel, index: number) => ({
  id: `95666467-f984-4211-b48a-${String(index).padStart(12, "0")}`,
  source: 1,
  name,
  description: "",
  task: { id: "c329a1f9-323d-4e91-b2aa-582dd4188d34", name: task, description: "" },
  created_at: "2026-08-26 14:21:42.917",
  tags: [],
  properties: Object.entries(properties).map(([property_id, value]) => ({ property_id, value })),
});

const modelList = (names: readonly string[]) =>
  json(200, { object: "list", data: names.map((id) => ({ id, object: "model", created: 0, owned_by: "system" })) });

const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

const NO_LIST = "GET not supported for requested URI.";

/** Workers AI behind the gateway; the path begins with `/v1/`. The Cloudflare token has to come as `authorization`. */
export function workersAi(call: Call, world: World): HttpResponse {
  if (tokenIn(call.headers.authorization, world)?.permissions.includes("workers-ai") !== true) return apiFault(10000);
  const names = WORKERS_AI_MODELS.map(({ name }) => name);
  // @source sigoden/aichat#1000: there is no list behind this address.
  if (call.method === "GET" && call.path === "/v1/models") return apiFault(7001, { status: 405, message: NO_LIST });
  if (call.method !== "POST" || call.path !== "/v1/chat/completions") return apiFault(7003);
  const model = names.find((name) => name === objectIn(call.body)?.model);
  if (model === undefined) return apiFault(7003, { message: "Model not found" });
  return chatCompletion(model);
}

/** A good answer to chat completions, whoever gives it. */
export function chatCompletion(model: string): HttpResponse {
  const choice = { index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" };
  return json(200, { id: "chatcmpl-standin", object: "chat.completion", created: 0, model, choices: [choice], usage });
}

const OPENAI_MODELS = ["gpt-5.5", "gpt-5.5-mini"];

/** OpenAI behind the gateway; the path has no `/v1`. */
export function openai(call: Call, world: World): HttpResponse {
  const key = /^Bearer (\S+)$/i.exec(call.headers.authorization ?? "")?.[1];
  if (key === undefined || !world.openaiKeys.includes(key)) {
    return openaiError(401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided.");
  }
  if (call.method === "GET" && call.path === "/models") return modelList(OPENAI_MODELS);
  if (call.method !== "POST" || !/^\/(?:responses|chat\/completions)$/.test(call.path)) {
    return openaiError(404, "invalid_request_error", "unknown_url", `Invalid URL (${call.method} ${call.path})`);
  }
  const model = OPENAI_MODELS.find((id) => id === objectIn(call.body)?.model);
  if (model === undefined) {
    return openaiError(404, "invalid_request_error", "model_not_found", "The requested model does not exist.");
  }
  if (call.path !== "/responses") return chatCompletion(model);
  const text = { type: "output_text", text: "Hello", annotations: [] };
  const output = [{ id: "msg_standin", type: "message", role: "assistant", status: "completed", content: [text] }];
  return json(200, { id: "resp_standin", object: "response", status: "completed", model, output });
}
