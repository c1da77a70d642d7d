import Anthropic from "@anthropic-ai/sdk";
import { describe, expect, onTestFinished, test } from "vitest";
import { ask } from "../support/client.ts";
import { CLIENT_TOKEN, HELLO, MODEL, OURS } from "../support/local-gateway.ts";
import { type StandIn, startStandIn } from "../support/stand-in/stand-in.ts";
import { startWorkerBoth, WORKER_SECRETS, workerConfig } from "../support/worker.ts";
import { startWorkerFleet } from "../support/worker-fleet.ts";
import { machine } from "../support/worker-project.ts";

const ANNA = "CANARY-token-of-anna-CANARY-token-of-anna";
const BOT = "CANARY-token-of-a-bot-CANARY-token-of-a-bot";
const NAMED = { ...WORKER_SECRETS, OPENCLAW_GATEWAY_TOKENS: `anna=${ANNA},bot=${BOT}` };

const FALLBACK = `${OURS}/claude-haiku-4-5`;
const FIRST = `${OURS}/${MODEL}`;

const withFallback = (standIn: StandIn) => ({
  ...workerConfig(standIn),
  agents: { defaults: { model: { primary: FIRST, fallbacks: [FALLBACK] } } },
});

async function started(): Promise<StandIn> {
  const standIn = await startStandIn();
  onTestFinished(() => standIn.close());
  return standIn;
}

const modelsAsked = ({ requests }: StandIn) => requests.map(({ body }) => JSON.parse(body).model);

describe("named tokens on Workers", () => {
  test("tell the provider who asks, and the session, and nothing of the token", async () => {
    const { worker, standIn } = await startWorkerBoth({ bindings: NAMED });
    const session = { "x-claude-code-session-id": "9f1c2f0e-6f9e-4d2c-8a51-0d6b7c7f3f10" };
    const asked = (headers: Readonly<Record<string, string>>) =>
      ask(`${worker.url}/v1/messages`, { body: HELLO, headers });

    for (const headers of [{ "x-api-key": ANNA, ...session }, { "x-api-key": BOT }, { "x-api-key": CLIENT_TOKEN }])
      expect(await asked(headers)).toMatchObject({ status: 200 });
    expect(await asked({ "x-api-key": `${ANNA}x` })).toMatchObject({ status: 401 });

    expect(standIn.requests.map(({ headers }) => headers["cf-aig-metadata"])).toEqual([
      '{"client":"anna","session":"9f1c2f0e-6f9e-4d2c-8a51-0d6b7c7f3f10"}',
      '{"client":"bot"}',
      undefined,
    ]);
    await expect
      .poll(() => worker.records().map(({ client }) => client))
      .toEqual(["anna", "bot", undefined, undefined]);
    expect(JSON.stringify([standIn.requests, worker.console])).not.toContain("CANARY");
  });

  test.each([
    [
      "UTF-8 of a client",
      { "cf-aig-metadata": Buffer.from('{"t":"研"}').toString("latin1") },
      '{"client":"anna","t":"\\u7814"}',
    ],
    ["odd signs of a session", { "x-claude-code-session-id": 'a"},\\{é b\t-c' }, '{"client":"anna","session":"ab-c"}'],
    ["a client that says to be another", { "cf-aig-metadata": '{"client":"boss","n":1}' }, '{"client":"anna","n":1}'],
  ])("are told as the gateway of a machine tells them: %s", async (_, headers, arrives) => {
    const { worker, standIn } = await startWorkerBoth({ bindings: NAMED });
    const body = Buffer.from(JSON.stringify(HELLO));
    const note = Buffer.from("é研").toString("latin1");
    await ask(`${worker.url}/v1/messages`, { body, headers: { "x-api-key": ANNA, "x-note": note, ...headers } });
    expect(standIn.requests.map((request) => request.headers["x-note"])).toEqual([note]);
    expect(standIn.requests.map((request) => request.headers["cf-aig-metadata"])).toEqual([arrives]);
  });
});

describe("limits of clients on Workers", () => {
  const limited = (text: string) => ({
    bindings: { ...NAMED, OPENCLAW_GATEWAY_LIMITS: text },
    options: {
      ratelimits: {
        OPENCLAW_LIMIT_2_PER_10S: { simple: { limit: 2, period: 10 } },
        OPENCLAW_LIMIT_1_PER_60S: { simple: { limit: 1, period: 60 } },
      },
    },
  });
  const statusOf = async (url: string, token: string) =>
    (await ask(`${url}/v1/messages`, { body: HELLO, headers: { "x-api-key": token } })).status;

  test("hold for each token by itself, and end", { timeout: 30_000 }, async () => {
    const { worker, standIn } = await startWorkerBoth(limited("2/10s,bot=none"));
    const statuses: Record<string, number[]> = {};
    for (const token of [ANNA, BOT, CLIENT_TOKEN]) {
      // Of three requests, at least one is the third of a period.
      statuses[token] = [];
      while (statuses[token].length < 5) statuses[token].push(await statusOf(worker.url, token));
    }
    expect(statuses[ANNA]?.slice(0, 2)).toEqual([200, 200]);
    expect(statuses[ANNA]).toContain(429);
    expect(statuses[CLIENT_TOKEN]).toContain(429);
    expect(statuses[BOT]).toEqual([200, 200, 200, 200, 200]);
    const passed = Object.values(statuses)
      .flat()
      .filter((status) => status === 200).length;
    expect(standIn.requests).toHaveLength(passed);

    const chat = { body: HELLO, headers: { authorization: `Bearer ${ANNA}`, "x-api-key": undefined } };
    let refused = await ask(`${worker.url}/v1/chat/completions`, chat);
    while (refused.status !== 429) refused = await ask(`${worker.url}/v1/chat/completions`, chat);
    expect(refused.headers["retry-after"]).toMatch(/^(?:10|[1-9])$/);
    expect(JSON.parse(refused.body).error).toMatchObject({
      type: "rate_limit_error",
      message: expect.stringMatching(
        /^The token of "anna" may send 2 requests every 10 seconds through this gateway\. Try again in \d+ seconds?\.$/,
      ),
      details: { error_code: "client-limit" },
    });
    await expect.poll(() => statusOf(worker.url, ANNA), { timeout: 15_000, interval: 500 }).toBe(200);
    expect(worker.records().find(({ status }) => status === 429)).toMatchObject({ ended: "client-limit" });
  });

  test("are a rate limit to Anthropic's own client", async () => {
    const { worker } = await startWorkerBoth(limited("1/minute"));
    const client = new Anthropic({ baseURL: worker.url, apiKey: ANNA, authToken: null, maxRetries: 0 });
    const asked = [];
    for (let request = 0; request < 3; request += 1)
      asked.push(await client.messages.create(HELLO).catch((error: unknown) => error));
    const refused = asked.find((one) => one instanceof Anthropic.RateLimitError);
    expect(refused).toMatchObject({ status: 429, message: expect.stringContaining("may send one request a minute") });
    expect((refused as InstanceType<typeof Anthropic.RateLimitError>).headers.get("retry-after")).toMatch(/^\d+$/);
  });

  test("hold as `gateway worker` writes them", async () => {
    const { write, read } = await machine();
    await write(["--limit", "1/minute", "--limit", "bot=none", "--shared-cooldowns"]);
    const written = JSON.parse(read("wrangler.jsonc").replace(/^\s*\/\/.*$/gm, ""));
    expect(written).toMatchObject({
      durable_objects: { bindings: [{ name: "OPENCLAW_COOLDOWNS", class_name: "SharedCooldowns" }] },
      migrations: [{ new_sqlite_classes: ["SharedCooldowns"] }],
    });
    const { worker } = await startWorkerBoth({
      bindings: { ...NAMED, ...written.vars },
      options: {
        ratelimits: Object.fromEntries(
          written.ratelimits.map(({ name, simple }: { name: string; simple: object }) => [name, { simple }]),
        ),
        durableObjects: { OPENCLAW_COOLDOWNS: { className: "SharedCooldowns", useSQLite: true } },
      },
    });
    // Of three requests, at least two are of one minute.
    const statuses = async (token: string) => [
      await statusOf(worker.url, token),
      await statusOf(worker.url, token),
      await statusOf(worker.url, token),
    ];
    expect([await statuses(BOT), (await statuses(ANNA)).includes(429)]).toEqual([[200, 200, 200], true]);
  });

  test("keep nobody from asking what is served, or from health", async () => {
    const { worker } = await startWorkerBoth(limited("1/minute"));
    const headers = { "x-api-key": ANNA };
    const statuses = [];
    for (let request = 0; request < 3; request += 1) statuses.push(await statusOf(worker.url, ANNA));
    expect(statuses).toContain(429);
    for (const path of ["/healthz", "/readyz", "/v1/models"])
      expect(await ask(`${worker.url}${path}`, { headers })).toMatchObject({ status: 200 });
  });

  test.each([
    [
      "3/minute",
      /OPENCLAW_GATEWAY_LIMITS needs the rate limit OPENCLAW_LIMIT_3_PER_60S, which this Worker does not have/,
    ],
    ["3/hour", /OPENCLAW_GATEWAY_LIMITS: Limit 1 is not a rate that Cloudflare can count\./],
  ])("that cannot be counted (%s) are a problem, and no wall", async (text, problem) => {
    const { worker } = await startWorkerBoth(limited(text));
    for (let request = 0; request < 5; request += 1) expect(await statusOf(worker.url, ANNA)).toBe(200);
    const ready = await ask(`${worker.url}/readyz`, { headers: { "x-api-key": ANNA } });
    expect(JSON.parse(ready.body).problems).toEqual([expect.stringMatching(problem)]);
    expect(
      JSON.parse((await ask(`${worker.url}/readyz`, { headers: { "x-api-key": undefined } })).body).problems,
    ).toBeUndefined();
  });
});

describe("cooldowns of a Worker's isolates", () => {
  const askAt = (url: string | undefined) => ask(`${url}/v1/messages`, { body: HELLO });

  test("are shared through the object", async () => {
    const standIn = await started();
    const { urls, console } = await startWorkerFleet(2, "own", { config: withFallback(standIn), bindings: NAMED });
    standIn.dial("anthropic-rate_limit_error", { times: 1 });
    expect((await askAt(urls[0])).headers["x-openclaw-model"]).toBe(FALLBACK);
    expect((await askAt(urls[1])).headers["x-openclaw-model"]).toBe(FALLBACK);
    expect(modelsAsked(standIn)).toEqual([MODEL, "claude-haiku-4-5", "claude-haiku-4-5"]);
    await expect.poll(() => console.join("\n")).toContain(`${FIRST}: cooling down (anthropic.rate-limited)`);
  });

  test("are each isolate's own without it", async () => {
    const standIn = await started();
    const { urls } = await startWorkerFleet(2, "none", { config: withFallback(standIn), bindings: NAMED });
    standIn.dial("anthropic-rate_limit_error", { times: 1 });
    for (const url of [urls[0], urls[0], urls[1]]) expect(await askAt(url)).toMatchObject({ status: 200 });
    expect(modelsAsked(standIn)).toEqual([MODEL, "claude-haiku-4-5", "claude-haiku-4-5", MODEL]);
  });

  const faulty = ["throws", "hangs", "neverAnswers", "slow", "answersText", "answersNothing", "answersOther"] as const;

  test.each(faulty)("are each isolate's own where the object %s", async (object) => {
    const standIn = await started();
    const { urls, console } = await startWorkerFleet(2, object, {
      config: withFallback(standIn),
      bindings: NAMED,
      speed: 50,
    });
    standIn.dial("anthropic-rate_limit_error", { times: 1 });
    for (const url of [urls[0], urls[0], urls[1]]) expect(await askAt(url)).toMatchObject({ status: 200 });
    expect(modelsAsked(standIn)).toEqual([MODEL, "claude-haiku-4-5", "claude-haiku-4-5", MODEL]);
    // One that is only slow answers in time, with what the other isolates know.
    if (object === "slow") return;
    await expect
      .poll(() => console.join("\n"))
      .toContain("Cooldowns cannot be shared, and each isolate keeps its own:");
  });

  test("an object that hangs is waited for by no request until it is given up", { timeout: 60_000 }, async () => {
    const standIn = await started();
    const { urls, console } = await startWorkerFleet(1, "hangs", {
      config: withFallback(standIn),
      bindings: NAMED,
      // It is given up after half a minute, so that a slow machine is not taken for a request that waits.
      speed: 0.1,
    });
    const sent = await Promise.all(Array.from({ length: 20 }, () => askAt(urls[0])));
    expect(sent.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(console.join("\n")).not.toContain("Cooldowns cannot be shared");
  });
});
