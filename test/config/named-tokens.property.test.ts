import fc from "fast-check";
import { expect, it } from "vitest";
import { judgeNamedTokens, withNamedToken, withoutNamedToken } from "../../src/config/named-tokens.ts";
import { Secret } from "../../src/core/secret.ts";

const blank = fc.constantFrom("", " ", "\n", "\t  ", "\r\n");
const name = fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,20}$/);
const token = fc.stringMatching(/^[\w+/=-]{1,60}$/);
const entry = fc.tuple(blank, name, blank, blank, token, blank);

/** A text with entries of different names, in any layout, some of them empty. */
const text = fc
  .tuple(fc.uniqueArray(entry, { selector: ([, found]) => found, maxLength: 6 }), blank)
  .map(([entries, end]) => [...entries.map(([a, n, b, c, t, d]) => `${a}${n}${b}=${c}${t}${d}`), end].join(","));

const read = (from: string) => judgeNamedTokens(from, undefined).map((one) => `${one.name}=${one.token}`);

it("a token that is added is the last one, and taking it out leaves the others as they were", () => {
  fc.assert(
    fc.property(text, name, token, (before, added, secret) => {
      fc.pre(!read(before).some((one) => one.startsWith(`${added}=`)));
      const after = withNamedToken(before, { name: added, token: new Secret(secret) });
      expect(read(after)).toEqual([...read(before), `${added}=${secret}`]);
      expect(read(withoutNamedToken(after, added))).toEqual(read(before));
    }),
  );
});

it("taking a token out leaves the others, in their order", () => {
  fc.assert(
    fc.property(text, fc.nat(), (before, at) => {
      const entries = read(before);
      const gone = entries[at % Math.max(1, entries.length)]?.split("=")[0] ?? "nobody";
      expect(read(withoutNamedToken(before, gone))).toEqual(entries.filter((one) => !one.startsWith(`${gone}=`)));
    }),
  );
});

it("whatever the text is, faults have a place in it and quote nothing of a token", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "b", "=", ",", " ", "\n", "$", "{", "}", "é") }), (any) => {
      for (const { faults } of judgeNamedTokens(any, undefined))
        for (const { at } of faults) expect(at >= 0 && at <= any.length).toBe(true);
    }),
  );
});
