import Anthropic from "@anthropic-ai/sdk";
import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { ask } from "../support/client.ts";
import { CLIENT_TOKEN, type GatewayOptions, MODEL, OURS, startBoth } from "../support/local-gateway.ts";
import { KNOWN } from "../support/stand-in/world.ts";

const OPENAI = `${OURS}-openai`;
const CATALOG = { [OURS]: [MODEL, "claude-opus-5"], [OPENAI]: ["gpt-5.5"], mine: ["claude-opus-5", "m"], gone: ["x"] };
const IDS = [MODEL, "claude-opus-5", "gpt-5.5", "mine/claude-opus-5", "m"];

/** A gateway with two endpoints and a provider of the user's own, whose models are known. */
async function start(changed: Partial<GatewayOptions> = {}) {
  const both = await startBoth();
  const base = both.standIn.gatewayBase();
  const providers = {
    [OURS]: { baseUrl: `${base}/anthropic`, api: "anthropic-messages", models: [{ id: "claude-opus-5", name: "x" }] },
    [OPENAI]: { baseUrl: `${base}/openai`, api: "openai-responses" },
    mine: { baseUrl: `${base}/anthropic`, api: "anthropic-messages", models: [{ id: "m", name: "x" }] },
  };
  const credentials = { [OPENAI]: { apiKey: new Secret(KNOWN.openaiKey), headers: {} } };
  both.gateway.use(both.gateway.settings({ providers, credentials, catalog: CATALOG, ...changed }));
  return both;
}

const listed = (body: string) => JSON.parse(body).data.map(({ id }: { readonly id: string }) => id);

describe("the list of models", () => {
  it.each([
    ["Anthropic's", { "anthropic-version": "2023-06-01" }, ["created_at", "display_name", "id", "type"]],
    ["OpenAI's", { "user-agent": "OpenAI/Python 2.8.0" }, ["created", "id", "object", "owned_by"]],
    ["both", {}, ["created", "created_at", "display_name", "id", "object", "owned_by", "type"]],
  ])("has the models of all providers in the shape of %s", async (_, headers, members) => {
    const { standIn, gateway } = await start();
    for (const path of ["/v1/models", "/models", "/v1/v1/models?limit=1000"]) {
      const { status, body } = await ask(`${gateway.url}${path}`, { headers });
      expect([status, listed(body)]).toEqual([200, IDS]);
      for (const model of JSON.parse(body).data) expect(Object.keys(model).sort()).toEqual(members);
    }
    expect(standIn.requests).toHaveLength(0);
  });

  it("names each as a request has to", async () => {
    const { gateway } = await start();
    const { body } = await ask(`${gateway.url}/v1/models`);
    for (const model of listed(body).filter((id: string) => id !== "gpt-5.5")) {
      const message = { model, max_tokens: 1, messages: [{ role: "user", content: "Hi" }] };
      const { headers } = await ask(`${gateway.url}/v1/messages`, { body: message });
      const provider = model === "m" || model.startsWith("mine/") ? "mine" : OURS;
      expect(headers["x-openclaw-model"]).toBe(`${provider}/${model.replace(/^mine\//, "")}`);
    }
  });

  it.each([
    ["?limit=2", [0, 2], true],
    ["?limit=2&after_id=claude-opus-5", [2, 4], true],
    ["?limit=9&after_id=claude-opus-5", [2, 5], false],
    ["?limit=1&before_id=gpt-5.5", [1, 2], true],
    ["?limit=nonsense", [0, 5], false],
    ["?after_id=nosuch", [0, 5], false],
  ])("comes in pages for those who ask: %s", async (search, [from, to], hasMore) => {
    const { gateway } = await start();
    const headers = { "anthropic-version": "2023-06-01" };
    const page = JSON.parse((await ask(`${gateway.url}/v1/models${search}`, { headers })).body);
    const ids = IDS.slice(from, to);
    expect(page).toMatchObject({ has_more: hasMore, first_id: ids[0], last_id: ids.at(-1) });
    expect(page.data.map(({ id }: { readonly id: string }) => id)).toEqual(ids);
  });

  it("is read by Anthropic's SDK, page by page", async () => {
    const { gateway } = await start();
    const client = new Anthropic({ baseURL: gateway.url, apiKey: CLIENT_TOKEN });
    const ids = [];
    for await (const { id } of client.models.list({ limit: 2 })) ids.push(id);
    expect(ids).toEqual(IDS);
  });

  it("is the upstream's own where nothing is known, and needs the token", async () => {
    const { standIn, gateway } = await start({ catalog: {} });
    expect((await ask(`${gateway.url}/v1/models`)).status).toBe(200);
    expect(standIn.requests).toHaveLength(1);
    gateway.use(gateway.settings({ catalog: CATALOG }));
    expect((await ask(`${gateway.url}/v1/models`, { headers: { "x-api-key": undefined } })).status).toBe(401);
    expect((await ask(`${gateway.url}/v1/models`, { method: "HEAD" })).body).toBe("");
  });
});
