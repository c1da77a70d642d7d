import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, constants as zlib } from "node:zlib";
import type { HttpResponse, NetworkFault } from "../core/http.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { networkFault } from "./fault.ts";

/** An answer as it came over the line. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** The body was longer than wanted; `bytes` is its beginning. */
  readonly isCut: boolean;
}

type Body = Pick<RawResponse, "bytes" | "isCut">;

/** The body as text, without the encodings that a server applied although it was asked not to. */
export async function readable(
  { status, headers, bytes, isCut }: RawResponse,
  maxBodyBytes: number,
): Promise<Result<HttpResponse, NetworkFault>> {
  const encodings = (headers["content-encoding"] ?? "").toLowerCase().split(/[\s,]+/);
  let body: Body = { bytes, isCut };
  try {
    for (const encoding of encodings.reverse()) body = await decode(encoding, body, maxBodyBytes);
  } catch (error) {
    const fault = networkFault(error, { connected: true, proxyReached: false });
    if (fault === undefined) throw error;
    return fail(fault);
  }
  // A character that was cut in two is left out.
  return ok({ status, headers, body: new TextDecoder().decode(body.bytes, { stream: body.isCut }) });
}

async function decode(encoding: string, body: Body, maxBodyBytes: number): Promise<Body> {
  const decoder = decoderFor(encoding, body);
  if (decoder === undefined || body.bytes.length === 0) return body;
  decoder.end(body.bytes);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of decoder as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > maxBodyBytes) break;
  }
  const isCut = body.isCut || sizeBytes > maxBodyBytes;
  return { bytes: Buffer.concat(chunks).subarray(0, maxBodyBytes), isCut };
}

function decoderFor(encoding: string, { bytes, isCut }: Body) {
  const options = isCut ? { finishFlush: zlib.Z_SYNC_FLUSH } : {};
  if (encoding === "gzip" || encoding === "x-gzip") return createGunzip(options);
  if (encoding === "br") return createBrotliDecompress(isCut ? { finishFlush: zlib.BROTLI_OPERATION_FLUSH } : {});
  if (encoding !== "deflate") return undefined;
  // Some servers leave out the zlib header, whose first half byte is 8.
  return ((bytes[0] ?? 0) & 0x0f) === 8 ? createInflate(options) : createInflateRaw(options);
}
