import * as fs from "node:fs";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesBackwards, linesForwards } from "../../src/core/line-file.ts";
import { temporaryHome } from "../support/program.ts";

describe("the lines of a file", () => {
  it("are the same from either end, and from any of them on", () => {
    const path = join(temporaryHome(), "log");
    const line = fc.oneof(fc.string(), fc.constantFrom("長".repeat(30_000), "x".repeat(64 * 1024), "y".repeat(65_535)));
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), (given, isWhole) => {
        const all = given.map((text) => text.replaceAll("\n", " "));
        writeFileSync(path, all.join("\n") + (isWhole && all.length > 0 ? "\n" : ""));
        const wanted = all.filter((text) => text !== "");
        expect([...linesForwards(path, fs, 0)]).toEqual(wanted);
        const backwards = [...linesBackwards(path, fs)];
        expect(backwards.map(({ text }) => text)).toEqual(wanted.toReversed());
        for (const [index, { atByte }] of backwards.slice(0, 3).entries())
          expect([...linesForwards(path, fs, atByte)]).toEqual(wanted.slice(wanted.length - index - 1));
      }),
      { numRuns: 60 },
    );
  });

  it("end where the caller says, whatever comes behind", () => {
    const path = join(temporaryHome(), "log");
    writeFileSync(path, "one\ntwo\n");
    appendFileSync(path, "three\n");
    expect([...linesForwards(path, fs, 0, 8)]).toEqual(["one", "two"]);
    expect([...linesBackwards(path, fs, 8)].map(({ text }) => text)).toEqual(["two", "one"]);
  });

  it("may be longer than memory should hold, and come in parts then", () => {
    const path = join(temporaryHome(), "log");
    writeFileSync(path, `first\n${"x".repeat(5_000_000)}\nlast\n`);
    const found = [...linesForwards(path, fs, 0)];
    expect([found[0], found.at(-1), found.join("").length]).toEqual(["first", "last", 5_000_009]);
    expect(Math.max(...found.map(({ length }) => length))).toBeLessThan(1_200_000);
  });
});
