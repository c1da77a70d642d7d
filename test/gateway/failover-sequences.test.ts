import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { Cooldowns } from "../../src/gateway/cooldowns.ts";
import { FailoverRun, type Failure } from "../../src/gateway/failover.ts";
import { toFailure } from "../../src/gateway/upstream-failure.ts";
import { ask } from "../support/client.ts";
import { HELLO, OURS, startLocalGateway } from "../support/local-gateway.ts";
import { httpServer } from "../support/sockets.ts";

/** What a model says: `ok`, a status, a status with its `Retry-After`, or a connection that is reset. */
type Said = "ok" | "reset" | `${number}` | `${number}/${number}`;

interface Asked {
  /** Seconds since the request before. */
  readonly later?: number;
  /** Of the default model and its fallbacks, in their order. */
  readonly says: readonly Said[];
  /** Who is asked, in this order. */
  readonly asked: string;
  /** The status, whose it is, and the seconds in `retry-after`. */
  readonly client: string;
}

const asks = (says: string, asked: string, client: string, later = 0): Asked => ({
  says: says.split(" ") as Said[],
  asked,
  client,
  later,
});

type Sequence = readonly [name: string, requests: readonly Asked[]];

/** Bound to the request: it says nothing about the next one. */
const ofRequest = (status: number): Sequence => [
  `an overload, then a ${status} of the fallback`,
  [
    asks(`529 ${status}`, "ab", "529 a 32"),
    asks(`529 ${status}`, "ba", "529 a 31", 1),
    asks(`ok ${status}`, "ba", "200 a", 1),
    asks("ok ok", "a", "200 a", 1),
  ],
];

/** Bound to the fallback: it is left alone, and the default model is asked although it cools down. */
const ofFallback = (status: number): Sequence => [
  `an overload, then a ${status} of the fallback`,
  [
    asks(`529 ${status}`, "ab", "529 a 32"),
    asks(`529 ${status}`, "a", "529 a 31", 1),
    asks(`ok ${status}`, "a", "200 a", 1),
    asks(`529 ${status}`, "a", "529 a 32", 1),
    asks(`529 ${status}`, "ab", "529 a 32", 400),
  ],
];

const ofClient = (status: number): Sequence => [
  `a ${status} of the default model`,
  [asks(`${status} ok ok`, "a", `${status} a`), asks("ok ok ok", "a", "200 a")],
];

const SEQUENCES: readonly Sequence[] = [
  [
    "an overload, then a fallback that serves",
    [asks("529 ok", "ab", "200 b"), asks("ok ok", "b", "200 b", 31), asks("ok ok", "a", "200 a", 1)],
  ],
  ...[400, 409, 413, 422].map(ofRequest),
  ...[401, 403, 404].map(ofFallback),
  ...[400, 401, 403, 413, 422].map(ofClient),
  ["a limit with its time, then a 400", [asks("429/7 400", "ab", "429 a 7"), asks("ok 400", "a", "200 a", 7)]],
  ["a limit with its time, then a bad key", [asks("429/7 401", "ab", "429 a 7"), asks("429/3 401", "a", "429 a 3", 7)]],
  ["a full server, then a body too large", [asks("503 413", "ab", "503 a 32")]],
  ["an internal error, then a bad key", [asks("500 401", "ab", "500 a 2"), asks("ok ok", "a", "200 a", 2)]],
  ["a broken connection, then a 400", [asks("reset 400", "ab", "502 a 2"), asks("ok 400", "ba", "200 a")]],
  ["an overload of both", [asks("529 529", "ab", "529 a 32"), asks("529 ok", "a", "529 a 31", 1)]],
  [
    "an overload, then a limit of the fallback that is over sooner",
    [asks("529 429/5", "ab", "529 a 5"), asks("529 ok", "b", "200 b", 5)],
  ],
  ["an overload that names its time", [asks("529/90 429/5", "ab", "529 a 90"), asks("529 429/9", "b", "429 b 9", 5)]],
  ["a third model after a refusal", [asks("529 400 ok", "abc", "200 c"), asks("529 401 ok", "bc", "200 c", 1)]],
  ["a third model that is overloaded", [asks("529 401 529/9", "abc", "529 a 9"), asks("ok ok ok", "c", "200 c", 9)]],
  ["refusals of all others", [asks("529 401 403", "abc", "529 a 32"), asks("ok ok ok", "a", "200 a", 1)]],
  ["an overload of all three", [asks("529 529 529", "abc", "529 a 32"), asks("ok ok ok", "a", "200 a", 32)]],
  ["a model that is gone", [asks("404 ok", "ab", "200 b"), asks("404 ok", "b", "200 b", 1)]],
  ["a model that is gone, then an overload", [asks("404 529", "ab", "529 b 32"), asks("404 ok", "b", "200 b", 1)]],
  ["a model that is gone, then a bad key", [asks("404 401", "ab", "404 a")]],
  [
    "a bill that nobody paid",
    [
      asks("402 ok", "ab", "200 b"),
      asks("402 ok", "b", "200 b", 600),
      asks("402 ok", "ab", "200 b", 60),
      asks("402 ok", "b", "200 b", 1200),
      asks("ok ok", "a", "200 a", 120),
    ],
  ],
  ["a bill that nobody paid at any", [asks("402 402", "ab", "402 a")]],
  ["a wrong request meanwhile", [asks("529 ok", "ab", "200 b"), asks("400 400", "ba", "400 a", 1)]],
  ["a bad key of the fallback meanwhile", [asks("529 ok", "ab", "200 b"), asks("529 401", "ba", "529 a 31", 1)]],
  ["an overload of the fallback meanwhile", [asks("529 ok", "ab", "200 b"), asks("ok 529", "b", "529 b 31", 1)]],
  ["a limit, then a shorter one", [asks("429/60 ok", "ab", "200 b"), asks("ok ok", "b", "200 b", 59)]],
  ["the only model", [asks("529", "a", "529 a"), asks("529/8", "a", "529 a 8"), asks("ok", "a", "200 a")]],
];

const NAMES = "abc";
const MODELS = ["claude-sonnet-4-6", "claude-opus-4-8", "claude-haiku-4-5"];

const TYPES: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  500: "api_error",
  529: "overloaded_error",
};

const mayPass = (status: number) => status === 429 || status >= 500;

function answerOf(said: Said) {
  const [status = 0, retryAfter] = said.split("/").map(Number);
  const error = { type: TYPES[status] ?? "invalid_request_error", message: status === 404 ? "model: gone" : "no" };
  return {
    status,
    headers: {
      "content-type": "application/json",
      "x-should-retry": String(mayPass(status)),
      ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    },
    body: JSON.stringify({ type: "error", error }),
  };
}

function failureOf(said: Said): Failure {
  if (said === "reset") return { kind: "fault", code: "network.cut-off", fault: "cut-off", isStale: false };
  const { status, headers, body } = answerOf(said);
  return toFailure(
    { kind: "response", status, headers: Object.entries(headers).flat(), body: Buffer.from(body) },
    undefined,
  );
}

const shown = (status: number | string, who: string | undefined, wait: number | string | undefined) =>
  [status, who, wait].filter(Boolean).join(" ");

/** The decisions alone. */
function decide(requests: readonly Asked[]): readonly Pick<Asked, "asked" | "client">[] {
  const cooldowns = new Cooldowns();
  let nowMs = 0;
  return requests.map(({ says, later = 0 }) => {
    nowMs += later * 1000;
    const targets = says.map((said, index) => ({ ref: NAMES[index] ?? "", said }));
    type Target = (typeof targets)[number];
    const run = new FailoverRun<Target, Target>(targets as [Target, ...Target[]], cooldowns, nowMs);
    let asked = "";
    for (;;) {
      const { target } = run;
      asked += target.ref;
      if (target.said === "ok") {
        run.served();
        return { asked, client: `200 ${target.ref}` };
      }
      const step = run.failed(failureOf(target.said), nowMs, 0.5, target);
      if (step.kind === "send") continue;
      const { said, ref } = step.evidence;
      const [status = "", own] = said.split("/");
      const wait = own ?? Math.ceil(step.readyInMs / 1000);
      return { asked, client: shown(said === "reset" ? 502 : status, ref, wait) };
    }
  });
}

/** The same through the gateway, each model at an upstream that says what it is told. */
async function run(requests: readonly Asked[], stream: boolean): Promise<readonly Pick<Asked, "asked" | "client">[]> {
  let says: readonly Said[] = [];
  let asked = "";
  const upstream = await httpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(request, "end");
    const index = MODELS.indexOf(JSON.parse(Buffer.concat(chunks).toString()).model);
    asked += NAMES[index] ?? "?";
    const said = says[index] ?? "reset";
    if (said === "reset") return void request.socket.resetAndDestroy();
    if (said !== "ok") {
      const { status, headers, body } = answerOf(said);
      return void response.writeHead(status, headers).end(body);
    }
    const [type, body] = stream
      ? ["text/event-stream", 'event: message_stop\ndata: {"type":"message_stop"}\n\n']
      : ["application/json", '{"type":"message"}'];
    response.writeHead(200, { "content-type": type }).end(body);
  });
  const refs = MODELS.slice(0, requests[0]?.says.length).map((model) => `${OURS}/${model}`);
  let nowMs = 1e6;
  const gateway = await startLocalGateway({
    providers: { [OURS]: { baseUrl: `http://127.0.0.1:${upstream.port}`, api: "anthropic-messages" } },
    primary: refs[0] ?? "",
    fallbacks: refs.slice(1),
    clockMs: () => nowMs,
  });
  const seen: Pick<Asked, "asked" | "client">[] = [];
  for (const request of requests) {
    nowMs += (request.later ?? 0) * 1000;
    [says, asked] = [request.says, ""];
    const { status, headers } = await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, stream } });
    const who = NAMES[refs.indexOf(headers["x-openclaw-model"] ?? "")];
    seen.push({ asked, client: shown(status, who, headers["retry-after"]) });
    if (status !== 200) expect(headers["x-should-retry"]).toBe(String(mayPass(status)));
  }
  expect(gateway.bugs).toEqual([]);
  return seen;
}

const expected = (requests: readonly Asked[]) => requests.map(({ asked, client }) => ({ asked, client }));

describe("in a sequence", () => {
  it.each(SEQUENCES)("%s: the decisions", (_, requests) => {
    expect(decide(requests)).toEqual(expected(requests));
  });

  it.each(SEQUENCES)("%s: through the gateway", async (_, requests) => {
    expect(await run(requests, false)).toEqual(expected(requests));
  });

  it.each(SEQUENCES)("%s: through the gateway, as a stream", async (_, requests) => {
    expect(await run(requests, true)).toEqual(expected(requests));
  });
});

describe("a failure that is too long to be held", () => {
  it.each(["default", "fallback"])("of the %s model is weighed like a short one", async (who) => {
    const long = `{"type":"error","error":{"type":"x","message":"${"x".repeat(600_000)}"}}`;
    const upstream = await httpServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const isDefault = JSON.parse(Buffer.concat(chunks).toString()).model === MODELS[0];
      const isLong = isDefault === (who === "default");
      response.writeHead(isDefault ? 529 : 400, { "content-type": "application/json" }).end(isLong ? long : "{}");
    });
    const [primary = "", fallback = ""] = MODELS.map((model) => `${OURS}/${model}`);
    const gateway = await startLocalGateway({
      providers: { [OURS]: { baseUrl: `http://127.0.0.1:${upstream.port}`, api: "anthropic-messages" } },
      primary,
      fallbacks: [fallback],
    });
    const { status, headers } = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([status, headers["x-openclaw-model"]]).toEqual([529, primary]);
    expect(Number(headers["retry-after"])).toBeGreaterThan(29);
  });
});
