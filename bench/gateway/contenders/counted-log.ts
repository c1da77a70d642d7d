import { openSync, readFileSync, truncateSync } from "node:fs";

/** @why the gateway writes its lines a moment later. */
const WAIT_MS = 100;
const POLL_MS = 10;

/** The log of a gateway of ours, which has to have one line for each request. */
export class CountedLog {
  readonly path: string;
  /** For the program to write to. */
  readonly descriptor: number;

  constructor(path: string) {
    this.path = path;
    this.descriptor = openSync(path, "a");
  }

  /** Forgets what has been written until now. */
  async clear(): Promise<void> {
    await this.#linesNow();
    truncateSync(this.path);
  }

  /** Resolves when a text is there. */
  async has(text: string): Promise<void> {
    while (!readFileSync(this.path, "latin1").includes(text))
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }

  /** Resolves with the fault, if any, and begins anew. */
  async holdTo(requests: number): Promise<string | undefined> {
    const lines = await this.#linesNow();
    truncateSync(this.path);
    return lines === requests ? undefined : `${lines} lines in the log for ${requests} requests`;
  }

  async #linesNow(): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    return readFileSync(this.path, "latin1").split("\n").length - 1;
  }
}
