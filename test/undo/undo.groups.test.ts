import { randomBytes as realRandomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../src/commands/main.ts";
import type { Context } from "../../src/core/context.ts";
import { faultyFiles } from "../support/faulty-files.ts";
import { ACCOUNT, DOCUMENTED } from "../support/program.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";

const ABOUT = { version: "1.2.3", node: process.version, platform: process.platform };
const CHANGE = [...DOCUMENTED, "--gateway-port", "4000"];
const UNDO = ["undo", "--yes"];
/** No process has this id. */
const NOBODY = 2 ** 22 + 1;
/** The token is the same in every run, so that files can be compared. */
const randomBytes = (size: number) => (size === 32 ? Buffer.alloc(size, 7) : realRandomBytes(size));

const OLD = {
  "openclaw.json": '{ models: { $include: "./models.json5" }, gateway: { $include: "./gateway.json5" } }\n',
  "models.json5": `{ providers: { "cloudflare-ai-gateway": { baseUrl: "https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/old/anthropic", models: [] } } }\n`,
  "gateway.json5": "{ port: 3000 }\n",
};
type Name = keyof typeof OLD;
const NAMES = Object.keys(OLD) as Name[];

let minutes = 0;

/** A configuration in three files, which every change of these tests changes together. */
function threeFiles() {
  const home = temporaryFolder();
  const path = (name: string) => join(home, ".openclaw", name);
  mkdirSync(path(""), { mode: 0o700 });
  for (const name of NAMES) writeFileSync(path(name), OLD[name], { mode: 0o600 });
  writeFileSync(path(".env"), "", { mode: 0o600 });
  const contents = () => NAMES.map((name) => (existsSync(path(name)) ? readFileSync(path(name), "utf8") : undefined));
  const run = async (args: readonly string[], more: Partial<Context> = {}) => {
    minutes += 1;
    const now = new Date(Date.UTC(2020, 0, 1, 0, minutes));
    const context = testContext({ homedir: () => home, now: () => now, randomBytes, ...more });
    return { status: await main(args, ABOUT, context), err: context.written.err.join("") };
  };
  return { path, contents, run };
}

const old = Object.values(OLD);

/** Between two of these, the disk stays as it is, and so does what a death leaves. */
const CHANGES_DISK = /^(?:openSync|writeSync|renameSync|linkSync|unlinkSync|utimesSync)/;

/** Interrupts a run at every operation that matters, each time in a folder like `prepared`. */
async function everyOperation(
  args: readonly string[],
  errno: string,
  prepared: ReturnType<typeof threeFiles>,
  judge: (files: ReturnType<typeof threeFiles>, told: string) => Promise<void>,
) {
  const copy = () => {
    const group = threeFiles();
    cpSync(prepared.path(""), group.path(""), { recursive: true, force: true, preserveTimestamps: true });
    return group;
  };
  const group = copy();
  const undisturbed = faultyFiles();
  await group.run(args, { files: undisturbed });
  for (const [index, operation] of undisturbed.log.entries()) {
    if (errno === "death" ? !CHANGES_DISK.test(operation) : index % 3 !== 0) continue;
    const group = copy();
    await group.run(args, { files: faultyFiles({ at: index + 1, errno }), pid: NOBODY });
    await judge(group, `operation ${index + 1}, ${operation}`);
  }
}

describe("a change of three files, interrupted by death", () => {
  it("anywhere, is undone to what was before it, and redone", { timeout: 120_000 }, async () => {
    const seen = new Set<string>();
    await everyOperation(CHANGE, "death", threeFiles(), async ({ contents, run }, told) => {
      const found = contents();
      seen.add(found.map((content, index) => (content === old[index] ? "old" : "new")).join());
      const { status } = await run(UNDO);
      if (found.every((content, index) => content === old[index])) return expect([told, status]).toEqual([told, 1]);
      expect([told, status, contents()]).toEqual([told, 0, old]);
      await run(UNDO);
      expect([told, contents()]).toEqual([told, found]);
    });
    // Every state on the way was among them.
    expect(seen.size).toBeGreaterThan(2);
  });

  it("anywhere, and made again, is undone to what was before the interruption", { timeout: 120_000 }, async () => {
    await everyOperation(CHANGE, "death", threeFiles(), async ({ contents, run }, told) => {
      if (contents().every((content, index) => content !== old[index])) return;
      expect((await run(CHANGE)).status).toBe(0);
      const whole = contents();
      await run(UNDO);
      expect([told, contents()]).toEqual([told, old]);
      await run(UNDO);
      expect([told, contents()]).toEqual([told, whole]);
    });
  });
});

describe.each(["death", "EIO"])("an undo of three files, interrupted by %s", (errno) => {
  it("anywhere, goes on with the next one, and the one after that returns", { timeout: 120_000 }, async () => {
    const changed = threeFiles();
    expect((await changed.run(CHANGE)).status).toBe(0);
    const whole = changed.contents();
    await everyOperation(UNDO, errno, changed, async ({ contents, run, path }, told) => {
      const isUndone = contents().every((content, index) => content === old[index]);
      const first = isUndone ? whole : old;
      const second = isUndone ? old : whole;
      expect([told, (await run(UNDO)).status, contents()]).toEqual([told, 0, first]);
      expect([told, (await run(UNDO)).status, contents()]).toEqual([told, 0, second]);
      expect([told, (await run(UNDO)).status, contents()]).toEqual([told, 0, first]);
      for (const name of NAMES) expect(existsSync(path(`${name}.bak.undo`)), told).toBe(false);
    });
  });
});

describe("an undo of three files", () => {
  it("never takes back a half: where the root cannot be read for a moment, it fails", async () => {
    for (const errno of ["EIO", "EACCES", "EMFILE"]) {
      const group = threeFiles();
      await group.run(CHANGE);
      const whole = group.contents();
      const recorded = [group.path(".openclaw.json.undo")];
      for (const withRecord of [true, false]) {
        if (!withRecord) for (const record of recorded) writeFileSync(record, "damaged");
        for (let at = 1; at < 12; at += 1) {
          const { status } = await group.run(UNDO, { files: faultyFiles({ at, errno }) });
          expect([old, whole]).toContainEqual(group.contents());
          if (status === 0) await group.run(UNDO);
          expect([errno, at, group.contents()]).toEqual([errno, at, whole]);
        }
      }
    }
  });

  it("is undone where the folder was moved or copied to since, and leaves the first one alone", async () => {
    const { contents, run, path } = threeFiles();
    await run(CHANGE);
    const other = threeFiles();
    cpSync(path(""), other.path(""), { recursive: true, force: true, preserveTimestamps: true });
    const whole = contents();
    expect((await other.run(UNDO)).status).toBe(0);
    expect([other.contents(), contents()]).toEqual([old, whole]);
    expect((await other.run(UNDO)).status).toBe(0);
    expect([other.contents(), contents()]).toEqual([whole, whole]);
  });

  it.each([
    ["removes", null, "x"],
    ["creates", "x", null],
    ["changes", "6-1-1", "x"],
  ])("%s nothing that a foreign record names outside of the folder", async (_, before, after) => {
    const { contents, run, path } = threeFiles();
    await run(CHANGE);
    const victim = join(temporaryFolder(), "hosts");
    writeFileSync(victim, "others\n", { mode: 0o644 });
    for (const named of [victim, relative(path(""), victim)]) {
      const record = [{ by: "change", files: [{ path: named, before, after }] }];
      writeFileSync(path(".openclaw.json.undo"), JSON.stringify(record), { mode: 0o600 });
      expect((await run(UNDO)).status).toBe(0);
      await run(["doctor", "--offline", "--fix", "--yes"]);
      expect([readFileSync(victim, "utf8"), statSync(victim).mode & 0o777]).toEqual(["others\n", 0o644]);
    }
    expect(contents()).toHaveLength(3);
  });

  it("goes back and forth where the root was damaged by hand, which names no file then", async () => {
    const { contents, run, path } = threeFiles();
    await run(CHANGE);
    const [, ...others] = contents();
    writeFileSync(path("openclaw.json"), "{ damaged");
    await run(UNDO);
    expect(contents()).toEqual(old);
    await run(UNDO);
    expect(contents()).toEqual(["{ damaged", ...others]);
    await run(UNDO);
    expect(contents()).toEqual(old);
  });

  it("says which backup is damaged rather than taking back the others", async () => {
    const { contents, run, path } = threeFiles();
    await run(CHANGE);
    const whole = contents();
    writeFileSync(path("models.json5.bak"), "{");
    const { status, err } = await run(UNDO);
    expect([status, err]).toEqual([1, expect.stringMatching(/The backup of .*models\.json5 .* is damaged or gone/)]);
    expect(contents()).toEqual(whole);
  });

  it("leaves the record to what the published OpenClaw has written since", async () => {
    const { contents, run, path } = threeFiles();
    await run(CHANGE);
    const [root = "", ...others] = contents();
    // It keeps five backups as we do, copies before it writes, and deletes what else is called `.bak.*`.
    writeFileSync(path("openclaw.json.bak"), root);
    writeFileSync(path("openclaw.json"), root.replace("{", "{ logging: {},"));
    await run(UNDO);
    expect(contents()).toEqual([root, ...others]);
  });
});
