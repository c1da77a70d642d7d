import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../src/config/json5-value.ts";
import type { Config, ProviderConfig } from "../../src/config/schema.ts";
import { Secret } from "../../src/core/secret.ts";
import { endpointsOf } from "../../src/providers/provider.ts";
import { PROVIDERS } from "../../src/providers/registry.ts";
import { workerConfig } from "../../src/worker-project/worker-config.ts";

const SK = "sk-ant-api03-CANARYkeyCANARYkeyCANARYkey-abcdwXyZ";
const OTHER = "sk-proj-CANARYCANARYCANARYCANARYCANARYCANARY12";
const PLAIN = "correct horse battery staple";
const URL_OF = "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gw/anthropic";
const KEY = "CLOUDFLARE_AI_GATEWAY_API_KEY";
const PROVIDER = "cloudflare-ai-gateway";

type Entry = ProviderConfig & Record<string, unknown>;

function made(providers: Record<string, Entry>, variables: Record<string, string> = {}, more: Partial<Config> = {}) {
  const values = Object.entries(variables).map(([name, value]) => [name, { value: new Secret(value) }] as const);
  const { document, secrets, problems, warnings } = workerConfig({
    config: { models: { providers }, ...more } as Config,
    endpoints: endpointsOf(PROVIDERS),
    variables: new Map(values),
    listen: { host: "127.0.0.1", port: 18_789 },
  });
  const entries = (document.models as { providers: Record<string, JsonObject> }).providers;
  return { document, entries, names: secrets.map(({ name }) => name), secrets, problems, warnings };
}

/** Of one entry: what its key and headers become, and the secrets besides the token. */
function entry(one: Partial<Entry>, variables: Record<string, string> = {}, id = PROVIDER) {
  const { entries, names } = made({ [id]: { baseUrl: URL_OF, ...(one as Entry) } }, variables);
  const { apiKey, headers } = entries[id] ?? {};
  return { apiKey, headers: headers as JsonValue, names: names.filter((name) => name !== "OPENCLAW_GATEWAY_TOKEN") };
}

describe("a credential of an entry", () => {
  it.each<[string, Partial<Entry>, Record<string, string>, unknown]>([
    ["a reference", { apiKey: `\${${KEY}}` }, {}, { apiKey: `\${${KEY}}`, headers: undefined, names: [KEY] }],
    [
      "a bare name",
      { apiKey: "MY_OWN_KEY" },
      {},
      { apiKey: "${MY_OWN_KEY}", headers: undefined, names: ["MY_OWN_KEY"] },
    ],
    ["a literal", { apiKey: SK }, {}, { apiKey: `\${${KEY}}`, headers: undefined, names: [KEY] }],
    [
      "a literal that looks like nothing",
      { apiKey: PLAIN },
      {},
      { apiKey: `\${${KEY}}`, headers: undefined, names: [KEY] },
    ],
    ["nothing, and the provider's own variable", {}, {}, { apiKey: undefined, headers: undefined, names: [KEY] }],
    ["nothing where none is sent", { auth: "token" }, {}, { apiKey: undefined, headers: undefined, names: [] }],
    [
      "a literal that the provider's own variable replaces",
      { apiKey: SK },
      { [KEY]: OTHER },
      { apiKey: `\${${KEY}}`, headers: undefined, names: [KEY] },
    ],
    [
      "a reference that the provider's own variable replaces",
      { apiKey: "${TEAM_KEY}" },
      { [KEY]: SK, TEAM_KEY: OTHER },
      { apiKey: "${TEAM_KEY}", headers: undefined, names: [KEY] },
    ],
    [
      "several keys",
      { apiKey: `\${${KEY}}` },
      { [KEY]: SK, [`${KEY}S`]: `${SK},${OTHER}`, [`${KEY}_2`]: OTHER },
      { apiKey: `\${${KEY}}`, headers: undefined, names: [KEY, `${KEY}S`, `${KEY}_2`] },
    ],
    [
      "a program",
      { apiKey: { source: "exec", provider: "vault", id: "key" } },
      {},
      { apiKey: `\${${KEY}}`, headers: undefined, names: [KEY] },
    ],
    [
      "a variable's reference",
      { apiKey: { source: "env", provider: "default", id: "TEAM_KEY" } },
      {},
      { apiKey: "${TEAM_KEY}", headers: undefined, names: ["TEAM_KEY"] },
    ],
    [
      "a literal in the gateway's own header, with its scheme",
      { apiKey: `\${${KEY}}`, headers: { "cf-aig-authorization": `Bearer ${PLAIN}` } },
      {},
      {
        apiKey: `\${${KEY}}`,
        headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" },
        names: ["CF_AIG_TOKEN", KEY],
      },
    ],
    [
      "text in a header that only says something",
      {
        apiKey: `\${${KEY}}`,
        headers: { "cf-aig-cache-ttl": "3600", "x-team": "blue", "anthropic-beta": "context-1m" },
      },
      {},
      {
        apiKey: `\${${KEY}}`,
        headers: { "cf-aig-cache-ttl": "3600", "x-team": "blue", "anthropic-beta": "context-1m" },
        names: [KEY],
      },
    ],
    [
      "text in a header of which nobody knows what it is",
      { apiKey: `\${${KEY}}`, headers: { "X-Internal-Auth": PLAIN, "x-note": "who knows what" } },
      {},
      {
        apiKey: `\${${KEY}}`,
        headers: {
          "X-Internal-Auth": "${OPENCLAW_CLOUDFLARE_AI_GATEWAY_X_INTERNAL_AUTH}",
          "x-note": "${OPENCLAW_CLOUDFLARE_AI_GATEWAY_X_NOTE}",
        },
        names: [KEY, "OPENCLAW_CLOUDFLARE_AI_GATEWAY_X_INTERNAL_AUTH", "OPENCLAW_CLOUDFLARE_AI_GATEWAY_X_NOTE"],
      },
    ],
    [
      "a key in an open header",
      { apiKey: `\${${KEY}}`, headers: { "cf-aig-metadata": SK } },
      {},
      {
        apiKey: `\${${KEY}}`,
        headers: { "cf-aig-metadata": "${OPENCLAW_CLOUDFLARE_AI_GATEWAY_CF_AIG_METADATA}" },
        names: [KEY, "OPENCLAW_CLOUDFLARE_AI_GATEWAY_CF_AIG_METADATA"],
      },
    ],
    [
      "a reference with more around it than a scheme",
      { apiKey: `\${${KEY}}`, headers: { authorization: "Bearer abc-${TEAM}" } },
      {},
      {
        apiKey: `\${${KEY}}`,
        headers: { authorization: "Bearer ${OPENCLAW_CLOUDFLARE_AI_GATEWAY_AUTHORIZATION}" },
        names: [KEY, "OPENCLAW_CLOUDFLARE_AI_GATEWAY_AUTHORIZATION"],
      },
    ],
  ])("is %s", (_, one, variables, expected) => {
    expect(entry(one, variables)).toEqual(expected);
  });

  it("has a name of its own where the usual one means something else", () => {
    const { entries, names } = made({
      one: { baseUrl: URL_OF, api: "anthropic-messages", apiKey: SK },
      "one!": { baseUrl: URL_OF, api: "anthropic-messages", apiKey: OTHER },
      same: { baseUrl: URL_OF, api: "anthropic-messages", headers: { "x-api-key": SK } },
      [PROVIDER]: { baseUrl: URL_OF, apiKey: OTHER },
      refers: { baseUrl: URL_OF, api: "anthropic-messages", apiKey: `\${${KEY}}` },
    });
    expect(Object.values(entries).map(({ apiKey }) => apiKey)).toEqual([
      "${OPENCLAW_ONE_API_KEY}",
      "${OPENCLAW_ONE_API_KEY_2}",
      undefined,
      "${OPENCLAW_CLOUDFLARE_AI_GATEWAY_API_KEY}",
      `\${${KEY}}`,
    ]);
    expect(names).toEqual([
      KEY,
      "OPENCLAW_CLOUDFLARE_AI_GATEWAY_API_KEY",
      "OPENCLAW_GATEWAY_TOKEN",
      "OPENCLAW_ONE_API_KEY",
      "OPENCLAW_ONE_API_KEY_2",
      "OPENCLAW_SAME_X_API_KEY",
    ]);
  });
});

describe("the tokens of clients", () => {
  const token = (auth: object | undefined, variables: Record<string, string> = {}) => {
    const gateway = auth === undefined ? {} : { gateway: { auth } as NonNullable<Config["gateway"]>["auth"] & object };
    const { document, names } = made({ [PROVIDER]: { baseUrl: URL_OF } }, variables, gateway as Partial<Config>);
    return [(document.gateway as { auth: unknown }).auth, names.filter((name) => name !== KEY)];
  };
  const usual = { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" };

  it.each<[string, object | undefined, Record<string, string>, unknown]>([
    ["none written", undefined, {}, [usual, ["OPENCLAW_GATEWAY_TOKEN"]]],
    ["a mode without", { mode: "none" }, {}, [usual, ["OPENCLAW_GATEWAY_TOKEN"]]],
    ["a literal", { token: PLAIN }, {}, [usual, ["OPENCLAW_GATEWAY_TOKEN"]]],
    ["a password", { mode: "password", password: PLAIN }, {}, [usual, ["OPENCLAW_GATEWAY_TOKEN"]]],
    ["another variable", { token: "${TEAM_TOKEN}" }, {}, [{ mode: "token", token: "${TEAM_TOKEN}" }, ["TEAM_TOKEN"]]],
    ["only named ones", undefined, { OPENCLAW_GATEWAY_TOKENS: "a=1" }, [usual, ["OPENCLAW_GATEWAY_TOKENS"]]],
    [
      "both",
      undefined,
      { OPENCLAW_GATEWAY_TOKENS: "a=1", OPENCLAW_GATEWAY_TOKEN: "2" },
      [usual, ["OPENCLAW_GATEWAY_TOKEN", "OPENCLAW_GATEWAY_TOKENS"]],
    ],
  ])("%s", (_, auth, variables, expected) => {
    expect(token(auth, variables)).toEqual(expected);
  });
});

describe("what cannot run on a Worker", () => {
  it.each([
    "http://127.0.0.1:11434/v1",
    "http://localhost:1234",
    "https://[::1]:8443/v1",
    "http://192.168.1.20:8080/v1",
    "http://10.0.0.7/v1",
    "https://ollama.local/v1",
    "http://ollama:11434",
    "https://user:password@example.com/v1",
    "https://example.com/v1?key=1",
    "https://${HOST}/v1",
    "example.com",
  ])("is a provider at %s", (baseUrl) => {
    const { problems } = made({ [PROVIDER]: { baseUrl: URL_OF }, other: { baseUrl, api: "openai-completions" } });
    expect(problems.map(({ path }) => path)).toEqual([["models", "providers", "other", "baseUrl"]]);
  });

  it("is nothing at all", () => {
    expect(made({}).problems).toHaveLength(1);
  });

  it.each<[string, Partial<Config>]>([
    ["a model's name", { agents: { defaults: { model: SK } } } as Partial<Config>],
    ["an alias", { agents: { defaults: { models: { "a/b": { alias: SK } } } } } as Partial<Config>],
    ["a fallback", { agents: { defaults: { model: { primary: "a/b", fallbacks: [SK] } } } } as Partial<Config>],
    ["the key of an alias", { agents: { defaults: { models: { [SK]: { alias: "x" } } } } } as Partial<Config>],
  ])("is a credential in the place of %s", (_, more) => {
    expect(made({ [PROVIDER]: { baseUrl: URL_OF } }, {}, more).problems).toHaveLength(1);
  });
});

describe("what is left out", () => {
  it("is the gateway of this machine, by whose name models are not called there", () => {
    const defaults = {
      model: { primary: "mine/claude-opus-5", fallbacks: ["mine/cf/gpt", "x/y"] },
      models: { "mine/a": { alias: "fast" } },
    };
    const { document, entries, warnings } = made(
      { mine: { baseUrl: "http://127.0.0.1:18789" }, [PROVIDER]: { baseUrl: URL_OF } },
      {},
      { agents: { defaults } } as Partial<Config>,
    );
    expect(Object.keys(entries)).toEqual([PROVIDER]);
    expect(warnings).toHaveLength(1);
    expect(document.agents).toEqual({
      defaults: { model: { primary: "claude-opus-5", fallbacks: ["cf/gpt", "x/y"] }, models: { a: { alias: "fast" } } },
    });
  });

  it("is what the gateway does not serve either", () => {
    const { entries, warnings } = made({
      [PROVIDER]: { baseUrl: URL_OF },
      google: { baseUrl: "https://example.com", api: "google-generative-ai", apiKey: SK },
      bare: { api: "openai-completions", apiKey: SK },
    });
    expect([Object.keys(entries), warnings.length]).toEqual([[PROVIDER], 2]);
  });

  it("is whatever the gateway does not read", () => {
    const model = { id: "m", name: "M", cost: { input: 1 }, headers: { authorization: SK }, contextWindow: 5 };
    const { document } = made(
      { [PROVIDER]: { baseUrl: URL_OF, models: [model], request: { proxy: "http://u:p@h" } } as never },
      {},
      { channels: { token: SK }, env: { vars: { [KEY]: SK } } } as never,
    );
    expect(document).toEqual({
      models: { providers: { [PROVIDER]: { baseUrl: URL_OF, models: [{ id: "m", name: "M", contextWindow: 5 }] } } },
      gateway: { auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
    });
  });
});
