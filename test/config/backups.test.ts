import fs from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { BACKUP_COUNT, backupPath, rotateBackups } from "../../src/config/backups.ts";
import { OpenclawError } from "../../src/core/errors.ts";
import { Death, faultyFiles } from "../support/faulty-files.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";
import { saying } from "../support/saying.ts";

let path: string;
beforeEach(() => {
  path = join(temporaryFolder(), "openclaw.json");
});

const read = (name: string) => (fs.existsSync(name) ? fs.readFileSync(name, "utf8") : undefined);
const ring = () => Array.from({ length: BACKUP_COUNT + 1 }, (_, index) => read(backupPath(path, index)));
const rotate = (content: string, files = faultyFiles()) =>
  rotateBackups(path, Buffer.from(content), testContext({ files, homedir: () => path, isAlive: () => false }));

function fillRing(contents: readonly string[]): void {
  for (const name of fs.readdirSync(join(path, ".."))) fs.rmSync(join(path, "..", name));
  for (const [index, content] of contents.entries()) fs.writeFileSync(backupPath(path, index), content);
}

describe("the ring of backups", () => {
  test("has its newest under .bak and the older under .bak.1 to .bak.4", () => {
    for (const content of ["1", "2", "3", "4", "5", "6", "7"]) rotate(content);
    expect(ring()).toEqual(["7", "6", "5", "4", "3", undefined]);
    expect(fs.readdirSync(join(path, "..")).sort()).toEqual(
      ["bak", "bak.1", "bak.2", "bak.3", "bak.4"].map((suffix) => `openclaw.json.${suffix}`),
    );
  });

  test("is private", () => {
    rotate("1");
    rotate("2");
    for (const index of [0, 1]) expect(fs.statSync(backupPath(path, index)).mode & 0o777).toBe(0o600);
  });

  test("does not take the same content twice in a row", () => {
    for (const content of ["1", "2", "2", "1", "1"]) rotate(content);
    expect(ring()).toEqual(["1", "2", "1", undefined, undefined, undefined]);
  });

  test("lies beside the path as it is named, not beside the file that a link leads to", () => {
    const elsewhere = temporaryFolder();
    fs.writeFileSync(join(elsewhere, "real.json"), "1");
    fs.symlinkSync(join(elsewhere, "real.json"), path);
    rotate("1");
    expect(read(backupPath(path, 0))).toBe("1");
    expect(fs.readdirSync(elsewhere)).toEqual(["real.json"]);
  });

  test.each([0, 1, 4])("is not written through a link in place %i, and takes nothing from where it leads", (index) => {
    const victim = join(temporaryFolder(), "victim");
    fs.writeFileSync(victim, "theirs");
    fillRing(["a", "b", "c", "d", "e"]);
    fs.rmSync(backupPath(path, index));
    fs.symlinkSync(victim, backupPath(path, index));
    for (const content of ["1", "2", "3", "4", "5", "6"]) rotate(content);
    expect(read(victim)).toBe("theirs");
    expect(ring()).toEqual(["6", "5", "4", "3", "2", undefined]);
    expect(fs.lstatSync(backupPath(path, index)).isFile()).toBe(true);
  });

  test("is made where a link leads to the very file", () => {
    fs.writeFileSync(path, "1");
    fs.symlinkSync(path, backupPath(path, 0));
    rotate("1");
    fs.writeFileSync(path, "2");
    expect(ring().slice(0, 2)).toEqual(["1", undefined]);
  });

  test.each([
    ["a missing newest", [undefined, "b", "c", "d", "e"], ["new", "b", "c", "d", "e"]],
    ["a gap", ["a", "b", undefined, "d", "e"], ["new", "a", "b", "d", "e"]],
    ["a copy", ["a", "a", "c", "d", "e"], ["new", "a", "c", "d", "e"]],
    ["an empty file, which is a content like any other", ["a", "", "c", "d", "e"], ["new", "a", "", "c", "d"]],
  ])("fills %s before it drops the oldest", (_, before, after) => {
    for (const [index, content] of before.entries())
      if (content !== undefined) fs.writeFileSync(backupPath(path, index), content);
    rotate("new");
    expect(ring().slice(0, BACKUP_COUNT)).toEqual(after);
  });

  test("says which backup stands in the way", () => {
    fillRing(["a", "b"]);
    fs.mkdirSync(backupPath(path, 2));
    expect(() => rotate("new")).toThrow(expect.objectContaining({ code: "file.access", says: saying(".bak.2") }));
    expect([0, 1].map((index) => read(backupPath(path, index)))).toEqual(["a", "b"]);
  });
});

describe.each([
  ["a full ring", ["a", "b", "c", "d", "e"]],
  ["a ring with room", ["a", "b"]],
  ["an empty ring", []],
])("an interruption in %s", (_, before) => {
  /** Interrupts at each operation in turn; `check` sees the ring after each. */
  function interruptEverywhere(errno: string, check: (error: unknown) => void): number {
    for (let at = 1; ; at += 1) {
      fillRing(before);
      const files = faultyFiles({ at, errno });
      let error: unknown;
      try {
        rotate("new", files);
      } catch (thrown) {
        error = thrown;
      }
      check(error);
      if (files.log.length < at) return at;
    }
  }

  test.each(["death", "EIO"])(
    "by %s leaves a newest backup and loses at most the oldest, also after the next run",
    (errno) => {
      const interruptions = interruptEverywhere(errno, (error) => {
        if (error !== undefined) expect(error).toBeInstanceOf(errno === "death" ? Death : OpenclawError);
        const kept = before.slice(0, BACKUP_COUNT - 1);
        const afterwards = ring();
        expect(afterwards).toEqual(expect.arrayContaining(kept));
        if (before.length > 0) expect(["a", "new"]).toContain(afterwards[0]);

        rotate("next");
        const isTaken = afterwards[0] === "new";
        const expected = isTaken ? ["next", "new", ...before] : ["next", ...before];
        expect(ring().filter((content) => content !== undefined)).toEqual(expected.slice(0, BACKUP_COUNT));
        expect(fs.readdirSync(join(path, "..")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
      });
      expect(interruptions).toBeGreaterThan(15);
    },
  );
});
