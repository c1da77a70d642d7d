import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder with the program as it is now, built. */
    built: string;
  }
}

/**
 * Builds the program once before the tests, so that those that run it never run yesterday's; returns what removes it. It is
 * built beside the tree, whose own `dist` may be in use.
 */
export function setup(project: TestProject): () => void {
  const root = join(import.meta.dirname, "..", "..");
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "openclaw-built-")));
  for (const name of ["bin", "package.json"]) cpSync(join(root, name), join(folder, name), { recursive: true });
  execFileSync(process.execPath, [join(root, "scripts", "build.mjs"), join(folder, "dist")], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  mkdirSync(join(folder, "on-path"));
  symlinkSync(join("..", "bin", "openclaw.cjs"), join(folder, "on-path", "openclaw"));
  project.provide("built", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
