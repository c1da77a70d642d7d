import { parse } from "dotenv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDotenv, setVariable } from "../../src/config/dotenv-document.ts";
import { OpenclawError } from "../../src/core/errors.ts";
import { inEnglish } from "../support/saying.ts";

/** Raised for a long run: `DOTENV_RUNS=200000 npx vitest run test/config/dotenv --testTimeout=900000`. */
const numRuns = Number(process.env.DOTENV_RUNS ?? 3_000);

const troubleChars = ["'", '"', "`", "#", "\\", "n", "r", "\n", "\r", " ", "\t", "=", "a", "$", "é", "\u2028"] as const;
const name = fc.constantFrom("KEY", "A", "B", "export", "a.b-c");
const value = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: fc.constantFrom(...troubleChars), maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme" }) },
  { weight: 1, arbitrary: fc.stringMatching(/^sk-[\w-]{1,40}$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('x"\nEVIL=1\nY="z', "x'\nEVIL=1\nY='z", "x`\nEVIL=1\n`", "x\r\nEVIL=1", "x\rEVIL=1"),
  },
);

/** Pieces of anything a person could have in the file, well-formed or not. */
const pieces = [
  ..."KEY= A= B:  B: export|KEY|=| |A= a.b-c= EVIL = export| plain #|note # ' \" ` \\ 'q' \"d\\n\" `b`".split(" "),
  ...["'two\nlines'", '"KEY=1\nKEY=2"', " ", "\t", "\n", "\n", "\r\n", "\r", "\u2028", "\uFEFF"],
].map((piece) => piece.replaceAll("|", " "));
const wildText = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(""));

/**
 * Whether the file cannot be the reason to refuse. To dotenv alone U+2028 ends a comment; and it reads `A="x\"` as closed
 * only as long as no later line offers another end.
 */
const isInnocent = (text: string, wanted: string) =>
  parseDotenv(text).ok && !/\u2028|\\['"`]/.test(text) && !wanted.endsWith("\\");

const read = (text: string) => new Map(Object.entries(parse(text)));

function attempt(edit: () => string): string | OpenclawError {
  try {
    return edit();
  } catch (error) {
    if (error instanceof OpenclawError) return error;
    throw error;
  }
}

/**
 * Whether any spelling at all gives the value back from a file of its own, and is not taken for a slip; independent of the
 * rule in the module.
 */
function isHeldByDotenv(wanted: string): boolean {
  const escaped = wanted.replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  const spellings = [wanted, `'${wanted}'`, `"${wanted}"`, `"${escaped}"`, `\`${wanted}\``];
  return spellings
    .map((spelling) => `KEY=${spelling}`)
    .some((text) => parse(text).KEY === wanted && parseDotenv(text).ok);
}

/** Every string over the alphabet of up to `maxLength` characters. */
function* stringsOver(alphabet: readonly string[], maxLength: number): Generator<string> {
  yield "";
  if (maxLength === 0) return;
  for (const rest of stringsOver(alphabet, maxLength - 1)) {
    if (rest.length === maxLength - 1) for (const first of alphabet) yield first + rest;
    else if (rest !== "") yield rest;
  }
  if (maxLength > 1) for (const first of alphabet) yield first;
}

describe("setting a variable in any text", () => {
  test("gives dotenv exactly that value and no other change, or refuses and says nothing of the value", () => {
    let refusals = 0;
    fc.assert(
      fc.property(wildText, name, value, (text, key, wanted) => {
        const edited = attempt(() => setVariable(text, key, wanted));
        if (typeof edited === "string") {
          expect(read(edited)).toEqual(read(text).set(key, wanted));
          return;
        }
        refusals += 1;
        expect(edited.code).toBe("secrets.unrepresentable");
        expect(inEnglish(edited.says)).toContain(key);
        if (wanted.length > 6) expect(`${inEnglish(edited.says)} ${inEnglish(edited.hint)}`).not.toContain(wanted);
        if (isInnocent(text, wanted)) expect(isHeldByDotenv(wanted)).toBe(false);
      }),
      { numRuns },
    );
    expect(refusals).toBeLessThan(numRuns / 4);
  });

  test("adds no fault to a file that had none", () => {
    fc.assert(
      fc.property(wildText, name, value, (text, key, wanted) => {
        if (!parseDotenv(text).ok) return;
        const edited = attempt(() => setVariable(text, key, wanted));
        if (typeof edited === "string") expect(parseDotenv(edited).ok).toBe(true);
      }),
      { numRuns },
    );
  });

  test("changes nothing the second time", () => {
    fc.assert(
      fc.property(wildText, name, value, (text, key, wanted) => {
        const once = attempt(() => setVariable(text, key, wanted));
        if (typeof once === "string") expect(setVariable(once, key, wanted)).toBe(once);
      }),
      { numRuns },
    );
  });
});

describe("in a file of ordinary lines", () => {
  const lineEnd = fc.constantFrom("\n", "\r\n");
  const others = fc.array(
    fc.constantFrom(
      "",
      "# KEY=in a comment",
      "A='x # y'",
      'B="KEY=1{eol}KEY=2"',
      "export C = 1  # why",
      "D: 4",
      "KEY_2=x",
    ),
    { maxLength: 5 },
  );
  const old = fc.constantFrom("", "old", "'old'", '"old # {eol}KEY=x"', "`o`", "a b c");
  const head = fc.constantFrom("KEY=", "export KEY=", "  KEY = ", "KEY: ");
  const comment = fc.constantFrom("", "  ", " # kept 'as' is", "#kept");
  const mark = fc.constantFrom("", "\uFEFF");

  test("every byte outside the value stays", () => {
    fc.assert(
      fc.property(
        fc.record({ mark, before: others, head, old, comment, after: others, lineEnd, last: fc.boolean() }),
        value,
        (file, wanted) => {
          const eol = file.lineEnd;
          const lines = (some: string[]) => some.map((line) => line + eol).join("");
          const prefix = (file.mark + lines(file.before) + file.head).replaceAll("{eol}", eol);
          const suffix = (file.comment + (file.last ? "" : eol + lines(file.after))).replaceAll("{eol}", eol);
          const edited = attempt(() => setVariable(prefix + file.old.replaceAll("{eol}", eol) + suffix, "KEY", wanted));
          if (typeof edited !== "string") {
            expect(isHeldByDotenv(wanted)).toBe(false);
            return;
          }
          expect(edited.startsWith(prefix.trimEnd())).toBe(true);
          expect(edited.endsWith(suffix)).toBe(true);
          if (file.old !== "") expect(edited.startsWith(prefix)).toBe(true);
        },
      ),
      { numRuns },
    );
  });

  test("appending keeps every byte of the file", () => {
    fc.assert(
      fc.property(mark, others, lineEnd, value, (bom, some, eol, wanted) => {
        const text = (bom + some.map((line) => line + eol).join("")).replaceAll("{eol}", eol);
        const edited = attempt(() => setVariable(text, "NEW", wanted));
        if (typeof edited !== "string") return;
        expect(edited.startsWith(text)).toBe(true);
      }),
      { numRuns },
    );
  });
});

describe("what dotenv can hold", () => {
  const alphabet = ["'", '"', "`", "#", "\\", "n", "\n", "\r", " "];
  const isWritten = (wanted: string) => {
    const edited = attempt(() => setVariable("", "KEY", wanted));
    if (typeof edited !== "string")
      expect(inEnglish(edited.says), "the reason is the value").not.toContain("in the file");
    return typeof edited === "string";
  };

  test("is exactly what is written, for every value of up to 4 characters", () => {
    for (const wanted of stringsOver(alphabet, 4)) {
      if (isWritten(wanted) !== isHeldByDotenv(wanted)) expect.fail(`the rule is wrong for ${JSON.stringify(wanted)}`);
    }
  });

  test("is exactly what is written, for longer values", () => {
    const longer = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 5, maxLength: 14 });
    fc.assert(
      fc.property(longer, (wanted) => {
        expect(isWritten(wanted)).toBe(isHeldByDotenv(wanted));
      }),
      { numRuns: numRuns * 2 },
    );
  });

  test("no odd spelling holds a value that is refused, in any text of up to 5 characters", () => {
    const held = new Set<string>();
    for (const spelling of stringsOver(alphabet, 5)) {
      const { KEY } = parse(`KEY=${spelling}`);
      if (KEY !== undefined) held.add(KEY);
    }
    for (const wanted of held) if (!isWritten(wanted)) expect.fail(`refused although held: ${JSON.stringify(wanted)}`);
  });
});
