import { dirname } from "node:path";
import { readIfPresent } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";

export interface FileSnapshot {
  /** The path with links resolved; unchanged if they cannot be. */
  readonly real: string;
  readonly content: Buffer | undefined;
}

type FileSnapshots = ReadonlyMap<string, FileSnapshot>;

/** @why an editor writes a file in several steps, which take far less than this. */
const SETTLED_MS = 100;

/** @why for folders that cannot be watched: some file systems report nothing, and the system may be out of watches. */
const CHECK_EVERY_MS = 5_000;

export function snapshotOf(path: string, context: Pick<Context, "files">): FileSnapshot {
  const snapshot = { real: path, content: undefined as Buffer | undefined };
  try {
    snapshot.real = context.files.realpathSync(path);
    snapshot.content = readIfPresent(path, context);
  } catch {}
  return snapshot;
}

const isSame = (a: FileSnapshot, b: FileSnapshot) =>
  a.real === b.real && (a.content && b.content ? a.content.equals(b.content) : a.content === b.content);

/**
 * Watches the folders of files, since editors replace files, and for links also the folders they lead to. When a file
 * differs from its snapshot, `reload` is called a moment later, never concurrently, and returns the next snapshots.
 */
export class ConfigWatch {
  readonly #reload: () => Promise<FileSnapshots>;
  readonly #context: Pick<Context, "files" | "watchFolder">;
  #snapshots: FileSnapshots;
  #unwatch: readonly (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(
    snapshots: FileSnapshots,
    reload: () => Promise<FileSnapshots>,
    context: Pick<Context, "files" | "watchFolder">,
  ) {
    this.#snapshots = snapshots;
    this.#reload = reload;
    this.#context = context;
    this.#watch();
  }

  reloadNow(): void {
    this.#check(true);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    for (const unwatch of this.#unwatch) unwatch();
  }

  #checkIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(false), ms).unref();
  }

  #check(isForced: boolean): void {
    this.#running = this.#running.then(async () => {
      if (this.#isStopped) return;
      if (isForced || this.#isChanged()) this.#snapshots = await this.#reload();
      // The folder's name may refer to another one by now.
      this.#watch();
    });
  }

  #isChanged(): boolean {
    return [...this.#snapshots].some(([path, snapshot]) => !isSame(snapshot, snapshotOf(path, this.#context)));
  }

  #watch(): void {
    for (const unwatch of this.#unwatch) unwatch();
    if (this.#isStopped) return;
    const paths = [...this.#snapshots].flatMap(([path, { real }]) => [path, real]);
    const folders = [...new Set(paths.map((path) => dirname(path)))];
    this.#unwatch = folders.flatMap((folder) => {
      try {
        return [this.#context.watchFolder(folder, () => this.#checkIn(SETTLED_MS))];
      } catch {
        return [];
      }
    });
    // Changes between the snapshot and now were not reported.
    if (this.#isChanged()) this.#checkIn(SETTLED_MS);
    else if (this.#unwatch.length < folders.length) this.#checkIn(CHECK_EVERY_MS);
  }
}
