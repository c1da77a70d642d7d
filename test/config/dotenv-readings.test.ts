import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDotenv, setVariable } from "../../src/config/dotenv-document.ts";
import { readingProblems } from "../../src/config/dotenv-readings.ts";
import { inEnglish } from "../support/saying.ts";

/** `line:column sentence` for each variable that is read otherwise than it was meant. */
const readings = (text: string) =>
  readingProblems({ path: ".env", text }).map(
    ({ position, message }) => `${position?.line}:${position?.column} ${inEnglish(message)}`,
  );

describe("what dotenv reads otherwise than it was meant", () => {
  it.each<[string, string, string, string]>([
    ["a value with # in it", "A=1\nT=a#bcdef", "a", "2:4 T ends at '#': what follows it is a comment."],
    ["# behind quotes", 'T="abc"#def', "abc", "1:8 T ends at '#': what follows it is a comment."],
    ["an escaped #", "T=ab\\#cd", "ab\\", "1:6 T ends at '#': what follows it is a comment."],
    ["# at once", "T=#abc", "", "1:3 T has no value: what follows '#' is a comment."],
    [
      "quotes around a part",
      'T="abcdef"ghijk',
      '"abcdef"ghijk',
      "1:3 T keeps its quotes, which do not enclose the whole value.",
    ],
    [
      "quotes in the middle",
      "T=abc'def'ghi",
      "abc'def'ghi",
      "1:6 T keeps its quotes, which do not enclose the whole value.",
    ],
    ["a quote at the end", 'T=abc"', 'abc"', "1:3 T keeps its quotes, which do not enclose the whole value."],
    ["a comma after quotes", 'T: "abc",', '"abc",', "1:4 T keeps its quotes, which do not enclose the whole value."],
    [
      "two pairs of quotes",
      'T="abc" "def"',
      'abc" "def',
      "1:3 T keeps its quotes, which do not enclose the whole value.",
    ],
    ["typographic quotes", "T=“abc”", "“abc”", "1:3 T keeps its quotes, which do not enclose the whole value."],
    ["a backslash at the end", "T=abc\\\nA=1", "abc\\", "1:6 T keeps its backslash, which escapes nothing here."],
    ["an escaped $", "T=a\\$b", "a\\$b", "1:4 T keeps its backslash, which escapes nothing here."],
    ["an escaped quote", 'T="a\\"b"', 'a\\"b', "1:5 T keeps its backslash, which escapes nothing here."],
    ["a semicolon", "T=abc;", "abc;", "1:6 T contains the rest of its line."],
    ["two assignments", "export T=abc U=def", "abc U=def", "1:13 T contains the rest of its line."],
    ["a quote that is closed too late", 'T="abc\nU="\nV=1', "abc\nU=", "1:3 T takes up the line below it."],
    ["a value below its name", "T=\n'abc'", "abc", "2:1 T takes up the line below it."],
    ["spaces in quotes", "T=' abc '", " abc ", "1:3 T keeps the spaces inside its quotes."],
    ["\\n in double quotes", 'T="abc\\ndef"', "abc\ndef", "1:3 T contains a line break: \\n is one in double quotes."],
    ["two equals signs", "T==abc", "=abc", "1:3 T begins with '='."],
    ["a command", "T=`cat key.txt`", "cat key.txt", "1:3 T is a command in backquotes, which is not run."],
    ["a second line", "T=abc\nA=1\nT=def", "def", "3:1 T is set more than once, and this line counts."],
    [
      "the same with other line ends and a byte order mark",
      "\uFEFFA=1\r\nT=a#b\r\n",
      "a",
      "2:4 T ends at '#': what follows it is a comment.",
    ],
  ])("%s is named, and read as before", (_, text, value, sentence) => {
    const parsed = parseDotenv(text);
    expect(parsed.ok && parsed.value.get("T")).toBe(value);
    expect(readings(text)).toEqual([sentence]);
  });

  it.each([
    "T=abc",
    "T=abc # the comment",
    "T='a#b'",
    'T="a#b" # comment',
    "T=",
    "T=  # none yet",
    "export T=abc",
    "T = abc",
    "T: abc",
    "T=abc=",
    "T=a'b",
    "T=pa$$word",
    "T=C:\\Users\\me",
    'T={"a":"b"}',
    'T=["a","b"]',
    "T='a\\$b'",
    "T=abc\nT=abc",
    'T="-----BEGIN PRIVATE KEY-----\\nMIIabc=\\n-----END PRIVATE KEY-----\\n"',
    'T="-----BEGIN PRIVATE KEY-----\nMIIabc==\nabc=\n-----END PRIVATE KEY-----"',
    "T=`a'b\"c`",
    `T='say "x" "y"'`,
    "T='a''b'",
    `T="a' 'b"`,
    `T="{"a":""}"`,
  ])("nothing is odd about %s", (text) => {
    expect(readings(text)).toEqual([]);
  });

  it("is never in a credential that onboarding writes", () => {
    const credential = fc.string({
      unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
      minLength: 1,
    });
    fc.assert(
      fc.property(credential, (value) => {
        // dotenv cannot hold all three kinds of quotes beside a '#', and no credential has one character.
        fc.pre(value.length > 1 && !["'", '"', "`"].every((quote) => value.includes(quote)));
        const text = setVariable("A=1\n", "T", value);
        const found = readings(text).filter((sentence) => !/backslash|line break/.test(sentence));
        expect(found).toEqual([]);
      }),
    );
  });
});
