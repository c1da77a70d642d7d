import { spawnSync } from "node:child_process";
import { expect } from "vitest";
import { ask } from "./client.ts";
import { claudeAt, GATEWAY_SECRETS, gatewayConfig, gptAt } from "./gateway-home.ts";
import { CANARY_CLIENT_TOKEN, writeHome } from "./gateway-process.ts";
import { temporaryHome } from "./program.ts";
import { type ParsedMetric, parseMetrics, totalOf } from "./prometheus-text.ts";
import type { UsageUpstream } from "./usage-upstream.ts";

export const ANNA_TOKEN = "CANARY-token-of-anna-for-this-gateway";
export const METRICS_PREFIX = "openclaw_gateway_";

/** A home whose gateway asks that upstream in all protocols, for two clients. */
export function metricsHome({ url }: Pick<UsageUpstream, "url">, more: object = {}): string {
  const home = temporaryHome();
  const providers = {
    ...claudeAt(url, { models: [{ id: "claude-sonnet-5-5", name: "Claude" }] }),
    ...gptAt(url, { models: [{ id: "gpt-5.5", name: "GPT" }] }),
  };
  writeHome(
    home,
    { ...gatewayConfig(providers), ...more },
    { ...GATEWAY_SECRETS, OPENCLAW_GATEWAY_TOKENS: `anna=${ANNA_TOKEN}` },
  );
  return home;
}

const KINDS = [
  { path: "/v1/messages", body: { model: "claude-sonnet-5-5", max_tokens: 9, messages: [] }, token: ANNA_TOKEN },
  { path: "/v1/responses", body: { model: "gpt-5.5", input: "CANARY asked" }, token: CANARY_CLIENT_TOKEN },
  {
    path: "/v1/chat/completions",
    body: { model: "gpt-5.5", messages: [{ role: "user", content: "CANARY asked" }] },
    token: CANARY_CLIENT_TOKEN,
  },
];

/** Sends so many requests of all kinds, some at a time. */
export async function sendMixed(url: string, count: number): Promise<void> {
  let next = 0;
  const sendOn = async () => {
    for (let index = next++; index < count; index = next++) {
      const { path, body, token } = KINDS[index % KINDS.length] ?? { path: "", body: {}, token: "" };
      await ask(`${url}${path}`, { body, headers: { "x-api-key": token } });
    }
  };
  await Promise.all(Array.from({ length: 8 }, sendOn));
}

/** The text of all metrics, by the token. */
export async function scrape(url: string): Promise<string> {
  const { status, body } = await ask(`${url}/metrics`, { headers: { "x-api-key": CANARY_CLIENT_TOKEN } });
  expect(status).toBe(200);
  return body;
}

export const total = (metrics: readonly ParsedMetric[], name: string, labels: Readonly<Record<string, string>> = {}) =>
  totalOf(metrics, METRICS_PREFIX + name, labels);

/** All metrics, once every request is over and the processes have told of so many. */
export async function settled(url: string, requests: number): Promise<readonly ParsedMetric[]> {
  for (;;) {
    const metrics = parseMetrics(await scrape(url));
    const isOver = total(metrics, "open_requests") === 0;
    if (isOver && total(metrics, "requests_total") >= requests) return metrics;
  }
}

const version = spawnSync("promtool", ["--version"], { encoding: "utf8" });

/** Why Prometheus's own checks are left out; `undefined` if they are not. */
export const noPromtool =
  version.status === 0 ? undefined : "promtool is not installed; Debian has it in its package `prometheus`.";

/** What promtool says, which is nothing where all is well. */
export function promtool(
  args: readonly string[],
  input = "",
): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync("promtool", args, { encoding: "utf8", input });
  return { status, said: stdout + stderr };
}
