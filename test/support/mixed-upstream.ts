import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { type Counts, chat, messages, responses } from "./usage-upstream.ts";

/** What a client asks an upstream of tests to do, in this header. */
export const DO = "x-test-do";

/**
 * `idle`: sends the first event and waits for the client to go. `cut`: sends it, and breaks off. `uncounted`: a stream of
 * chat completions whose client did not ask for its usage.
 */
export type Deed = "document" | "stream" | "hit" | "refusal" | "overload" | "idle" | "cut" | "uncounted" | "tokens";

/** All that an upstream has said, and what its answers have to cost, in billionths of a USD. */
export interface Told {
  requests: number;
  failures: number;
  cancelled: number;
  cacheHits: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  unpricedRequests: number;
  cost: number;
}

/** In billionths of a USD for a token, as the providers' pages have them. */
const PRICES: Readonly<Record<string, Readonly<Record<keyof Counts, number>>>> = {
  "claude-sonnet-5-5": { input: 2_000, output: 10_000, read: 100, write5m: 2_500, write1h: 4_000 },
  "claude-haiku-5-5": { input: 100, output: 500, read: 10, write5m: 125, write1h: 200 },
  "gpt-5.5": { input: 5_000, output: 30_000, read: 500, write5m: 0, write1h: 0 },
};

const KINDS = ["input", "output", "read", "write5m", "write1h"] as const;

/** Answers in all three protocols as it is told, with numbers of its own, and adds up what it says. */
export async function startMixedUpstream(): Promise<{ readonly url: string; readonly told: Told }> {
  const told: Told = {
    requests: 0,
    failures: 0,
    cancelled: 0,
    cacheHits: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    unpricedRequests: 0,
    cost: 0,
  };
  let seed = 0;
  const any = (most: number) => (Math.imul(++seed, 2_654_435_761) >>> 8) % most;

  function tell({ input, output, read, write5m, write1h }: Counts): void {
    told.inputTokens += input;
    told.outputTokens += output;
    told.cacheReadTokens += read;
    told.cacheWrite5mTokens += write5m;
    told.cacheWrite1hTokens += write1h;
  }

  function charge(model: string, counts: Counts): void {
    const prices = PRICES[model];
    if (prices === undefined) told.unpricedRequests += 1;
    else told.cost += KINDS.reduce((sum, kind) => sum + counts[kind] * prices[kind], 0);
  }

  function answer(path: string, deed: Deed, model: string, response: ServerResponse): void {
    const cacheStatus = deed === "hit" ? "HIT" : "MISS";
    const headers = { "cf-aig-cache-status": cacheStatus, "cf-aig-log-id": "01KBGATEWAYLOG0000000000ID" };
    const send = (status: number, body: object) =>
      void response.writeHead(status, { ...headers, "content-type": "application/json" }).end(JSON.stringify(body));
    // Another model answers in its place, and that is the request that is counted.
    if (deed === "overload" && model !== "claude-haiku-5-5") {
      send(529, { type: "error", error: { type: "overloaded_error", message: "Overloaded" } });
      return;
    }
    told.requests += 1;
    if (deed === "tokens") {
      send(200, { input_tokens: any(9_000) });
      return;
    }
    if (deed === "refusal") {
      told.failures += 1;
      send(400, { type: "error", error: { type: "invalid_request_error", message: "max_tokens: too large" } });
      return;
    }
    const isClaude = path.includes("/anthropic");
    const [write5m, write1h] = isClaude ? [any(400), any(300)] : [0, 0];
    const counts = { input: any(5_000), output: any(900), read: any(9_000), write5m, write1h };
    const build = isClaude ? messages : path.includes("/chat/") ? chat : responses;
    const { document, events } = build(counts, model);
    if (deed === "idle" || deed === "cut") {
      // Anthropic's stream says at its beginning what went in.
      if (isClaude) tell({ ...counts, output: 0 });
      told.unpricedRequests += 1;
      told[deed === "idle" ? "cancelled" : "failures"] += 1;
      response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
      // Enough to show that it goes well.
      response.write(events.slice(0, 6).join(""), () => {
        if (deed === "cut") setImmediate(() => response.destroy());
      });
      return;
    }
    if (deed === "uncounted") told.unpricedRequests += 1;
    else tell(counts);
    if (deed === "hit") told.cacheHits += 1;
    else if (deed !== "uncounted") charge(model, counts);
    if (deed === "document" || deed === "hit") {
      send(200, document);
      return;
    }
    response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
    for (const each of events) if (deed !== "uncounted" || !each.includes('"usage":{')) response.write(each);
    response.end();
  }

  const server = createServer((request: IncomingMessage, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const { model = "" } = JSON.parse(Buffer.concat(pieces).toString()) as { model?: string };
      answer(request.url ?? "", request.headers[DO] as Deed, model, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, told };
}
