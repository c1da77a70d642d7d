import fs from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ensurePrivateFolder, type ReplaceOptions, replaceFile } from "../../src/core/atomic-file.ts";
import type { Context } from "../../src/core/context.ts";
import { faultyFiles } from "../support/faulty-files.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";
import { saying } from "../support/saying.ts";

const modeOf = (path: string) => fs.statSync(path).mode & 0o7777;
const isRoot = process.getuid?.() === 0;
const usualUmask = process.umask();

let folder: string;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, ".env");
});
afterEach(() => {
  process.umask(usualUmask);
});

function replace(content: string, options: ReplaceOptions = {}, overrides: Partial<Context> = {}): void {
  replaceFile(path, content, options, testContext({ homedir: () => folder, ...overrides }));
}

describe("permissions and owner of a replaced file", () => {
  test.each([0o000, 0o077, 0o777])("are 0600 from birth under umask %o", (umask) => {
    process.umask(umask);
    const seen = new Set<number>();
    const before = () => {
      for (const name of fs.readdirSync(folder)) seen.add(modeOf(join(folder, name)) & 0o177);
    };
    replace("new", {}, { files: faultyFiles({ before }) });
    expect(modeOf(path)).toBe(0o600);
    expect([...seen]).toEqual([0]);
  });

  test.each([
    { old: 0o644, mode: 0o600, becomes: 0o600 },
    { old: 0o400, mode: 0o600, becomes: 0o400 },
    { old: 0o640, mode: 0o644, becomes: 0o640 },
    { old: 0o777, mode: 0o644, becomes: 0o644 },
    { old: undefined, mode: 0o644, becomes: 0o644 },
  ])("stay within the bound and as strict as they were: %j", ({ old, mode, becomes }) => {
    if (old !== undefined) fs.writeFileSync(path, "old");
    if (old !== undefined) fs.chmodSync(path, old);
    replace("new", { mode });
    expect(modeOf(path)).toBe(becomes);
  });

  test.runIf(isRoot)("stay another user's when we may give files away, else the file becomes ours", () => {
    fs.writeFileSync(path, "old");
    fs.chownSync(path, 4321, 1234);
    replace("new");
    expect(fs.statSync(path)).toMatchObject({ uid: 4321, gid: 1234 });
    replace("newer", {}, { files: faultyFiles({ on: ["fchownSync"], errno: "EPERM" }) });
    expect(fs.readFileSync(path, "utf8")).toBe("newer");
    expect(fs.statSync(path).uid).toBe(0);
  });
});

describe("a private folder", () => {
  test.each([0o000, 0o077, 0o277])("is 0700 from birth under umask %o, and so are its new parents", (umask) => {
    process.umask(umask === 0o277 ? 0o077 : umask);
    fs.mkdirSync(join(folder, "a"));
    process.umask(umask);
    const seen: number[] = [];
    const before = () => fs.existsSync(join(folder, "a/b")) && seen.push(modeOf(join(folder, "a/b")) & 0o077);
    ensurePrivateFolder(join(folder, "a/b"), { files: faultyFiles({ before }) });
    expect([modeOf(join(folder, "a/b")), ...new Set(seen)]).toEqual([0o700, 0]);
  });

  test("is tightened when it is wider, without its parent and without making it more open", () => {
    const [parent, wide, strict] = [join(folder, "p"), join(folder, "p/wide"), join(folder, "p/strict")];
    for (const made of [parent, wide, strict]) fs.mkdirSync(made);
    fs.chmodSync(parent, 0o755);
    fs.chmodSync(wide, 0o2775);
    fs.chmodSync(strict, 0o500);
    for (const made of [wide, strict]) ensurePrivateFolder(made, testContext());
    expect([parent, wide, strict].map(modeOf)).toEqual([0o755, 0o2700, 0o500]);
  });

  test("that belongs to somebody else is used as it is", () => {
    fs.chmodSync(folder, 0o755);
    ensurePrivateFolder(folder, { files: faultyFiles({ on: ["chmodSync"], errno: "EPERM" }) });
    expect(modeOf(folder)).toBe(0o755);
  });

  test("cannot be made where a file is", () => {
    fs.writeFileSync(path, "");
    expect(() => ensurePrivateFolder(path, testContext())).toThrow(
      expect.objectContaining({
        code: "file.access",
        says: saying("something else has that name"),
      }),
    );
  });
});
