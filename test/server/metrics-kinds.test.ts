import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask, wireTo } from "../support/client.ts";
import { CLAUDE, claudeAt, GATEWAY_SECRETS, gatewayConfig } from "../support/gateway-home.ts";
import { CANARY_CLIENT_TOKEN, startGatewayHere, writeHome } from "../support/gateway-process.ts";
import { METRICS_PREFIX, noPromtool, promtool, scrape, settled, total } from "../support/metrics.ts";
import { CANARY_KEY, openclaw, temporaryHome } from "../support/program.ts";
import { type ParsedMetric, parseMetrics } from "../support/prometheus-text.ts";
import { standIn as startStandIn } from "../support/stand-in.ts";

const SONNET = "claude-sonnet-4-6";
const HAIKU = "claude-haiku-4-5";
const HEADERS = { "x-api-key": CANARY_CLIENT_TOKEN };
const HELLO = { max_tokens: 10, messages: [{ role: "user", content: "CANARY asked" }] };

/** Nothing listens there. */
const NOBODY = { baseUrl: "http://127.0.0.1:9/v1", api: "openai-completions", models: [{ id: "m1", name: "M1" }] };

async function setUp() {
  const standIn = await startStandIn({ anthropicKeys: [{ value: CANARY_KEY }] });
  const home = temporaryHome();
  const config = gatewayConfig({ ...claudeAt(standIn.gatewayBase()), nobody: NOBODY }, [SONNET, HAIKU]);
  writeHome(home, config, GATEWAY_SECRETS);
  const write = (text: string) => writeFileSync(join(home, ".openclaw", "openclaw.json"), text, { mode: 0o600 });
  return { standIn, home, config, write };
}

const labelsOf = (metrics: readonly ParsedMetric[], name: string) =>
  metrics.find((metric) => metric.name === METRICS_PREFIX + name)?.samples.map(({ labels }) => labels) ?? [];

const say = (url: string, model?: string) =>
  ask(`${url}/v1/messages`, { body: { ...HELLO, ...(model !== undefined && { model }) }, headers: HEADERS });

describe("what the metrics say of what goes wrong", () => {
  it("is who served instead, which layer failed, and what cools down", async () => {
    const { standIn, home } = await setUp();
    const { url } = await startGatewayHere({ home });
    standIn.dial("anthropic-overloaded_error", { times: 1 });
    expect((await say(url)).status).toBe(200);
    expect((await say(url, "nobody/m1")).status).toBeGreaterThanOrEqual(400);
    const chat = { model: "nobody/m1", messages: [] };
    expect((await ask(`${url}/v1/chat/completions`, { body: chat, headers: HEADERS })).status).toBe(502);
    const metrics = await settled(url, 2);
    expect(total(metrics, "failovers_total", { model: HAIKU })).toBe(1);
    expect(labelsOf(metrics, "upstream_failures_total")).toEqual(
      expect.arrayContaining([
        { provider: CLAUDE, model: SONNET, layer: "anthropic", code: "anthropic.overloaded" },
        expect.objectContaining({ provider: "nobody", model: "m1", layer: "network" }),
      ]),
    );
    const seconds = total(metrics, "cooldown_remaining_seconds", { provider: CLAUDE, model: SONNET });
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(33);
    expect(total(metrics, "ready")).toBe(1);
  });

  it("is who gave up, and which streams are open until then", async () => {
    const { standIn, home } = await setUp();
    const { url } = await startGatewayHere({ home });
    standIn.dial("stall", { after: 600 });
    const { socket, hears } = wireTo(Number(new URL(url).port));
    const body = JSON.stringify({ ...HELLO, stream: true });
    socket.write(
      `POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${CANARY_CLIENT_TOKEN}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await hears(/event: /);
    const during = parseMetrics(await scrape(url));
    expect([total(during, "open_requests"), total(during, "open_streams")]).toEqual([1, 1]);
    socket.destroy();
    const after = await settled(url, 1);
    expect(total(after, "requests_total", { outcome: "cancelled" })).toBe(1);
    expect([total(after, "open_streams"), total(after, "held_bytes")]).toEqual([0, 0]);
  });

  it("is a configuration that could not be used, until it can", async () => {
    const { home, config, write } = await setUp();
    const gateway = await startGatewayHere({ home });
    const counts = async () => {
      const metrics = parseMetrics(await scrape(gateway.url));
      const reloads = (result: string) => total(metrics, "config_reloads_total", { result });
      return [reloads("ok"), reloads("failed"), total(metrics, "config_last_reload_successful")];
    };
    expect(await counts()).toEqual([0, 0, 1]);
    write("{ broken");
    await gateway.says(/was not reloaded/);
    await expect.poll(counts, { timeout: 20_000 }).toEqual([0, 1, 0]);
    write(JSON.stringify(config, null, 1));
    await gateway.says(/was reloaded/);
    await expect.poll(counts, { timeout: 20_000 }).toEqual([1, 1, 1]);
  });

  it("is what the record lacks, where the disk takes nothing", async () => {
    const { home } = await setUp();
    const refuse = async () => {
      throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    };
    const gateway = await startGatewayHere({ home, context: { append: refuse } });
    await say(gateway.url);
    await gateway.says(/not recorded/);
    await expect
      .poll(async () => total(parseMetrics(await scrape(gateway.url)), "record_lines_lost_total"), { timeout: 20_000 })
      .toBe(1);
  });
});

describe("labels", () => {
  it("are few, whatever names requests have", async () => {
    const { home } = await setUp();
    const { url } = await startGatewayHere({ home });
    const names = Array.from({ length: 80 }, (_, index) => `claude-of-tomorrow-${index}`);
    await Promise.all(names.map((name) => say(url, name)));
    await say(url, SONNET);
    const metrics = await settled(url, 81);
    const models = new Set(labelsOf(metrics, "requests_total").map(({ model }) => model));
    expect(models).toEqual(new Set(["other", SONNET]));
  });

  it("and all the rest have no secret in them, and nothing of what was said", async () => {
    const { standIn, home } = await setUp();
    const { url } = await startGatewayHere({ home, args: ["--usage", "off"] });
    await say(url);
    standIn.dial("anthropic-authentication_error", { times: 1, message: `You sent ${CANARY_KEY}` });
    await say(url);
    await say(url, CANARY_KEY);
    await ask(`${url}/v1/files/${CANARY_KEY}`, { headers: { ...HEADERS, "anthropic-version": "2023-06-01" } });
    await ask(`${url}/v1/messages?key=${CANARY_KEY}`, { body: HELLO, headers: { "x-api-key": CANARY_KEY } });
    const metrics = await settled(url, 3);
    const text = await scrape(url);
    expect(text).not.toContain("CANARY");
    expect(text).not.toContain(home);
    // The record is off, and they count all the same.
    expect(total(metrics, "tokens_total", { type: "output" })).toBeGreaterThan(0);
    if (noPromtool === undefined) expect(promtool(["check", "metrics"], text)).toEqual({ status: 0, said: "" });
  });

  it("have the cost that `openclaw usage` says", async () => {
    const { home } = await setUp();
    const gateway = await startGatewayHere({ home });
    for (const model of [SONNET, HAIKU, "claude-of-tomorrow"]) await say(gateway.url, model);
    const metrics = await settled(gateway.url, 3);
    gateway.kill("SIGTERM");
    await gateway.ended;
    const { stdout } = await openclaw(["usage", "--json", "--since", "2d"], { home });
    const { total: sums } = JSON.parse(stdout);
    expect(sums.costUsd).toBeGreaterThan(0);
    expect(total(metrics, "cost_usd_total")).toBeCloseTo(sums.costUsd, 9);
    expect(total(metrics, "unpriced_requests_total")).toBe(sums.unpricedRequests);
  });
});
