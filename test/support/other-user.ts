import { spawn } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cleanEnv, type Finished, finished, PROGRAM, temporaryHome } from "./program.ts";

/** Only root can be two users in one test. */
export const isRoot = process.getuid?.() === 0;

/** A user whom the system's list does not have, and one who is not the first. */
export const ALICE = 4321;
export const BOB = 4322;

/** Alice's home, as a machine has it, and the program where she can run it. */
export function homeOfAlice(): { readonly home: string; readonly program: string } {
  const folder = temporaryHome();
  chmodSync(folder, 0o755);
  const home = join(folder, "alice");
  mkdirSync(home, { mode: 0o700 });
  chownSync(home, ALICE, ALICE);
  const built = join(PROGRAM, "..", "..");
  for (const name of ["bin", "dist", "package.json"])
    cpSync(join(built, name), join(folder, name), { recursive: true });
  return { home, program: join(folder, "bin", "openclaw.cjs") };
}

/** Runs the program as a user, in that home. */
export async function runAs(
  uid: number,
  args: readonly string[],
  { home, program, env }: { home: string; program: string; env?: Readonly<Record<string, string>> },
): Promise<Finished> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: "/",
    uid,
    gid: uid,
    env: cleanEnv(home, env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  return finished(child);
}
