import fc from "fast-check";
import { expect, it } from "vitest";
import { repairPaste } from "../../src/providers/paste.ts";

const HEADER = "x-api-key";

/** What HTTP allows as a credential. @source RFC 9110, token68. */
const token68 = fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,60}={0,2}$/);

const wrappings: readonly ((value: string) => string)[] = [
  (value) => `"${value}"`,
  (value) => `'${value}'`,
  (value) => `\`${value}\``,
  (value) => `“${value}”`,
  (value) => `‘${value}’`,
  (value) => `\uFEFF${value}\u200B`,
  (value) => `${value.slice(0, 1)}\u2060${value.slice(1)}`,
  (value) => ` \t${value}\r\n`,
  (value) => `Bearer ${value}`,
  (value) => `Bearer:${value}`,
  (value) => `X-API-Key: ${value}`,
  (value) => `export ANTHROPIC_API_KEY=${value}`,
  (value) => `CF_AIG_TOKEN = ${value}`,
];
const wrapping = fc.array(fc.constantFrom(...wrappings), { maxLength: 5 });

const messy = fc.array(
  fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      '"',
      "'",
      "`",
      "“",
      "”",
      " ",
      "\n",
      "\u00A0",
      "\uFEFF",
      "=",
      ":",
      "Bearer ",
      "export a=",
      "A_B=",
      HEADER,
    ),
  ),
);

it("gives back the value, however it was wrapped", () => {
  fc.assert(
    fc.property(token68, wrapping, (value, layers) => {
      const wrapped = layers.reduce((text, wrap) => wrap(text), value);
      expect(repairPaste(wrapped, HEADER).value).toBe(value);
    }),
  );
});

it("has nothing left to repair afterwards", () => {
  fc.assert(
    fc.property(messy, (pieces) => {
      const { value } = repairPaste(pieces.join(""), HEADER);
      expect(repairPaste(value, HEADER)).toEqual({ value, repairs: [] });
    }),
  );
});

it("never leaves space around the value", () => {
  fc.assert(
    fc.property(messy, (pieces) => {
      const { value } = repairPaste(pieces.join(""), HEADER);
      expect(value).toBe(value.trim());
    }),
  );
});
