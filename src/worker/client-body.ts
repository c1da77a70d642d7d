import type { Transform } from "node:stream";
import { decoderFor } from "../core/content-coding.ts";
import { GatheredBytes } from "../core/gathered-bytes.ts";
import { TOO_MUCH_AT_ONCE, tooLarge, undecodable, unknownCoding } from "../gateway/body-refusals.ts";
import type { ErrorResponse } from "../gateway/error-response.ts";
import type { ByteStream } from "../gateway/host.ts";
import type { RequestHead } from "../gateway/request-head.ts";
import type { WorkerLimits } from "./limits.ts";

/** Read to its end before it is sent, so that it can be sent again. */
const KEPT_BYTES = 64 * 1024;

/** A body that is refused is read on within these limits, and what is left of a shorter one the runtime reads itself. */
const DISCARDED_BYTES = { most: 64 * 1024 * 1024, least: 16 * 1024 };
const DISCARDED_MS = 30_000;

const NEVER = new Promise<never>(() => {});

export type SentBody = Uint8Array | ReadableStream<Uint8Array> | null;

/** The body of a client's request. It is read whole or passed on as it arrives. */
export class ClientBody {
  /** So much of it has arrived, decoded. */
  bytes = 0;
  readonly #request: Request;
  readonly #limits: WorkerLimits;
  /** Bytes currently held, of all bodies. */
  readonly #held: { total: number };
  #heldBytes = 0;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  /** Nothing of it is left, or it is passed on. */
  #isTaken = false;

  constructor(request: Request, limits: WorkerLimits, held: { total: number }) {
    this.#request = request;
    this.#limits = limits;
    this.#held = held;
  }

  /** The whole body, decoded, or why it is refused. Never settles if it breaks off, since the client has gone then. */
  async read({ contentLength, contentEncoding }: RequestHead): Promise<Buffer | ErrorResponse> {
    const { bodyBytes } = this.#limits;
    if (contentLength !== undefined && contentLength > bodyBytes) return tooLarge(bodyBytes);
    const decoder = contentEncoding === "" ? undefined : decoderFor(contentEncoding);
    if (contentEncoding !== "" && decoder === undefined) return unknownCoding(contentEncoding);
    try {
      if (decoder !== undefined) return await this.#decoded(decoder, contentEncoding);
      return contentLength === undefined ? await this.#gathered() : await this.#whole(contentLength);
    } catch {
      this.release();
      return NEVER;
    }
  }

  /** @measured the runtime puts a body of known length together in a quarter of the time that its pieces take here. */
  async #whole(contentLength: number): Promise<Buffer | ErrorResponse> {
    const refusal = this.#hold(contentLength);
    if (refusal !== undefined) return refusal;
    this.#isTaken = true;
    return Buffer.from(await this.#request.arrayBuffer());
  }

  async #gathered(): Promise<Buffer | ErrorResponse> {
    const gathered = new GatheredBytes();
    for await (const piece of this.#pieces()) {
      const refusal = this.#hold(piece.length);
      if (refusal !== undefined) return refusal;
      gathered.add(piece);
    }
    return gathered.take();
  }

  /** Encoded bytes count until they are decoded; what comes out of them counts against the same limits. */
  #decoded(decoder: Transform, coding: string): Promise<Buffer | ErrorResponse> {
    const gathered = new GatheredBytes();
    let encodedBytes = 0;
    return new Promise((resolve, reject) => {
      let isRefused = false;
      const refuse = (why: ErrorResponse) => {
        isRefused = true;
        gathered.clear();
        decoder.destroy();
        resolve(why);
      };
      decoder.on("data", (piece: Buffer) => {
        if (isRefused) return;
        const refusal = this.#hold(piece.length);
        if (refusal === undefined) gathered.add(piece);
        else refuse(refusal);
      });
      decoder.on("error", () => isRefused || refuse(undecodable(coding)));
      decoder.on("end", () => {
        this.bytes -= encodedBytes;
        this.#release(encodedBytes);
        resolve(gathered.take());
      });
      const feed = async () => {
        for await (const piece of this.#pieces()) {
          if (isRefused) return;
          encodedBytes += piece.length;
          const refusal = this.#hold(piece.length);
          if (refusal !== undefined) return refuse(refusal);
          // What comes out is limited piece by piece.
          await new Promise<void>((next) => decoder.write(piece, () => next()));
        }
        decoder.end();
      };
      feed().catch(reject);
    });
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    for (let piece = await this.#next(); piece !== undefined; piece = await this.#next()) yield piece;
  }

  async #next(): Promise<Buffer | undefined> {
    this.#reader ??= this.#request.body?.getReader();
    const { value } = (await this.#reader?.read()) ?? {};
    this.#isTaken ||= value === undefined;
    return value && asBuffer(value);
  }

  /** Some of it may still come, for nobody. */
  get isLeft(): boolean {
    const { headers, body } = this.#request;
    const length = Number(headers.get("content-length") ?? DISCARDED_BYTES.most);
    return body !== null && !this.#isTaken && length > DISCARDED_BYTES.least;
  }

  /**
   * Reads what is left of it, within limits.
   * @why the runtime closes the connection of a request whose body nobody reads, and a client that is still sending may
   * never see its response: seen in workerd.
   */
  async discard(): Promise<void> {
    // Ends what is being waited for, too: a client may announce more than it sends.
    const timer = setTimeout(() => void this.#reader?.cancel().catch(() => {}), DISCARDED_MS);
    try {
      let bytes = 0;
      while (bytes <= DISCARDED_BYTES.most) {
        const piece = await this.#next();
        if (piece === undefined) return;
        bytes += piece.length;
      }
    } catch {
      // The client has gone.
    } finally {
      clearTimeout(timer);
    }
  }

  #hold(bytes: number): ErrorResponse | undefined {
    const { bodyBytes, heldBytes } = this.#limits;
    this.bytes += bytes;
    this.#heldBytes += bytes;
    this.#held.total += bytes;
    if (this.bytes > bodyBytes) return tooLarge(bodyBytes);
    return this.#held.total > heldBytes ? TOO_MUCH_AT_ONCE : undefined;
  }

  #release(bytes: number): void {
    const released = Math.min(bytes, this.#heldBytes);
    this.#heldBytes -= released;
    this.#held.total -= released;
  }

  /** Nobody keeps it any longer. */
  release(): void {
    this.#release(this.#heldBytes);
  }

  open({ contentLength }: RequestHead): UnreadBody {
    this.#isTaken = true;
    return new UnreadBody(this.#request, contentLength !== undefined && contentLength <= KEPT_BYTES);
  }
}

/** A client's body, passed on as it arrives. A short one can be sent again. */
export class UnreadBody implements ByteStream {
  readonly isRepeatable: boolean;
  readonly #request: Request;
  #bytes: Promise<ArrayBuffer> | undefined;

  constructor(request: Request, isRepeatable: boolean) {
    this.#request = request;
    this.isRepeatable = isRepeatable;
  }

  /** A stream goes on whole, so that the runtime moves its bytes, and knows their number if the client told it. */
  async toSend(): Promise<SentBody> {
    if (!this.isRepeatable) return this.#request.body as ReadableStream<Uint8Array> | null;
    this.#bytes ??= this.#request.arrayBuffer();
    return new Uint8Array(await this.#bytes);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    yield* (this.#request.body ?? []) as AsyncIterable<Uint8Array>;
  }
}

export const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
