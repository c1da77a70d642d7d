import { describe, expect, it } from "vitest";
import { startGatewayProcess } from "../support/gateway-process.ts";
import { metricsHome, scrape, sendMixed, settled, total } from "../support/metrics.ts";
import { parseMetrics } from "../support/prometheus-text.ts";
import { startUsageUpstream } from "../support/usage-upstream.ts";

const pidsIn = (text: string) =>
  text
    .match(/processes serve: ([\d, ]+)/)?.[1]
    ?.split(", ")
    .map(Number) ?? [];

/** The number of processes that answer. One that does not within a second, as on a busy machine, does not count. */
const serving = async (text: Promise<string>) => total(parseMetrics(await text), "processes", { state: "serving" });

describe("the metrics of several processes", () => {
  it("are those of the whole, and never less when one of them is replaced", async () => {
    const upstream = await startUsageUpstream();
    const gateway = await startGatewayProcess({ home: metricsHome(upstream), args: ["--workers", "2"] });
    const { url } = gateway;
    await sendMixed(url, 60);
    const before = await settled(url, 60);
    expect(total(before, "requests_total")).toBe(upstream.said.requests);
    await expect.poll(() => serving(scrape(url))).toBe(2);
    const [killed = 0] = pidsIn(gateway.printed());
    process.kill(killed, "SIGKILL");
    await gateway.says(/serves in its place/);
    await sendMixed(url, 60);
    const after = await settled(url, 120);
    expect(total(after, "requests_total")).toBe(upstream.said.requests);
    expect(total(after, "tokens_total", { type: "output" })).toBe(upstream.said.outputTokens);
    expect(total(after, "process_ends_total")).toBe(1);
    for (const { name, type, samples } of before)
      for (const sample of type === "counter" ? samples : []) {
        const { labels } = sample;
        const later = after.find((metric) => metric.name === name)?.samples;
        const same = later?.find((other) => JSON.stringify(other.labels) === JSON.stringify(labels));
        expect(same?.value, `${sample.name} ${JSON.stringify(labels)}`).toBeGreaterThanOrEqual(sample.value);
      }
  });

  it("come also where one of them hangs, with what it has said before", async () => {
    const upstream = await startUsageUpstream();
    const gateway = await startGatewayProcess({ home: metricsHome(upstream), args: ["--workers", "3"] });
    await sendMixed(gateway.url, 60);
    await settled(gateway.url, 60);
    const [hanging = 0] = pidsIn(gateway.printed());
    process.kill(hanging, "SIGSTOP");
    try {
      // Connections go to all of them in turn, so one may wait for the process that hangs.
      const scraped = () => Promise.any([1, 2, 3, 4].map(() => scrape(gateway.url)));
      await expect.poll(() => serving(scraped())).toBe(2);
      const metrics = parseMetrics(await scraped());
      expect(total(metrics, "requests_total")).toBe(60);
      expect(total(metrics, "processes", { state: "wanted" })).toBe(3);
    } finally {
      process.kill(hanging, "SIGCONT");
    }
  });
});
