import { describe, expect, it } from "vitest";
import { idsInUrl } from "../../src/providers/cloudflare-ai-gateway/address.ts";
import { cloudflareAiGateway } from "../../src/providers/cloudflare-ai-gateway/provider.ts";
import { isBlock, isHiddenPaste, isWholePaste, pastedLines } from "../../src/providers/hidden-paste.ts";
import { repairPaste } from "../../src/providers/paste.ts";
import { readBlock } from "../../src/providers/pasted-block.ts";
import { en } from "../../src/text/en/index.ts";
import { say } from "../../src/text/message.ts";
import { ACCOUNT, CANARY_KEY } from "../support/program.ts";

describe("repairPaste", () => {
  it.each([
    ["value", "value", []],
    [" value\n", "value", []],
    ['"value"', "value", ["removed quotes"]],
    ["“value”", "value", ["removed quotes"]],
    ["`value`", "value", ["removed quotes"]],
    ['"', '"', []],
    ['"value', '"value', []],
    ["\uFEFFval\u200Bue", "value", ["removed invisible characters"]],
    ["Bearer value", "value", ['removed "Bearer"']],
    ["bearer:value", "value", ['removed "Bearer"']],
    ["Bearer", "Bearer", []],
    ["bearervalue", "bearervalue", []],
    ["export key=value", "value", ["removed the variable name"]],
    ["ANTHROPIC_API_KEY = value", "value", ["removed the variable name"]],
    ["KEY=value", "KEY=value", []],
    ["A_B==", "A_B==", []],
    ["ANTHROPIC_API_KEY=", "ANTHROPIC_API_KEY=", []],
    ["X-Api-Key: value", "value", ["removed the header name"]],
    [`export ANTHROPIC_API_KEY="Bearer: val\u200Due"\r\n`, "value", expect.arrayContaining(["removed quotes"])],
  ])("makes %j to %j", (raw, value, repairs) => {
    const repaired = repairPaste(raw, "x-api-key");
    expect({ ...repaired, repairs: repaired.repairs.map((repair) => say(repair, en)) }).toEqual({ value, repairs });
  });

  it("keeps the name of another header", () => {
    expect(repairPaste("x-api-key: value").value).toBe("x-api-key: value");
  });
});

describe("idsInUrl", () => {
  it.each<[string, string, string | undefined, string?]>([
    [`gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw/openai`, ACCOUNT, "my-gw", "openai"],
    [`https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw/Compat/chat/completions`, ACCOUNT, "my-gw", "compat"],
    [`dash.cloudflare.com/${ACCOUNT}/ai/ai-gateway/gateways/my-gw`, ACCOUNT, "my-gw"],
    [`Open dash.cloudflare.com/${ACCOUNT}.`, ACCOUNT, undefined],
    [`https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw/anthropic/v1/messages?a=b`, ACCOUNT, "my-gw", "anthropic"],
    [`see "https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw".`, ACCOUNT, "my-gw"],
    [`https://gateway.ai.cloudflare.com/v1/${ACCOUNT}`, ACCOUNT, undefined],
    [`https://dash.cloudflare.com/${ACCOUNT}/ai/ai-gateway/gateways/my-gw/logs`, ACCOUNT, "my-gw"],
    [`https://dash.cloudflare.com/${ACCOUNT}/ai/ai-gateway/my-gw`, ACCOUNT, "my-gw"],
    [`https://dash.cloudflare.com/${ACCOUNT}/workers`, ACCOUNT, undefined],
  ])("finds them in %s", (text, accountId, gatewayId, endpoint) => {
    const named = endpoint && { endpoint };
    expect(idsInUrl(text)).toEqual({ accountId, ...(gatewayId && { gatewayId }), ...named });
  });

  it.each([
    "",
    "my-gw",
    "https://example.com/v1/a/b",
    "https://gateway.ai.cloudflare.com.example.com/v1/a/b",
    "https://example.com/gateway.ai.cloudflare.com/v1/a/b",
    `http://dash.cloudflare.com/${ACCOUNT}`,
    "http://gateway.ai.cloudflare.com/v1/a/b",
  ])("finds none in %j", (text) => {
    expect(idsInUrl(text)).toBeUndefined();
  });
});

describe("readBlock", () => {
  const url = `https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw/anthropic`;
  it.each<[string, string, Record<string, string>]>([
    [
      "a .env file",
      `# mine\nCLOUDFLARE_ACCOUNT_ID=${ACCOUNT}\nCLOUDFLARE_GATEWAY_ID = 'my-gw'\nANTHROPIC_API_KEY="k e y"`,
      { accountId: ACCOUNT, gatewayId: "'my-gw'", apiKey: '"k e y"' },
    ],
    [
      "shell lines",
      "export CLOUDFLARE_GATEWAY_ID=my-gw; export CF_AIG_TOKEN=tok # x",
      { gatewayId: "my-gw", gatewayToken: "tok" },
    ],
    ["YAML", "CLOUDFLARE_GATEWAY_ID: my-gw\nCF_AIG_TOKEN: tok", { gatewayId: "my-gw", gatewayToken: "tok" }],
    [
      "a curl command",
      `curl ${url}/v1/messages \\\n -H 'x-api-key: key' -H "CF-AIG-Authorization: Bearer tok"`,
      { accountId: ACCOUNT, gatewayId: "my-gw", apiKey: "key", gatewayToken: "Bearer tok" },
    ],
    [
      "the command with which a new token is tried",
      `curl "https://api.cloudflare.com/client/v4/user/tokens/verify" \\\n -H "Authorization: Bearer cfut_1234567890"`,
      { apiToken: "cfut_1234567890" },
    ],
    ["a bearer token that is none of Cloudflare's", `curl x -H "Authorization: Bearer sk-proj-abcdefghij"`, {}],
    ["the better of two names", "ANTHROPIC_API_KEY=a\nCLOUDFLARE_AI_GATEWAY_API_KEY=b", { apiKey: "b" }],
    ["the name that has a value", "CLOUDFLARE_AI_GATEWAY_API_KEY=$KEY\nANTHROPIC_API_KEY=a", { apiKey: "a" }],
    ["placeholders", `curl https://gateway.ai.cloudflare.com/v1/{account_id}/<gateway>/x -H "x-api-key: $KEY"`, {}],
    ["an empty assignment", "ANTHROPIC_API_KEY=\nCF_AIG_TOKEN=tok", { gatewayToken: "tok" }],
    ["a longer name that ends alike", "MY_ANTHROPIC_API_KEY=a", {}],
    ["nothing known", "one\ntwo", {}],
  ])("reads %s", (_, block, answers) => {
    expect(readBlock(block, cloudflareAiGateway)).toMatchObject({ answers, joined: [], cut: {} });
  });
});

it.each([
  ["a\nb", true],
  ["curl x", true],
  ["a\n", false],
  ["curly", false],
])("takes %j for a block: %s", (text, block) => {
  expect(isBlock(text)).toBe(block);
});

describe("what must not be typed onto the screen", () => {
  it.each([
    ["several lines", "a\rb", true],
    ["a curl command", "curl https://example.com", true],
    ["a credential", `"${CANARY_KEY}"`, true],
    ["a control character", "a\u009b31mb", true],
    ["one line with its end", "abc\r", false],
    ["an address", "https://gateway.ai.cloudflare.com/v1/a/b", false],
  ])("is recognised: %s", (_, text, hidden) => {
    expect(isHiddenPaste(text, false)).toBe(hidden);
  });

  it("does not include a credential at a question that hides its answer", () => {
    expect(isHiddenPaste(CANARY_KEY, true)).toBe(false);
    expect(isHiddenPaste(`${CANARY_KEY}\u001b[A`, true)).toBe(true);
  });

  it.each([
    ["sk-ant-api03-half", false, false],
    ["sk-ant-api03-half", true, true],
    ["sk-ant-api03-half\r", false, true],
    ["a\rb", false, true],
  ])("is %j as a whole, if marked is %s: %s", (text, marked, whole) => {
    expect(isWholePaste(text, marked)).toBe(whole);
  });

  it("has one kind of line end in an answer", () => {
    expect(pastedLines("a\rb\r\nc\nd\r")).toBe("a\nb\nc\nd");
  });
});
