import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { CANARY_CLIENT_TOKEN, startGatewayHere, writeHome } from "../support/gateway-process.ts";
import { CANARY_KEY, temporaryHome } from "../support/program.ts";

const OURS = "cloudflare-ai-gateway";
const HOUR = 60 * 60 * 1000;

/** A gateway whose provider lists its models as told, with a clock of the test's. */
async function start(
  list: (path: string) => Promise<readonly string[] | number>,
  key: Readonly<Record<string, string>> = { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY },
) {
  const asked: { readonly path: string; readonly key: string | undefined }[] = [];
  const server = createServer(async ({ url = "", headers }, response) => {
    asked.push({ path: url, key: [headers["x-api-key"]].flat()[0] });
    const answer = await list(url);
    if (typeof answer === "number") return response.writeHead(answer).end("{}");
    const data = answer.map((id) => ({ type: "model", id, display_name: id, created_at: "2026-01-01T00:00:00Z" }));
    const page = { data, has_more: false, first_id: null, last_id: null };
    return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(page));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const home = temporaryHome();
  const base = `${upstream}/v1/${"0123456789abcdef".repeat(2)}/gw`;
  writeHome(
    home,
    {
      models: { providers: { [OURS]: { baseUrl: `${base}/anthropic`, api: "anthropic-messages", models: [] } } },
      agents: { defaults: { model: { primary: `${OURS}/claude-sonnet-4-6` } } },
    },
    { OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN, ...key },
  );
  const clock = { ms: Date.parse("2026-11-28T00:00:00Z") };
  const waits: (() => void)[] = [];
  const context = {
    now: () => new Date(clock.ms),
    // Waiting ends when the test says so.
    delay: () => new Promise<void>((resolve) => void waits.push(resolve)),
  };
  const gateway = await startGatewayHere({ home, context });
  const models = async () => {
    const headers = { "x-api-key": CANARY_CLIENT_TOKEN, "anthropic-version": "2023-06-01" };
    const response = await fetch(`${gateway.url}/v1/models?limit=1000`, { headers });
    const { data } = (await response.json()) as { readonly data: readonly { readonly id: string }[] };
    return data.map(({ id }) => id);
  };
  /** Lets so many waits end. */
  const timeUp = async (count: number) => {
    await expect.poll(() => waits.length).toBeGreaterThanOrEqual(count);
    for (const end of waits.splice(0)) end();
  };
  return { home, asked, models, clock, timeUp, cache: join(home, ".openclaw", "cache", `models-${OURS}.json`) };
}

describe("the list of models where none is saved, or an old one", () => {
  it("is asked for once, saved, and asked for again when it is a day old", async () => {
    let listed = ["claude-new-1"];
    const { asked, models, clock, cache } = await start(async () => listed);
    expect(await models()).toEqual(["claude-new-1"]);
    expect(asked.map(({ key }) => key)).toEqual([CANARY_KEY]);
    expect(readFileSync(cache, "utf8")).not.toContain("CANARY");
    listed = ["claude-new-2"];
    clock.ms += 23 * HOUR;
    expect(await models()).toEqual(["claude-new-1"]);
    expect(asked).toHaveLength(1);
    clock.ms += 2 * HOUR;
    expect(await models()).toEqual(["claude-new-2"]);
    expect(asked).toHaveLength(2);
  });

  it("is what was known, within two seconds, while a slow provider is asked, once for all clients", async () => {
    let answer = (_: readonly string[]) => {};
    const slow = new Promise<readonly string[]>((resolve) => {
      answer = resolve;
    });
    const { asked, models, timeUp, cache } = await start(() => slow);
    const both = Promise.all([models(), models()]);
    await expect.poll(() => asked.length).toBe(1);
    await timeUp(2);
    for (const ids of await both) expect(ids).toContain("claude-sonnet-4-6");
    answer(["claude-late"]);
    await expect.poll(() => existsSync(cache)).toBe(true);
    expect(await models()).toEqual(["claude-late"]);
    expect(asked).toHaveLength(1);
  });

  it.each([400, 401, 404])(
    "is what was known where the provider answers %i, which is not asked for ten minutes",
    async (status) => {
      const { asked, models, clock } = await start(async () => status);
      expect(await models()).toContain("claude-sonnet-4-6");
      const once = asked.length;
      expect(await models()).toContain("claude-sonnet-4-6");
      expect(asked).toHaveLength(once);
      clock.ms += 11 * 60 * 1000;
      await models();
      expect(asked.length).toBeGreaterThan(once);
    },
  );

  it("asks nobody without a credential", async () => {
    const { asked, models } = await start(async () => ["claude-mine"], {});
    await expect(models()).rejects.toThrow();
    expect(asked).toEqual([]);
  });

  it("replaces one that is damaged or from another base URL", async () => {
    const { asked, models, clock, cache } = await start(async () => ["claude-mine"]);
    await models();
    for (const text of [
      "{",
      JSON.stringify({ fetchedAt: "2026-11-27T23:00:00Z", baseUrl: "http://other", models: [] }),
    ]) {
      writeFileSync(cache, text);
      const before = asked.length;
      clock.ms += 11 * 60 * 1000;
      expect(await models()).toEqual(["claude-mine"]);
      expect(asked.length).toBe(before + 1);
    }
  });
});
