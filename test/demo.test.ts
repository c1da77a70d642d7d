import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, it } from "vitest";

const root = join(import.meta.dirname, "..");

it("the demo shows the whole work on this machine, step by step", async () => {
  const run = promisify(execFile);
  const args = ["scripts/run.mjs", "test/support/demo.ts"].map((name) => join(root, name));
  const { stdout, stderr } = await run(process.execPath, args, { cwd: inject("built") });
  expect([...stdout.matchAll(/^\(status (\d+)\)$/gm)].map(([, status]) => status)).toEqual([
    "0",
    "1",
    "0",
    "0",
    "0",
    "0",
    "0",
  ]);
  expect(stderr).toContain("from the Cloudflare API token.");
  expect(stderr).toContain("gateway.token-missing");
  expect(stdout).toContain("cloudflare-ai-gateway/claude-unheard-of-1");
  expect(stdout).toContain("No problems found");
  expect(stdout + stderr).not.toMatch(/MADEUPX/);
});
