/**
 * How fast the local gateway is, compared with others and with nobody in between. `npm run bench:gateway` builds the
 * program, bundles this folder and runs it in the project's folder; see ../README.md for what is measured and how. It
 * never fails on a figure: it is for reading, the guards are among the tests.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOwn, stopAll } from "./children.ts";
import { compare } from "./compare.ts";
import { profile } from "./profile.ts";
import { soak } from "./soak.ts";

const work = mkdtempSync(join(tmpdir(), "openclaw-bench-"));
try {
  const upstream = await startOwn("upstream", "load");
  const { port } = upstream.said as { port: number };
  const what = process.argv[2];
  if (what === "soak") await soak(work, port);
  else await (what === "profile" ? profile : compare)(work, port, (await startOwn("load", "load")).child);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await stopAll();
  rmSync(work, { recursive: true, force: true });
}
