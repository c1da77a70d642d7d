import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { ask } from "../support/client.ts";
import { startGatewayHere, startGatewayProcess } from "../support/gateway-process.ts";
import { metricsHome, sendMixed, settled, total } from "../support/metrics.ts";
import { openclaw } from "../support/program.ts";
import { parseMetrics } from "../support/prometheus-text.ts";
import { startUsageUpstream } from "../support/usage-upstream.ts";

const NO_TOKEN = { "x-api-key": undefined };
const METRICS_AT = /Metrics are at (http:\/\/127\.0\.0\.1:\d+\/metrics)/;

const addressIn = (line: string) => METRICS_AT.exec(line)?.[1] ?? "";

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe("the port of the metrics", () => {
  it("shows them without a token, and nothing else", async () => {
    const gateway = await startGatewayHere({
      home: metricsHome(await startUsageUpstream()),
      args: ["--metrics-port", "0"],
    });
    const url = addressIn(await gateway.says(METRICS_AT));
    await sendMixed(gateway.url, 30);
    await settled(gateway.url, 30);
    const { status, headers, body } = await ask(url, { headers: NO_TOKEN });
    expect([status, headers["content-type"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    expect(total(parseMetrics(body), "requests_total")).toBe(30);
    const origin = new URL(url).origin;
    const statusOf = async (path: string, more: Parameters<typeof ask>[1] = {}) =>
      (await ask(`${origin}${path}`, { ...more, headers: { ...NO_TOKEN, ...more.headers } })).status;
    expect(await statusOf("/metrics?x=1")).toBe(200);
    expect(await statusOf("/metrics", { method: "HEAD" })).toBe(200);
    expect(await statusOf("/metrics", { method: "POST", body: "x" })).toBe(405);
    expect(await statusOf("/v1/models")).toBe(404);
    expect(await statusOf("/healthz")).toBe(404);
    expect(await statusOf("/dashboard/state")).toBe(404);
  });

  it.each([
    ["that say nothing", ""],
    ["that stop in the middle of a request", "GET /metrics HTTP/1.1\r\nho"],
    ["that have been answered", "GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n"],
  ])("has room for a scraper besides 200 connections %s", async (_, begins) => {
    const gateway = await startGatewayHere({
      home: metricsHome(await startUsageUpstream()),
      args: ["--metrics-port", "0"],
    });
    const url = addressIn(await gateway.says(METRICS_AT));
    const sockets = Array.from({ length: 200 }, () => connect(Number(new URL(url).port), "127.0.0.1"));
    onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
    await Promise.all(
      sockets.map((socket) =>
        once(
          socket.on("error", () => {}),
          "connect",
        ),
      ),
    );
    for (const socket of sockets) socket.write(begins);
    for (let count = 0; count < 3; count += 1) expect((await ask(url, { headers: NO_TOKEN })).status).toBe(200);
  });

  it.each([
    ["--metrics-port", [] as readonly string[]],
    ["--port", []],
    ["--metrics-port", ["--workers", "2"]],
  ])("is said to be held by the gateway that has it, where another one wants it for %s", async (flag, args) => {
    const home = metricsHome(await startUsageUpstream());
    const { says, child } = await startGatewayProcess({ home, args: [...args, "--metrics-port", "0"] });
    const { port } = new URL(addressIn(await says(METRICS_AT)));
    const { status, stderr } = await openclaw(["gateway", "run", "--port", "0", flag, port], { home });
    expect([status, stderr]).toEqual([1, expect.stringMatching(new RegExp(`openclaw \\S+ .*${child.pid}`))]);
  });

  it("takes the names and pages that the gateway takes", async () => {
    const gateway = await startGatewayHere({
      home: metricsHome(await startUsageUpstream()),
      args: ["--metrics-port", "0", "--allow-host", "box.local"],
    });
    const url = addressIn(await gateway.says(METRICS_AT));
    const statusOf = async (headers: Readonly<Record<string, string>>) =>
      (await ask(url, { headers: { ...NO_TOKEN, ...headers } })).status;
    expect(await statusOf({ host: "rebound.example" })).toBe(403);
    expect(await statusOf({ origin: "https://rebound.example" })).toBe(403);
    expect(await statusOf({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await statusOf({ host: "box.local:9464" })).toBe(200);
  });

  it("comes from a variable, and `gateway status` says where it is", async () => {
    const home = metricsHome(await startUsageUpstream());
    const gateway = await startGatewayHere({ home, env: { OPENCLAW_GATEWAY_METRICS_PORT: "0" } });
    const url = addressIn(await gateway.says(METRICS_AT));
    const { port } = new URL(gateway.url);
    const env = { OPENCLAW_GATEWAY_PORT: port };
    const { stdout } = await openclaw(["gateway", "status"], { home, env });
    expect(stdout).toContain(`${url}, without a token`);
    const { stdout: json } = await openclaw(["gateway", "status", "--json"], { home, env });
    expect(JSON.parse(json).gateway.metricsUrl).toBe(url);
  });

  it("is that of the whole where several processes serve", async () => {
    const gateway = await startGatewayProcess({
      home: metricsHome(await startUsageUpstream()),
      args: ["--workers", "2", "--metrics-port", "0"],
    });
    const url = addressIn(await gateway.says(METRICS_AT));
    await sendMixed(gateway.url, 40);
    await settled(gateway.url, 40);
    expect(total(parseMetrics((await ask(url, { headers: NO_TOKEN })).body), "requests_total")).toBe(40);
  });

  it("that is taken, or is the gateway's own, ends the start like that of the gateway", async () => {
    const home = metricsHome(await startUsageUpstream());
    const port = await takenPort();
    const run = (...args: readonly string[]) => openclaw(["gateway", "run", ...args], { home });
    const taken = await run("--port", "0", "--metrics-port", String(port));
    expect(taken).toMatchObject({ status: 1, stdout: "" });
    expect(taken.stderr).toContain(`cannot listen at 127.0.0.1:${port}. The port is taken`);
    expect(taken.stderr).toContain("--metrics-port");
    const own = await run("--port", "18790", "--metrics-port", "18790");
    expect(own).toMatchObject({ status: 2, stdout: "" });
    expect(own.stderr).toContain("18790 is the port of the gateway itself");
    const wrong = await run("--port", "0", "--metrics-port", "nine");
    expect(wrong).toMatchObject({ status: 2 });
    expect(wrong.stderr).toContain("--metrics-port");
    const off = await startGatewayHere({
      home,
      args: ["--metrics-port", "off"],
      env: { OPENCLAW_GATEWAY_METRICS_PORT: "1" },
    });
    expect(off.printed()).not.toMatch(METRICS_AT);
  });
});
