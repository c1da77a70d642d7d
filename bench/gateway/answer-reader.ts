const HEAD_END = "\r\n\r\n";

/** The part of an answer that is read next. */
type State = "head" | "body" | "size" | "chunk" | "chunk-end" | "trailer" | "done";

/** Reads one HTTP answer after the other from chunks of any size. */
export class AnswerReader {
  status = 0;
  /** Of the body, without the framing of its chunks. */
  bodyBytes = 0;
  readonly #onBody: ((bytes: Buffer) => void) | undefined;
  #state: State = "head";
  #left = 0;
  /** The start of a head or line that is not complete yet. */
  #kept: Buffer | undefined;

  constructor(onBody?: (bytes: Buffer) => void) {
    this.#onBody = onBody;
  }

  /** Takes a chunk; true when the answer is complete. Bytes after an answer are a fault, and make it longer. */
  read(bytes: Buffer): boolean {
    if (this.#isDone()) {
      this.#state = "head";
      this.bodyBytes = 0;
    }
    let rest = this.#kept === undefined ? bytes : Buffer.concat([this.#kept, bytes]);
    this.#kept = undefined;
    while (rest.length > 0) {
      const taken = this.#take(rest);
      rest = rest.subarray(taken);
      if (this.#isDone()) {
        this.bodyBytes += rest.length;
        return true;
      }
      if (taken > 0) continue;
      // A copy, since the caller reuses the buffer.
      this.#kept = Buffer.from(rest);
      return false;
    }
    return false;
  }

  #isDone(): boolean {
    return this.#state === "done";
  }

  /** Number of bytes that were used. */
  #take(bytes: Buffer): number {
    switch (this.#state) {
      case "body":
      case "chunk":
        return this.#takeBody(bytes);
      case "head":
        return this.#takeUntil(bytes, HEAD_END, (text) => this.#readHead(text));
      case "size":
        return this.#takeUntil(bytes, "\r\n", (text) => this.#begin("chunk", Number.parseInt(text, 16), "trailer"));
      case "chunk-end":
        return this.#takeUntil(bytes, "\r\n", () => {
          this.#state = "size";
        });
      default:
        return this.#takeUntil(bytes, "\r\n", (text) => {
          this.#state = text === "" ? "done" : "trailer";
        });
    }
  }

  #takeBody(bytes: Buffer): number {
    const taken = Math.min(this.#left, bytes.length);
    this.#left -= taken;
    this.bodyBytes += taken;
    this.#onBody?.(bytes.subarray(0, taken));
    if (this.#left === 0) this.#state = this.#state === "chunk" ? "chunk-end" : "done";
    return taken;
  }

  #takeUntil(bytes: Buffer, mark: string, use: (text: string) => void): number {
    const end = bytes.indexOf(mark, 0, "latin1");
    if (end < 0) return 0;
    use(bytes.toString("latin1", 0, end));
    return end + mark.length;
  }

  #readHead(head: string): void {
    this.status = Number(head.slice(9, 12));
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
    if (length !== undefined) this.#begin("body", Number(length), "done");
    else if (/\r\ntransfer-encoding: *chunked/i.test(head)) this.#state = "size";
    // An answer that ends with its connection, which no contender should send.
    else this.#begin("body", Number.POSITIVE_INFINITY, "done");
  }

  #begin(state: State, left: number, whenEmpty: State): void {
    this.#left = left;
    this.#state = left > 0 ? state : whenEmpty;
  }
}
