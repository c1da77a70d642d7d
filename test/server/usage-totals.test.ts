import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { claudeAt, GATEWAY_SECRETS, gatewayConfig, gptAt } from "../support/gateway-home.ts";
import {
  CANARY_CLIENT_TOKEN,
  type GatewayProcess,
  startGatewayProcess,
  writeHome,
} from "../support/gateway-process.ts";
import { type Deed, DO, startMixedUpstream } from "../support/mixed-upstream.ts";
import { openclaw, temporaryHome } from "../support/program.ts";

/** `OPENCLAW_TEST_REQUESTS=10000 npx vitest run test/server/usage-totals.test.ts` */
const REQUESTS = Number(process.env.OPENCLAW_TEST_REQUESTS ?? 400);

/** @why the files that a process may have open. */
const AT_ONCE = 8;

const [SONNET, OPUS, HAIKU] = ["claude-sonnet-5-5", "claude-opus-5-5", "claude-haiku-5-5"] as const;

function homeFor(url: string): string {
  const home = temporaryHome();
  writeHome(home, gatewayConfig({ ...claudeAt(url), ...gptAt(url) }, [OPUS, HAIKU]), GATEWAY_SECRETS);
  return home;
}

interface Kind {
  readonly path: string;
  readonly model: string;
  readonly deed: Deed;
}

const [MESSAGES, RESPONSES, CHAT] = ["/v1/messages", "/v1/responses", "/v1/chat/completions"];

const ANSWERED: readonly Deed[] = ["document", "stream", "stream", "hit", "refusal", "idle", "cut"];

const KINDS: readonly Kind[] = [
  ...ANSWERED.flatMap((deed) => [
    { path: MESSAGES, model: SONNET, deed },
    { path: RESPONSES, model: "gpt-5.5", deed },
    { path: CHAT, model: "gpt-5.5", deed },
  ]),
  { path: MESSAGES, model: "claude-unheard-of-1", deed: "document" },
  { path: MESSAGES, model: "claude-unheard-of-1", deed: "stream" },
  { path: CHAT, model: "gpt-unheard-of-1", deed: "stream" },
  { path: CHAT, model: "gpt-5.5", deed: "uncounted" },
  { path: "/v1/messages/count_tokens", model: SONNET, deed: "tokens" },
  { path: MESSAGES, model: OPUS, deed: "overload" },
];

const headers = { "x-api-key": CANARY_CLIENT_TOKEN, "content-type": "application/json" };

/** Sends a request, and leaves as soon as its answer begins. */
function askAndLeave(url: string, { path, model, deed }: Kind): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { method: "POST", headers: { ...headers, [DO]: deed }, agent: false });
    asked.on("response", (response) => {
      response.on("error", () => {}).on("close", resolve);
      response.once("data", () => asked.destroy());
    });
    asked.on("error", reject);
    asked.end(JSON.stringify({ model, stream: true, max_tokens: 9, messages: [], input: "x" }));
  });
}

async function send(url: string, kind: Kind): Promise<void> {
  const { path, model, deed } = kind;
  if (deed === "idle") return askAndLeave(url, kind);
  const body = { model, stream: deed !== "document", max_tokens: 9, messages: [], input: "x" };
  const asked = ask(`${url}${path}`, { body, headers: { ...headers, [DO]: deed } });
  // A client hears that its stream was cut off, or an event that says so.
  await (deed === "cut" ? asked.catch(() => {}) : asked);
}

/** Sends all kinds in turn to all addresses, some at a time, and says how many were to go to another model. */
async function sendAll(urls: readonly string[]): Promise<number> {
  let next = 0;
  let failovers = 0;
  const sendOn = async () => {
    for (let index = next++; index < REQUESTS; index = next++) {
      const kind = KINDS[index % KINDS.length] as Kind;
      if (kind.deed === "overload") failovers += 1;
      await send(urls[index % urls.length] ?? "", kind);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendOn));
  return failovers;
}

async function end(gateways: readonly GatewayProcess[]): Promise<void> {
  for (const { kill } of gateways) kill("SIGTERM");
  for (const { ended } of gateways) await ended;
}

describe("totals of usage are what the upstream says that it said", () => {
  it.each([
    ["one process", [[]]],
    ["two processes", [["--workers", "2"]]],
    ["two gateways of one state folder", [[], []]],
  ] as const)("of %s", async (_, gatewayArgs) => {
    const { url, told } = await startMixedUpstream();
    const home = homeFor(url);
    const gateways = await Promise.all(gatewayArgs.map((args) => startGatewayProcess({ home, args })));
    const failovers = await sendAll(gateways.map((gateway) => gateway.url));
    await end(gateways);
    const { cost, ...counts } = told;
    for (const by of ["day", "model", "client", "session", "provider"]) {
      const { stdout } = await openclaw(["usage", "--json", "--since", "2d", "--by", by], { home });
      const { total, damagedLines, unreadable } = JSON.parse(stdout);
      expect({ damagedLines, unreadable }).toEqual({ damagedLines: 0, unreadable: [] });
      expect(total).toMatchObject({ ...counts, failovers });
      expect(total.requests).toBe(REQUESTS);
      expect(total.costUsd).toBe(cost / 1e9);
    }
  });
});
