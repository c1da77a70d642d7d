import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { replaceFile } from "../../src/core/atomic-file.ts";
import { OpenclawError } from "../../src/core/errors.ts";
import { Death, type FaultyFiles, faultyFiles } from "../support/faulty-files.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";

const OLD = "old content\n".repeat(3);
const NEW = "new content\n".repeat(5);

/** The ways a file can lie before it is replaced; each answers the path that is written to. */
const layouts: Record<string, (folder: string) => string> = {
  "an existing file": (folder) => {
    fs.writeFileSync(join(folder, ".env"), OLD);
    return join(folder, ".env");
  },
  "a file behind a link": (folder) => {
    fs.mkdirSync(join(folder, "dotfiles"));
    fs.writeFileSync(join(folder, "dotfiles/env"), OLD);
    fs.symlinkSync("dotfiles/env", join(folder, ".env"));
    return join(folder, ".env");
  },
  "a file beside a leftover": (folder) => {
    fs.writeFileSync(join(folder, ".env"), OLD);
    fs.writeFileSync(join(folder, `.env.${process.pid}.0a.tmp`), "half");
    return join(folder, ".env");
  },
  "a new file": (folder) => join(folder, ".env"),
};

const filesIn = (folder: string) => fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
const temporaries = (folder: string) => filesIn(folder).filter((name) => name.endsWith(".tmp"));

interface Attempt {
  readonly files: FaultyFiles;
  readonly folder: string;
  readonly path: string;
  readonly error: unknown;
}

/** One attempt per operation, with the fault at that operation, until one is not reached by the fault. */
function* attempts(layout: string, errno: string): Generator<Attempt> {
  for (let at = 1; ; at += 1) {
    const folder = temporaryFolder();
    const path = layouts[layout]?.(folder) ?? folder;
    const files = faultyFiles({ at, errno });
    let error: unknown;
    try {
      replaceFile(path, NEW, {}, testContext({ files, homedir: () => folder }));
    } catch (thrown) {
      error = thrown;
    }
    yield { files, folder, path, error };
    if (files.log.length < at) return;
  }
}

describe.each(Object.keys(layouts))("replacing %s", (layout) => {
  const old = layout === "a new file" ? undefined : OLD;
  const contentOf = (path: string) => (fs.existsSync(path) ? fs.readFileSync(path, "utf8") : undefined);

  test.each(["EIO", "ENOSPC", "EACCES"])(
    "leaves the old or the new content when any one operation fails with %s",
    (errno) => {
      const outcomes = new Set<string>();
      for (const { files, folder, path, error } of attempts(layout, errno)) {
        const isReplaced = files.log.some((line) => line.startsWith("renameSync")) && contentOf(path) === NEW;
        if (error !== undefined) expect(error).toBeInstanceOf(OpenclawError);
        if (error === undefined) expect(contentOf(path)).toBe(NEW);
        expect(contentOf(path)).toBe(isReplaced ? NEW : old);
        const isUnlinkRefused =
          layout === "a file beside a leftover" && temporaries(folder).every((name) => name.includes(".0a."));
        if (!isUnlinkRefused) expect(temporaries(folder)).toEqual([]);
        outcomes.add(`${error === undefined ? "done" : "refused"}, ${isReplaced ? "new" : "old"}`);
      }
      expect(outcomes).toContain("refused, old");
      expect(outcomes).toContain("done, new");
    },
  );

  test("leaves the old or the new content when the process dies at any operation, and the next run tidies up", () => {
    let deaths = 0;
    for (const { folder, path, error } of attempts(layout, "death")) {
      if (error !== undefined) expect(error).toBeInstanceOf(Death);
      if (error !== undefined) deaths += 1;
      expect([old, NEW]).toContain(contentOf(path));
      replaceFile(path, "next", {}, testContext({ homedir: () => folder, isAlive: () => false }));
      expect(contentOf(path)).toBe("next");
      expect(temporaries(folder)).toEqual([]);
    }
    expect(deaths).toBeGreaterThan(10);
  });
});
