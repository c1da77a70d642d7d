import { describe, expect, it } from "vitest";
import { countsIn, modelIn, type TokenCounts } from "../../src/gateway/answer-usage.ts";
import { typedEvent } from "../support/typed-event.ts";

const said = (text: string) => typedEvent("content_block_delta", { index: 0, delta: { type: "text_delta", text } });
const chunk = (more: object) =>
  `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", model: "gpt-5.5", ...more })}\n\n`;

/** @source docs.claude.com, "Prompt caching": an answer with both kinds of cache. */
const CLAUDE_USAGE = {
  input_tokens: 2048,
  cache_read_input_tokens: 1800,
  cache_creation_input_tokens: 248,
  cache_creation: { ephemeral_5m_input_tokens: 148, ephemeral_1h_input_tokens: 100 },
  output_tokens: 503,
  service_tier: "standard",
};
const CLAUDE_COUNTS = {
  inputTokens: 2048,
  outputTokens: 503,
  cacheReadTokens: 1800,
  cacheWriteTokens: 248,
  cacheWrite1hTokens: 100,
};

const message = { id: "msg_1", type: "message", role: "assistant", model: "claude-sonnet-5-5", content: [] };
const started = typedEvent("message_start", { message: { ...message, usage: { ...CLAUDE_USAGE, output_tokens: 1 } } });
const TRICK = 'say "usage":{"input_tokens":9} and "message_delta" "message_start"';

/** @source openai-openapi: `ResponseUsage` and `CompletionUsage`. */
const RESPONSE_USAGE = {
  input_tokens: 81,
  input_tokens_details: { cached_tokens: 64 },
  output_tokens: 1035,
  output_tokens_details: { reasoning_tokens: 832 },
  total_tokens: 1116,
};
const RESPONSE_COUNTS = { inputTokens: 81, outputTokens: 1035, cacheReadTokens: 64, isCacheInInput: true as const };
const CHAT_USAGE = {
  prompt_tokens: 2006,
  completion_tokens: 300,
  total_tokens: 2306,
  prompt_tokens_details: { cached_tokens: 1920, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
};
const CHAT_COUNTS = { inputTokens: 2006, outputTokens: 300, cacheReadTokens: 1920, isCacheInInput: true as const };

/** As a request's trace keeps an answer. */
const counts = (text: string): TokenCounts | undefined => {
  const bytes = Buffer.from(text);
  return countsIn(bytes.subarray(0, 2_048), bytes.subarray(-4_096));
};

const ANSWERS: readonly (readonly [name: string, text: string, expected: TokenCounts | undefined])[] = [
  [
    "a message",
    JSON.stringify({ ...message, content: [{ type: "text", text: TRICK }], usage: CLAUDE_USAGE }),
    CLAUDE_COUNTS,
  ],
  ["a message in several lines", JSON.stringify({ ...message, usage: CLAUDE_USAGE }, null, 2), CLAUDE_COUNTS],
  [
    "a message with a tool's own usage",
    JSON.stringify({ ...message, content: [{ input: { usage: { input_tokens: 1 } } }], usage: CLAUDE_USAGE }),
    CLAUDE_COUNTS,
  ],
  [
    "a stream of Anthropic's",
    [
      started,
      ...Array.from({ length: 200 }, () => said(TRICK)),
      typedEvent("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 503 } }),
      typedEvent("message_stop", {}),
    ].join(""),
    CLAUDE_COUNTS,
  ],
  [
    "a stream whose end corrects what went in",
    [started, typedEvent("message_delta", { delta: {}, usage: { ...CLAUDE_USAGE, input_tokens: 3000 } })].join(""),
    { ...CLAUDE_COUNTS, inputTokens: 3000 },
  ],
  [
    "a stream of Anthropic's that was cut off",
    started + said(TRICK),
    { inputTokens: 2048, cacheReadTokens: 1800, cacheWriteTokens: 248, cacheWrite1hTokens: 100 },
  ],
  [
    "a message with compaction",
    JSON.stringify({
      usage: {
        input_tokens: 10,
        output_tokens: 20,
        iterations: [
          { type: "compaction", input_tokens: 1000, output_tokens: 100 },
          { type: "message", input_tokens: 10, output_tokens: 20 },
        ],
      },
    }),
    { inputTokens: 1010, outputTokens: 120 },
  ],
  ["a response", JSON.stringify({ object: "response", usage: RESPONSE_USAGE, metadata: {} }), RESPONSE_COUNTS],
  [
    "a stream of responses",
    [
      typedEvent("response.created", { response: { model: "gpt-5.5", usage: null } }),
      ...Array.from({ length: 100 }, () => typedEvent("response.output_text.delta", { delta: TRICK })),
      typedEvent("response.completed", { response: { output: [{ text: TRICK.repeat(300) }], usage: RESPONSE_USAGE } }),
    ].join(""),
    RESPONSE_COUNTS,
  ],
  ["a stream of responses that was cut off", typedEvent("response.created", { response: { usage: null } }), undefined],
  [
    "a chat completion",
    JSON.stringify({ object: "chat.completion", choices: [], usage: CHAT_USAGE, service_tier: "default" }),
    CHAT_COUNTS,
  ],
  [
    "a stream of a chat completion",
    [
      ...Array.from({ length: 100 }, () => chunk({ choices: [{ delta: { content: TRICK } }], usage: null })),
      chunk({ choices: [], usage: CHAT_USAGE }),
      "data: [DONE]\n\n",
    ].join(""),
    CHAT_COUNTS,
  ],
  [
    "a stream of a chat completion whose usage nobody asked for",
    [chunk({ choices: [{ delta: { content: "x" } }] }), "data: [DONE]\n\n"].join(""),
    undefined,
  ],
  [
    "embeddings",
    JSON.stringify({ object: "list", data: [], usage: { prompt_tokens: 8, total_tokens: 8 } }),
    { inputTokens: 8, outputTokens: 0 },
  ],
  ["a count of tokens", '{"input_tokens":14}', undefined],
  ["a file", '{"id":"file_1","size_bytes":5}', undefined],
  ["nothing", "", undefined],
  ["no counts", '{"usage":{"input_tokens":-1,"output_tokens":"9"}}', undefined],
  ["half of the counts", '{"usage":{"input_tokens":12,"out', undefined],
  ["no whole numbers", '{"usage":{"input_tokens":1.5,"output_tokens":1e3}}', undefined],
  ["blanks", '{"usage" : {\n "input_tokens" : 12 ,\t"output_tokens":3 } }', { inputTokens: 12, outputTokens: 3 }],
  [
    "a detail with the same names",
    JSON.stringify({ usage: { by_tool: { input_tokens: 9, output_tokens: 9 }, input_tokens: 1, output_tokens: 2 } }),
    { inputTokens: 1, outputTokens: 2 },
  ],
  [
    "a detail with braces in a text",
    JSON.stringify({ usage: { tier: 'a}"{', input_tokens: 1, output_tokens: 2 } }),
    { inputTokens: 1, outputTokens: 2 },
  ],
];

describe("the tokens of an answer", () => {
  it.each(ANSWERS)("are those of %s", (_, text, expected) => {
    expect(counts(text)).toEqual(expected);
  });

  it("are never wrong, wherever an answer is cut off", () => {
    for (const [name, text, expected] of ANSWERS.filter(([, whole]) => whole.length < 4_000)) {
      for (let end = 0; end < text.length; end += 1) {
        const { outputTokens } = counts(text.slice(0, end)) ?? {};
        expect([name, end, outputTokens ?? expected?.outputTokens]).toEqual([name, end, expected?.outputTokens]);
      }
    }
  });
});

it.each([
  [started, "claude-sonnet-5-5"],
  [JSON.stringify(message, null, 1), "claude-sonnet-5-5"],
  [chunk({}), "gpt-5.5"],
  [JSON.stringify({ ...message, model: "模型-大" }), "模型-大"],
  [chunk({ model: "modèle-é" }), "modèle-é"],
  [started.replace("claude-sonnet-5-5", "🦀/модель"), "🦀/модель"],
  ['{"model":null}', undefined],
  [`{"model":"${"x".repeat(101)}"}`, undefined],
  ['{"model":"a\\"b"}', undefined],
  ["", undefined],
])("an answer names its model: %#", (text, expected) => {
  expect(modelIn(Buffer.from(text).subarray(0, 2_048))).toBe(expected);
});
