import fc from "fast-check";
import { expect, it } from "vitest";
import { WaitingText } from "../../src/server/waiting-text.ts";

it("gives back every text in order, once, however long it is", () => {
  const waiting = new WaitingText();
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.nat(60_000).map((length) => "\u20ac".repeat(length)),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 20 }), (texts) => {
      for (const each of texts) waiting.add(each);
      expect(waiting.isEmpty).toBe(texts.join("") === "");
      expect(waiting.take()).toBe(texts.join(""));
      expect([waiting.isEmpty, waiting.take()]).toEqual([true, ""]);
    }),
    { numRuns: 30 },
  );
});
