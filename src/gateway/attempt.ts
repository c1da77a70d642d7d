import type { NetworkFault } from "../core/http.ts";
import type { UpstreamHandler } from "./host.ts";

/** What one attempt at an upstream came to, when nothing of its answer has been passed on. */
export type Failure =
  | { readonly kind: "answer"; readonly status: number; readonly rawHeaders: readonly Buffer[]; readonly body: Buffer }
  | { readonly kind: "fault"; readonly fault: NetworkFault; readonly isStale: boolean };

/** Who waits for the answer. */
export interface Receiver {
  /** Takes the head of a good answer; what follows belongs to it. */
  readonly begin: (status: number, rawHeaders: readonly Buffer[]) => void;
  readonly pass: (chunk: Buffer) => void;
  readonly end: () => void;
  /** The answer broke off after it had begun. */
  readonly breakOff: (fault: NetworkFault) => void;
  readonly bug: (error: Error) => void;
}

/** Who decides what becomes of a failed attempt, and wants to know of a good one. */
export interface Sender {
  readonly onServed: () => void;
  readonly onFailure: (failure: Failure) => void;
}

/** More of a failure than this is not held back to be judged. @why the longest error of any layer is far shorter. */
const JUDGED_BYTES = 256 * 1024;

/** Whether an answer is what was asked for, as far as its head tells. 304 answers a condition that the client made. */
const isGood = (status: number) => status < 300 || status === 304;

/** One try at one upstream: passes a good answer on as it comes, and holds a failure back until all of it is there. */
export class Attempt implements UpstreamHandler {
  readonly #receiver: Receiver;
  /** Forgotten, with the body that it keeps, once there is nothing more to be decided. */
  #sender: Sender | undefined;
  #failed: { readonly status: number; readonly rawHeaders: readonly Buffer[]; body: Buffer } | undefined;

  constructor(receiver: Receiver, sender: Sender) {
    this.#receiver = receiver;
    this.#sender = sender;
  }

  onHead(status: number, rawHeaders: readonly Buffer[]): void {
    if (isGood(status)) {
      this.#sender?.onServed();
      this.#begin(status, rawHeaders);
    } else this.#failed = { status, rawHeaders, body: Buffer.alloc(0) };
  }

  onData(chunk: Buffer): void {
    const failed = this.#failed;
    if (failed === undefined) return void this.#receiver.pass(chunk);
    failed.body = Buffer.concat([failed.body, chunk]);
    if (failed.body.length <= JUDGED_BYTES) return;
    this.#failed = undefined;
    this.#begin(failed.status, failed.rawHeaders);
    this.#receiver.pass(failed.body);
  }

  onEnd(): void {
    if (this.#failed === undefined) this.#receiver.end();
    else this.#sender?.onFailure({ kind: "answer", ...this.#failed });
  }

  onFault(fault: NetworkFault, isStale: boolean): void {
    if (this.#sender === undefined) this.#receiver.breakOff(fault);
    else this.#sender.onFailure({ kind: "fault", fault, isStale });
  }

  onBug(error: Error): void {
    this.#receiver.bug(error);
  }

  #begin(status: number, rawHeaders: readonly Buffer[]): void {
    this.#sender = undefined;
    this.#receiver.begin(status, rawHeaders);
  }
}
