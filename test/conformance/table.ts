import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, it } from "vitest";
import type { Host, LogLine, Setup } from "./host.ts";
import { play, type Stage } from "./play.ts";
import type { Row } from "./row.ts";
import { placed } from "./setups.ts";
import { startRawUpstream } from "./upstream.ts";

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

type Started = Host & { readonly close: () => Promise<void> };

/** A row's log is the same on both hosts but for when things happened. */
const TIMES = ["time", "durationMs", "firstByteMs", "id"];

export const withoutTimes = (line: LogLine): LogLine =>
  Object.fromEntries(Object.entries(line).filter(([name]) => !TIMES.includes(name)));

/** Plays all rows on a host, one after the other. */
export function playAll(rows: readonly Row[], start: (setups: readonly Setup[]) => Promise<Started>): void {
  let stage: Stage;
  const closing: (() => Promise<unknown>)[] = [];
  const setups = new Map<Setup, Setup>();

  beforeAll(async () => {
    const listeners = new Set<() => void>();
    const upstream = await startRawUpstream(() => {
      for (const look of listeners) look();
    });
    closing.push(upstream.close);
    const closed = await closedPort();
    for (const { setup } of rows)
      if (!setups.has(setup)) setups.set(setup, { ...setup, config: placed(setup.config, upstream.port, closed) });
    const host = await start([...setups.values()]);
    closing.push(host.close);
    stage = { host, upstream, changes: { listeners } };
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  it.each(rows.map((row) => [row.name, row] as const))("%s", async (_, row) => {
    const setup = setups.get(row.setup) ?? row.setup;
    const differs = stage.host.name === "worker" ? row.differs : undefined;
    await play(setup, differs?.worker ?? row.steps, stage);
  });
}
