import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Host, Setup } from "./host.ts";
import { play, type Stage } from "./play.ts";
import type { Row } from "./row.ts";
import { placed } from "./setups.ts";
import { startRawUpstream } from "./upstream.ts";

/**
 * A port on which nothing listens until it is closed. @why a free one may soon be that of a host; the client's end of a
 * connection is nobody else's.
 */
async function closedPort(): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(client, "connect");
  const close = async () => {
    client.destroy();
    server.close();
    await once(server, "close");
  };
  return { port: client.localPort as number, close };
}

/** How long is waited for what does not come, where a row differs. */
const SOON_MS = 150;

type Started = Host & { readonly close: () => Promise<void> };

/** Plays all rows on a host, one after the other. */
export function playAll(rows: readonly Row[], start: (setups: readonly Setup[]) => Promise<Started>): void {
  let stage: Stage;
  const closing: (() => Promise<unknown>)[] = [];
  const placedSetups = new Map<Row, Setup>();
  /** The same, with a state of its own, to look whether a row still differs. */
  const others = new Map<Row, Setup>();

  beforeAll(async () => {
    const listeners = new Set<() => void>();
    const upstream = await startRawUpstream(() => {
      for (const look of listeners) look();
    });
    closing.push(upstream.close);
    const closed = await closedPort();
    closing.push(closed.close);
    const place = (setup: Setup): Setup => ({ ...setup, config: placed(setup.config, upstream.port, closed.port) });
    const known = new Map<Setup, Setup>();
    for (const row of rows) {
      const setup = known.get(row.setup) ?? place(row.setup);
      known.set(row.setup, setup);
      placedSetups.set(row, setup);
      if (row.differs !== undefined) others.set(row, place(row.setup));
    }
    const host = await start([...known.values(), ...others.values()]);
    closing.push(host.close);
    stage = { host, upstream, changes: { listeners } };
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  it.each(rows.map((row) => [row.name, row] as const))("%s", async (_, row) => {
    const { differs } = stage.host.name === "worker" ? row : { differs: undefined };
    await play(placedSetups.get(row) as Setup, differs?.worker ?? row.steps, stage);
    if (differs === undefined) return;
    // A difference that is no longer there is to be taken out of the table.
    const again = play(others.get(row) as Setup, row.steps, stage, SOON_MS);
    await expect(again, `still differs because ${differs.because}`).rejects.toThrow();
  });
}
