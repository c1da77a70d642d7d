import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTokens, oneLine, table, wrap } from "../../src/terminal/layout.ts";

const length = (text: string) => text.length;

const ROWS = [
  ["Model", "Ctx", "Tags"],
  ["provider/a-model-with-a-long-name", "1M", "default"],
  ["p/b", "200k", ""],
];

describe("a table", () => {
  it("is never cut where the width is not known", () => {
    expect(table(ROWS, length)).toBe(
      [
        "Model                              Ctx   Tags",
        "provider/a-model-with-a-long-name  1M    default",
        "p/b                                200k",
      ].join("\n"),
    );
  });

  it("puts a last cell that does not fit below its line, and cuts no name for it", () => {
    expect(table(ROWS, length, 40)).toBe(
      [
        "Model                              Ctx\n  Tags",
        "provider/a-model-with-a-long-name  1M\n  default",
        "p/b                                200k",
      ].join("\n"),
    );
  });

  it("shortens the first column to fit a terminal, and keeps the ends of names", () => {
    expect(table(ROWS, length, 30)).toBe(
      [
        "Model                     Ctx\n  Tags",
        "…-model-with-a-long-name  1M\n  default",
        "p/b                       200k",
      ].join("\n"),
    );
  });

  it("keeps enough of the first column in any window", () => {
    const lines = table(ROWS, length, 5).split("\n");
    expect(lines[2]).toMatch(/^…a-long-name {2}1M/);
  });
});

it.each([
  [195_000, "195k"],
  [200_000, "200k"],
  [999, "999"],
  [999_499, "999k"],
  [999_600, "1M"],
  [1_000_000, "1M"],
  [1_048_576, "1.05M"],
  [2_000_000, "2M"],
])("%i tokens are said %s", (tokens, text) => {
  expect(formatTokens(tokens)).toBe(text);
});

it("names from outside stay on one line and bring no terminal codes", () => {
  expect(oneLine("a\u001b[31m\nb\u0007 ")).toBe("a [31m b");
});
it("breaks between words, and indents what follows as its line began", () => {
  expect(wrap("  one two three\nfour", 9)).toBe("  one two\n  three\nfour");
  expect(wrap("  + one two\n  ~ three four", 9)).toBe("  + one\n    two\n  ~ three\n    four");
  expect(wrap("  + a-long-name  value", 12)).toBe("  + a-long-name\n    value");
  expect(wrap("a-word-that-is-too-long for it", 8)).toBe("a-word-that-is-too-long\nfor it");
});

it("leaves a line that fits as it is, and loses no word", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 100 }), (text, columns) => {
      const wrapped = wrap(text, columns);
      if (text.split("\n").every((line) => line.length <= columns)) expect(wrapped).toBe(text);
      const words = (lines: string) => lines.split(/[ \n]+/).filter(Boolean);
      expect(words(wrapped)).toEqual(words(text));
    }),
  );
});
