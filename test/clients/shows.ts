import { expect, it } from "vitest";
import { installed, installedVersion } from "./install.ts";
import { PINNED, type PinnedId } from "./pinned.ts";
import { startWorld, type World } from "./world.ts";

/** A row of the table that the run ends with. */
export interface ShownRow {
  readonly client: string;
  readonly version: string;
  readonly protocol: string;
}

declare module "vitest" {
  interface TaskMeta {
    shown?: ShownRow;
  }
}

export type Protocol = "Messages" | "Responses" | "Chat completions";

export interface Machine extends World {
  /** Where the client is installed. */
  readonly folder: string;
}

/** One claim about a client, shown with the real one; it reaches nobody but the gateway. */
export function shows(
  id: PinnedId,
  protocol: Protocol,
  claim: string,
  show: (machine: Machine) => Promise<void>,
): void {
  const { name, packages, alsoTries } = PINNED[id];
  it(claim, async ({ task }) => {
    const [version = ""] = Object.values(packages);
    task.meta.shown = { client: name, version, protocol };
    const folder = await installed(id);
    expect(installedVersion(folder, id)).toBe(version);
    const world = await startWorld();
    await show({ ...world, folder });
    expect(world.tried().filter((host) => !(alsoTries as readonly string[]).includes(host))).toEqual([]);
  });
}
