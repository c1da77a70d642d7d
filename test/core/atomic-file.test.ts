import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { type ReplaceOptions, readIfPresent, replaceFile } from "../../src/core/atomic-file.ts";
import type { Context } from "../../src/core/context.ts";
import { faultyFiles } from "../support/faulty-files.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";
import { saying, sayingOnly } from "../support/saying.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, ".env");
});

function replace(content: string | Buffer, options: ReplaceOptions = {}, overrides: Partial<Context> = {}): void {
  replaceFile(path, content, options, testContext({ homedir: () => folder, ...overrides }));
}

describe("replacing a file", () => {
  test.each([
    ["text", "schlüssel\n"],
    ["bytes", Buffer.from([0, 255, 10])],
    ["nothing", ""],
  ])("writes %s, in a new file and over an old one", (_, content) => {
    for (const _round of ["new", "old"]) {
      replace(content);
      expect(fs.readFileSync(path)).toEqual(Buffer.from(content));
      expect(fs.readdirSync(folder)).toEqual([".env"]);
    }
  });

  test("writes everything although the system takes three bytes at a time", () => {
    replace("0123456789", {}, { files: faultyFiles({ writeBytes: 3 }) });
    expect(fs.readFileSync(path, "utf8")).toBe("0123456789");
  });

  test("syncs the content before it is renamed, and the folder after", () => {
    const files = faultyFiles();
    replace("new", {}, { files });
    const names = files.log.map((line) => line.split(" ")[0]);
    expect(names.slice(names.indexOf("writeSync"))).toEqual([
      "writeSync",
      "fstatSync",
      "statSync",
      "fstatSync",
      "fchmodSync",
      "fsyncSync",
      "closeSync",
      "renameSync",
      "openSync",
      "fsyncSync",
      "closeSync",
    ]);
    expect(files.log).toContain(`openSync ${folder}`);
  });

  test.each(["EINVAL", "EPERM", "EISDIR"])("is content where a folder cannot be synced (%s)", (errno) => {
    replace("new", {}, { files: faultyFiles({ on: ["openSync"], matching: /\/openclaw-test-\w+$/, errno }) });
    expect(fs.readFileSync(path, "utf8")).toBe("new");
  });
});

describe("symbolic links", () => {
  test("are followed to the file, over folders that are links themselves", () => {
    fs.mkdirSync(join(folder, "real/deep"), { recursive: true });
    fs.writeFileSync(join(folder, "real/target"), "old");
    fs.symlinkSync("real/deep", join(folder, "short"));
    fs.symlinkSync("../target", join(folder, "real/deep/hop"));
    fs.symlinkSync("short/hop", path);
    replace("new", { expected: Buffer.from("old") });
    expect(fs.readFileSync(join(folder, "real/target"), "utf8")).toBe("new");
    expect(fs.readlinkSync(path)).toBe("short/hop");
    expect(fs.readdirSync(join(folder, "real"))).toEqual(["deep", "target"]);
  });

  test("that lead to nothing yet are followed, and the target is created", () => {
    fs.mkdirSync(join(folder, "dotfiles"));
    fs.symlinkSync("dotfiles/env", path);
    replace("new", { expected: null });
    expect(fs.readFileSync(join(folder, "dotfiles/env"), "utf8")).toBe("new");
    expect(fs.lstatSync(path).isSymbolicLink()).toBe(true);
  });

  test("that lead in a circle are an error", () => {
    fs.symlinkSync("other", path);
    fs.symlinkSync(".env", join(folder, "other"));
    expect(() => replace("new")).toThrow(expect.objectContaining({ code: "file.access", says: saying("loop") }));
  });
});

describe("what is in the way", () => {
  const accessError = (words: string) =>
    expect.objectContaining({
      code: "file.access",
      says: saying(new RegExp(`^Cannot write to .*\\.env: .*${words}`)),
      hint: saying(/./),
      cause: expect.any(Error),
    });

  test("a folder is named as such and stays", () => {
    fs.mkdirSync(path);
    expect(() => replace("new")).toThrow(accessError("it is a folder"));
    expect(fs.readdirSync(folder)).toEqual([".env"]);
  });

  test("a pipe or device is not replaced", () => {
    execFileSync("mkfifo", [path]);
    expect(() => replace("new")).toThrow(accessError("something else has that name"));
    expect(fs.lstatSync(path).isFIFO()).toBe(true);
  });

  test("a missing folder, and a file where a folder should be", () => {
    fs.writeFileSync(join(folder, "file"), "");
    path = join(folder, "missing/.env");
    expect(() => replace("new")).toThrow(accessError("folder does not exist"));
    path = join(folder, "file/.env");
    expect(() => replace("new")).toThrow(accessError("not a folder"));
  });

  test.each([
    ["a folder we may not write", { on: ["openSync"], errno: "EACCES" }, "permission denied"],
    ["a read-only file system", { on: ["openSync"], errno: "EROFS" }, "read-only"],
    ["a full disk", { spaceBytes: 10 }, "disk is full"],
    ["a disk that takes nothing and does not complain", { writeBytes: 0 }, "disk is full"],
    ["a file mounted into a container", { on: ["renameSync"], errno: "EBUSY" }, "mounted into a container"],
    ["something never heard of", { on: ["fsyncSync"], errno: "EXYZ" }, "EXYZ"],
  ] as const)("%s keeps the old content and leaves nothing behind", (_, faults, words) => {
    fs.writeFileSync(path, "old");
    expect(() => replace("new content", {}, { files: faultyFiles(faults) })).toThrow(accessError(words));
    expect(fs.readFileSync(path, "utf8")).toBe("old");
    expect(fs.readdirSync(folder)).toEqual([".env"]);
  });

  test("an error that is no refusal of the system is passed on as it is", () => {
    expect(() => replace("new", { mode: Number.NaN })).toThrow(RangeError);
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

describe("a file that another program changes", () => {
  test.each([
    ["when it was written in between", "old", Buffer.from("old"), () => fs.writeFileSync(path, "theirs"), "theirs"],
    ["when it was deleted in between", "old", Buffer.from("old"), () => fs.unlinkSync(path), undefined],
    ["when it was created in between", undefined, null, () => fs.writeFileSync(path, "theirs"), "theirs"],
  ])("is left alone %s", (_, old, expected, theyAct, remains) => {
    if (old !== undefined) fs.writeFileSync(path, old);
    const before = (operation: string) => {
      if (operation === "fsyncSync") theyAct();
    };
    expect(() => replace("new", { expected }, { files: faultyFiles({ before }) })).toThrow(
      expect.objectContaining({ code: "config.changed", says: saying(path) }),
    );
    expect(readIfPresent(path, testContext())?.toString()).toBe(remains);
    expect(fs.readdirSync(folder)).toEqual(remains === undefined ? [] : [".env"]);
  });
});

describe("temporary files that were left behind", () => {
  test("are removed when their process has ended or had our number, and no other file is", () => {
    const kept = [
      ".env.400.0a1b.tmp",
      ".env.tmp",
      ".env.500.zz.tmp",
      ".env2.500.0a1b.tmp",
      ".env.500.0a1b",
      "env.500.0a1b.tmp",
    ];
    for (const name of [...kept, ".env.500.0a1b.tmp", ".env.7.ffff.tmp"]) fs.writeFileSync(join(folder, name), "");
    replace("new", {}, { pid: 7, isAlive: (pid) => pid === 400 || pid === 7 });
    expect(fs.readdirSync(folder).sort()).toEqual([".env", ...kept].sort());
  });

  test("are no reason to fail when they cannot be listed or removed", () => {
    fs.writeFileSync(join(folder, ".env.500.0a1b.tmp"), "");
    const files = faultyFiles({ on: ["unlinkSync"], errno: "EACCES" });
    replace("new", {}, { files, isAlive: () => false });
    replace("newer", {}, { files: faultyFiles({ on: ["readdirSync"], errno: "EACCES" }) });
    expect(fs.readFileSync(path, "utf8")).toBe("newer");
  });
});

describe("reading a file that may not exist", () => {
  test("gives its bytes, or undefined when it, its folder or the end of its link is missing", () => {
    fs.writeFileSync(path, "text");
    fs.symlinkSync("nowhere", join(folder, "link"));
    const read = (name: string) => readIfPresent(join(folder, name), testContext())?.toString();
    expect([read(".env"), read("missing"), read("missing/.env"), read("link")]).toEqual([
      "text",
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("says what is wrong with a folder or a file that may not be read", () => {
    expect(() => readIfPresent(folder, testContext())).toThrow(
      expect.objectContaining({ code: "file.access", says: sayingOnly(`Cannot read ${folder}: it is a folder.`) }),
    );
    const files = faultyFiles({ at: 1, errno: "EACCES" });
    expect(() => readIfPresent(path, { files })).toThrow(
      expect.objectContaining({ says: sayingOnly(`Cannot read ${path}: permission denied.`) }),
    );
  });
});
