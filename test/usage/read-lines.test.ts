import { execFileSync } from "node:child_process";
import * as files from "node:fs";
import { appendFileSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatLine, isHalf, parseLine, type UsageLine } from "../../src/usage/line.ts";
import { readLines } from "../../src/usage/read-lines.ts";
import { temporaryHome } from "../support/program.ts";
import { usageLine } from "../support/usage-arbitrary.ts";

const path = () => join(temporaryHome(), "2026-11-28.jsonl");

function read(file: string, fromByte = 0) {
  const lines: UsageLine[] = [];
  const times: number[] = [];
  const take = (line: UsageLine, timeMs: number) => {
    lines.push(line);
    times.push(timeMs);
  };
  return { ...readLines(file, fromByte, take, { files }), lines, times };
}

/** As `JSON.parse` reads it, line by line. */
function readByJson(text: string) {
  const whole = text.split("\n").slice(0, -1);
  const lines = whole.flatMap((line) => parseLine(line) ?? []);
  const damagedLines = whole.filter((line) => line !== "" && (isHalf(line) || parseLine(line) === undefined)).length;
  return { lines, damagedLines };
}

const odd = fc.constantFrom(
  "\0",
  '"',
  "\\",
  "{",
  "}",
  ",",
  "é",
  "\u{1F980}",
  "e9",
  "-",
  ".",
  "0",
  '{"time":"',
  "\n",
  "\x7f",
);

const line = fc.oneof(
  usageLine,
  fc.tuple(usageLine, fc.string({ unit: "binary" })).map(([more, session]) => ({ ...more, session, logId: session })),
);

describe("lines of a file", () => {
  it("are read as `JSON.parse` reads them, whatever is done to them", () => {
    const file = path();
    const change = fc.record({ at: fc.nat(), cut: fc.nat({ max: 9 }), put: fc.oneof(odd, fc.constant("")) });
    const texts = fc.tuple(fc.array(line, { maxLength: 12 }), fc.array(change, { maxLength: 3 }));
    fc.assert(
      fc.property(texts, ([lines, changes]) => {
        const text = changes.reduce((former, { at, cut, put }) => {
          const start = at % (former.length + 1);
          return former.slice(0, start) + put + former.slice(start + cut);
        }, lines.map(formatLine).join(""));
        writeFileSync(file, text);
        const { lines: found, times, damagedLines, nextByte } = read(file);
        // The characters of half a pair become another one in the file.
        const written = files.readFileSync(file, "utf8");
        expect({ lines: found, damagedLines }).toEqual(readByJson(written));
        expect(times).toEqual(found.map(({ time }) => Date.parse(time)));
        expect(nextByte).toBe(Buffer.byteLength(written.slice(0, written.lastIndexOf("\n") + 1)));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    "2026-11-28T24:00:00.000Z",
    "2026-11-28T23:59:60.000Z",
    "2026-02-30T10:00:00.000Z",
    "2026-11-28T10:00:00Z",
    "soon",
  ])("have the time that the system makes of %j", (time) => {
    const file = path();
    const text = formatLine({
      time,
      method: "GET",
      path: "/",
      status: 200,
      durationMs: 1,
      requestBytes: 0,
      responseBytes: 0,
    });
    writeFileSync(file, text);
    const { lines, times } = read(file);
    expect(lines).toEqual(readByJson(text).lines);
    expect(times).toEqual(lines.map((found) => Date.parse(found.time)));
  });

  it("are read from where the last reading ended, when there are more", () => {
    const file = path();
    fc.assert(
      fc.property(
        fc.array(usageLine, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat({ max: 3_000 })),
        (lines, cuts) => {
          const text = Buffer.from(lines.map(formatLine).join(""));
          writeFileSync(file, "");
          const found: UsageLine[] = [];
          let fromByte = 0;
          let written = 0;
          for (const size of [...cuts, text.length]) {
            appendFileSync(file, text.subarray(written, written + size));
            written = Math.min(written + size, text.length);
            const more = read(file, fromByte);
            found.push(...more.lines);
            fromByte = more.nextByte;
          }
          expect(found).toEqual(readByJson(text.toString()).lines);
          expect(fromByte).toBe(text.length);
        },
      ),
    );
  });

  it("begin anew in a file that has become shorter", () => {
    const file = path();
    writeFileSync(file, "\n".repeat(50));
    expect(read(file, 50).nextByte).toBe(50);
    truncateSync(file, 10);
    expect(read(file, 50)).toMatchObject({ nextByte: 0, lines: [] });
  });

  it("are found behind one that is longer than any, in pieces of any size", () => {
    const file = path();
    const [sample] = fc.sample(usageLine, { numRuns: 1, seed: 1 }) as [UsageLine];
    for (const bytes of [262_143, 262_144, 262_145, 3_000_000, 20_000_000]) {
      writeFileSync(file, `${formatLine(sample)}${"\0".repeat(bytes)}\n${formatLine(sample)}`);
      const { lines, damagedLines } = read(file);
      expect([bytes, lines.length, damagedLines]).toEqual([bytes, 2, 1]);
    }
  });

  it("are not waited for where there is no file", () => {
    const folder = temporaryHome();
    mkdirSync(join(folder, "folder"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    symlinkSync("/dev/zero", join(folder, "zeros"));
    symlinkSync("nowhere", join(folder, "link"));
    const codes = ["folder", "pipe", "zeros", "link"].map((name) => {
      try {
        return read(join(folder, name));
      } catch (error) {
        return (error as { code?: string }).code;
      }
    });
    expect(codes).toEqual(["EISDIR", "EINVAL", "EINVAL", "ENOENT"]);
  });
});
