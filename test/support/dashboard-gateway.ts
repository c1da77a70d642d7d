import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { PageSessions } from "../../src/config/page-session.ts";
import { PROOF_HEADER, prover } from "../../src/config/token-proof.ts";
import { Secret } from "../../src/core/secret.ts";
import { VERSION } from "./answering-gateway.ts";

const SUMS = {
  failovers: 2,
  cacheHits: 0,
  cancelled: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  unifiedBillingFeeUsd: 0,
};

const row = (key: string | null, requests: number, more: object = {}) => ({
  key,
  ...SUMS,
  requests,
  failures: 3,
  inputTokens: 1_250_000,
  outputTokens: 34_000,
  costUsd: 1.234,
  unpricedRequests: 0,
  firstByteMs: { p50: 820, p95: 2_300 },
  ...more,
});

const CLAUDE = "cloudflare-ai-gateway/claude-sonnet-5-5";
const GPT = "cloudflare-ai-gateway-openai/gpt-5.5";

/** What `/dashboard/state` says of a gateway that is well. */
export const STATE = {
  time: "2026-11-28T12:00:00.000Z",
  ok: true,
  version: VERSION,
  pid: 4242,
  startedAt: "2026-11-28T08:48:00.000Z",
  problems: [] as readonly object[],
  openRequests: 12,
  heldBytes: 1_234,
  cooldowns: [] as readonly object[],
  setup: {
    profile: null,
    listen: "http://127.0.0.1:1",
    configFile: "/x",
    usageDays: 90,
    defaults: [CLAUDE],
    providers: [],
  },
};

export const FIGURES = {
  period: "1h",
  total: row(null, 1_200),
  byModel: [row(CLAUDE, 1_000), row(GPT, 200, { costUsd: null, unpricedRequests: 200, failures: 0 })],
  byClient: [row("anna", 900), row(null, 300)],
  byProvider: [],
  series: {},
};

/** A line of the stream. */
export const requestLine = (time: string, path: string, more: object = {}) => ({
  time,
  model: CLAUDE,
  client: "anna",
  method: "POST",
  path,
  status: 200,
  firstByteMs: 820,
  durationMs: 4_000,
  requestBytes: 1,
  responseBytes: 1,
  inputTokens: 100,
  outputTokens: 20,
  costUsd: 0.01,
  ...more,
});

/** A server that shows what it does as a running gateway does, with a token that callers have to prove and present. */
export async function dashboardGateway(token: string, port = 0) {
  let [state, figures, requests]: [object, object, readonly object[]] = [STATE, FIGURES, []];
  let status = 200;
  const streams = new Set<ServerResponse>();
  const asked: string[] = [];
  const event = (line: object) => `event: request\ndata: ${JSON.stringify(line)}\n\n`;
  const reply = prover([new Secret(token)]);
  const sessions = new PageSessions([{ name: undefined, token: new Secret(token) }]);
  const pass = "ocp_pass";
  let session = "ocs_1";
  const server = createServer((request, response) => {
    const { url = "", headers } = request;
    const [path] = url.split("?");
    asked.push(url);
    if (path === "/healthz") return void response.end(JSON.stringify({ ok: true, version: VERSION, pid: 4242 }));
    if (path === "/readyz") {
      const proof = reply(String(headers[PROOF_HEADER] ?? ""));
      return void response.end(JSON.stringify({ ok: true, ...(proof && { proof, problems: [] }) }));
    }
    if (status !== 200) return void response.writeHead(status).end("{}");
    if (path === "/dashboard/pass") {
      const proved = sessions.proved(String(headers[PROOF_HEADER] ?? ""));
      return void response.writeHead(proved ? 200 : 401).end(JSON.stringify({ pass, proof: proved?.reply }));
    }
    if (path === "/dashboard/session" && headers.authorization === `Bearer ${pass}`)
      return void response.end(JSON.stringify({ session, until: STATE.time }));
    if (headers.authorization !== `Bearer ${session}`) return void response.writeHead(401).end("{}");
    if (path === "/dashboard/state") return void response.end(JSON.stringify(state));
    if (path === "/dashboard/figures") return void response.end(JSON.stringify(figures));
    if (path !== "/dashboard/requests") return void response.writeHead(404).end("{}");
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`: requests\n\n${requests.map(event).join("")}`);
    streams.add(response);
    response.on("close", () => streams.delete(response));
  });
  await new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    become: (change: { state?: object; figures?: object; requests?: readonly object[]; status?: number }) => {
      state = change.state ?? state;
      figures = change.figures ?? figures;
      requests = change.requests ?? requests;
      status = change.status ?? status;
    },
    /** Sessions that were given out are over. */
    endSessions: () => {
      session = "ocs_2";
    },
    /** A request ends. */
    serve: (line: object) => {
      requests = [...requests, line];
      for (const stream of streams) stream.write(event(line));
    },
    close,
  };
}
