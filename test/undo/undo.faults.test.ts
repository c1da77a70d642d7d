import fs from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { recordPath } from "../../src/config/change-record.ts";
import type { OpenclawError } from "../../src/core/errors.ts";
import { lastChange, undoChange } from "../../src/undo/undo.ts";
import { Death, type FaultyFiles, faultyFiles } from "../support/faulty-files.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";

const RING = ["{a:1}", "{b:1}", "{c:1}", "{d:1}", "{e:1}"];
const NAMES = ["", ".bak", ".bak.1", ".bak.2", ".bak.3", ".bak.4"];

/** A configuration with a full ring, the newest backup first. */
function filledFolder(current: string) {
  const path = join(temporaryFolder(), "openclaw.json");
  for (const [index, content] of [current, ...RING].entries()) {
    fs.writeFileSync(`${path}${NAMES[index]}`, content);
    // Of an earlier day: within one millisecond no clock tells which was first.
    fs.utimesSync(`${path}${NAMES[index]}`, 1e9, 1e9);
  }
  const contents = () => NAMES.map((name) => fs.readFileSync(`${path}${name}`, "utf8"));
  const undo = async (files: FaultyFiles = faultyFiles(), pid = process.pid) => {
    const context = testContext({ files, homedir: () => path, pid, isAlive: () => false });
    await undoChange(await lastChange(path, context), path, context);
  };
  const names = () => fs.readdirSync(join(path, "..")).filter((name) => name !== basename(recordPath(path)));
  return { path, contents, undo, names };
}

describe("undo, over and over", () => {
  it("changes the file and its backup back and forth, and leaves every other backup as it was", async () => {
    const { contents, undo, names } = filledFolder("{now:1}");
    const [first = "", ...others] = RING;
    for (let round = 0; round < 4; round += 1) {
      await undo();
      expect(contents()).toEqual([first, "{now:1}", ...others]);
      await undo();
      expect(contents()).toEqual(["{now:1}", first, ...others]);
    }
    expect(names()).toEqual(NAMES.map((name) => `openclaw.json${name}`));
  });

  it.each([["no configuration at all"], [""]])(
    "takes %j back, which is damaged, and returns to it as to any other text",
    async (damaged) => {
      const { path, contents, undo, names } = filledFolder(damaged);
      const [first = "", second = "", ...others] = RING;
      for (let round = 0; round < 2; round += 1) {
        await undo();
        expect(contents()).toEqual([first, damaged, second, ...others]);
        await undo();
        expect(contents()).toEqual([damaged, first, second, ...others]);
      }
      await undo();
      // Whoever damages the file again is not led to the first damage.
      fs.writeFileSync(path, "{damaged again");
      await undo();
      expect(contents()).toEqual([second, damaged, "{damaged again", ...others]);
      expect(names()).toEqual(NAMES.map((name) => `openclaw.json${name}`));
    },
  );

  it("goes to the next backup where the newest says the same, and returns", async () => {
    const { contents, undo } = filledFolder("{a:1}");
    await undo();
    expect(contents().slice(0, 2)).toEqual(["{b:1}", "{a:1}"]);
    await undo();
    expect(contents()[0]).toBe("{a:1}");
    expect(contents()).toEqual(expect.arrayContaining(RING));
  });

  it("does not touch a file that another program changed, and leaves nothing behind", async () => {
    const { path, contents, undo, names } = filledFolder("{now:1}");
    const files = faultyFiles({
      before: (operation, at) => {
        if (operation === "utimesSync" && String(at).endsWith(".undo")) fs.writeFileSync(path, "{theirs:1}");
      },
    });
    await expect(undo(files)).rejects.toMatchObject({ code: "config.changed" } satisfies Partial<OpenclawError>);
    expect(contents()).toEqual(["{theirs:1}", ...RING]);
    expect(names()).toEqual(NAMES.map((name) => `openclaw.json${name}`));
  });
});

describe.each(["death", "EIO"])("undo, interrupted by %s", (errno) => {
  it("anywhere, has every content somewhere, and the next one goes on from there", async () => {
    for (let at = 1, finished = false; !finished; at += 1) {
      const { path, contents, undo } = filledFolder("{now:1}");
      const files = faultyFiles({ at, errno });
      await undo(files, 2 ** 30).catch((error) => {
        if (errno === "death") expect(error).toBeInstanceOf(Death);
      });
      finished = files.log.length < at;
      const waiting = fs.existsSync(`${path}.bak.undo`) ? [fs.readFileSync(`${path}.bak.undo`, "utf8")] : [];
      const [found = "", ...others] = contents();
      expect(["{now:1}", "{a:1}"]).toContain(found);
      expect([found, ...others, ...waiting], `operation ${at}`).toEqual(expect.arrayContaining(["{now:1}", ...RING]));

      await undo();
      const other = found === "{now:1}" ? "{a:1}" : "{now:1}";
      expect(contents()[0], `operation ${at}: ${files.log[at - 1]}`).toBe(other);
      await undo();
      expect(contents()[0]).toBe(found);
      expect([...contents()]).toEqual(expect.arrayContaining(["{now:1}", ...RING]));
      expect(fs.existsSync(`${path}.bak.undo`)).toBe(false);
    }
  });
});
