import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editText } from "../../src/config/json5-document.ts";
import type { JsonObject, JsonValue } from "../../src/config/json5-value.ts";
import { mergeNames, mergeThreeWay } from "../../src/worker-project/three-way.ts";

const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
const object = fc.dictionary(fc.stringMatching(/^[a-e]$/), value) as fc.Arbitrary<JsonObject>;

const merged = (written: JsonObject | undefined, found: JsonObject, wanted: JsonObject) => {
  const { edits, kept } = mergeThreeWay(written, found, wanted);
  const text = JSON.stringify(found, null, 2);
  return { after: editText({ text, value: found }, edits).value, kept };
};

describe("what was written, what its user made of it, and what is wanted", () => {
  it("becomes what is wanted where nobody edited", () => {
    fc.assert(
      fc.property(object, object, (written, wanted) => {
        expect(merged(written, written, wanted)).toEqual({ after: wanted, kept: [] });
      }),
    );
  });

  it("stays as its user made it where nothing else is wanted", () => {
    fc.assert(
      fc.property(object, object, (written, found) => {
        expect(merged(written, found, written)).toEqual({ after: found, kept: [] });
      }),
    );
  });

  it("keeps what both changed, and says so", () => {
    expect(
      merged({ a: 1, b: { c: 1, d: 1 } }, { a: 2, b: { c: 1, d: 2 }, own: true }, { a: 3, b: { c: 3, d: 1 } }),
    ).toEqual({
      after: { a: 2, b: { c: 3, d: 2 }, own: true },
      kept: [["a"]],
    });
  });

  it("removes what is not wanted any more, unless it was edited", () => {
    expect(merged({ a: { x: 1 }, b: { y: 1 } }, { a: { x: 1 }, b: { y: 2 } }, {})).toEqual({
      after: { b: { y: 2 } },
      kept: [["b"]],
    });
  });

  it.each([
    [["A"], ["A"], ["A", "B"], ["A", "B"]],
    [["A", "B"], ["A", "B"], ["A"], ["A"]],
    [["A"], ["A", "MINE"], ["B"], ["MINE", "B"]],
    [["A", "B"], ["B"], ["A", "B"], ["B"]],
    [[], ["B", "A"], ["A", "B"], ["B", "A"]],
  ])("of names: written %j, found %j, wanted %j", (written, found, wanted, after) => {
    expect(mergeNames(written, found, wanted)).toEqual(after);
  });
});
