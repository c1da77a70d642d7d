import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { typedEvent } from "./typed-event.ts";

/** What an upstream has said that it used, over all of its good answers. */
interface Said {
  requests: number;
  failures: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
}

export interface UsageUpstream {
  readonly url: string;
  readonly said: Said;
}

const KINDS = ["document", "stream", "failure"] as const;

/** The same numbers for the same position, spread out. */
const pick = (seed: number, most: number) => (Math.imul(seed + 1, 2_654_435_761) >>> 8) % most;

/** Text that says what usage would, which nothing may take for it. */
const TEXT = 'CANARY said "usage":{"input_tokens":77,"output_tokens":77}';

/** Answers in all three protocols, as documents, as streams in pieces, and with failures. */
export async function startUsageUpstream(): Promise<UsageUpstream> {
  const said: Said = {
    requests: 0,
    failures: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
  };
  let count = 0;

  function answer(path: string, response: ServerResponse): void {
    const seed = count++;
    const kind = KINDS[pick(seed, 10) === 0 ? 2 : pick(seed + 7, 2)];
    const headers = { "cf-aig-cache-status": "MISS", "cf-aig-log-id": "01KBGATEWAYLOG0000000000ID" };
    said.requests += 1;
    if (kind === "failure") {
      said.failures += 1;
      // The request's fault, which no other model would mend.
      const error = { type: "error", error: { type: "invalid_request_error", message: "max_tokens: too large" } };
      response.writeHead(400, { ...headers, "content-type": "application/json" }).end(JSON.stringify(error));
      return;
    }
    const [input, output, read] = [pick(seed, 5_000), pick(seed + 1, 900), pick(seed + 2, 9_000)];
    const [write5m, write1h] = path.includes("/anthropic") ? [pick(seed + 3, 400), pick(seed + 4, 300)] : [0, 0];
    said.inputTokens += input;
    said.outputTokens += output;
    said.cacheReadTokens += read;
    said.cacheWrite5mTokens += write5m;
    said.cacheWrite1hTokens += write1h;
    const counts = { input, output, read, write5m, write1h };
    const build = path.includes("/anthropic") ? messages : path.includes("/chat/") ? chat : responses;
    const { document, events } = build(counts);
    if (kind === "document") {
      response.writeHead(200, { ...headers, "content-type": "application/json" }).end(JSON.stringify(document));
      return;
    }
    response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
    for (const each of events) response.write(each);
    response.end();
  }

  const server = createServer((request: IncomingMessage, response) => {
    request.resume().on("end", () => answer(request.url ?? "", response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, said };
}

export interface Counts {
  readonly input: number;
  readonly output: number;
  readonly read: number;
  readonly write5m: number;
  readonly write1h: number;
}

export function messages({ input, output, read, write5m, write1h }: Counts, model = "claude-sonnet-5-5") {
  const usage = {
    input_tokens: input,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: write5m + write1h,
    cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
  };
  const message = { id: "msg_1", type: "message", role: "assistant", model };
  const delta = typedEvent("content_block_delta", { index: 0, delta: { type: "text_delta", text: TEXT } });
  return {
    document: {
      ...message,
      content: [{ type: "text", text: TEXT }],
      stop_reason: "end_turn",
      usage: { ...usage, output_tokens: output },
    },
    events: [
      typedEvent("message_start", { message: { ...message, content: [], usage: { ...usage, output_tokens: 1 } } }),
      typedEvent("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
      ...Array.from({ length: 30 }, () => delta),
      typedEvent("content_block_stop", { index: 0 }),
      typedEvent("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: output } }),
      typedEvent("message_stop", {}),
    ],
  };
}

export function responses({ input, output, read }: Counts, model = "gpt-5.5") {
  const usage = {
    input_tokens: input + read,
    input_tokens_details: { cached_tokens: read },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + read + output,
  };
  const response = { id: "resp_1", object: "response", model, status: "completed" };
  const content = [{ type: "message", content: [{ type: "output_text", text: TEXT.repeat(50) }] }];
  const document = { ...response, output: content, usage, metadata: {} };
  return {
    document,
    events: [
      typedEvent("response.created", { response: { ...response, status: "in_progress", output: [], usage: null } }),
      ...Array.from({ length: 30 }, () => typedEvent("response.output_text.delta", { delta: TEXT })),
      typedEvent("response.completed", { response: document }),
    ],
  };
}

export function chat({ input, output, read }: Counts, model = "gpt-5.5") {
  const usage = {
    prompt_tokens: input + read,
    completion_tokens: output,
    total_tokens: input + read + output,
    prompt_tokens_details: { cached_tokens: read },
  };
  const completion = { id: "chatcmpl-1", created: 0, model };
  const chunk = (more: object) =>
    `data: ${JSON.stringify({ ...completion, object: "chat.completion.chunk", ...more })}\n\n`;
  const message = { role: "assistant", content: TEXT };
  return {
    document: {
      ...completion,
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason: "stop" }],
      usage,
    },
    events: [
      ...Array.from({ length: 30 }, () => chunk({ choices: [{ index: 0, delta: { content: TEXT } }], usage: null })),
      chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage: null }),
      chunk({ choices: [], usage }),
      "data: [DONE]\n\n",
    ],
  };
}
