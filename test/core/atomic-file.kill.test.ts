import fs from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BACKUP_COUNT, backupPath } from "../../src/config/backups.ts";
import { bytesFrom, exitOf, KILLS, killLoopProgram, killNow, seededMoments } from "../support/kill-loop.ts";
import { KILL_LOOP_CONTENTS } from "../support/kill-loop-contents.ts";
import { temporaryFolder } from "../support/real-context.ts";

const AT_ONCE = 4;

/** More than one round of lock, backups and write prints, so that every moment of a round can be hit. */
const MOST_BYTES = 120;

const program = killLoopProgram();

const isWhole = (file: string) => KILL_LOOP_CONTENTS.some((content) => content.equals(fs.readFileSync(file)));

/** Kills one writer after another in the same folder; answers how many left something behind. */
async function killWriters(folder: string, kills: number, moment: (below: number) => number): Promise<number> {
  const path = join(folder, "openclaw.json");
  let untidy = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const writer = program.start("write", path);
    await bytesFrom(writer, 1 + moment(MOST_BYTES));
    await killNow(writer);
    const names = fs.readdirSync(folder);
    const contents = names.filter((name) => /^openclaw\.json(\.bak(\.\d)?)?$/.test(name));
    for (const name of contents) expect(isWhole(join(folder, name)), name).toBe(true);
    if (names.length > contents.length) untidy += 1;
  }
  return untidy;
}

test(`${KILLS} writers killed at random moments leave whole files, and the next run tidies up`, async () => {
  const moment = seededMoments();
  const folders = Array.from({ length: AT_ONCE }, () => temporaryFolder());
  for (const folder of folders) fs.writeFileSync(join(folder, "openclaw.json"), KILL_LOOP_CONTENTS[0]);
  const untidy = await Promise.all(folders.map((folder) => killWriters(folder, Math.ceil(KILLS / AT_ONCE), moment)));
  // Else the moments were not where they were meant to be.
  expect(untidy.reduce((sum, count) => sum + count)).toBeGreaterThan(KILLS / 4);

  for (const folder of folders) {
    const path = join(folder, "openclaw.json");
    expect(await exitOf(program.start("write", path, `${BACKUP_COUNT}`))).toBe(0);
    const backups = Array.from({ length: BACKUP_COUNT }, (_, index) => backupPath(path, index));
    expect(
      fs
        .readdirSync(folder)
        .map((name) => join(folder, name))
        .sort(),
    ).toEqual([path, ...backups]);
  }
});

test("of writers that are killed while others wait for the lock, no two are ever inside", async () => {
  const path = join(temporaryFolder(), "openclaw.json");
  fs.writeFileSync(path, KILL_LOOP_CONTENTS[0]);
  const moment = seededMoments();
  const killInTurn = async () => {
    for (let kill = 0; kill < KILLS / 3; kill += 1) {
      const writer = program.start("write", path);
      await bytesFrom(writer, 1 + moment(MOST_BYTES));
      // A writer that found its file changed by another would have ended with an error, and this would say so.
      await killNow(writer);
      expect(isWhole(path)).toBe(true);
    }
  };
  await Promise.all([killInTurn(), killInTurn(), killInTurn()]);
});
