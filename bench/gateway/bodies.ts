import type { ChildProcess } from "node:child_process";
import { Agent, get } from "node:http";
import { markdownTable, median } from "../figures.ts";
import { ask, startOwn, stop } from "./children.ts";
import { entrants } from "./contenders.ts";
import { startIn } from "./rounds.ts";
import type { Sending, Sent } from "./sender.ts";

const SIZE_BYTES = 30_000_000;
const TIMES = 3;

/** Shows how long anybody else waits while a long body is read: the longest delay of `/healthz`, median of three bodies. */
export async function bodies(work: string, upstreamPort: number): Promise<void> {
  const { child: sender } = await startOwn("sender", "load");
  const rows = new Map<string, string[]>();
  const chosen = entrants(process.env.OPENCLAW_BENCH_BEFORE === undefined ? ["openclaw"] : ["before", "openclaw"]);
  for (const entrant of chosen) {
    const contender = await startIn({ work, upstreamPort }, entrant);
    if (contender.child === undefined) continue;
    for (let index = 0; ; index += 1) {
      const waits: number[] = [];
      let sent: Partial<Sent> = {};
      for (let time = 0; time < TIMES; time += 1) {
        const asked = ask<Sending, Partial<Sent>>(sender, { port: contender.port, index, sizeBytes: SIZE_BYTES });
        const waited = longestWait(contender.port, asked);
        sent = await asked;
        waits.push(await waited);
        if (sent.name === undefined) break;
      }
      if (sent.name === undefined) break;
      rows.set(sent.name, [...(rows.get(sent.name) ?? []), `${median(waits).toFixed(1)} (${sent.status})`]);
    }
    await stop(contender.child);
  }
  await stop(sender as ChildProcess);
  const heading = ["30 MB of", ...chosen.map(({ name }) => `${name}, ms (status)`)];
  console.log(markdownTable([heading, ...[...rows].map(([name, cells]) => [name, ...cells])]));
}

/** Asks one request after the other until something is done. */
async function longestWait(port: number, until: Promise<unknown>): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let isOver = false;
  void until.finally(() => {
    isOver = true;
  });
  let longestMs = 0;
  while (!isOver) {
    const startMs = performance.now();
    await new Promise<void>((resolve, reject) => {
      get({ port, host: "127.0.0.1", path: "/healthz", agent }, (response) =>
        response.resume().on("close", resolve),
      ).on("error", reject);
    });
    longestMs = Math.max(longestMs, performance.now() - startMs);
  }
  agent.destroy();
  return longestMs;
}
