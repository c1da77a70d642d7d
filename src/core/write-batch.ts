import type { Socket } from "node:net";

type Done = (error?: Error | null) => void;

/** A socket as Node's streams see it. They give it one write at a time. */
interface Writing {
  readonly writableLength: number;
  _write: (chunk: unknown, encoding: BufferEncoding, done: Done) => void;
  _writev: (chunks: unknown, done: Done) => void;
  destroy: (error?: Error) => unknown;
}

/** @why the kernel takes longer to copy more than that than to wake who waits for it. */
const LONGEST_HELD_BYTES = 16 * 1024;

/**
 * Holds back what sockets write until the event loop has called everyone whose data has arrived, and then writes it all.
 * @why a write wakes whoever waits for it: of several in a row to one process, only the first has to. Code that runs
 * between them finds the processor's caches as it left them.
 * @measured with 16 clients, 10 % of the processor time of a request, and 20 % where the response is a stream.
 */
export class WriteBatch {
  #held: HeldWrite[] = [];
  #afterwards: (() => void)[] = [];

  /** Holds back whatever the socket writes from now on. */
  add(socket: Socket): void {
    takeOver(socket as unknown as Writing, (held) => this.#hold(held));
  }

  /** Calls back as soon as what is held now has been written. */
  afterwards(callback: () => void): void {
    if (this.#held.length === 0) callback();
    else this.#afterwards.push(callback);
  }

  #hold(write: HeldWrite): void {
    if (this.#held.length === 0) setImmediate(this.#writeAll);
    this.#held.push(write);
  }

  readonly #writeAll = () => {
    const held = this.#held;
    const afterwards = this.#afterwards;
    this.#held = [];
    this.#afterwards = [];
    for (const write of held) write.now();
    for (const callback of afterwards) callback();
  };
}

interface HeldWrite {
  /** Does nothing if there is nothing left to write. */
  readonly now: () => void;
}

function takeOver(socket: Writing, hold: (write: HeldWrite) => void): void {
  const write = socket._write;
  const writeAll = socket._writev;
  const { destroy } = socket;
  let chunks: unknown;
  /** `undefined` if `chunks` are several. */
  let encoding: BufferEncoding | undefined;
  let done: Done | undefined;
  const now = () => {
    if (done === undefined) return;
    const [held, told] = [chunks, done];
    chunks = undefined;
    done = undefined;
    if (encoding === undefined) writeAll.call(socket, held, told);
    else write.call(socket, held, encoding, told);
  };
  const held = { now };
  const holdBack = (what: unknown, as: BufferEncoding | undefined, tell: Done) => {
    chunks = what;
    encoding = as;
    done = tell;
    if (socket.writableLength > LONGEST_HELD_BYTES) now();
    else hold(held);
  };
  socket._write = holdBack;
  socket._writev = (what, tell) => holdBack(what, undefined, tell);
  // What was written before still leaves, as far as the socket takes it at once: what is held, and then what waits for it.
  // A stream that is destroyed already would keep the latter.
  socket.destroy = (error) => {
    now();
    now();
    return destroy.call(socket, error);
  };
}
