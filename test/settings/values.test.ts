import { describe, expect, it } from "vitest";
import type { JsonPath, JsonValue } from "../../src/config/json5-value.ts";
import { parseGiven, type ValueForm } from "../../src/settings/given-value.ts";
import { misspeltKeys } from "../../src/settings/key-check.ts";
import { maskedValue } from "../../src/settings/masked-value.ts";

describe("a value on the command line", () => {
  const REFUSED = Symbol("refused");
  it.each<[string, ValueForm, JsonValue | typeof REFUSED]>([
    ["21000", "either", 21000],
    ["true", "either", true],
    ["null", "either", null],
    ["'a'", "either", "a"],
    ["{ a: [1, 'b',], }", "either", { a: [1, "b"] }],
    ["lan", "either", "lan"],
    ["http://127.0.0.1:1/", "either", "http://127.0.0.1:1/"],
    ["", "either", ""],
    ["0123", "either", "0123"],
    ["123456789012345678901", "either", "123456789012345678901"],
    ["Infinity", "either", "Infinity"],
    ["{ a: 1", "either", REFUSED],
    ['"a', "either", REFUSED],
    ["[NaN]", "either", REFUSED],
    ["21000", "text", "21000"],
    ["{ a: 1", "text", "{ a: 1"],
    ["lan", "json5", REFUSED],
    ["// c\n1", "json5", 1],
  ])("%j as %s", (text, form, value) => {
    const parsed = parseGiven(text, form);
    expect(parsed.ok ? parsed.value : REFUSED).toEqual(value);
  });
});

const SECRET = "CANARYcanary-CANARYcanary-1234";

describe("what get shows", () => {
  it.each<[string, JsonValue, JsonPath]>([
    ["a key", SECRET, ["models", "providers", "x", "apiKey"]],
    ["any header", { "x-mine": SECRET }, ["models", "providers", "x", "headers"]],
    ["a header with a prefix", `Bearer ${SECRET}`, ["models", "providers", "x", "headers", "cf-aig-authorization"]],
    ["headers of a model", [{ headers: { a: SECRET } }], ["models", "providers", "x", "models"]],
    ["variables", { vars: { HARMLESS: SECRET } }, ["env"]],
    ["a bare variable", SECRET, ["env", "FOO"]],
    ["the token", { auth: { token: SECRET } }, ["gateway"]],
    ["channels", { telegram: { botToken: SECRET } }, ["channels"]],
    ["the name and password of a URL", { url: `https://me:${SECRET}@host/` }, ["proxy"]],
    ["a token in a URL", { url: `wss://host/?a=1&token=${SECRET}` }, ["gateway", "remote"]],
    ["arguments", { args: ["--token", SECRET, `--api-key=${SECRET}`] }, ["mcp", "servers", "x"]],
    ["the same anywhere, by its form", "sk-ant-api03-CANARYcanaryCANARY", ["agents", "defaults", "note"]],
    ["a key of an object", { [`sk-ant-api03-${"CANARY".repeat(4)}`]: 1 }, ["agents"]],
    ["a text with a reference in it", `${SECRET}\${NAME}`, ["gateway", "auth", "token"]],
  ])("masks %s", (_, value, path) => {
    expect(JSON.stringify(maskedValue(value, path))).not.toMatch(/CANARY/i);
    expect(JSON.stringify(maskedValue(value, path))).toContain("********");
  });

  it("masks a password that is a number", () => {
    expect(maskedValue({ password: 12345678, vars: { PIN: 4711 } }, ["gateway", "auth"])).toEqual({
      password: "********",
      vars: { PIN: "********" },
    });
  });

  it.each<[JsonValue, JsonPath]>([
    ["${NAME}", ["models", "providers", "x", "apiKey"]],
    ["Bearer ${NAME}", ["models", "providers", "x", "headers", "cf-aig-authorization"]],
    [{ source: "env", provider: "default", id: "NAME" }, ["models", "providers", "x", "apiKey"]],
    [{ mode: "token", allowTailscale: true }, ["gateway", "auth"]],
    [{ maxTokens: 64000, contextTokens: 1, input: ["text"] }, ["models", "providers", "x", "models", 0]],
    ["https://gateway.ai.cloudflare.com/v1/0123/my-gw/anthropic", ["models", "providers", "x", "baseUrl"]],
    [{ "key-provider/token-1": { alias: "secret" } }, ["agents", "defaults", "models"]],
    [null, ["gateway"]],
  ])("shows %j", (value, path) => {
    expect(maskedValue(value, path)).toEqual(value);
  });
});

describe("a misspelt key of ours", () => {
  const found = (value: JsonValue) => misspeltKeys(value).map(({ path, meant }) => [path.join("."), meant]);
  it.each<[JsonValue, string, string]>([
    [{ gatway: {} }, "gatway", "gateway"],
    [{ gateway: { prot: 1 } }, "gateway.prot", "port"],
    [{ gateway: { auth: { tokne: "x" } } }, "gateway.auth.tokne", "token"],
    [{ models: { provider: {} } }, "models.provider", "providers"],
    [{ models: { providers: { x: { baseURL: "u" } } } }, "models.providers.x.baseURL", "baseUrl"],
    [{ models: { providers: { x: { models: [{ idd: "a" }] } } } }, "models.providers.x.models.0.idd", "id"],
    [{ agents: { default: {} } }, "agents.default", "defaults"],
    [{ agents: { defaults: { model: { fallback: [] } } } }, "agents.defaults.model.fallback", "fallbacks"],
    [{ agents: { defaults: { models: { r: { aliass: "a" } } } } }, "agents.defaults.models.r.aliass", "alias"],
    [{ env: { shelEnv: {} } }, "env.shelEnv", "shellEnv"],
  ])("in %j is named", (value, path, meant) => {
    expect(found(value)).toEqual([[path, meant]]);
  });

  it.each<[string, JsonValue]>([
    ["keys of other features", { channels: { telegram: {} }, cron: {}, hooks: {}, tts: {}, messages: {}, plugins: {} }],
    ["keys of no version", { somethingNew: 1, gateway: { quantum: true }, agents: { defaults: { zzz: 1 } } }],
    ["published keys beside ours", { gateway: { tools: {}, tls: {}, nodes: {}, reload: {} }, agents: { list: [] } }],
    ["names that users choose", { models: { providers: { modle: { headers: { "x-tokne": "a" } } } } }],
    ["variables in env", { env: { VAR: "x", vars: { vras: "y" } } }],
    ["$schema and $include", { $schema: "./x.json", gateway: { $include: "./g.json" } }],
    ["a value of the wrong kind", { gateway: "x", models: [], agents: null }],
  ])("is none of %s", (_, value) => {
    expect(found(value)).toEqual([]);
  });
});
