import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { columnOf } from "../../src/usage/data-point.ts";
import { ask } from "../support/client.ts";
import { HELLO, MODEL, OURS } from "../support/local-gateway.ts";
import { pointsIn, type WrittenPoint, withDataset } from "../support/usage-dataset.ts";
import { startUsageUpstream } from "../support/usage-upstream.ts";
import { startWorker, startWorkerBoth, WORKER_SECRETS } from "../support/worker.ts";

const ANNA = "CANARY-token-of-anna-CANARY-token-of-anna";
const KEY = "sk-ant-api03-CANARYkeyCANARYkeyCANARYkeyCANARY";

/** By their names, as SQL would find them. */
const named =
  ({ blobs, doubles }: WrittenPoint) =>
  (name: Parameters<typeof columnOf>[0]) => {
    const [, kind, place] = /^(blob|double)(\d+)$/.exec(columnOf(name)) ?? [];
    return (kind === "blob" ? blobs : doubles)[Number(place) - 1];
  };

const configBefore = (url: string) => ({
  models: {
    providers: {
      [OURS]: { baseUrl: `${url}/anthropic`, api: "anthropic-messages", apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}" },
    },
  },
  agents: { defaults: { model: { primary: `${OURS}/${MODEL}` } } },
});

describe("the record of the gateway on Workers", () => {
  it("has a data point for each request that was forwarded, with all that the record of a machine has", async () => {
    const upstream = await startUsageUpstream();
    const bindings = {
      ...WORKER_SECRETS,
      CLOUDFLARE_AI_GATEWAY_API_KEY: KEY,
      OPENCLAW_GATEWAY_TOKENS: `anna=${ANNA}`,
    };
    const worker = await startWorker({ config: configBefore(upstream.url), bindings, ...withDataset() });
    const session = "0191f3a2-6c1d-7e2a-9d0b-2f1f6d3a7c55";
    const headers = { "x-api-key": ANNA, "x-claude-code-session-id": session };
    const body = { ...HELLO, messages: [{ role: "user", content: "CANARY asked" }] };
    for (let count = 0; count < 40; count += 1)
      await ask(`${worker.url}/v1/messages`, { body: { ...body, stream: count % 2 === 0 }, headers });
    await ask(`${worker.url}/v1/messages`, { body, headers: { "x-api-key": "wrong" } });
    await ask(`${worker.url}/v1/models`);
    await ask(`${worker.url}/elsewhere`);

    await expect.poll(() => worker.records()).toHaveLength(43);
    const points = pointsIn(worker.console);
    expect(points).toHaveLength(40);
    const sum = (name: Parameters<typeof columnOf>[0]) =>
      points.reduce((total, point) => total + Number(named(point)(name)), 0);
    const { requests: _, failures, ...said } = upstream.said;
    for (const [name, tokens] of Object.entries(said))
      expect([name, sum(name as keyof typeof said)]).toEqual([name, tokens]);
    expect(sum("failed")).toBe(failures);
    const good = points.find((point) => named(point)("status") === 200) as WrittenPoint;
    const texts = [
      "provider",
      "model",
      "client",
      "session",
      "method",
      "path",
      "cacheStatus",
      "logId",
      "ended",
    ] as const;
    expect(texts.map(named(good))).toEqual([
      OURS,
      `${OURS}/${MODEL}`,
      "anna",
      session,
      "POST",
      "/v1/messages",
      "MISS",
      "01KBGATEWAYLOG0000000000ID",
      "",
    ]);
    expect(good.indexes).toEqual(["anna"]);
    expect(["billing", "cancelled", "failover", "cacheHit", "unifiedBilling"].map(named(good) as never)).toEqual([
      1, 0, 0, 0, 0,
    ]);
    for (const { blobs, doubles } of points) expect([blobs.length, doubles.length]).toEqual([13, 16]);
    expect(worker.console.join("\n")).not.toContain("CANARY");
  });

  it("has no token or key that somebody put into a name, and no name without end", async () => {
    const { worker } = await startWorkerBoth(withDataset());
    const { OPENCLAW_GATEWAY_TOKEN: token, CLOUDFLARE_AI_GATEWAY_API_KEY: key } = WORKER_SECRETS;
    const asked = (model: string, more = {}) =>
      ask(`${worker.url}/v1/messages`, { body: { ...HELLO, model }, headers: more });
    await asked(token);
    await asked(`x/${encodeURIComponent(key)}`);
    await asked(MODEL, { "x-claude-code-session-id": `of ${token}` });
    await asked(`${"長".repeat(5_000)}`, { "x-claude-code-session-id": "x".repeat(5_000) });
    await ask(`${worker.url}/v1/files/${token}/${"y".repeat(3_000)}`, {
      headers: { "anthropic-version": "2023-06-01" },
    });
    // What is cut there.
    await ask(`${worker.url}/v1/files/${"z".repeat(570)}${token}`, { headers: { "anthropic-version": "2023-06-01" } });
    await expect.poll(() => worker.records()).toHaveLength(6);
    expect(pointsIn(worker.console)).toHaveLength(6);
    expect(worker.console.join("\n")).not.toContain(`zz${token.slice(0, 8)}`);
    for (const secret of [token, key]) expect(worker.console.join("\n")).not.toContain(secret);
  });

  it("says of a request that its client gave up that it did", async () => {
    const { standIn, worker } = await startWorkerBoth(withDataset());
    standIn.dial("stall");
    const socket = connect(Number(new URL(worker.url).port), "127.0.0.1");
    const body = JSON.stringify(HELLO);
    socket.write(
      `POST /v1/messages HTTP/1.1\r\nhost: w\r\nx-api-key: ${WORKER_SECRETS.OPENCLAW_GATEWAY_TOKEN}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await standIn.received(1);
    socket.resetAndDestroy();
    await expect.poll(() => pointsIn(worker.console)).toHaveLength(1);
    const [point] = pointsIn(worker.console);
    expect(
      ["status", "cancelled", "failed", "firstByteMs", "ended"].map(named(point as WrittenPoint) as never),
    ).toEqual([499, 1, 0, -1, "client-gone"]);
  });

  it("disturbs nobody where it cannot be written, and says so once", async () => {
    const { worker } = await startWorkerBoth(withDataset("throws"));
    for (let count = 0; count < 3; count += 1)
      expect(await ask(`${worker.url}/v1/messages`, { body: HELLO })).toMatchObject({ status: 200 });
    await expect.poll(() => worker.records()).toHaveLength(3);
    const said = worker.console.filter((line) => line.includes("record of usage"));
    expect(said).toEqual([expect.stringContaining("requests are served without it: CANARY of the dataset")]);
  });

  it("is not kept where no dataset is bound, or something else of that name", async () => {
    for (const options of [{}, { bindings: { ...WORKER_SECRETS, OPENCLAW_USAGE: "on" } }]) {
      const { worker } = await startWorkerBoth(options);
      expect(await ask(`${worker.url}/v1/messages`, { body: HELLO })).toMatchObject({ status: 200 });
      expect(pointsIn(worker.console)).toEqual([]);
    }
  });

  it("is taken by the binding that `wrangler dev` has in place of Cloudflare's", async () => {
    const options = { analyticsEngineDatasets: { OPENCLAW_USAGE: { dataset: "usage_gateway" } } };
    const { worker } = await startWorkerBoth({ options });
    expect(await ask(`${worker.url}/v1/messages`, { body: HELLO })).toMatchObject({ status: 200 });
    expect(worker.console.join("\n")).not.toContain("record of usage");
  });
});
