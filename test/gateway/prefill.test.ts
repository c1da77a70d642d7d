import { describe, expect, it, vi } from "vitest";
import { refusesPrefill } from "../../src/gateway/prefill.ts";
import { withModel } from "../../src/gateway/request-body.ts";
import { readRequestBody, stripPrefill } from "../support/bodies.ts";

function read(text: string | Buffer) {
  const body = readRequestBody(Buffer.from(text));
  if (body === undefined) throw new Error(`refused: ${text}`);
  return body;
}

const strip = (text: string) => {
  const { bytes, removed, isEmptied } = stripPrefill(read(text));
  return { text: bytes.toString(), removed, isEmptied };
};

const USER = '{"role":"user","content":"Hi"}';
const assistant = (content: string, more = "") => `{"role":"assistant","content":${content}${more}}`;
const messages = (...turns: string[]) => `{"messages":[${turns.join(",")}]}`;

describe("trailing assistant turns are removed", () => {
  it.each([
    ["a text", [assistant('"So"')]],
    ["an empty one", [assistant("[]")]],
    ["text blocks", [assistant('[{"type":"text","text":"So"}]')]],
    ["nothing but thinking", [assistant('[{"type":"thinking","thinking":"…","signature":"c2ln"}]')]],
    ["one without content", ['{"role":"assistant"}']],
    ["several in a row", [assistant('"So"'), assistant("null"), assistant('[{"type":"redacted_thinking"}]')]],
    ["no tool calls", [assistant('""', ',"tool_calls":[]')]],
    ["a credit that is none", [assistant('""', ',"fallback_credit_token":null')]],
    ["a role in escapes", ['{"r\\u006fle":"assist\\u0061nt"}']],
    ["the role that counts", ['{"role":"user","role":"assistant"}']],
    ["a word about tools", [assistant('"{\\"type\\":\\"tool_use\\"}"')]],
    ["a type that is no text", [assistant('[{"type":{"toString":1}},null,"tool_use"]')]],
  ])("%s", (_, turns) => {
    expect(strip(messages(USER, ...turns))).toEqual({ text: messages(USER), removed: turns.length, isEmptied: false });
  });

  it("and no other byte", () => {
    const before = '\r\n{ "n": 9007199254740993, "x": 1.0, "messages": "b", "messages": [\n  {"role":"user"}\n';
    const after = '  ],\t"temperature": 1e0, "x": 2.50, "é": "\\u00e9"\n}\n';
    expect(strip(`${before}  , {"role":"assistant"},\n\t{"role":"assistant"} \n${after}`)).toEqual({
      text: `${before}   \n${after}`,
      removed: 2,
      isEmptied: false,
    });
  });

  it("after the model was replaced, in any order of the two", () => {
    for (const text of [
      `{"model":"a","messages":[${USER},${assistant('"So"')}]}`,
      `{"messages":[${USER},${assistant('"So"')}],"model":"a"}`,
      `{"messages":[${USER},${assistant('"So"')}]}`,
    ]) {
      const { bytes, removed } = stripPrefill(withModel(read(text), "claude-opus-5-5"));
      expect(removed).toBe(1);
      expect(JSON.parse(bytes.toString())).toEqual({ model: "claude-opus-5-5", messages: [JSON.parse(USER)] });
    }
  });

  it("down to one that has to stay", () => {
    const call = assistant('[{"type":"tool_use","id":"t","name":"n","input":{}}]');
    expect(strip(messages(USER, assistant('"a"'), call, assistant('"b"'))).text).toBe(
      messages(USER, assistant('"a"'), call),
    );
  });
});

describe("nothing is removed", () => {
  it.each([
    ["a user's turn at the end", messages(assistant('"a"'), USER)],
    ["a system turn at the end", messages(USER, assistant('"a"'), '{"role":"system","content":"b"}')],
    ["a role of another case", messages(USER, '{"role":"Assistant","content":"a"}')],
    ["no role", messages(USER, '{"content":"a"}')],
    ["a role that no longer counts", messages(USER, '{"role":"assistant","role":"user"}')],
    ["a list as the turn", messages(USER, '["role","assistant"]')],
    ["null at the end", messages(USER, assistant('"a"'), "null")],
    ["a call of a tool", messages(USER, assistant('[{"type":"text"},{"type":"tool_use"}]'))],
    ["the same in escapes", messages(USER, assistant('[{"t\\u0079pe":"tool\\u005fuse"}]'))],
    ["a call of a server's tool", messages(USER, assistant('[{"type":"server_tool_use"},{"type":"text"}]'))],
    ["a call of an MCP tool", messages(USER, assistant('[{"type":"mcp_tool_use"}]'))],
    ["a result that a server's tool has brought", messages(USER, assistant('[{"type":"web_search_tool_result"}]'))],
    ["a call in other words", messages(USER, assistant('[{"type":"toolCall"}]'))],
    ["calls beside the content", messages(USER, assistant("null", ',"tool_calls":[{"id":"t"}]'))],
    ["a credit in the turn", messages(USER, assistant('"a"', ',"fallback_credit_token":"t"'))],
    ["a claim in the turn", messages(USER, assistant('"a"', ',"fallback_has_prefill_claim":true'))],
    ["a credit in the request", `{"fallback_credit_token":"t","messages":[${USER},${assistant('"a"')}]}`],
    ["no conversation", '{"model":"a"}'],
    ["an empty one", messages()],
    ["one that is an object", `{"messages":{"0":${assistant('"a"')}}}`],
    ["an object that is no JSON", '{"messages":{"0":{},{"role":"assistant"}}}'],
    ["a list that is no JSON", '{"messages":[{},\\"{"role":"assistant"}"]}'],
    ["one that is a text", '{"messages":"assistant"}'],
    ["a conversation that does not count", `{"messages":[${USER},${assistant('"a"')}],"messages":[${USER}]}`],
    ["one of somebody else", `{"metadata":{"messages":[${USER},${assistant('"a"')}]}}`],
    ["a list without its first turn", messages("", assistant('"a"'))],
    ["a turn that is no JSON", messages(USER, '{"role":"assistant","content":oh}')],
  ])("from a body with %s, and its bytes are unchanged", (_, text) => {
    const body = read(text);
    expect(stripPrefill(body)).toEqual({ bytes: body.bytes, removed: 0, isEmptied: false });
    expect(stripPrefill(body).bytes).toBe(body.bytes);
  });

  it("if no turn would be left, and the result says so", () => {
    for (const text of [
      messages(assistant('"a"')),
      messages(assistant('"a"'), assistant('"b"')),
      '{"messages":[ {"role":"assistant"} ] }',
    ]) {
      const body = read(text);
      expect(stripPrefill(body)).toEqual({ bytes: body.bytes, removed: 0, isEmptied: true });
    }
  });

  it("and no large user turn is parsed to find that out", () => {
    const image = `{"type":"image","source":{"data":"${"iVBORw0KGgo".repeat(100_000)}"}}`;
    const body = read(messages(USER, `{"content":[${image}],"role":"user"}`));
    const parse = vi.spyOn(JSON, "parse");
    try {
      expect(stripPrefill(body).removed).toBe(0);
      expect(parse.mock.calls.join("").length).toBeLessThan(100);
    } finally {
      parse.mockRestore();
    }
  });
});

describe("prefill is refused", () => {
  it.each([
    ["claude-sonnet-4-6", true],
    ["claude-opus-4-6", true],
    ["claude-opus-4-7", true],
    ["claude-opus-4-8", true],
    ["claude-opus-4-10", true],
    ["claude-sonnet-5", true],
    ["claude-fable-5-1", true],
    ["claude-haiku-5-5", true],
    ["claude-opus-5-5-20260922", true],
    ["claude-sonnet-4.6", true],
    ["claude-mythos-preview", true],
    ["claude-opus", true],
    ["gpt-5.5", true],
    ["@cf/meta/llama-3.3-70b-instruct-fp8-fast", true],
    ["", true],
    ["claude-opus-4-5", false],
    ["claude-opus-4-5-20251101", false],
    ["claude-haiku-4-5-20251001", false],
    ["claude-sonnet-4-5-20250929", false],
    ["claude-sonnet-4.5", false],
    ["claude-opus-4-1-20250805", false],
    ["claude-sonnet-4-20250514", false],
    ["claude-sonnet-4-0", false],
    ["claude-3-7-sonnet-20250219", false],
    ["claude-3-7-sonnet-latest", false],
    ["claude-3-opus-20240229", false],
  ])("by %s: %s", (model, refuses) => {
    expect(refusesPrefill(model)).toBe(refuses);
  });
});
