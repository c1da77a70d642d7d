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
