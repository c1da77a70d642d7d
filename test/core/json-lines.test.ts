import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonLines } from "../../src/core/json-lines.ts";

const number = fc.oneof(
  fc.nat(),
  fc.nat(20_000_000).map((tenths) => tenths / 10),
  fc.integer({ min: 999_999_990, max: 1_000_000_010 }).map((tenths) => tenths / 10),
  fc.double({ noNaN: true }),
  fc.constantFrom(-0, 0.1 + 0.2, 1e21, 5e-324, 999_999_999.9, Number.MAX_SAFE_INTEGER),
);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.constantFrom('"', "\\", "\u007f", "\u2028", "\u061c", "é", "模型", "\ud83d"),
  fc.nat(40_000).map((length) => "x".repeat(length)),
);
const value = fc.oneof(number, text, fc.array(text, { maxLength: 3 }), fc.boolean(), fc.constant(undefined));
const NAMES = ["time", "status", "path", "tried", "isOwn"] as const;
const fields = fc.array(value, { minLength: NAMES.length, maxLength: NAMES.length }).map((values) =>
  // What is first begins the object.
  Object.fromEntries([["id", 1], ...NAMES.map((name, index) => [name, values[index]])]),
);

/** Its content changes from line to line. */
const SHARED = [""];

describe("lines of JSON", () => {
  it("say what JSON.stringify says, one on each line, whatever is in them and how long they are", () => {
    const lines = new JsonLines();
    fc.assert(
      fc.property(fc.array(fields, { maxLength: 4 }), (all) => {
        for (const each of all) {
          lines.addMembers(each);
          lines.endLine();
        }
        const written = lines.take().toString();
        expect(lines.lengthBytes).toBe(0);
        const found = written.split("\n");
        expect(found.pop()).toBe("");
        expect(found.map((line) => JSON.stringify(JSON.parse(line)))).toEqual(all.map((each) => JSON.stringify(each)));
        // A terminal that shows them obeys nothing in them.
        expect(written).not.toMatch(/[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/);
      }),
    );
  });

  it("repeat what is as in the line before, and nothing else, also across other kinds of lines", () => {
    const few = fc.constantFrom(undefined, 0, -0, 1, 12.5, true, "", "a", "\u2028", "x".repeat(5_000), SHARED);
    const kinds = [["id", "a", "b", "c", "d", "e"], ["id", "b", "a"], ["id"], ["id", "a", "b", "x", "d", "e", "f"]];
    const line = fc
      .tuple(fc.constantFrom(...kinds), fc.array(few, { minLength: 6, maxLength: 6 }))
      .map(([names, values]) =>
        Object.fromEntries(names.map((name, index) => [name, index === 0 ? 1 : values[index - 1]])),
      );
    const step = fc.oneof({ weight: 8, arbitrary: line }, fc.constantFrom("text", "take"));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const lines = new JsonLines();
        let written = "";
        let expected = "";
        for (const each of steps) {
          SHARED[0] = String(expected.length);
          if (each === "take") written += lines.take().toString();
          else if (each === "text") {
            lines.addText("é");
            expected += "é\n";
          } else {
            lines.addMembers(each);
            lines.endLine();
            expected += `${JSON.stringify(each).replaceAll("\u2028", "\\u2028")}\n`;
          }
        }
        expect(written + lines.take().toString()).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it("write a number as JSON does", () => {
    fc.assert(
      fc.property(number, (value) => {
        const lines = new JsonLines();
        lines.add("a", value);
        lines.endLine();
        expect(lines.take().toString()).toBe(`{"a":${JSON.stringify(value)}}\n`);
      }),
      { numRuns: 2_000 },
    );
  });

  it("stand beside other text in the order in which they came", () => {
    const lines = new JsonLines();
    for (const round of [1, 2]) {
      lines.addText("plain é");
      lines.add("a", "b");
      lines.add("c", undefined);
      lines.addMembers({ d: round });
      lines.endLine();
      lines.addText('"');
      expect(lines.take().toString()).toBe(`plain é\n{"a":"b","d":${round}}\n"\n`);
    }
  });
});
