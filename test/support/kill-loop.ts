import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, onTestFailed } from "vitest";

/** How many children each loop kills. */
export const KILLS = Number(process.env.KILL_ROUNDS ?? 50);

/** Numbers from 0 to below a bound, the same for the same `KILL_SEED`, which is printed when the test fails. */
export function seededMoments(): (below: number) => number {
  const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 2 ** 32));
  onTestFailed(() => console.error(`Again with the same moments: KILL_SEED=${seed}`));
  let state = seed;
  return (below) => {
    // @source Numerical Recipes, "Quick and dirty generators": of such a generator, the high bits are the random ones.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const ENTRY = new URL("./kill-loop-child.ts", import.meta.url).pathname;

export interface Program {
  /** Starts the program of `kill-loop-child.ts`; a child that still runs when the tests are over is killed. */
  start(...args: readonly string[]): ChildProcess;
}

/** To be called where tests are described: builds the program, which plain Node then runs, once for all tests there. */
export function killLoopProgram(): Program {
  const children = new Set<ChildProcess>();
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = fs.mkdtempSync(join(tmpdir(), "openclaw-kill-loop-"));
    file = join(folder, "child.mjs");
    const bundle = await rolldown({ input: ENTRY, platform: "node" });
    await bundle.write({ file, format: "esm" });
    await bundle.close();
  });

  afterAll(() => {
    for (const child of children) child.kill("SIGKILL");
    fs.rmSync(folder, { recursive: true, force: true });
  });

  return {
    start: (...args) => {
      const child = spawn(process.execPath, [file, ...args], { stdio: ["ignore", "pipe", "inherit"] });
      children.add(child);
      child.once("close", () => children.delete(child));
      return child;
    },
  };
}

/** Waits until the child has printed so many bytes more. */
export async function bytesFrom(child: ChildProcess, count: number): Promise<void> {
  let seen = 0;
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    seen += (chunk as Buffer).length;
    if (seen >= count) return;
  }
  throw new Error(`the child ended after ${seen} of ${count} bytes`);
}

/** Waits until the child has printed the text. */
export async function textFrom(child: ChildProcess, text: string): Promise<void> {
  let seen = "";
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    seen += chunk;
    if (seen.includes(text)) return;
  }
  throw new Error(`the child ended without printing ${JSON.stringify(text)}`);
}

/** Kills the child in the middle of whatever it does, and waits until it is gone. */
export async function killNow(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  if (!child.kill("SIGKILL")) throw new Error("the child had ended by itself");
  await gone;
}

/** Waits for the child's end; answers its exit status. */
export async function exitOf(child: ChildProcess): Promise<number | null> {
  child.stdout?.resume();
  const [status] = (await once(child, "exit")) as [number | null];
  return status;
}
