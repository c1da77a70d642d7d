import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it came to the upstream. */
interface UpstreamRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Failure {
  readonly path: RegExp;
  readonly model: RegExp;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
  /** So many requests; all unless told otherwise. */
  readonly times?: number;
}

interface ToolCall {
  /** The tool's name, as the client declares it. */
  readonly name: string;
  readonly input: object;
}

export interface Upstream {
  /** What stands before the provider's segment in a base URL. */
  readonly base: string;
  /** Everything it received, in order. */
  readonly requests: readonly UpstreamRequest[];
  /** What it answers with, in a stream in several pieces. */
  readonly answer: string;
  readonly pieces: readonly [string, string, ...string[]];
  /** What it makes of a long conversation. */
  readonly compacted: string;
  /** Holds the second half of every stream until `release` is called. */
  hold(): void;
  release(): void;
  /** Has such requests fail until the next `reset`. */
  fail(failure: Failure): void;
  /** Calls the tool once, where a request offers it. */
  call(tool: ToolCall): void;
  /** Forgets requests, failures, holds and tools. */
  reset(): void;
  close(): Promise<void>;
}

/** Anthropic and OpenAI behind AI Gateway, as far as real clients need them for a turn. */
export async function startUpstream(): Promise<Upstream> {
  const state: State = { requests: [], failures: [], tool: undefined, held: undefined };
  const server = createServer((incoming, response) => {
    serve(incoming, response, state).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const release = () => {
    state.held?.release();
    state.held = undefined;
  };
  return {
    base: `http://127.0.0.1:${port}/v1/${"0123456789abcdef".repeat(2)}/clients`,
    requests: state.requests,
    answer: PIECES.join(""),
    pieces: PIECES,
    compacted: COMPACTED.compaction,
    hold: () => {
      const { promise, resolve } = withResolvers();
      state.held = { until: promise, release: resolve };
    },
    release,
    fail: (failure) => void state.failures.push({ ...failure }),
    call: (tool) => {
      state.tool = tool;
    },
    reset: () => {
      release();
      state.requests.length = 0;
      state.failures.length = 0;
      state.tool = undefined;
    },
    close: async () => {
      release();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

interface State {
  readonly requests: UpstreamRequest[];
  readonly failures: (Omit<Failure, "times"> & { times?: number })[];
  tool: ToolCall | undefined;
  held: { readonly until: Promise<void>; readonly release: () => void } | undefined;
}

const PIECES = ["Seen ", "by the ", "stand-in ", "upstream."] as const;

async function serve(incoming: IncomingMessage, response: ServerResponse, state: State): Promise<void> {
  const request = await read(incoming);
  state.requests.push(request);
  const model = String(request.body.model ?? "");
  const failure = state.failures.find(
    ({ path, model: wanted, times = 1 }) => times > 0 && path.test(request.path) && wanted.test(model),
  );
  if (failure?.times !== undefined) failure.times -= 1;
  if (failure !== undefined) return json(response, failure.status, failure.body, failure.headers);
  const provider = /^\/v1\/[^/]+\/[^/]+\/(anthropic|openai|workers-ai)(\/.*)$/.exec(request.path);
  const [, name = "", path = ""] = provider ?? [];
  const kind = `${request.method} ${path}`;
  if (name === "anthropic") {
    if (kind === "POST /v1/messages") return answer(response, request, anthropic, state);
    if (kind === "POST /v1/messages/count_tokens") return json(response, 200, { input_tokens: 42 });
    if (kind === "GET /v1/models")
      return json(response, 200, { data: CLAUDES.map(claude), has_more: false, first_id: null, last_id: null });
    if (kind === "POST /v1/chat/completions") return answer(response, request, chat, state);
  } else {
    if (kind === "POST /responses") return answer(response, request, responses, state);
    if (kind === "POST /responses/compact") return json(response, 200, compacted);
    if (/^POST (?:\/v1)?\/chat\/completions$/.test(kind)) return answer(response, request, chat, state);
    if (kind === "GET /models")
      return json(response, 200, {
        object: "list",
        data: [{ id: "gpt-5.5", object: "model", created: 0, owned_by: "x" }],
      });
  }
  json(response, 404, { error: { type: "not_found_error", message: `The stand-in has nothing at ${kind}.` } });
}

async function read(incoming: IncomingMessage): Promise<UpstreamRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const { method = "", url = "", headers } = incoming;
  const [path = "", query = ""] = url.split("?");
  const joined = Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]);
  return { method, path, query, headers: Object.fromEntries(joined), text, body: objectIn(text) };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function json(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** How a protocol says a text, or the call of a tool, whole and in events. */
interface Protocol {
  readonly whole: (model: string, says: Said) => object;
  readonly events: (model: string, says: Said) => readonly string[];
}

type Said = { readonly text: readonly string[] } | { readonly tool: ToolCall } | typeof COMPACTED;

/** @source Codex 0.171.0, which asks for it with an item `compaction_trigger`: seen. */
const COMPACTED = { compaction: "Y29tcGFjdGVkIGJ5IHRoZSBzdGFuZC1pbg==", text: [] } as const;

async function answer(response: ServerResponse, { body, text }: UpstreamRequest, protocol: Protocol, state: State) {
  const { tool } = state;
  const isCalled = tool !== undefined && text.includes(`"${tool.name}"`);
  if (isCalled) state.tool = undefined;
  const says: Said = isCalled ? { tool } : text.includes('"compaction_trigger"') ? COMPACTED : { text: PIECES };
  const model = String(body.model ?? "");
  if (body.stream !== true) return json(response, 200, protocol.whole(model, says));
  const events = protocol.events(model, says);
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  const { held } = state;
  const middle = events.findIndex((event) => event.includes(PIECES[1]));
  for (const [index, event] of events.entries()) {
    if (index === middle && held !== undefined) await held.until;
    response.write(event);
  }
  response.end();
}

const CALL_ID = "call_of_the_stand_in";

interface Event {
  readonly type: string;
  readonly [member: string]: unknown;
}

const typed = (events: readonly Event[]) =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

const CLAUDES = ["claude-sonnet-4-6", "claude-opus-4-8", "claude-haiku-4-5"];

const claude = (id: string) => ({ type: "model", id, display_name: id, created_at: "2026-01-01T00:00:00Z" });

const anthropic: Protocol = {
  whole: (model, says) => ({
    ...message(model),
    content: ["tool" in says ? toolUse(says.tool) : { type: "text", text: says.text.join("") }],
    stop_reason: "tool" in says ? "tool_use" : "end_turn",
  }),
  events: (model, says) => {
    const start = { type: "message_start", message: { ...message(model), content: [], stop_reason: null } };
    const block = "tool" in says ? { ...toolUse(says.tool), input: {} } : { type: "text", text: "" };
    const deltas =
      "tool" in says
        ? [{ type: "input_json_delta", partial_json: JSON.stringify(says.tool.input) }]
        : says.text.map((text) => ({ type: "text_delta", text }));
    const end = { stop_reason: "tool" in says ? "tool_use" : "end_turn", stop_sequence: null };
    return typed([
      start,
      { type: "content_block_start", index: 0, content_block: block },
      ...deltas.map((delta) => ({ type: "content_block_delta", index: 0, delta })),
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: end, usage: { output_tokens: 4 } },
      { type: "message_stop" },
    ]);
  },
};

const message = (model: string) => ({
  id: "msg_standin",
  type: "message",
  role: "assistant",
  model,
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 4 },
});

const toolUse = ({ name, input }: ToolCall) => ({ type: "tool_use", id: CALL_ID, name, input });

const responses: Protocol = {
  whole: (model, says) => ({ ...responseOf(model), status: "completed", output: [outputItem(says)] }),
  events: (model, says) => {
    const created = { ...responseOf(model), status: "in_progress", output: [] };
    const item = outputItem(says);
    const begun =
      "tool" in says
        ? { ...item, arguments: "" }
        : "compaction" in says
          ? item
          : { ...item, status: "in_progress", content: [] };
    const about = { item_id: item.id, output_index: 0 };
    const part = { type: "output_text", text: "", annotations: [] };
    const text = "tool" in says ? "" : says.text.join("");
    const middle: readonly Event[] =
      "tool" in says
        ? [
            { type: "response.function_call_arguments.delta", ...about, delta: item.arguments },
            { type: "response.function_call_arguments.done", ...about, arguments: item.arguments },
          ]
        : "compaction" in says
          ? []
          : [
              { type: "response.content_part.added", ...about, content_index: 0, part },
              ...says.text.map((delta) => ({ type: "response.output_text.delta", ...about, content_index: 0, delta })),
              { type: "response.output_text.done", ...about, content_index: 0, text },
              { type: "response.content_part.done", ...about, content_index: 0, part: { ...part, text } },
            ];
    return typed(
      [
        { type: "response.created", response: created },
        { type: "response.output_item.added", output_index: 0, item: begun },
        ...middle,
        { type: "response.output_item.done", output_index: 0, item },
        {
          type: "response.completed",
          response: { ...responseOf(model), status: "completed", output: [item], usage: usageOf(says) },
        },
      ].map((event, sequence_number) => ({ ...event, sequence_number })),
    );
  },
};

const RESPONSES_USAGE = {
  input_tokens: 3,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 4,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 7,
};

/** The call of a tool makes a conversation long, for clients that compact it then. */
const usageOf = (says: Said) =>
  "tool" in says ? { ...RESPONSES_USAGE, input_tokens: 100_000, total_tokens: 100_004 } : RESPONSES_USAGE;

const responseOf = (model: string) => ({
  id: "resp_standin",
  object: "response",
  created_at: 1_760_000_000,
  model,
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: {},
  parallel_tool_calls: true,
  tool_choice: "auto",
  tools: [],
  usage: RESPONSES_USAGE,
});

function outputItem(says: Said) {
  if ("tool" in says) {
    const { name, input } = says.tool;
    const called = { call_id: CALL_ID, name, arguments: JSON.stringify(input) };
    return { id: "fc_standin", type: "function_call", status: "completed", ...called };
  }
  if ("compaction" in says)
    return { id: "cmp_standin", type: "compaction", encrypted_content: says.compaction, arguments: undefined };
  const content = [{ type: "output_text", text: says.text.join(""), annotations: [] }];
  return { id: "msg_standin", type: "message", role: "assistant", status: "completed", content, arguments: undefined };
}

const compacted = {
  id: "resp_compacted",
  object: "response.compaction",
  created_at: 1_760_000_000,
  output: [
    { id: "msg_1", type: "message", role: "user", status: "completed", content: [{ type: "input_text", text: "Hi" }] },
    { id: "cmp_1", type: "compaction", encrypted_content: COMPACTED.compaction },
  ],
  usage: RESPONSES_USAGE,
};

const chat: Protocol = {
  whole: (model, says) => ({
    ...completion(model, "chat.completion"),
    choices: [{ index: 0, message: { role: "assistant", ...chatWords(says) }, finish_reason: finish(says) }],
    usage: CHAT_USAGE,
  }),
  events: (model, says) => {
    const deltas = "tool" in says ? [chatWords(says)] : says.text.map((content) => ({ content }));
    const chunk = (choices: readonly object[], more: object = {}) =>
      `data: ${JSON.stringify({ ...completion(model, "chat.completion.chunk"), choices, ...more })}\n\n`;
    return [
      chunk([{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }]),
      ...deltas.map((delta) => chunk([{ index: 0, delta, finish_reason: null }])),
      chunk([{ index: 0, delta: {}, finish_reason: finish(says) }]),
      chunk([], { usage: CHAT_USAGE }),
      "data: [DONE]\n\n",
    ];
  },
};

const CHAT_USAGE = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };

const completion = (model: string, object: string) => ({
  id: "chatcmpl-standin",
  object,
  created: 1_760_000_000,
  model,
});

const finish = (says: Said) => ("tool" in says ? "tool_calls" : "stop");

function chatWords(says: Said): object {
  if (!("tool" in says)) return { content: says.text.join("") };
  const { name, input } = says.tool;
  const call = { name, arguments: JSON.stringify(input) };
  return { content: null, tool_calls: [{ index: 0, id: CALL_ID, type: "function", function: call }] };
}
