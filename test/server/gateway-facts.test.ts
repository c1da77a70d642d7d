import { describe, expect, it } from "vitest";
import type { Credentials } from "../../src/config/credentials.ts";
import { ok, type Problem, type Result } from "../../src/core/result.ts";
import { Secret } from "../../src/core/secret.ts";
import { endpointsOf } from "../../src/providers/provider.ts";
import { PROVIDERS } from "../../src/providers/registry.ts";
import { configureFrom, type GatewayFacts, pack, unpack } from "../../src/server/gateway-facts.ts";
import { en } from "../../src/text/en/index.ts";

const ID = "cloudflare-ai-gateway";

const FACTS: GatewayFacts = {
  config: {
    models: {
      providers: {
        [ID]: { baseUrl: "https://gateway.ai.cloudflare.com/v1/a/b/anthropic", api: "anthropic-messages" },
        other: { baseUrl: "http://127.0.0.1:9", api: "openai-completions" },
      },
    },
    agents: { defaults: { model: { primary: `${ID}/claude-sonnet-4-6`, fallbacks: [`${ID}/claude-haiku-4-5`] } } },
  },
  credentials: new Map<string, Result<Credentials, readonly Problem[]>>([
    [
      ID,
      ok({
        apiKey: new Secret("CANARY-first-key"),
        moreKeys: [{ value: new Secret("CANARY-second-key"), variable: "KEYS", position: 2 }],
        headers: { "cf-aig-authorization": new Secret("Bearer CANARY-gateway-token") },
      }),
    ],
    [
      "other",
      {
        ok: false,
        error: [{ where: "OTHER_KEY", message: () => "It is a placeholder.", hint: () => "Set OTHER_KEY." }],
      },
    ],
  ]),
  listen: { host: "127.0.0.1", port: 18789 },
  ownHosts: new Set(["box.local"]),
  clients: [
    { name: undefined, token: new Secret("CANARY-client-token") },
    { name: "anna", token: new Secret("CANARY-token-of-anna") },
  ],
  tokens: [new Secret("CANARY-client-token"), new Secret("CANARY-token-of-anna")],
  rules: {
    stripPrefill: "unsupported",
    namesClients: false,
    hop: "openclaw-1",
    allowedHosts: new Set(["box.local"]),
    allowedOrigins: new Set(["https://page.example"]),
  },
  profile: "work",
  usageDays: 90,
};

/** What can be compared of settings; functions are asked. */
function comparable(facts: GatewayFacts): unknown {
  const { settings, notices } = configureFrom(facts, { endpoints: endpointsOf(PROVIDERS), english: en });
  const { access, upstreams, ...rest } = settings;
  if (access.mode !== "token") throw new Error("no tokens");
  const plain = Object.fromEntries(Object.entries(rest).filter(([, value]) => typeof value !== "function"));
  return {
    ...plain,
    requestRules: undefined,
    responseRules: undefined,
    clients: ["CANARY-client-token", "CANARY-token-of-anna", "CANARY-wrong"].map(access.clientWith),
    upstreams: [...upstreams].map(([id, { headers, nextKeys, origin, basePath }]) => ({
      id,
      headers: [...headers],
      next: nextKeys.map((next) => [...next.headers]),
      origin,
      basePath,
    })),
    notices: notices.map((message) => message(en)),
  };
}

describe("facts that another process gets", () => {
  it("make the same settings there", () => {
    const there = unpack(structuredClone(pack(FACTS, en)));
    expect(comparable(there)).toEqual(comparable(FACTS));
    expect(JSON.stringify(comparable(there))).toContain("CANARY-second-key");
  });

  it("make the same settings if nobody needs a token", () => {
    const there = unpack(structuredClone(pack({ ...FACTS, clients: undefined }, en)));
    const { settings } = configureFrom(there, { endpoints: endpointsOf(PROVIDERS), english: en });
    expect(settings.access).toEqual({ mode: "none" });
    // They stay out of the log all the same.
    expect(there.tokens.map((token) => token.reveal())).toEqual(["CANARY-client-token", "CANARY-token-of-anna"]);
  });

  it("show no secret once they are there", () => {
    const there = unpack(structuredClone(pack(FACTS, en)));
    expect(JSON.stringify([there, [...there.credentials]])).not.toContain("CANARY-");
  });
});
