import { describe, expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { CLAUDE, GPT } from "../support/gateway-home.ts";
import { CANARY_CLIENT_TOKEN, startGatewayHere } from "../support/gateway-process.ts";
import {
  ANNA_TOKEN,
  metricsHome,
  noPromtool,
  promtool,
  scrape,
  sendMixed,
  settled,
  total,
} from "../support/metrics.ts";
import { parseMetrics } from "../support/prometheus-text.ts";
import { startUsageUpstream } from "../support/usage-upstream.ts";

const TOKEN = { "x-api-key": CANARY_CLIENT_TOKEN };

describe("the metrics of a gateway", () => {
  it("say in total what upstreams say that they sent", async () => {
    const upstream = await startUsageUpstream();
    const { url } = await startGatewayHere({ home: metricsHome(upstream) });
    await sendMixed(url, 300);
    const metrics = await settled(url, 300);
    const { said } = upstream;
    const tokens = (type: string) => total(metrics, "tokens_total", { type });
    expect({
      requests: total(metrics, "requests_total"),
      failures: total(metrics, "requests_total", { outcome: "failed", status: "4xx" }),
      inputTokens: tokens("input"),
      outputTokens: tokens("output"),
      cacheReadTokens: tokens("cache_read"),
      cacheWrite5mTokens: tokens("cache_write_5m"),
      cacheWrite1hTokens: tokens("cache_write_1h"),
    }).toEqual(said);
    expect(total(metrics, "upstream_failures_total")).toBe(said.failures);
    expect(total(metrics, "request_duration_seconds_count")).toBe(300);
    expect(total(metrics, "time_to_first_byte_seconds_count")).toBe(300 - said.failures);
    expect(total(metrics, "requests_total", { provider: CLAUDE, client: "anna", model: "claude-sonnet-5-5" })).toBe(
      100,
    );
    expect(total(metrics, "requests_total", { provider: GPT, client: "-", operation: "chat" })).toBe(200);
    expect(total(metrics, "unpriced_requests_total")).toBe(0);
    expect(total(metrics, "cost_usd_total")).toBeGreaterThan(0);
  });

  it("are behind the token, for senders that the gateway takes", async () => {
    const { url } = await startGatewayHere({ home: metricsHome(await startUsageUpstream()) });
    const statusOf = async (headers: Readonly<Record<string, string | undefined>>) =>
      (await ask(`${url}/metrics`, { headers })).status;
    expect(await statusOf({ "x-api-key": undefined })).toBe(401);
    expect(await statusOf({ ...TOKEN, host: "rebound.example" })).toBe(403);
    expect(await statusOf({ ...TOKEN, origin: "https://rebound.example" })).toBe(403);
    expect(await statusOf({ "x-api-key": undefined, authorization: `Bearer ${ANNA_TOKEN}` })).toBe(200);
    const head = await ask(`${url}/metrics`, { method: "HEAD", headers: TOKEN });
    expect([head.status, head.headers["cache-control"], head.body]).toEqual([200, "no-store", ""]);
    expect((await ask(`${url}/metrics`, { body: "x", headers: TOKEN })).status).toBe(405);
    const metrics = parseMetrics(await scrape(url));
    expect(total(metrics, "refused_requests_total", { status: "401" })).toBe(1);
    expect(total(metrics, "refused_requests_total", { status: "403" })).toBe(2);
    expect(total(metrics, "refused_requests_total", { status: "405" })).toBe(1);
    // What asks for them is none of the requests.
    expect(total(metrics, "requests_total")).toBe(0);
  });

  it.skipIf(noPromtool)("are as Prometheus wants them", async () => {
    const { url } = await startGatewayHere({ home: metricsHome(await startUsageUpstream()) });
    await sendMixed(url, 60);
    await settled(url, 60);
    expect(promtool(["check", "metrics"], await scrape(url))).toEqual({ status: 0, said: "" });
  });

  it("come as OpenMetrics for who asks for it", async () => {
    const { url } = await startGatewayHere({ home: metricsHome(await startUsageUpstream()) });
    await sendMixed(url, 30);
    await settled(url, 30);
    const accept = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    const { headers, body } = await ask(`${url}/metrics`, { headers: { ...TOKEN, accept } });
    expect(headers["content-type"]).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect(total(parseMetrics(body, "openmetrics"), "requests_total")).toBe(30);
  });
});
