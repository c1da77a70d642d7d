import type { UpstreamRequest } from "../gateway/host.ts";

/**
 * @why shorter ones do not fill the memory, and are sent at less cost as they are.
 * @measured of 100 KB, sending it so takes a fifth more processor time for the whole request.
 */
const LONG_BYTES = 256 * 1024;

/** A request whose body, if it is long, is not kept once it is sent: undici keeps a buffer until the response has ended. */
export function letGo(request: UpstreamRequest): UpstreamRequest {
  const { body, headers } = request;
  if (!Buffer.isBuffer(body) || body.length <= LONG_BYTES) return request;
  return { ...request, headers: [...headers, "content-length", String(body.length)], body: new SentOnce(body) };
}

class SentOnce {
  #bytes: Buffer | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const bytes = this.#bytes;
    this.#bytes = undefined;
    if (bytes !== undefined) yield bytes;
  }
}
