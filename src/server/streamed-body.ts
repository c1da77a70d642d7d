import type { IncomingMessage } from "node:http";
import { GatheredBytes } from "../core/gathered-bytes.ts";
import type { ByteStream } from "../gateway/host.ts";

/** Kept at most, to be sent again. @why a connection that turns out to be closed is noticed with the first bytes. */
const KEPT_BYTES = 64 * 1024;

/** Held for an upstream that is slower than its client, before that one has to wait. */
const AHEAD_BYTES = 64 * 1024;

/**
 * A body that is passed on as it arrives. Each iteration begins anew, for as long as all that was taken is kept, and
 * leaves nothing to the one before. Taking never settles if the client disconnects.
 */
export class StreamedBody implements ByteStream {
  readonly #request: IncomingMessage;
  /** Taken so far; `undefined` once that is too much to be sent again. */
  #kept: GatheredBytes | undefined = new GatheredBytes();
  /** Arrived, and not taken yet. */
  readonly #ahead = new GatheredBytes();
  #isEnded = false;
  #isDiscarded = false;
  #iteration = 0;
  #resolve: ((result: IteratorResult<Buffer>) => void) | undefined;

  constructor(request: IncomingMessage) {
    this.#request = request;
    request.on("data", (chunk: Buffer) => {
      if (this.#isDiscarded) return;
      this.#ahead.add(chunk);
      this.#give();
      if (this.#ahead.length > AHEAD_BYTES) request.pause();
    });
    request.once("end", () => {
      this.#isEnded = true;
      this.#give();
    });
  }

  get isRepeatable(): boolean {
    return this.#kept !== undefined;
  }

  /** Nothing is passed on any more, and the rest is read and thrown away. */
  discard(): void {
    this.#isDiscarded = true;
    this.#iteration += 1;
    this.#resolve = undefined;
    this.#ahead.clear();
    this.#kept = undefined;
    this.#request.resume();
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    if (this.#kept !== undefined && this.#kept.length > 0) {
      const all = Buffer.concat([this.#kept.take(), this.#ahead.take()]);
      this.#ahead.add(all);
    }
    this.#iteration += 1;
    const iteration = this.#iteration;
    return {
      next: () =>
        new Promise((resolve) => {
          if (iteration !== this.#iteration) return;
          this.#resolve = resolve;
          this.#give();
        }),
    };
  }

  #give(): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    const bytes = this.#ahead.take();
    if (bytes.length === 0 && !this.#isEnded) return;
    this.#resolve = undefined;
    if (bytes.length === 0) return void resolve({ done: true, value: undefined });
    this.#keep(bytes);
    this.#request.resume();
    resolve({ done: false, value: bytes });
  }

  #keep(bytes: Buffer): void {
    if (this.#kept === undefined) return;
    if (this.#kept.length + bytes.length > KEPT_BYTES) this.#kept = undefined;
    else this.#kept.add(bytes);
  }
}
