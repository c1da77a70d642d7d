import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Builds the program once before the tests, so that those that run it never run yesterday's. */
export function setup(): void {
  const root = join(import.meta.dirname, "..", "..");
  execFileSync(process.execPath, [join(root, "scripts", "build.mjs")], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
}
