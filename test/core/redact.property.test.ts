import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scrub } from "../../src/core/redact.ts";
import { Secret } from "../../src/core/secret.ts";

const TOKEN = fc.stringMatching(/^[\w.~+/-]{8,60}$/);
const ANY_SECRET = fc.oneof(
  TOKEN,
  fc.string({ minLength: 6, maxLength: 60, unit: "binary" }).filter((text) => text.trim().length >= 6),
);

/** Text around a secret that cannot itself spell it. */
const around = (secret: string) => fc.string({ maxLength: 40 }).filter((text) => !text.includes(secret));

describe("a Secret", () => {
  it("shows its value in no way but reveal()", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 5, maxLength: 80, unit: "binary" }), (value) => {
        const secret = new Secret(value);
        // A mask shows four characters of a long value; what may coincide with it is no value.
        fc.pre(!"********".includes(value) && value.length > 4);
        for (const shown of [
          String(secret),
          `${secret}`,
          JSON.stringify({ secret }),
          inspect({ secret }),
          inspect(secret),
        ]) {
          expect(shown.includes(value)).toBe(false);
        }
        expect(Object.keys(secret)).toEqual([]);
        expect(secret.reveal()).toBe(value);
      }),
    );
  });

  it("has masks of one length, whatever its own", () => {
    expect(new Secret("a").toString()).toBe(new Secret("a".repeat(19)).toString());
    expect(new Secret("a".repeat(20)).toString()).toHaveLength(new Secret("b".repeat(200)).toString().length);
  });
});

describe("scrub", () => {
  it("leaves no known secret in any text, also URL-encoded and JSON-escaped", () => {
    fc.assert(
      fc.property(
        ANY_SECRET.chain((secret) => fc.tuple(fc.constant(secret), around(secret), around(secret))),
        ([secret, before, after]) => {
          const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
          for (const form of forms) {
            const clean = scrub(`${before} ${form} ${after}`, [new Secret(secret)]);
            expect(clean.includes(form)).toBe(false);
          }
        },
      ),
    );
  });

  it("removes one secret that is the beginning of another", () => {
    const [short, long] = ["secret-one", "secret-one-and-more"];
    expect(scrub(`${long} ${short}`, [short, long])).not.toContain("and-more");
  });

  it("recognises credentials by their shape", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("sk-ant-api03-", "sk-ant-oat01-", "cfut_", "cfat_", "cfk_"),
        fc.stringMatching(/^\w{20,40}$/),
        (prefix, rest) => {
          expect(scrub(`key=${prefix}${rest}; "x"`)).not.toContain(rest);
          expect(scrub(`Authorization: Bearer ${rest}`)).not.toContain(rest);
        },
      ),
    );
  });

  it("leaves references and ordinary words alone", () => {
    const text = "Bearer ${CF_AIG_TOKEN} for the ask-anything task";
    expect(scrub(text, ["short"])).toBe(text);
  });
});
