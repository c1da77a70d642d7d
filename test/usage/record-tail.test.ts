import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Files } from "../../src/core/context.ts";
import { formatLine, type UsageLine } from "../../src/usage/line.ts";
import { RecordTail } from "../../src/usage/record-tail.ts";
import { temporaryHome } from "../support/program.ts";
import { bareLine } from "../support/served-line.ts";
import { usageLine } from "../support/usage-arbitrary.ts";

const NOW = new Date("2026-11-28T12:00:00Z");

const line = (time: string, model = "own/m") => bareLine(`${time}.000Z`, { model });

const text = (...all: readonly UsageLine[]) => all.map(formatLine).join("");

function follow(folder: string, files: Files = fs) {
  let lines: { readonly model: string | undefined; readonly isNew: boolean }[] = [];
  let restarts = 0;
  const events = {
    line: ({ model }: UsageLine, isNew: boolean) => lines.push({ model, isNew }),
    again: () => {
      lines = [];
      restarts += 1;
    },
  };
  const tail = new RecordTail(folder, 90, events, { files });
  return {
    tail,
    restarts: () => restarts,
    /** Models of all lines that count now. */
    readOn: (now = NOW) => {
      tail.look(now);
      let pieces = 0;
      while (tail.read()) pieces += 1;
      expect(pieces).toBeLessThan(1_000);
      return lines.map(({ model }) => model);
    },
    news: () => lines.filter(({ isNew }) => isNew).map(({ model }) => model),
  };
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = join(temporaryHome(), "usage");
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const TODAY = "2026-11-28.jsonl";
const YESTERDAY = "2026-11-27.jsonl";

describe("the tail of a record", () => {
  it("begins with the latest day, and reads each line once", () => {
    const folder = folderWith({
      [YESTERDAY]: text(line("2026-11-27T10:00:00", "old")),
      [TODAY]: text(line("2026-11-28T10:00:00", "a"), line("2026-11-28T10:00:01", "b")),
      "2026-08-01.jsonl": text(line("2026-08-01T10:00:00", "too old")),
      "notes.txt": "no line",
    });
    const followed = follow(folder);
    expect(followed.readOn()).toEqual(["a", "b", "old"]);
    expect(followed.readOn()).toEqual(["a", "b", "old"]);
    expect(followed.news()).toEqual([]);
    appendFileSync(join(folder, TODAY), text(line("2026-11-28T11:00:00", "c")));
    writeFileSync(join(folder, "2026-11-29.jsonl"), text(line("2026-11-29T00:00:00", "d")));
    expect(followed.readOn(new Date("2026-11-29T00:00:01Z"))).toEqual(["a", "b", "old", "d", "c"]);
    expect(followed.news()).toEqual(["d", "c"]);
    expect(followed.restarts()).toBe(0);
  });

  it("waits for the end of a line, and takes it for new where that came after the first look", () => {
    const whole = text(line("2026-11-28T10:00:00", "a"));
    const folder = folderWith({ [TODAY]: whole + whole.slice(0, 20) });
    const followed = follow(folder);
    expect(followed.readOn()).toEqual(["a"]);
    expect(followed.readOn()).toEqual(["a"]);
    appendFileSync(join(folder, TODAY), whole.slice(20));
    expect(followed.readOn()).toEqual(["a", "a"]);
    expect(followed.news()).toEqual(["a"]);
    expect(followed.tail.damagedLines).toBe(0);
  });

  it.each([
    ["replaced by another", (path: string) => renameSync(`${path}.new`, path)],
    ["cut", (path: string) => truncateSync(path, text(line("2026-11-28T10:00:00", "a")).length)],
    ["emptied", (path: string) => truncateSync(path, 0)],
    ["removed", (path: string) => rmSync(path)],
    ["written anew by an editor", (path: string) => writeFileSync(path, `${readFileSync(`${path}.new`)}`)],
  ])("says all again if a file was %s", (_, change) => {
    const folder = folderWith({
      [YESTERDAY]: text(line("2026-11-27T10:00:00", "old")),
      [TODAY]: text(line("2026-11-28T10:00:00", "a"), line("2026-11-28T10:00:01", "b")),
      [`${TODAY}.new`]: text(
        line("2026-11-28T09:00:00", "other"),
        line("2026-11-28T09:30:00", "a longer name"),
        line("2026-11-28T10:00:00", "c"),
      ),
    });
    const followed = follow(folder);
    expect(followed.readOn()).toEqual(["a", "b", "old"]);
    change(join(folder, TODAY));
    expect(followed.readOn()).toEqual(follow(folder).readOn());
    expect(followed.restarts()).toBe(1);
    expect(followed.news()).toEqual([]);
    appendFileSync(join(folder, TODAY), text(line("2026-11-28T11:00:00", "d")));
    expect(followed.readOn()).toContain("d");
    expect(followed.restarts()).toBe(1);
  });

  it("forgets a file that was removed since it is too old, which changes nothing", () => {
    const folder = folderWith({
      "2026-08-30.jsonl": text(line("2026-08-30T10:00:00", "old")),
      [TODAY]: text(line("2026-11-28T10:00:00", "a")),
    });
    const followed = follow(folder);
    expect(followed.readOn()).toEqual(["a", "old"]);
    rmSync(join(folder, "2026-08-30.jsonl"));
    followed.readOn();
    expect(followed.restarts()).toBe(0);
  });

  it("counts what is damaged, and goes on behind it", () => {
    const half = text(line("2026-11-28T10:00:00", "lost")).slice(0, 40);
    const folder = folderWith({
      [TODAY]: `${half}\n${text(line("2026-11-28T10:00:01", "a"))}nonsense\n\n${half}${text(line("2026-11-28T10:00:02", "b"))}`,
    });
    const followed = follow(folder);
    expect(followed.readOn()).toEqual(["a", "b"]);
    expect(followed.tail.damagedLines).toBe(3);
  });

  it.each([6, 14, 23])("counts a line of %i MB once, also while it grows, and goes on behind it", (megabytes) => {
    const folder = folderWith({ [TODAY]: text(line("2026-11-28T10:00:00", "a")) });
    const path = join(folder, TODAY);
    const followed = follow(folder);
    const filling = "x".repeat(1_000_000);
    for (let count = 0; count < megabytes; count += 1) {
      appendFileSync(path, filling);
      if (count % 3 === 0) expect(followed.readOn()).toEqual(["a"]);
    }
    appendFileSync(path, `\n${text(line("2026-11-28T10:00:01", "b"))}`);
    expect(followed.readOn()).toEqual(["a", "b"]);
    expect(follow(folder).readOn()).toEqual(["a", "b"]);
    expect({ damaged: followed.tail.damagedLines, restarts: followed.restarts() }).toEqual({ damaged: 1, restarts: 0 });
  });

  it("names a device or a pipe in a file's place at each look", () => {
    const folder = folderWith({ [TODAY]: text(line("2026-11-28T10:00:00", "a")) });
    const odd = ["2026-11-25.jsonl", "2026-11-26.jsonl"].map((name) => join(folder, name));
    symlinkSync("/dev/zero", odd[0] ?? "");
    execFileSync("mkfifo", [odd[1] ?? ""]);
    const followed = follow(folder);
    for (let look = 0; look < 3; look += 1) {
      expect(followed.readOn()).toEqual(["a"]);
      expect(followed.tail.unreadable).toEqual(odd);
    }
  });

  it("names what it cannot read, and reads it when it can", () => {
    const folder = folderWith({
      [YESTERDAY]: text(line("2026-11-27T10:00:00", "old")),
      [TODAY]: text(line("2026-11-28T10:00:00", "a")),
    });
    mkdirSync(join(folder, "2026-11-26.jsonl"));
    let isFaulty = true;
    const files: Files = {
      ...fs,
      openSync: (path, ...how) => {
        if (isFaulty && String(path).endsWith(YESTERDAY)) throw Object.assign(new Error("EIO"), { code: "EIO" });
        return fs.openSync(path, ...how);
      },
    };
    const followed = follow(folder, files);
    expect(followed.readOn()).toEqual(["a"]);
    expect(followed.tail.unreadable).toEqual(["2026-11-26.jsonl", YESTERDAY].map((name) => join(folder, name)));
    isFaulty = false;
    expect(followed.readOn()).toEqual(["a", "old"]);
    expect(followed.tail.unreadable).toEqual([join(folder, "2026-11-26.jsonl")]);
  });

  it("waits for a folder that is not there yet", () => {
    const folder = join(temporaryHome(), "usage");
    const followed = follow(folder);
    expect(followed.readOn()).toEqual([]);
    mkdirSync(folder);
    writeFileSync(join(folder, TODAY), text(line("2026-11-28T10:00:00", "a")));
    expect(followed.readOn()).toEqual(["a"]);
    expect(followed.news()).toEqual(["a"]);
  });

  it("has the same lines however they come into the file", () => {
    const folder = folderWith({});
    fc.assert(
      fc.property(fc.array(usageLine, { maxLength: 20 }), fc.array(fc.nat({ max: 200 })), (lines, cuts) => {
        const path = join(folder, TODAY);
        writeFileSync(path, "");
        const bytes = Buffer.from(text(...lines));
        const followed = follow(folder);
        followed.readOn();
        let start = 0;
        for (const size of cuts) {
          appendFileSync(path, bytes.subarray(start, start + size));
          start = Math.min(start + size, bytes.length);
          followed.readOn();
        }
        appendFileSync(path, bytes.subarray(start));
        expect(followed.readOn()).toEqual(lines.map(({ model }) => model));
        expect(followed.tail.damagedLines).toBe(0);
        expect(followed.restarts()).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
