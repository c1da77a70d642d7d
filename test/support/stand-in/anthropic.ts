import type { HttpResponse } from "../../../src/core/http.ts";
import { events } from "../answers.ts";
import { type AnthropicModel, describeModel } from "./anthropic-models.ts";
import { type Call, count, json, objectIn } from "./call.ts";
import { anthropicFault, anthropicWords } from "./faults.ts";
import { chatCompletion } from "./openai-shaped.ts";
import type { World } from "./world.ts";

/** What AI Gateway hands on with a request; `billing` stands for Cloudflare's own key. */
export type Credential =
  | { readonly kind: "key"; readonly value: string }
  | { readonly kind: "bearer"; readonly value: string }
  | { readonly kind: "billing" }
  | { readonly kind: "none" };

/** Anthropic's endpoints, as much of them as the program may use; the path begins with `/v1/`. */
export function anthropic(call: Call, credential: Credential, world: World): HttpResponse {
  const refusal = refuse(credential, call, world);
  if (refusal !== undefined) return refusal;
  const model = /^\/v1\/models\/([^/]+)$/.exec(call.path)?.[1];
  if (call.method === "GET" && call.path === "/v1/models") return listModels(call, world);
  if (call.method === "GET" && model !== undefined) return oneModel(decodeURIComponent(model), world);
  if (call.method === "POST" && call.path === "/v1/messages") return messages(call, credential, world);
  if (call.method === "POST" && call.path === "/v1/messages/count_tokens") return countTokens(call, world);
  // @source platform.claude.com, "OpenAI SDK compatibility".
  if (call.method === "POST" && call.path === "/v1/chat/completions")
    return chatCompletion(String(objectIn(call.body)?.model));
  return anthropicFault("not_found_error");
}

/** @source docs.claude.com, "Versioning", and @anthropic-ai/sdk 1.0.0, which came with the last. */
const VERSIONS = /^(?:2023-\d\d-\d\d|2026-10-21)$/;

function refuse(credential: Credential, { headers }: Call, world: World): HttpResponse | undefined {
  if (credential.kind === "none") return anthropicWords("missing_key");
  if (credential.kind === "bearer") return anthropicFault("authentication_error", "Invalid bearer token");
  if (credential.kind === "key" && !world.anthropicKeys.some(({ value }) => value === credential.value)) {
    return anthropicFault("authentication_error");
  }
  const version = headers["anthropic-version"];
  if (version === undefined) return invalid("anthropic-version: header is required");
  if (!VERSIONS.test(version)) return invalid(`anthropic-version: "${version}" is not a valid version`);
  return undefined;
}

const invalid = (message: string) => anthropicFault("invalid_request_error", message);

function listModels(call: Call, { models }: World): HttpResponse {
  const limit = count(call, "limit", { min: 1, max: 1000, usual: 20 });
  if (limit === undefined) return invalid("limit: must be between 1 and 1000");
  const { query } = call;
  const indexOf = (id: string) => models.findIndex((model) => model.id === id);
  const after = query.get("after_id");
  const before = query.get("before_id");
  for (const id of [after, before]) {
    if (id !== null && indexOf(id) < 0) return invalid(`'${id}' is not the id of a model`);
  }
  const rest = models.slice(after === null ? 0 : indexOf(after) + 1, before === null ? undefined : indexOf(before));
  const page = before === null ? rest.slice(0, limit) : rest.slice(-limit);
  return json(200, {
    data: page.map(describeModel),
    has_more: page.length < rest.length,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  });
}

const find = (id: unknown, { models }: World) => models.find((model) => model.id === id || model.alias === id);

function oneModel(id: string, world: World): HttpResponse {
  const model = find(id, world);
  return model === undefined ? anthropicFault("not_found_error", `model: ${id}`) : json(200, describeModel(model));
}

interface Question {
  readonly model: AnthropicModel;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What is asked and of which model, or the refusal. */
function question(call: Call, needed: readonly string[], world: World): Question | HttpResponse {
  const fields = objectIn(call.body);
  if (fields === undefined) return invalid("The request body is not valid JSON.");
  const missing = needed.find((name) => fields[name] === undefined);
  if (missing !== undefined) return invalid(`${missing}: Field required`);
  const turns = fields.messages as readonly { readonly role?: unknown }[];
  if (!Array.isArray(turns) || turns.length === 0) return anthropicFault("invalid_request_error");
  const model = find(fields.model, world);
  if (model === undefined) return anthropicFault("not_found_error", `model: ${fields.model}`);
  if (turns.at(-1)?.role === "assistant" && !model.prefill) return anthropicWords("prefill");
  if ((fields.temperature ?? 1) !== 1 && !model.sampling)
    return invalid("`temperature` is not supported for this model");
  return { model, fields };
}

/** One word costs one token here. */
const WORDS = ["Hello", "there!"];

function messages(call: Call, credential: Credential, world: World): HttpResponse {
  const asked = question(call, ["model", "max_tokens", "messages"], world);
  if ("status" in asked) return asked;
  const key = world.anthropicKeys.find(({ value }) => credential.kind === "key" && value === credential.value);
  if (key?.credit === false) return anthropicWords("credit_balance");
  const { content, deltas, tokens, stop_reason } = callsTool(asked) ? toolCall(asked) : text(asked);
  const message = {
    id: "msg_01STANDIN0000000000000001",
    type: "message",
    role: "assistant",
    model: asked.model.id,
    content: [] as unknown[],
    stop_reason: null as string | null,
    stop_sequence: null,
    usage: { input_tokens: inputTokens(asked), output_tokens: 0 },
  };
  const usage = { ...message.usage, output_tokens: tokens };
  if (asked.fields.stream !== true) return json(200, { ...message, content: [content], stop_reason, usage });
  const list = [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: { ...content, ...EMPTY_BLOCK[content.type] } },
    { type: "ping" },
    ...deltas.map((delta) => ({ type: "content_block_delta", index: 0, delta })),
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
  return events(...list);
}

/** How a block begins in a stream, before its pieces have come. */
const EMPTY_BLOCK = { text: { text: "" }, tool_use: { input: {} } } as const;

function text({ fields }: Question) {
  const limit = Number(fields.max_tokens);
  const words = WORDS.slice(0, limit);
  return {
    content: { type: "text", text: words.join(" ") } as const,
    deltas: words.map((word, index) => ({ type: "text_delta", text: index === 0 ? word : ` ${word}` })),
    tokens: words.length,
    stop_reason: limit < WORDS.length ? "max_tokens" : "end_turn",
  };
}

/** Where tools are offered, the first is called; with its result there is an answer in words. */
function callsTool({ fields }: Question): boolean {
  const turns = fields.messages as readonly { readonly content?: unknown }[];
  const hasResult = JSON.stringify(turns.at(-1)?.content ?? "").includes('"type":"tool_result"');
  return Array.isArray(fields.tools) && fields.tools.length > 0 && !hasResult;
}

function toolCall({ fields }: Question) {
  const [tool] = fields.tools as readonly { readonly name?: unknown }[];
  const input = { city: "Paris" };
  const written = JSON.stringify(input);
  const pieces = [written.slice(0, 5), written.slice(5)];
  return {
    content: { type: "tool_use", id: "toolu_01STANDIN", name: tool?.name, input } as const,
    deltas: pieces.map((partial_json) => ({ type: "input_json_delta", partial_json })),
    tokens: pieces.length,
    stop_reason: "tool_use",
  };
}

function countTokens(call: Call, world: World): HttpResponse {
  const asked = question(call, ["model", "messages"], world);
  return "status" in asked ? asked : json(200, { input_tokens: inputTokens(asked) });
}

const inputTokens = ({ fields }: Question) => Math.ceil(JSON.stringify(fields.messages).length / 4);
