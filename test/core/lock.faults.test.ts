import fs from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import type { Context } from "../../src/core/context.ts";
import { withLock } from "../../src/core/lock.ts";
import { Death, type Faults, faultyFiles } from "../support/faulty-files.ts";
import { bytesFrom, exitOf, killLoopProgram, killNow, textFrom } from "../support/kill-loop.ts";
import { ALICE, BOB, HELD_BY_DEAD, placeToLock, processIn } from "../support/locking.ts";
import { saying } from "../support/saying.ts";

let folder: string;
let path: string;
let lock: string;
beforeEach(() => {
  ({ folder, path, lock } = placeToLock());
});

const contextOf = (pid: number, overrides?: Partial<Context>) => processIn(folder, pid, overrides);

describe("taking over a lock", () => {
  let inside = 0;
  const work = async () => {
    inside += 1;
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    expect(inside).toBe(1);
    inside -= 1;
  };
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  /** Runs Alice once per operation of hers, until she has fewer. */
  async function atEveryOperation(run: (at: number) => Promise<number>): Promise<number> {
    for (let at = 1; ; at += 1) if ((await run(at)) < at) return at;
  }

  const withoutLinks: Faults = { on: ["linkSync"], errno: "EPERM" };

  test.each([
    ["with hard links", {}],
    ["without", withoutLinks],
  ])("is done by one of two that find it at the same time, whenever the other comes (%s)", async (_, faults) => {
    const moments = await atEveryOperation(async (at) => {
      fs.writeFileSync(lock, HELD_BY_DEAD);
      let bob: Promise<void> | undefined;
      const before = () => {
        if (files.log.length !== at) return;
        bob = withLock(path, work, contextOf(BOB, { files: faultyFiles(faults), delay: settle }));
      };
      const files = faultyFiles({ ...faults, before });
      await withLock(path, work, contextOf(ALICE, { files, delay: settle }));
      await bob;
      expect(fs.readdirSync(folder)).toEqual([]);
      return files.log.length;
    });
    expect(moments).toBeGreaterThan(20);
  });

  test("is finished by the next when the process dies at any operation, also while it takes over", async () => {
    const moments = await atEveryOperation(async (at) => {
      fs.writeFileSync(lock, HELD_BY_DEAD);
      const files = faultyFiles({ at, errno: "death" });
      const alice = withLock(path, () => "done", contextOf(ALICE, { files }));
      await alice.catch((error) => expect(error).toBeInstanceOf(Death));
      const bob = contextOf(BOB, { isAlive: (pid) => pid === BOB });
      await expect(withLock(path, () => "done", bob, { waitMs: 0 })).resolves.toBe("done");
      expect(fs.readdirSync(folder)).toEqual([]);
      return files.log.length;
    });
    expect(moments).toBeGreaterThan(20);
  });

  test("either works or says why not when any operation fails, and is free for the next", async () => {
    await atEveryOperation(async (at) => {
      fs.writeFileSync(lock, HELD_BY_DEAD);
      const files = faultyFiles({ at, errno: "EIO" });
      const alice = withLock(path, () => "done", contextOf(ALICE, { files }));
      await alice.catch((error) => expect(error).toMatchObject({ code: "file.access" }));
      const bob = contextOf(BOB, { isAlive: (pid) => pid === BOB });
      await expect(withLock(path, () => "done", bob, { waitMs: 0 })).resolves.toBe("done");
      expect(fs.readdirSync(folder)).toEqual([]);
      return files.log.length;
    });
  });

  test("of a full disk's half-written lock never happens, because it is not kept", async () => {
    const files = faultyFiles({ spaceBytes: 5 });
    await expect(withLock(path, () => "never", contextOf(ALICE, { files }))).rejects.toMatchObject({
      code: "file.access",
      says: saying("disk is full"),
    });
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

describe("processes", () => {
  const program = killLoopProgram();

  test("six of them, and a holder killed inside the lock, count 120 without losing one", async () => {
    fs.writeFileSync(path, "0");
    const holder = program.start("hold", path);
    await textFrom(holder, "held");
    const counters = Array.from({ length: 6 }, () => program.start("count", path, "20"));
    await Promise.all(counters.map((counter) => bytesFrom(counter, 20)));
    expect(fs.readFileSync(path, "utf8")).toBe("0");
    await killNow(holder);
    expect(await Promise.all(counters.map(exitOf))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(fs.readFileSync(path, "utf8")).toBe("120");
    expect(fs.readdirSync(folder)).toEqual(["openclaw.json"]);
  });
});
