import { describe, expect, test } from "vitest";
import { parseDotenv, setVariable } from "../../src/config/dotenv-document.ts";
import type { OpenclawError } from "../../src/core/errors.ts";
import { inEnglish, saying } from "../support/saying.ts";

const thrownBy = (edit: () => unknown): OpenclawError => {
  try {
    edit();
  } catch (error) {
    return error as OpenclawError;
  }
  throw new Error("nothing was thrown");
};

describe("reading", () => {
  test("gives the values dotenv gives, the last of a name in force", () => {
    const text = "\uFEFF# keys\r\nexport A = 'x # y' # why\r\nB: 2\r\nC=\"two\r\nlines\\n\"\r\nB=3\r\nD=\r\n";
    const read = parseDotenv(text);
    expect(read).toEqual({
      ok: true,
      value: new Map(Object.entries({ A: "x # y", B: "3", C: "two\nlines\n", D: "" })),
    });
  });

  test.each([
    ["a line without '='", "A=1\r\n\r\n  sk-ant-secret\r\nB=2\r\n", { line: 3, column: 3 }],
    ["a line without '=' after a byte order mark", "\uFEFFsecret", { line: 1, column: 1 }],
    ["a line without '=' at the end", "A='x'\n# note\nsecret words", { line: 3, column: 1 }],
    ["an export without a value", "export SECRET\n", { line: 1, column: 1 }],
    ["a quote that is never closed", "A=1\nexport B = 'secret\nC=3\n", { line: 2, column: 12 }],
    ["an opened quote before text on one line", 'A=1\rB="secret\rC="x"', { line: 2, column: 3 }],
  ])("tells where there is %s, and nothing of what is there", (_, text, position) => {
    const read = parseDotenv(text);
    expect(read.ok ? read : read.error).toMatchObject({ position });
    expect(JSON.stringify(read)).not.toMatch(/secret/i);
  });

  test("finds no fault in blank lines, comments and values with quotes in them", () => {
    expect(parseDotenv("").ok).toBe(true);
    expect(parseDotenv("\n \t\n# a 'comment\n  # another\nA=it's\nB=\n\nC=\"x\" y\n").ok).toBe(true);
  });
});

describe("setting", () => {
  test.each([
    ["in an empty file", "", "KEY=new\n"],
    ["after a byte order mark", "\uFEFF", "\uFEFFKEY=new\n"],
    ["after a last line without a line end", "A=1", "A=1\nKEY=new\n"],
    ["with the file's line ends", "A=1\r\nB=2", "A=1\r\nB=2\r\nKEY=new\r\n"],
    ["with the line end that cannot be taken for a half", "A=1\nB:\r", "A=1\nB:\r\rKEY=new\r"],
    ["apart from a last line that would take it as its value", "A:\n", "A:\n\nKEY=new\n"],
  ])("appends %s", (_, before, after) => {
    expect(setVariable(before, "KEY", "new")).toBe(after);
  });

  test.each([
    ["export and spaces", "  export KEY = old\nB=2\n", "  export KEY = new\nB=2\n"],
    ["a comment", "KEY='old' # from 'the' dashboard\r\n", "KEY=new # from 'the' dashboard\r\n"],
    ["a comment after no value", "KEY=  # put your key here\n", "KEY=new  # put your key here\n"],
    ["a colon", "KEY: old", "KEY: new"],
    ["a colon before nothing", "KEY: # c\n", "KEY: new# c\n"],
    ["a line break before the value", "KEY=\n'old'\n", "KEY=\n'new'\n"],
    ["the lines around a value of several lines", 'A=1\nKEY="two\nlines" # c\nB=2\n', "A=1\nKEY=new # c\nB=2\n"],
    ["earlier assignments", "KEY=1\nKEY=2\nKEY2=3\n", "KEY=1\nKEY=new\nKEY2=3\n"],
    ["a blank line and a comment below", "KEY=\n\n# B\nB=2\n", "KEY=new\n\n# B\nB=2\n"],
  ])("replaces the value alone and keeps %s", (_, before, after) => {
    expect(setVariable(before, "KEY", "new")).toBe(after);
  });

  test("moves a value up to its name when it can only be read there", () => {
    expect(setVariable("KEY=\n'old' # c\n", "KEY", "a'b`c\"d")).toBe("KEY='a'b`c\"d' # c\n");
  });

  test("takes a line inside another variable's quotes for what it is", () => {
    const text = 'OTHER="\nKEY=inside\n"\n';
    expect(setVariable(text, "KEY", "new")).toBe(`${text}KEY=new\n`);
  });

  test("returns the identical text when the value is there already, however it is spelled", () => {
    const text = "export KEY = \"a\\nb\" # c\r\nB='2'";
    expect(setVariable(text, "KEY", "a\nb")).toBe(text);
    expect(setVariable(text, "B", "2")).toBe(text);
  });

  test.each([
    ["plain characters bare", "sk-ant-api03_A.b/c:@%+=,^", "KEY=sk-ant-api03_A.b/c:@%+=,^\n"],
    ["nothing at all in quotes", "", "KEY=''\n"],
    ["outer blanks in quotes", " a ", "KEY=' a '\n"],
    ["a '#' in quotes", "a#b", "KEY='a#b'\n"],
    ["what a shell would expand in single quotes", "~/$HOME", "KEY='~/$HOME'\n"],
    ["single quotes and '#' in double quotes", "it's #1", 'KEY="it\'s #1"\n'],
    ["a carriage return escaped", "a\r\nb", 'KEY="a\\r\\nb"\n'],
    ["both quotes and '#' in back quotes", "'\"#", "KEY=`'\"#`\n"],
    ["all three quotes", "a'b`c\"d", "KEY='a'b`c\"d'\n"],
  ])("writes %s", (_, value, text) => {
    expect(setVariable("", "KEY", value)).toBe(text);
  });

  test("writes a line break inside a value as the file's own", () => {
    expect(setVariable("A=1\r\n", "KEY", "a\nb")).toBe("A=1\r\nKEY='a\r\nb'\r\n");
  });

  test.each(['x"\nEVIL=1\nY="z', "x'\nEVIL=1\n'", "x`\nEVIL=1", "x\r\nEVIL=1", "x'\"\nEVIL=1\n#"])(
    "never lets a value become a second variable",
    (value) => {
      const read = parseDotenv(setVariable("A=1\n", "KEY", value));
      expect(read).toEqual({ ok: true, value: new Map(Object.entries({ A: "1", KEY: value })) });
    },
  );

  test.each([
    ["a NUL", "secret\0", "NUL"],
    ["half of a surrogate pair", "secret\uD83D", "surrogate"],
    ["all quotes and '#'", "secret'\"`#", "all three kinds of quotes"],
    ["two quotes, a literal \\n and '#'", "secret'`\\n#", "backslash before n or r"],
    ["a carriage return and a literal \\r", "secret\r\\r", "carriage return"],
  ])("refuses %s, says why and does not show the value", (_, value, reason) => {
    const error = thrownBy(() => setVariable("A=1\n", "KEY", value));
    expect(error).toMatchObject({ code: "secrets.unrepresentable", says: saying(reason) });
    expect(error.says).toEqual(saying("KEY"));
    expect(inEnglish(error.says) + inEnglish(error.hint)).not.toContain("secret");
  });

  test.each(["", "A B", "A\nEVIL", "A=1", "__proto__", "#A"])("refuses the name %j", (name) => {
    expect(thrownBy(() => setVariable("", name, "1")).code).toBe("secrets.unrepresentable");
  });

  test("keeps names that every object knows apart from variables", () => {
    expect(setVariable("", "constructor", "1")).toBe("constructor=1\n");
  });

  test("refuses when an unfinished quote in the file would swallow the value in every spelling", () => {
    const error = thrownBy(() => setVariable('OPEN="abc\n', "KEY", "a'#`\""));
    expect(error).toMatchObject({ code: "secrets.unrepresentable" });
    // To dotenv U+2028 ends a line too: only without quotes would it read this, and the next run would report the first one.
    expect(thrownBy(() => setVariable("", "KEY", "'\u2028`\u2028\\n"))).toMatchObject({
      code: "secrets.unrepresentable",
    });
    expect(thrownBy(() => setVariable("OPEN", "KEY=", "x"))).toMatchObject({ code: "secrets.unrepresentable" });
  });
});
