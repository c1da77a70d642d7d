import { join } from "node:path";
import type { Context } from "../../src/core/context.ts";
import { temporaryFolder, testContext } from "./real-context.ts";

/** Numbers that no real process has, so that nothing is known of them but what `isAlive` says. */
export const [ALICE, BOB, DEAD] = [90_000_001, 90_000_002, 90_000_003] as const;
export const HELD_BY_DEAD = `${DEAD} - 0123456789abcdef\n`;

/** A folder for a test, a file in it, which need not be there, and the lock of that. */
export function placeToLock() {
  const folder = temporaryFolder();
  const path = join(folder, "openclaw.json");
  return { folder, path, lock: `${path}.lock` };
}

/** The context of a process with that number, for which all others but `DEAD` are alive. */
export const processIn = (folder: string, pid: number, overrides: Partial<Context> = {}) =>
  testContext({ homedir: () => folder, pid, isAlive: (other) => other !== DEAD, ...overrides });
