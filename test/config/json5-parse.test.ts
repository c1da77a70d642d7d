import { afterEach, describe, expect, test, vi } from "vitest";
import { parseJson5 } from "../../src/config/json5-parse.ts";
import { sayingOnly } from "../support/saying.ts";

/** Whatever JSON5 allows that is easily forgotten. */
const NASTY = [
  "\uFEFF// first",
  "{",
  "  /* block */ single: 'it\\'s \"x\"', // tail",
  "  hex: 0x1F, inf: -Infinity, nan: NaN, half: .5,",
  '  "joined": "one \\',
  'two \u2028 three",',
  "  \\u0061bc: 1, ключ: [1, [], {}],",
  "  __proto__: {a: 1,}, a: 1, a: 2,",
  "}",
  "// end",
].join("\r\n");

function problemOf(text: string) {
  const parsed = parseJson5(text);
  if (parsed.ok) throw new Error("The text was expected to be refused.");
  return parsed.error;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("parseJson5", () => {
  test("reads everything JSON5 allows, and prints nothing", () => {
    const printed = vi.spyOn(console, "warn");
    const parsed = parseJson5(NASTY);
    expect(parsed).toStrictEqual({
      ok: true,
      value: {
        single: 'it\'s "x"',
        hex: 31,
        inf: -Infinity,
        nan: NaN,
        half: 0.5,
        joined: "one two \u2028 three",
        abc: 1,
        ключ: [1, [], {}],
        ["__proto__"]: { a: 1 },
        a: 2,
      },
    });
    expect(printed).not.toHaveBeenCalled();
    expect(console.warn).toBe(printed);
  });

  test.each(['{"__proto__": {"x": 1}}', "{__proto__: {x: 1}}"])("makes __proto__ an own key in %s", (text) => {
    const parsed = parseJson5(text);
    expect(parsed.ok && Object.entries(parsed.value as object)).toStrictEqual([["__proto__", { x: 1 }]]);
    expect(parsed.ok && Object.hasOwn(parsed.value as object, "x")).toBe(false);
  });

  test("lets the last of several equal keys count, in JSON as in JSON5", () => {
    expect(parseJson5('{"a": 1, "b": 2, "a": 3}')).toStrictEqual(parseJson5('{"a": 1, "b": 2, "a": 3,}'));
    expect(parseJson5('{"a": 1, "a": 3}')).toStrictEqual({ ok: true, value: { a: 3 } });
  });

  test("overlooks a byte order mark in JSON and in JSON5", () => {
    expect(parseJson5("\uFEFF[1]")).toStrictEqual({ ok: true, value: [1] });
    expect(parseJson5("\uFEFF[1,]")).toStrictEqual({ ok: true, value: [1] });
  });

  test.each([
    ["", "Expected a value such as `{}`, but the file is empty.", 1, 1],
    ["\uFEFF \n ", "Expected a value such as `{}`, but the file is empty.", 2, 2],
    ["// nothing", "Expected a value, found the end of the file.", 1, 11],
    ["{", "Expected a key or `}`, found the end of the file.", 1, 2],
    ["{\r\n  a\r\n}", "Expected `:` after the key, found `}`.", 3, 1],
    ["{a:\r1,\r]", "Expected a key or `}`, found `]`.", 3, 1],
    ["{a: }", "Expected a value, found `}`.", 1, 5],
    ["{a: tru}", "Expected a value, found `}`.", 1, 8],
    ["{a: 1;}", "Expected `,` or `}`, found `;`.", 1, 6],
    ["{a-b: 1}", "Expected `:` after the key, found `-`.", 1, 3],
    ["{'a' 1}", "Expected `:` after the key, found `1`.", 1, 6],
    ["[1 2]", "Expected `,` or `]`, found `2`.", 1, 4],
    ["[1, ,]", "Expected a value or `]`, found `,`.", 1, 5],
    ["{}\n}", "Expected the end of the file, found `}`.", 2, 1],
    ["1 {}", "Expected the end of the file, found `{`.", 1, 3],
    ["[😀]", "Expected a value or `]`, found `😀`.", 1, 2],
    ["{\\u0031: 1}", "Expected a key or `}`, found `\\`.", 1, 2],
    ["[\u0000]", "Expected a value or `]`, found the character U+0000.", 1, 2],
    ["{a: 'x\r\n}", "Expected `'` to close the string, found the end of the line.", 1, 7],
    ["{a: 'x\n}", "Expected `'` to close the string, found the end of the line.", 1, 7],
    ['{a: "x\\', 'Expected `"` to close the string, found the end of the file.', 1, 8],
    ['["\\u12x4"]', "Expected a valid escape sequence, found `x`.", 1, 7],
    ["[1 /* x", "Expected `*/` to close the comment, found the end of the file.", 1, 8],
  ])("says of %j what was expected and where", (text, message, line, column) => {
    expect(problemOf(text)).toEqual({ message: sayingOnly(message), position: { line, column } });
  });

  test("takes 500 levels of nesting and refuses more, however they are written", () => {
    expect(parseJson5("[".repeat(500) + "]".repeat(500)).ok).toBe(true);
    expect(parseJson5(`${"{a:".repeat(500)}1${"}".repeat(500)}`).ok).toBe(true);
    for (const text of ["[".repeat(1000) + "]".repeat(1000), "[".repeat(1_000_000), "{'[':[".repeat(251)])
      expect(problemOf(text).message).toEqual(sayingOnly("Nested more than 500 levels deep."));
    expect(problemOf("[".repeat(501)).position).toStrictEqual({ line: 1, column: 501 });
    expect(parseJson5(`"${"[".repeat(1000)}"`).ok).toBe(true);
  });

  test("parses every beginning of a nasty text or says where it ends too early", () => {
    for (let end = 0; end < NASTY.length; end++) {
      const parsed = parseJson5(NASTY.slice(0, end));
      if (!parsed.ok) expect(parsed.error.position?.line).toBeGreaterThan(0);
    }
  });

  test("never quotes more than one character of the text", () => {
    expect(problemOf("{key: sk-ant-secret}").message).toEqual(sayingOnly("Expected a value, found `s`."));
  });
});
