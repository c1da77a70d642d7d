import { dirname } from "node:path";
import { readIfPresent } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";

/** Files and what they held; undefined for one that is not there, or cannot be read. */
export type Snapshot = ReadonlyMap<string, Buffer | undefined>;

type Looking = Pick<Context, "files" | "watchFolder">;

/** @why an editor writes a file in several steps; together they take far less. */
const SETTLED_MS = 100;

/** @why for folders that cannot be watched, on file systems that tell of nothing or where the system is out of watches. */
const LOOK_EVERY_MS = 5_000;

/** What the files hold now. */
export const snapshotOf = (paths: Iterable<string>, context: Pick<Context, "files">): Snapshot =>
  new Map([...paths].map((path) => [path, contentOf(path, context)]));

function contentOf(path: string, context: Pick<Context, "files">): Buffer | undefined {
  try {
    return readIfPresent(path, context);
  } catch {
    return undefined;
  }
}

const isSame = (a: Buffer | undefined, b: Buffer | undefined) => (a && b ? a.equals(b) : a === b);

/**
 * Watches files through their folders, since editors put new files in the place of old ones, and links through the
 * folders that they lead to. `reload` is called a moment after one holds something else than in the snapshot, never
 * twice at a time, and gives the next snapshot.
 */
export class ConfigWatch {
  readonly #reload: () => Promise<Snapshot>;
  readonly #context: Looking;
  #snapshot: Snapshot;
  #unwatch: readonly (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(snapshot: Snapshot, reload: () => Promise<Snapshot>, context: Looking) {
    this.#snapshot = snapshot;
    this.#reload = reload;
    this.#context = context;
    this.#watch();
  }

  /** Has them read again although nothing may have changed. */
  reloadNow(): void {
    this.#look(true);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    for (const unwatch of this.#unwatch) unwatch();
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(false), ms).unref();
  }

  #look(isAsked: boolean): void {
    this.#running = this.#running.then(async () => {
      if (this.#isStopped) return;
      if (isAsked || this.#isChanged()) this.#snapshot = await this.#reload();
      // The folder of the same name may be another one by now.
      this.#watch();
    });
  }

  #isChanged(): boolean {
    return [...this.#snapshot].some(([path, content]) => !isSame(content, contentOf(path, this.#context)));
  }

  #watch(): void {
    for (const unwatch of this.#unwatch) unwatch();
    if (this.#isStopped) return;
    const paths = [...this.#snapshot.keys()];
    const folders = [...new Set(paths.flatMap((path) => [dirname(path), dirname(this.#real(path))]))];
    this.#unwatch = folders.flatMap((folder) => {
      try {
        return [this.#context.watchFolder(folder, () => this.#lookIn(SETTLED_MS))];
      } catch {
        return [];
      }
    });
    if (this.#unwatch.length < folders.length) this.#lookIn(LOOK_EVERY_MS);
  }

  #real(path: string): string {
    try {
      return this.#context.files.realpathSync(path);
    } catch {
      return path;
    }
  }
}
