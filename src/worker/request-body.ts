import type { ByteStream, UpstreamRequest } from "../gateway/host.ts";

/** The client's body, passed on as it arrives. It can be sent once. */
export class UnreadBody implements ByteStream {
  readonly isRepeatable = false;
  readonly stream: ReadableStream<Uint8Array>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.stream = stream;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.stream[Symbol.asyncIterator]();
  }
}

/** What `fetch` takes. A stream goes in whole, so that the runtime moves its bytes and knows their number. */
export function bodyToSend(body: UpstreamRequest["body"]): Uint8Array | ReadableStream<Uint8Array> | null {
  if (body === null || Buffer.isBuffer(body)) return body;
  return (body as UnreadBody).stream;
}
