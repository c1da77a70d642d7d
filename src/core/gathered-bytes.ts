/** Shorter pieces are copied: one alone may keep a whole read of a socket alive, and costs as much again as an object. */
const COPIED_BELOW_BYTES = 16 * 1024;

const BLOCK_BYTES = 64 * 1024;

/** @measured so few are put together faster at the end than one by one: an ordinary body, or a burst of events. */
const NEVER_COPIED = 32;

/** Bytes that arrive in pieces. What is held for them is in proportion to their number, however small the pieces are. */
export class GatheredBytes {
  length = 0;
  /** Complete, in order. */
  readonly #blocks: Buffer[] = [];
  #small = 0;
  /** Takes small pieces. */
  #block: Buffer | undefined;
  #used = 0;

  add(piece: Buffer): void {
    this.length += piece.length;
    if (piece.length < COPIED_BELOW_BYTES && ++this.#small > NEVER_COPIED) this.#copy(piece);
    else {
      this.#seal();
      this.#blocks.push(piece);
    }
  }

  /** All of them, of which nothing is held any longer. */
  take(): Buffer {
    this.#seal();
    const [first = EMPTY, second] = this.#blocks;
    const all = second === undefined ? first : Buffer.concat(this.#blocks, this.length);
    this.clear();
    return all;
  }

  clear(): void {
    this.#blocks.length = 0;
    this.#small = 0;
    this.#block = undefined;
    this.#used = 0;
    this.length = 0;
  }

  #copy(piece: Buffer): void {
    if (this.#block !== undefined && this.#block.length - this.#used < piece.length) this.#seal();
    // Grows with what there is, so that a short body does not hold a long block.
    this.#block ??= Buffer.allocUnsafe(Math.min(Math.max(this.length, piece.length, 1024), BLOCK_BYTES));
    this.#block.set(piece, this.#used);
    this.#used += piece.length;
  }

  #seal(): void {
    if (this.#block !== undefined) this.#blocks.push(this.#block.subarray(0, this.#used));
    this.#block = undefined;
    this.#used = 0;
  }
}

const EMPTY = Buffer.alloc(0);
