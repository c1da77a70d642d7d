/**
 * Compares the speed of the local gateway with others and with no gateway at all. `npm run bench:gateway` builds the
 * program, bundles this folder and runs it in the project's folder; ../README.md explains the measurements. It never fails
 * on a figure: tests guard the speed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bodies } from "./bodies.ts";
import { startOwn, stopAll } from "./children.ts";
import { compare } from "./compare.ts";
import { pairs } from "./pairs.ts";
import { profile } from "./profile.ts";
import { soak } from "./soak.ts";
import type { Answer } from "./traffic.ts";
import { workers } from "./workers.ts";

const work = mkdtempSync(join(tmpdir(), "openclaw-bench-"));
try {
  const upstream = await startOwn("upstream", "load");
  const { port } = upstream.said as { port: number };
  const [what, ...names] = process.argv.slice(2);
  if (what === "workers") await workers(work, names);
  else if (what === "soak") await soak(work, port, names);
  else if (what === "bodies") await bodies(work, port);
  else {
    const { child: load } = await startOwn("load", "load");
    const bench = { work, upstreamPort: port, load };
    if (what === "profile") await profile(bench, names[0] as Answer | undefined);
    else if (what === "pairs") await pairs(bench, names);
    else await compare(bench, names);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await stopAll();
  rmSync(work, { recursive: true, force: true });
}
