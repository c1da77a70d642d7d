import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { HttpResponse } from "../../src/core/http.ts";
import { anthropicError, gatewayError } from "./answers.ts";
import { CANARY_KEY, CANARY_TOKEN } from "./program.ts";

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A gateway on this machine that knows the canary key, and the canary token where it is `authenticated`. */
export interface TestGateway {
  /** What `--cloudflare-ai-gateway-base-url` takes. */
  readonly baseUrl: string;
  /** Everything that arrived, in order. */
  readonly received: readonly Received[];
  /** Answers the next requests with these instead, one each; `silence` never answers. */
  readonly next: (...answers: readonly (HttpResponse | "silence")[]) => void;
}

const MODELS = JSON.stringify({
  data: [
    { type: "model", id: "claude-sonnet-4-6", display_name: "Claude Sonnet 4.6", created_at: "2026-02-17T00:00:00Z" },
  ],
  has_more: false,
  first_id: "claude-sonnet-4-6",
  last_id: "claude-sonnet-4-6",
});

const MESSAGE = JSON.stringify({
  id: "msg_01",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-6",
  content: [{ type: "text", text: "H" }],
  stop_reason: "max_tokens",
  usage: { input_tokens: 8, output_tokens: 1 },
});

export async function startGateway({ authenticated = false } = {}): Promise<TestGateway> {
  const received: Received[] = [];
  const queue: (HttpResponse | "silence")[] = [];
  const answerTo = ({ headers, method }: Received): HttpResponse => {
    const token = headers["cf-aig-authorization"];
    if (authenticated && token !== `Bearer ${CANARY_TOKEN}`) return gatewayError(2009, 401, "Unauthorized");
    if (headers["x-api-key"] !== CANARY_KEY) return anthropicError(401, "authentication_error", "invalid x-api-key");
    return { status: 200, headers: { "content-type": "application/json" }, body: method === "GET" ? MODELS : MESSAGE };
  };
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const arrived = { method, path, headers, body };
      received.push(arrived);
      const answer = queue.shift() ?? answerTo(arrived);
      if (answer !== "silence") response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/anthropic`, received, next: (...answers) => void queue.push(...answers) };
}
