import { dirname } from "node:path";
import { readIfPresent } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";

/** What a file held at one moment. */
export interface Held {
  /** Where the file really is; the same path where that cannot be told. */
  readonly real: string;
  /** Undefined for one that is not there, or cannot be read. */
  readonly content: Buffer | undefined;
}

/** Files by path, and what they held. */
export type Snapshot = ReadonlyMap<string, Held>;

type Looking = Pick<Context, "files" | "watchFolder">;

/** @why an editor writes a file in several steps; together they take far less. */
const SETTLED_MS = 100;

/** @why for folders that cannot be watched, on file systems that tell of nothing or where the system is out of watches. */
const LOOK_EVERY_MS = 5_000;

/** What a file holds now. */
export function heldBy(path: string, context: Pick<Context, "files">): Held {
  const held = { real: path, content: undefined as Buffer | undefined };
  try {
    held.real = context.files.realpathSync(path);
    held.content = readIfPresent(path, context);
  } catch {
    // That it cannot be read is what there is to know.
  }
  return held;
}

const isSame = (a: Held, b: Held) =>
  a.real === b.real && (a.content && b.content ? a.content.equals(b.content) : a.content === b.content);

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
    return [...this.#snapshot].some(([path, held]) => !isSame(held, heldBy(path, this.#context)));
  }

  #watch(): void {
    for (const unwatch of this.#unwatch) unwatch();
    if (this.#isStopped) return;
    const paths = [...this.#snapshot].flatMap(([path, { real }]) => [path, real]);
    const folders = [...new Set(paths.map((path) => dirname(path)))];
    this.#unwatch = folders.flatMap((folder) => {
      try {
        return [this.#context.watchFolder(folder, () => this.#lookIn(SETTLED_MS))];
      } catch {
        return [];
      }
    });
    // What changed between the snapshot and this moment, nobody has told.
    if (this.#isChanged()) this.#lookIn(SETTLED_MS);
    else if (this.#unwatch.length < folders.length) this.#lookIn(LOOK_EVERY_MS);
  }
}
