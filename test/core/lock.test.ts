import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Context, Files } from "../../src/core/context.ts";
import { withLock } from "../../src/core/lock.ts";
import { ALICE, BOB, DEAD, HELD_BY_DEAD, placeToLock, processIn } from "../support/locking.ts";
import { saying, sayingOnly } from "../support/saying.ts";

let folder: string;
let path: string;
let lock: string;
beforeEach(() => {
  ({ folder, path, lock } = placeToLock());
});

const contextOf = (pid: number, overrides?: Partial<Context>) => processIn(folder, pid, overrides);

const lockedBy = (words: string) =>
  expect.objectContaining({
    code: "file.locked",
    says: sayingOnly(`${words} has locked ${path}.`),
    hint: saying(lock),
  });

describe("a lock", () => {
  test("is there while the work is done, names the process, and is gone with the result or the error", async () => {
    const during = () => fs.readFileSync(lock, "utf8");
    await expect(withLock(path, during, contextOf(ALICE))).resolves.toMatch(
      /^90000001 - [0-9a-f]{16}(?: [\w-]+ pid\d+ [\w.-]+)?\n$/,
    );
    expect(fs.readdirSync(folder)).toEqual([]);
    const failure = new Error("work failed");
    await expect(withLock(path, () => Promise.reject(failure), contextOf(ALICE))).rejects.toBe(failure);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test("is private", async () => {
    await withLock(path, () => expect(fs.statSync(lock).mode & 0o777).toBe(0o600), contextOf(ALICE));
  });

  test("makes others wait with growing pauses, and names its holder when they have waited long enough", async () => {
    const pauses: number[] = [];
    const delay = async (ms: number) => void pauses.push(ms);
    const others = () => withLock(path, () => "never", contextOf(BOB, { delay }));
    await withLock(path, () => expect(others()).rejects.toEqual(lockedBy(`Process ${ALICE}`)), contextOf(ALICE));
    const total = pauses.reduce((sum, ms) => sum + ms);
    expect(total).toBeGreaterThanOrEqual(10_000);
    expect(total).toBeLessThan(10_300);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses.at(-1)).toBe(200);
  });

  test("is not waited for when there is no time to wait", async () => {
    const delay = () => Promise.reject(new Error("waited"));
    const others = () => withLock(path, () => "never", contextOf(BOB, { delay }), { waitMs: 0 });
    await withLock(path, () => expect(others()).rejects.toEqual(lockedBy(`Process ${ALICE}`)), contextOf(ALICE));
  });

  test("is had by one after the other", async () => {
    let inside = 0;
    const work = async () => {
      inside += 1;
      await new Promise(setImmediate);
      expect(inside).toBe(1);
      inside -= 1;
    };
    const delay = () => new Promise<void>((resolve) => setImmediate(resolve));
    const pids = [1, 2, 3, 4, 5].map((index) => ALICE + 10 * index);
    await Promise.all(pids.map((pid) => withLock(path, work, contextOf(pid, { delay }))));
  });

  test("that somebody else has taken meanwhile is not removed", async () => {
    await withLock(path, () => fs.writeFileSync(lock, HELD_BY_DEAD), contextOf(ALICE));
    expect(fs.readFileSync(lock, "utf8")).toBe(HELD_BY_DEAD);
  });

  test("needs the folder, and says so", async () => {
    path = join(folder, "missing/openclaw.json");
    await expect(withLock(path, () => "never", contextOf(ALICE))).rejects.toMatchObject({
      code: "file.access",
      says: sayingOnly(`Cannot lock ${path}: its folder does not exist.`),
    });
  });
});

describe("a lock that was left behind", () => {
  const taken = async (overrides: Partial<Context> = {}) => {
    await expect(withLock(path, () => "taken", contextOf(ALICE, overrides), { waitMs: 0 })).resolves.toBe("taken");
    expect(fs.readdirSync(folder)).toEqual([]);
  };
  const statOf = (pid: number, stat: string): Files => ({
    ...fs,
    readFileSync: ((name: string, ...rest: [BufferEncoding]) =>
      name === `/proc/${pid}/stat` ? stat : fs.readFileSync(name, ...rest)) as Files["readFileSync"],
  });
  const stat = (state: string, startedAt: string) =>
    `${BOB} (a (b) c) ${state} ${"0 ".repeat(18)}${startedAt} 4096 7\n`;

  test("by a dead process is taken over, with its temporary files", async () => {
    fs.writeFileSync(lock, HELD_BY_DEAD);
    fs.writeFileSync(join(folder, `.openclaw.json.lock.${DEAD}.0123456789abcdef.tmp`), HELD_BY_DEAD);
    await taken();
  });

  test.runIf(process.platform === "linux")("by a process whose number a later one has is taken over", async () => {
    fs.writeFileSync(lock, `${process.pid} 1 0123456789abcdef\n`);
    await taken({ pid: process.pid });
  });

  test("is told from a running one by the start of its process, and by its being a zombie", async () => {
    const held = `${BOB} 5 0123456789abcdef\n`;
    fs.writeFileSync(lock, held);
    await taken({ files: statOf(BOB, stat("S", "6")) });
    fs.writeFileSync(lock, held);
    await taken({ files: statOf(BOB, stat("Z", "5")) });
    fs.writeFileSync(lock, held);
    const alice = contextOf(ALICE, { files: statOf(BOB, stat("S", "5")) });
    await expect(withLock(path, () => "never", alice)).rejects.toEqual(lockedBy(`Process ${BOB}`));
  });

  test("by a process of which too little is known counts as held", async () => {
    fs.writeFileSync(lock, `${BOB} 5 0123456789abcdef\n`);
    await expect(withLock(path, () => "never", contextOf(ALICE))).rejects.toEqual(lockedBy(`Process ${BOB}`));
  });

  test.each(["", "garbage", `${DEAD} - 0123`, "0 - 0123456789abcdef\n", "-1 - 0123456789abcdef\n"])(
    "damaged (%j) is taken over when nobody can still be filling it",
    async (content) => {
      fs.writeFileSync(lock, content);
      const alice = contextOf(ALICE);
      await expect(withLock(path, () => "never", alice)).rejects.toEqual(lockedBy("An unknown process"));
      await taken({ now: () => new Date(Date.now() + 2_000) });
    },
  );
});

describe.runIf(process.platform === "linux")("a lock of another container or machine", () => {
  const [, , , BOOT = "", NAMESPACE = ""] = (() => {
    const boot = fs.readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return ["", "", "", boot, fs.readlinkSync("/proc/self/ns/pid").replace(/[^\w]/g, "")];
  })();
  const FOREIGN: readonly (readonly [name: string, place: string])[] = [
    ["another namespace of process ids", `${BOOT} pid4026539999 box`],
    ["another boot", `5f3c0000-0000-4000-8000-000000000000 ${NAMESPACE} box`],
    ["another machine without a name", `5f3c0000-0000-4000-8000-000000000000 pid4026539999 `],
  ];
  const holdBy = (pid: number, place: string, ageMs = 0) => {
    fs.writeFileSync(lock, `${pid} 7 0123456789abcdef ${place}\n`);
    const modified = new Date(Date.now() - ageMs);
    fs.utimesSync(lock, modified, modified);
  };

  test.each(FOREIGN)("is waited for, though no such process is here: %s", async (_, place) => {
    holdBy(DEAD, place);
    const temporary = join(folder, `.openclaw.json.lock.${DEAD}.0123456789abcdef-deadbeef.tmp`);
    fs.writeFileSync(temporary, "");
    await expect(withLock(path, () => "never", contextOf(ALICE))).rejects.toMatchObject({
      code: "file.locked",
      says: saying(`Process ${DEAD} in another container or on another machine (host `),
    });
    expect([fs.existsSync(lock), fs.existsSync(temporary)]).toEqual([true, true]);
  });

  test.each(FOREIGN)("is taken over when it is old, though a process of that id is here: %s", async (_, place) => {
    holdBy(BOB, place, 121_000);
    await expect(withLock(path, () => "taken", contextOf(ALICE), { waitMs: 0 })).resolves.toBe("taken");
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test("is judged by the clock of the file system, not by one that goes wrong", async () => {
    holdBy(DEAD, FOREIGN[0]?.[1] ?? "");
    const alice = contextOf(ALICE, { now: () => new Date(Date.now() + 3_600_000) });
    await expect(withLock(path, () => "never", alice)).rejects.toMatchObject({ code: "file.locked" });
  });

  test("is taken over at once where the process was of this namespace, whatever the host is called", async () => {
    holdBy(DEAD, `${BOOT} ${NAMESPACE} renamed`);
    await expect(withLock(path, () => "taken", contextOf(ALICE), { waitMs: 0 })).resolves.toBe("taken");
  });
});

describe("something else in the place of a lock", () => {
  const notALock = async () => {
    await expect(withLock(path, () => "never", contextOf(ALICE))).rejects.toMatchObject({
      code: "file.access",
      says: saying(`Cannot lock ${lock}: it is in the place of the lock file`),
      hint: saying(`Move ${lock} away.`),
    });
    expect(fs.readdirSync(folder)).toEqual(["openclaw.json.lock"]);
  };

  test.each<[name: string, make: () => void]>([
    ["a link that leads nowhere", () => fs.symlinkSync(join(folder, "nowhere"), lock)],
    ["a link to itself", () => fs.symlinkSync(lock, lock)],
    ["a link to a device", () => fs.symlinkSync("/dev/zero", lock)],
    ["a pipe", () => void execFileSync("mkfifo", [lock])],
    ["a folder", () => fs.mkdirSync(lock)],
    ["a file of 3 GB", () => fs.ftruncateSync(fs.openSync(lock, "w"), 3e9)],
  ])("is named: %s", async (_, make) => {
    make();
    await notALock();
  });

  test("that comes and goes is not tried for ever", async () => {
    let tries = 0;
    const files = {
      ...fs,
      linkSync: () => {
        tries += 1;
        throw Object.assign(new Error("there"), { code: "EEXIST" });
      },
    } as unknown as Files;
    await expect(withLock(path, () => "never", contextOf(ALICE, { files }))).rejects.toEqual(
      lockedBy("An unknown process"),
    );
    expect(tries).toBeLessThan(2_000);
  });
});
