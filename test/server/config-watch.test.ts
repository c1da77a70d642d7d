import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConfigWatch, snapshotOf } from "../../src/server/config-watch.ts";
import { temporaryFolder } from "../support/real-context.ts";
import { machine } from "../support/real-context-machine.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watch over two files whose folders tell of changes, or cannot be watched, as the test says. */
function watching() {
  const folder = temporaryFolder();
  const paths = [join(folder, "a"), join(folder, "b", "c")];
  const callbacks = new Map<string, () => void>();
  let canWatch = true;
  const context = {
    files: machine.files,
    watchFolder: (path: string, callback: () => void) => {
      if (!canWatch || path.endsWith("/b")) throw new Error("ENOSPC");
      callbacks.set(path, callback);
      return () => void callbacks.delete(path);
    },
  };
  const snapshot = () => new Map(paths.map((path) => [path, snapshotOf(path, context)]));
  let reloads = 0;
  const reload = async () => {
    reloads += 1;
    return snapshot();
  };
  const watch = new ConfigWatch(snapshot(), reload, context);
  return {
    folder,
    paths,
    watch,
    count: () => reloads,
    tell: () => callbacks.get(folder)?.(),
    refuse: () => {
      canWatch = false;
    },
    watched: () => [...callbacks.keys()],
  };
}

describe("watched files", () => {
  it("are reloaded a moment after the last change, and not if the content is the same", async () => {
    const { paths, tell, count } = watching();
    tell();
    await vi.advanceTimersByTimeAsync(200);
    expect(count()).toBe(0);
    writeFileSync(paths[0] ?? "", "1");
    tell();
    await vi.advanceTimersByTimeAsync(99);
    tell();
    await vi.advanceTimersByTimeAsync(99);
    expect(count()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(count()).toBe(1);
  });

  it("are checked now and then if a folder cannot be watched", async () => {
    const { folder, paths, count } = watching();
    mkdirSync(join(folder, "b"));
    writeFileSync(paths[1] ?? "", "1");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(count()).toBe(1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(count()).toBe(1);
  });

  it("are reloaded on request, one time after the other", async () => {
    const { watch, count } = watching();
    watch.reloadNow();
    watch.reloadNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(count()).toBe(2);
  });

  it("are left alone after the watch was stopped", async () => {
    const { paths, watch, tell, count, watched } = watching();
    writeFileSync(paths[0] ?? "", "1");
    tell();
    watch.stop();
    expect(watched()).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    watch.reloadNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(count()).toBe(0);
  });
});
