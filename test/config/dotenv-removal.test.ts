import { parse } from "dotenv";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { parseDotenv, setVariable } from "../../src/config/dotenv-document.ts";
import { removeVariable } from "../../src/config/dotenv-removal.ts";
import { OpenclawError } from "../../src/core/errors.ts";

const numRuns = Number(process.env.DOTENV_RUNS ?? 2_000);

const read = (text: string) => new Map(Object.entries(parse(text)));

describe("taking a variable out of .env", () => {
  it.each([
    ["the line alone", "A=1\nKEY=secret-secret\nB=2\n", "A=1\nB=2\n"],
    ["its comment with it", "A=1\nKEY=secret-secret # mine\nB=2\n", "A=1\nB=2\n"],
    ["every assignment, of which the last counts", "KEY=older-older\nA=1\nexport KEY='newer-newer'\n", "A=1\n"],
    ["comments that repeat the value", "# KEY=secret-secret\n# a note\nKEY=secret-secret\n", "# a note\n"],
    ["comments that repeat an older value", "#KEY=older-older\nKEY=older-older\nKEY=newer-newer\n", ""],
    ["a value of several lines", 'A=1\nKEY="one\ntwo"\nB=2\n', "A=1\nB=2\n"],
    ["the last line without an end", "A=1\nKEY=secret", "A=1\n"],
    ["lines of Windows", "A=1\r\nKEY=secret\r\nB=2\r\n", "A=1\r\nB=2\r\n"],
    ["an empty value", "A=1\nKEY=\nB=2\n", "A=1\nB=2\n"],
    ["nothing where there is none", "# KEY=example\nOTHER_KEY=1\n", "# KEY=example\nOTHER_KEY=1\n"],
    ["what stands behind a mark of order", "\uFEFFKEY=secret\nA=1\n", "\uFEFFA=1\n"],
  ])("removes %s", (_, text, wanted) => {
    expect(removeVariable(text, "KEY")).toBe(wanted);
  });

  it("leaves a line that looks like a comment and is part of a value", () => {
    const text = "A='one\n# secret-secret\ntwo'\nKEY=secret-secret\n";
    expect(removeVariable(text, "KEY")).toBe("A='one\n# secret-secret\ntwo'\n");
  });

  const word = fc.constantFrom("KEY", "A", "B", "MY_KEY");
  const value = fc.oneof(
    fc.stringMatching(/^[\w-]{0,12}$/),
    fc.constantFrom("a b", "it's", 'say "x"', "#1", "two\nlines"),
  );
  const sound = fc
    .array(fc.oneof(fc.tuple(word, value), fc.constantFrom("# note", "", "  ")), { maxLength: 8 })
    .map((lines) =>
      lines.reduce<string>(
        (text, line) => (typeof line === "string" ? `${text}${line}\n` : setVariable(text, line[0], line[1])),
        "",
      ),
    );

  test("keeps every other value, and the text stays sound", () => {
    fc.assert(
      fc.property(sound, word, (text, name) => {
        const after = removeVariable(text, name);
        const wanted = read(text);
        wanted.delete(name);
        expect(read(after)).toEqual(wanted);
        expect(parseDotenv(after).ok).toBe(true);
        expect(removeVariable(after, name)).toBe(after);
      }),
      { numRuns },
    );
  });

  test("restores the text, byte for byte, that a variable was added to", () => {
    fc.assert(
      fc.property(sound, value, (text, added) => {
        const lines = text === "" || text.endsWith("\n") ? text : `${text}\n`;
        const without = removeVariable(lines, "NEW_KEY");
        expect(removeVariable(setVariable(without, "NEW_KEY", added), "NEW_KEY")).toBe(without);
      }),
      { numRuns },
    );
  });

  const pieces = [
    ..."KEY= A= B:  export|KEY|=| plain # ' \" ` \\ 'q' \"b\" #KEY=1"
      .split(" ")
      .map((piece) => piece.replaceAll("|", " ")),
    ...["'two\nlines'", '"KEY=1\nA=2"', " ", "\n", "\n", "\r\n", "\r", "\u2028", "\uFEFF"],
  ];
  const wild = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(""));

  test("never changes another value in a text of any kind, or refuses", () => {
    fc.assert(
      fc.property(wild, (text) => {
        const wanted = read(text);
        wanted.delete("KEY");
        try {
          const after = read(removeVariable(text, "KEY"));
          expect(after).toEqual(wanted);
        } catch (error) {
          if (!(error instanceof OpenclawError)) throw error;
          expect(error.code).toBe("secrets.unrepresentable");
        }
      }),
      { numRuns },
    );
  });
});
