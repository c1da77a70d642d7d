import { describe, expect, it, vi } from "vitest";
import { type RequestBody, withModel } from "../../src/gateway/request-body.ts";
import { readRequestBody } from "../support/bodies.ts";

/** What is read of a body, which has to be an object. */
function read(text: string | Buffer): RequestBody {
  const body = readRequestBody(Buffer.from(text));
  if (body === undefined) throw new Error(`refused: ${text}`);
  return body;
}

describe("the model of a request", () => {
  it.each([
    ['{"model":"a","messages":[]}', "a"],
    ['{"messages":[{"role":"user","content":"\\"model\\":\\"b\\""}],"model":"a"}', "a"],
    ['{"messages":[{"model":"b"}],"metadata":{"model":"c"},"max_tokens":1}', undefined],
    ['{"model":"b","max_tokens":1,"model":"a"}', "a"],
    ['{"model":"b","\\u006dodel":"a"}', "a"],
    ['{"m\\u006Fdel":"\\u0061\\/b"}', "a/b"],
    ['\r\n{\r\n\t"model" :\n"a"\r\n}\r\n', "a"],
    ['{"model":"a","model":null}', undefined],
    ['{"model":5}', undefined],
    ['{"model":["a"]}', undefined],
    ['{"x":"ends in \\\\","model":"a"}', "a"],
    ['{"x":"ends in \\\\\\"","model":"a"}', "a"],
    ['{"Model":"b","models":"c","":"d"}', undefined],
    ['{"__proto__":{"model":"b"}}', undefined],
    ["{}", undefined],
  ])("of %s is %j", (text, model) => {
    expect(read(text).model).toBe(model);
  });

  it.each([
    ['{"model":"a","messages":[1.0, 9007199254740993]}', '{"model":"x/\\"y\\"","messages":[1.0, 9007199254740993]}'],
    ['{"model":"b", "model" : "a" }', '{"model":"b", "model" : "x/\\"y\\"" }'],
    ['{"\\u006dodel":null}', '{"\\u006dodel":"x/\\"y\\""}'],
    ['{"model":{"a":[1]}}', '{"model":"x/\\"y\\""}'],
    ['{ "a":1 }', '{"model":"x/\\"y\\"", "a":1 }'],
    [" { } ", ' {"model":"x/\\"y\\"" } '],
  ])("is replaced in %s, and nothing else", (text, expected) => {
    expect(withModel(read(text), 'x/"y"').bytes.toString()).toBe(expected);
  });

  it("that is the same already leaves the bytes unchanged", () => {
    const body = read('{"\\u006dodel":"\\u0061"}');
    expect(withModel(body, "a").bytes).toBe(body.bytes);
  });
});

describe("thinking", () => {
  it.each([
    ['{"thinking":{"type":"enabled","budget_tokens":1024}}', true],
    ['{"thinking":{"type":"adaptive"}}', true],
    ['{"thinking":{"type":"disabled"}}', false],
    ['{"thinking":{"type":"dis\\u0061bled"}}', false],
    ['{"thinking":{"type":"enabled","type":"disabled"}}', false],
    ['{"thinking":{"type":"Disabled"}}', true],
    ['{"thinking":{"type":null}}', true],
    ['{"thinking":{}}', true],
    ['{"thinking":[]}', true],
    ['{"thinking":null}', false],
    ['{"thinking":true}', false],
    ['{"thinking":"enabled"}', false],
    ['{"\\u0074hinking":{"type":"adaptive"}}', true],
    ['{"thinking":{"type":"adaptive"},"thinking":null}', false],
    ['{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"…"}]}]}', false],
    ['{"thinking":{"__proto__":{"type":"disabled"}}}', true],
    ["{}", false],
  ])("of %s is %s", (text, thinking) => {
    expect(read(text).thinking).toBe(thinking);
  });
});

describe("a fallback credit", () => {
  it.each([
    ['{"fallback_credit_token":"t"}', true],
    ['{"fallback\\u005fcredit\\u005ftoken":"t"}', true],
    ['{"fallback_credit_token":{"token":"t","mode":"best_effort"}}', true],
    ['{"fallback_credit_token":null}', false],
    ['{"fallback_has_prefill_claim":true}', true],
    ['{"fallback_has_prefill_claim":false}', false],
    ['{"messages":[{"fallback_credit_token":"t"}]}', false],
  ])("is named by %s: %s", (text, named) => {
    expect(read(text).hasFallbackCredit).toBe(named);
  });
});

describe("a body", () => {
  it.each([
    "",
    " ",
    "null",
    "[]",
    '"{}"',
    "{",
    '{"model":"a"',
    '{"model":"a"}{"model":"b"}',
    '{"model":"a"},',
    '{"model":"a",}',
    '{"model":a}',
    '{"model":"a" "b":1}',
    "{'model':'a'}",
    '{model:"a"}',
    '{"model"}',
    '{"model":}',
    '{"max_tokens":}',
    '{"max_tokens":1"model":"a"}',
    '{"fallback_credit_token":t}',
    '{"model":"a}',
    '{"mod\\x65l":"a"}',
    '{"model":"\\x61"}',
    '{"model":"a"/*,"model":"b"*/}',
    '{"thinking":{type:"adaptive"}}',
    '{"messages":[}',
    '{"messages":[}}',
    '{"messages":{]}',
    '\uFEFF{"model":"a"}',
    '{"model":"a"}\0',
    '\u00a0{"model":"a"}',
    Buffer.from('{"model":"a"}', "utf16le").toString("latin1"),
  ])("is refused if it is not a JSON object: %j", (text) => {
    expect(readRequestBody(Buffer.from(text))).toBeUndefined();
  });

  it("that is broken deep inside is left to the upstream", () => {
    const bytes = Buffer.from('{"model":"a","messages":[{"role":user}]}');
    expect(read(bytes)).toMatchObject({ bytes, model: "a" });
  });

  it("keeps bytes that are not UTF-8, whatever changes around them", () => {
    const bytes = (model: string) => Buffer.from(`{"x":"\xff\xc3","model":"${model}","\xe9":1}`, "latin1");
    expect(read(bytes("a"))).toMatchObject({ model: "a" });
    expect(withModel(read(bytes("a")), "b").bytes).toEqual(bytes("b"));
  });

  it("may be nested deeper than any stack", () => {
    const depth = 500_000;
    expect(read(`{"messages":${"[".repeat(depth)}${"]".repeat(depth)},"model":"a"}`).model).toBe("a");
    expect(readRequestBody(Buffer.from(`{"messages":${"[".repeat(depth)}`))).toBeUndefined();
  });

  it("is read without being parsed, however large it is", () => {
    const content = `\\"thinking\\": ${"x".repeat(1_000_000)}`;
    const text = `{"messages":[{"role":"user","content":"${content}"}],"model":"a","thinking":{"type":"adaptive"}}`;
    const parse = vi.spyOn(JSON, "parse");
    try {
      expect(read(text)).toMatchObject({ model: "a", thinking: true });
      expect(parse.mock.calls.join("").length).toBeLessThan(100);
    } finally {
      parse.mockRestore();
    }
  });
});
