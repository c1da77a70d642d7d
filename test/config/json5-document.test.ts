import { describe, expect, test, vi } from "vitest";
import { duplicateKeys, locate } from "../../src/config/json5-document.ts";
import type { JsonPath, JsonValue } from "../../src/config/json5-value.ts";
import { OpenclawError } from "../../src/core/errors.ts";
import { removeValue, setValue } from "../support/json5-edit.ts";
import { saying, sayingOnly } from "../support/saying.ts";

const NASTY = [
  "\uFEFF// first",
  "{ // open",
  "\t/* before */ single: 'it\\'s', // tail",
  "\thex: 0x1F, inf: -Infinity,",
  '\t"joined": "one \\',
  'two \u2028",',
  "\t\\u0061bc: 1, ключ: [1, 2,],",
  "\t__proto__: {a: 1}, a: 1, /* again */ a: 2,",
  "\t// last",
  "} // end",
  "",
].join("\r\n");

type SetCase = [name: string, before: string, path: JsonPath, value: JsonValue, after: string];

const thrownBy = (action: () => unknown): OpenclawError => {
  try {
    action();
  } catch (error) {
    if (error instanceof OpenclawError) return error;
  }
  throw new Error("An OpenclawError was expected.");
};

describe("setValue over something", () => {
  test.each<SetCase>([
    ["changes only the value", "{ a : 1 /*x*/ , b: 2 }", ["a"], 7, "{ a : 7 /*x*/ , b: 2 }"],
    ["keeps the quotes of a string", `{a: 'x', b: "y"}`, ["a"], `it's "z"`, `{a: 'it\\'s "z"', b: "y"}`],
    ["keeps double quotes too", `{a: 'x', b: "y"}`, ["b"], `it's "z"`, `{a: 'x', b: "it's \\"z\\""}`],
    ["leaves an equal value as it is written", "{a: 0x10, b: +1}", [], { a: 16, b: 1 }, "{a: 0x10, b: +1}"],
    ["tells -0 from 0", "[0]", [0], -0, "[-0]"],
    ["writes NaN and infinities", "[0, 0]", [], [NaN, -Infinity], "[NaN, -Infinity]"],
    ["changes the last of equal keys", "{a: 1, 'a': 2}", ["a"], 3, "{a: 1, 'a': 3}"],
    ["finds a key written with escapes", "{\\u0061: 1}", ["a"], 2, "{\\u0061: 2}"],
    ["takes __proto__ for an ordinary key", "{__proto__: {x: 1}}", ["__proto__", "x"], 2, "{__proto__: {x: 2}}"],
    ["escapes what editors trip over", "['']", [0], "\u2028\u2029\ud800", "['\\u2028\\u2029\\ud800']"],
    ["replaces the root", "// c\n1 // d", [], "x", '// c\n"x" // d'],
    [
      "spreads a container over lines of its own",
      "{\n\ta: 1, // c\n}",
      ["a"],
      { b: [] },
      "{\n\ta: {\n\t\tb: [],\n\t}, // c\n}",
    ],
    ["keeps a container on a shared line", "{a: 1, b: 2}", ["a"], { c: [1, 2] }, "{a: {c: [1, 2]}, b: 2}"],
    [
      "patches objects member by member",
      "{\n  a: 1, // a\n  b: 2, // b\n}",
      [],
      { b: 3, c: 4 },
      "{\n  // a\n  b: 3, // b\n  c: 4,\n}",
    ],
    ["patches lists item by item", "[1, /*x*/ 2, 3]", [], [1, 9], "[1, /*x*/ 9]"],
    ["lengthens lists", "[\n  1, // one\n]", [], [1, 2, 3], "[\n  1, // one\n  2,\n  3,\n]"],
  ])("%s", (_, before, path, value, after) => {
    expect(setValue(before, path, value)).toBe(after);
  });
});

describe("setValue of something new", () => {
  test.each<SetCase>([
    ["stays on the one line", "{a: 1}", ["b"], 2, "{a: 1, b: 2}"],
    ["keeps the space inside braces", "{ a: 1 }", ["b"], { c: 1 }, "{ a: 1, b: { c: 1 } }"],
    ["saves the spaces a file saves", '{"a":1}', ["b"], { c: [1, 2] }, '{"a":1,"b":{"c":[1,2]}}'],
    ["keeps a trailing comma on one line", "[1,]", [1], 2, "[1, 2,]"],
    ["puts the comma before the comment", "{\n  a: 1 // one\n}", ["b"], 2, "{\n  a: 1, // one\n  b: 2\n}"],
    ["keeps the trailing comma", "{\n  a: 1, // one\n  // end\n}", ["b"], 2, "{\n  a: 1, // one\n  b: 2,\n  // end\n}"],
    ["leaves a line that a comment ends", "{a: 1 // one\n}", ["b"], 2, "{a: 1, // one\n  b: 2\n}"],
    ["follows a block comment", "{a: 1 /* one */}", ["b"], 2, "{a: 1, /* one */ b: 2}"],
    ["finds a comma on a later line", "{\n  a: 1 // one\n  ,\n}", ["b"], 2, "{\n  a: 1 // one\n  ,\n  b: 2,\n}"],
    ["quotes like its siblings", "{x: {'a': 1}, y: \"\"}", ["x", "b"], "c", "{x: {'a': 1, 'b': 'c'}, y: \"\"}"],
    ["quotes only keys that need it", "{a: 'x'}", ["x-y"], 1, "{a: 'x', 'x-y': 1}"],
    ["quotes keys beyond ASCII", "{a: 1}", ["é"], 1, '{a: 1, "é": 1}'],
    ["quotes __proto__", "{a: 1}", ["__proto__"], 1, '{a: 1, "__proto__": 1}'],
    [
      "takes constructor for an ordinary key",
      "{a: 1}",
      ["constructor", "toString"],
      1,
      "{a: 1, constructor: {toString: 1}}",
    ],
    [
      "takes the style of the file where there are no siblings",
      "{\n\ta: 'x',\n\tb: {},\n}",
      ["b", "c"],
      "d",
      "{\n\ta: 'x',\n\tb: {\n\t\tc: 'd',\n\t},\n}",
    ],
    ["fills an empty file", "{}\n", ["a", "b"], [{}], '{\n  "a": {\n    "b": [\n      {}\n    ]\n  }\n}\n'],
    ["fills empty braces on a shared line", "{a: {}, b: [ ]}", ["b", 0], 1, "{a: {}, b: [1]}"],
    ["fills braces with a comment", "{ // note\n}", ["a"], 1, '{ // note\n  "a": 1\n}'],
    ["aligns with the comment it follows", "{\n    // note\n}", ["a"], 1, '{\n    // note\n    "a": 1\n}'],
    ["fills braces with a comment on one line", "{ /* note */ }", ["a"], 1, '{ /* note */ "a": 1 }'],
    [
      "keeps CRLF",
      '{\r\n    "a": 1\r\n}\r\n',
      ["b"],
      { c: 1 },
      '{\r\n    "a": 1,\r\n    "b": {\r\n        "c": 1\r\n    }\r\n}\r\n',
    ],
    ["keeps the byte order mark", "\uFEFF[]", [0], 1, "\uFEFF[\n  1\n]"],
  ])("%s", (_, before, path, value, after) => {
    expect(setValue(before, path, value)).toBe(after);
  });

  test("leaves all else of a nasty text as it is", () => {
    const added = setValue(NASTY, ["new", "list"], ["x"]);
    const again = " /* again */ a: 2,";
    expect(added).toBe(NASTY.replace(again, `${again} new: {list: ['x']},`));
  });
});

describe("setValue refuses", () => {
  test.each<[JsonPath, string]>([
    [["a", "b", "x"], "a.b.x cannot be set: a.b (line 2, column 7) is a number."],
    [["a", 0], "a[0] cannot be set: a (line 2, column 2) is an object."],
    [["l", 2], "l[2] cannot be set: l (line 3, column 2) is a list of 1 item."],
    [["l", -1], "l[-1] cannot be set: l (line 3, column 2) is a list of 1 item."],
    [["l", "0"], 'l["0"] cannot be set: l (line 3, column 2) is a list of 1 item.'],
    [["n", "x-y"], 'n["x-y"] cannot be set: n (line 4, column 2) is null.'],
  ])("%j", (path, message) => {
    expect(thrownBy(() => setValue("{\n a: { b: 1 },\n l: [0],\n n: null\n}", path, 1))).toMatchObject({
      code: "config.edit",
      says: sayingOnly(message),
    });
  });

  test("what would be nested too deep to be read again", () => {
    const deep = Array.from({ length: 1000 }).reduce<JsonValue>((inner) => [inner], 0);
    const { code, problems } = thrownBy(() => setValue("{}", ["a"], deep));
    expect(code).toBe("config.edit");
    expect(problems[0]?.message).toEqual(saying("500 levels"));
  });
});

describe("removeValue", () => {
  test.each<[name: string, before: string, path: JsonPath, after: string]>([
    ["takes the first of one line", "{a: 1, b: 2}", ["a"], "{b: 2}"],
    ["takes the middle of one line", "{a: 1, b: 2, c: 3}", ["b"], "{a: 1, c: 3}"],
    ["takes the last of one line and the comma before it", "{ a: 1, b: 2 }", ["b"], "{ a: 1 }"],
    ["leaves a trailing comma", "[1, 2,]", [1], "[1,]"],
    ["leaves empty braces", "{a: 1}", ["a"], "{}"],
    ["takes the whole line, not the comment above", "{\n  // a\n  a: 1,\n  b: 2\n}", ["a"], "{\n  // a\n  b: 2\n}"],
    ["takes all lines of a value", "{\r\n  a: {\r\n  },\r\n  b: 2\r\n}", ["a"], "{\r\n  b: 2\r\n}"],
    ["takes the comma of the line before", "{\n  a: 1, // a\n  b: 2\n}", ["b"], "{\n  a: 1 // a\n}"],
    ["takes a comma that begins a line", "{\n  a: 1\n  , b: 2\n}", ["b"], "{\n  a: 1\n}"],
    ["leaves the comment behind it", "{\n  a: 1, // a\n  b: 2,\n}", ["a"], "{\n  // a\n  b: 2,\n}"],
    ["leaves the comment between value and comma", "{\n  a: 1 /* a */,\n  b: 2\n}", ["a"], "{\n  /* a */\n  b: 2\n}"],
    ["takes every one of equal keys", "{a: 1, b: 2, 'a': 3}", ["a"], "{b: 2}"],
    ["follows the last of equal keys", "{a: {x: 1}, a: {x: 2}}", ["a", "x"], "{a: {x: 1}, a: {}}"],
    ["takes __proto__", "{__proto__: 1, a: 2}", ["__proto__"], "{a: 2}"],
    ["changes nothing when there is nothing", "{a: 1} // x", ["b", "c"], "{a: 1} // x"],
    ["changes nothing inside a scalar", "{a: 'bc'}", ["a", 0], "{a: 'bc'}"],
  ])("%s", (_, before, path, after) => {
    expect(removeValue(before, path)).toBe(after);
  });

  test("refuses the root", () => {
    expect(thrownBy(() => removeValue("{}", [])).code).toBe("config.edit");
  });

  test("takes a member out of a nasty text and leaves all else as it is", () => {
    expect(removeValue(NASTY, ["joined"])).toBe(NASTY.replace('\t"joined": "one \\\r\ntwo \u2028",\r\n', ""));
  });
});

test("locate points at the key, at the item, or at the nearest ancestor there is", () => {
  const at = (path: JsonPath) => locate("\uFEFF {a: 1,\r\n 'b': [0,\r {c: 2}]}", path);
  expect(at([])).toStrictEqual({ line: 1, column: 2 });
  expect(at(["a"])).toStrictEqual({ line: 1, column: 3 });
  expect(at(["b"])).toStrictEqual({ line: 2, column: 2 });
  expect(at(["b", 1])).toStrictEqual({ line: 3, column: 2 });
  expect(at(["b", 1, "c"])).toStrictEqual({ line: 3, column: 3 });
  expect(at(["b", 1, "d", "e"])).toStrictEqual({ line: 3, column: 2 });
  expect(at(["constructor"])).toStrictEqual({ line: 1, column: 2 });
  expect(locate("{", [])).toBeUndefined();
});

test("duplicateKeys names every repetition of a key", () => {
  expect(duplicateKeys('{a: 1,\n "a": [{b: 1, b: 2}], \\u0061: 3, __proto__: 1, "__proto__": 2}')).toStrictEqual([
    { path: ["a"], position: { line: 2, column: 2 } },
    { path: ["a", 0, "b"], position: { line: 2, column: 15 } },
    { path: ["a"], position: { line: 2, column: 23 } },
    { path: ["__proto__"], position: { line: 2, column: 48 } },
  ]);
  expect(duplicateKeys("{a: 1, a")).toStrictEqual([]);
});

test("nothing is printed about raw line separators, not even in keys", () => {
  const printed = vi.spyOn(console, "warn");
  expect(setValue("{'\\\n\u2028': '\u2029'}", ["\u2028"], 1)).toBe("{'\\\n\u2028': 1}");
  expect(printed).not.toHaveBeenCalled();
});
