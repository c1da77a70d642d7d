import fc from "fast-check";
import fastStringWidth from "fast-string-width";
import { describe, expect, it } from "vitest";
import { formatTokens } from "../../src/providers/model.ts";
import { hanging, labelled, oneLine, table, tableWithin, withFacts, wrap } from "../../src/terminal/layout.ts";

const length = (text: string) => text.length;

const ROWS = [
  ["Model", "Ctx", "Tags"],
  ["provider/a-model-with-a-long-name", "1M", "default"],
  ["p/b", "200k", ""],
];

describe("a table", () => {
  it("is never cut where the width is not known", () => {
    expect(table(ROWS, length)).toBe(
      [
        "Model                              Ctx   Tags",
        "provider/a-model-with-a-long-name  1M    default",
        "p/b                                200k",
      ].join("\n"),
    );
  });
});

describe("a table for a window", () => {
  const MODELS = [
    ["Model", "Input", "Ctx", "Tags"],
    ["provider/a-model-with-a-long-name", "text+image", "195k/200k", "default,fallback#1"],
    ["p/b", "text", "1M", ""],
  ];

  it.each([
    [
      78,
      `Model                              Input       Ctx        Tags
provider/a-model-with-a-long-name  text+image  195k/200k  default,fallback#1
p/b                                text        1M`,
    ],
    [
      62,
      `Model                              Input       Ctx        Tags
provider/a-model-with-a-long-name  text+image  195k/200k
    default,fallback#1
p/b                                text        1M`,
    ],
    [
      50,
      `Model                              Ctx        Tags
provider/a-model-with-a-long-name  195k/200k
    default,fallback#1
p/b                                1M`,
    ],
    [
      40,
      `Model
  Input       Ctx        Tags
provider/a-model-with-a-long-name
  text+image  195k/200k
    default,fallback#1
p/b
  text        1M`,
    ],
    [
      20,
      `Model
  Ctx        Tags
provider/a-model-with-a-long-name
  195k/200k
    default,fallback#1
p/b
  1M`,
    ],
  ])("in %i columns cuts nothing, and takes more lines only where it must", (columns, expected) => {
    expect(tableWithin(MODELS, 1, length, columns)).toBe(expected);
  });

  it("counts the width of wide characters", () => {
    const wide = [
      ["模型", "輸入", "Ctx", "標籤"],
      ["供應商/很長的模型名稱很長的模型名稱", "文字", "1M", "預設"],
      ["p/b", "text", "1M", ""],
    ];
    for (const columns of [60, 52, 46, 42, 36, 20]) {
      const lines = tableWithin(wide, 1, fastStringWidth, columns).split("\n");
      // The name alone is as wide as this.
      expect(Math.max(...lines.map((line) => fastStringWidth(line)))).toBeLessThanOrEqual(Math.max(columns, 35));
      expect(lines.join("")).toContain("供應商/很長的模型名稱很長的模型名稱");
      expect(lines.join("")).toContain("預設");
    }
    expect(tableWithin(wide, 1, fastStringWidth, 60).split("\n")[2]).toBe(`p/b${" ".repeat(34)}text  1M`);
  });

  it("holds every name and every tag, and no line wider than the window but for a name", () => {
    const cell = fc.stringMatching(/^[a-z/-]{0,30}$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1 }),
        fc.integer({ min: 35, max: 120 }),
        (rows, columns) => {
          const shown = tableWithin(rows, 1, length, columns);
          const words = shown.split(/\s+/);
          for (const [name, , , tags] of rows)
            for (const word of [name, tags].filter(Boolean)) expect(words).toContain(word);
          for (const line of shown.split("\n")) expect(line.length).toBeLessThanOrEqual(Math.max(columns, 34));
        },
      ),
    );
  });
});

it.each([
  [195_000, "195k"],
  [200_000, "200k"],
  [999, "999"],
  [999_499, "999k"],
  [999_600, "1M"],
  [1_000_000, "1M"],
  [1_048_576, "1.05M"],
  [2_000_000, "2M"],
])("%i tokens are said %s", (tokens, text) => {
  expect(formatTokens(tokens)).toBe(text);
});

it("names from outside stay on one line and bring no terminal codes", () => {
  expect(oneLine("a\u001b[31m\nb\u0007 ")).toBe("a [31m b");
});
it("breaks between words, and indents what follows as its line began", () => {
  expect(wrap("  one two three\nfour", 9)).toBe("  one two\n  three\nfour");
  expect(wrap("  + one two\n  ~ three four", 9)).toBe("  + one\n    two\n  ~ three\n    four");
  expect(wrap("  + a-long-name  value", 12)).toBe("  + a-long-name\n    value");
  expect(wrap("a-word-that-is-too-long for it", 8)).toBe("a-word-that-is-too-long\nfor it");
});

it("does not part a number from its item, and puts a fact below where a word is too long to stand beside its label", () => {
  const ref = "provider/a-model-with-a-long-name";
  expect(wrap(`  1. ${ref} and more`, 38)).toBe(`  1. ${ref}\n     and more`);
  const rows = [
    ["Fallbacks", `1. ${ref}`],
    ["", "2. p/b"],
    ["Page", `https://${"x".repeat(60)}`],
  ];
  expect(labelled(rows, length, 45)).toBe(`Fallbacks\n    1. ${ref}\n    2. p/b\nPage       https://${"x".repeat(60)}`);
});
it("leaves a line that fits as it is, and loses no word", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 100 }), (text, columns) => {
      const wrapped = wrap(text, columns);
      if (text.split("\n").every((line) => line.length <= columns)) expect(wrapped).toBe(text);
      const words = (lines: string) => lines.split(/[ \n]+/).filter(Boolean);
      expect(words(wrapped)).toEqual(words(text));
    }),
  );
});

describe("lines of a log", () => {
  it("hang below their beginning, and lose no sign", () => {
    const word = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom("模型", "p/@cf/a/b-c", "`a b", "/", "//a/"));
    const text = fc.array(word, { maxLength: 30 }).map((words) => ["12:34:56", ...words].join(" "));
    fc.assert(
      fc.property(text, fc.integer({ min: 10, max: 100 }), (given, columns) => {
        const lines = hanging(given, columns).split("\n");
        const signs = (line: string) => line.replaceAll(" ", "");
        expect(lines.map(signs).join("")).toBe(signs(given));
        for (const line of lines.slice(1)) {
          expect(line).toMatch(/^ {2}/);
          // A word that is too long has no slash at which it could be broken.
          if (fastStringWidth(line) > columns && !line.includes("`")) expect(line).toMatch(/^ {2}\S*$/);
          if (fastStringWidth(line) > columns) expect(line.slice(2, columns)).not.toContain("/");
        }
      }),
    );
  });

  it("are broken before and behind a backtick that none closes", () => {
    expect(hanging("one two three ` four five", 12)).toBe("one two\n  three `\n  four five");
  });

  it.each(["ab cd ", "abc/", "模型", "`a` ", "x"])("of a megabyte of `%s` are broken as fast as short ones", (part) => {
    const text = part.repeat(1_000_000 / part.length);
    expect(hanging(text, 40).replaceAll("\n  ", "").length).toBeGreaterThan(950_000);
  });
});

describe("choices with facts beside them", () => {
  const CHOICES = [
    { value: "a", label: "claude-opus-4-5-20251101", facts: ["200k", "$5/$25", ""] },
    { value: "b", label: "short", facts: ["1M", "", "until 2026-11-30"] },
    { value: "c", label: "without" },
  ];

  it.each([
    [
      78,
      ["claude-opus-4-5-20251101  200k  $5/$25", "short                     1M            until 2026-11-30", "without"],
    ],
    [50, ["claude-opus-4-5-20251101  200k  $5/$25", "short                     1M", "without"]],
    [32, ["claude-opus-4-5-20251101  200k", "short                     1M", "without"]],
  ])("are a table in %i columns, as far as there is room", (columns, lines) => {
    expect([...withFacts(CHOICES, columns).values()]).toEqual(lines);
  });

  it("are no table where there is no room, or no fact", () => {
    expect(withFacts(CHOICES, 24).size).toBe(0);
    expect(withFacts([{ value: "a", label: "a" }], 80).size).toBe(0);
    expect(withFacts([], 80).size).toBe(0);
  });
});
