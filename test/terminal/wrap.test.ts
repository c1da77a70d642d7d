import fc from "fast-check";
import { expect, it } from "vitest";
import { wrap } from "../../src/terminal/wrap.ts";

it("breaks between words, and indents what follows as its line began", () => {
  expect(wrap("  one two three\nfour", 9)).toBe("  one two\n  three\nfour");
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
