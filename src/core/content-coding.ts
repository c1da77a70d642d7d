import type { Transform } from "node:stream";
import zlib from "node:zlib";
import { GatheredBytes } from "./gathered-bytes.ts";

/** Absent in Node 20. */
const createZstd = (zlib as { readonly createZstdDecompress?: () => Transform }).createZstdDecompress;

const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ["gzip", () => zlib.createGunzip()],
  ["x-gzip", () => zlib.createGunzip()],
  ["deflate", () => zlib.createInflate()],
  ["br", () => zlib.createBrotliDecompress()],
  ...(createZstd === undefined ? [] : ([["zstd", () => createZstd()]] as const)),
]);

/** The names for `Accept-Encoding`. */
export const CODINGS: readonly string[] = [...DECODERS.keys()].filter((name) => !name.startsWith("x-"));

/** Decodes a body by its `Content-Encoding`; `undefined` for one that is not known here, or for several. */
export const decoderFor = (coding: string): Transform | undefined => DECODERS.get(coding.trim().toLowerCase())?.();

/** @source RFC 1950, 2.2: the method of a zlib header. Some servers send a body of RFC 1951 as `deflate`, without one. */
const isRaw = (coding: string, [first = 0]: Buffer) => /^\s*deflate\s*$/i.test(coding) && (first & 0x0f) !== 8;

/** Decodes a body or its beginning, up to `longest` bytes; `undefined` if the coding is not known. */
export const decodeStart = (
  coding: string,
  encoded: Buffer,
  longest: number,
): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean } | undefined> =>
  new Promise((resolve) => {
    const decoder = isRaw(coding, encoded) ? zlib.createInflateRaw() : decoderFor(coding);
    if (decoder === undefined) return resolve(undefined);
    const gathered = new GatheredBytes();
    const done = (isWhole: boolean) => resolve({ bytes: gathered.take(), isWhole });
    decoder.on("data", (chunk: Buffer) => {
      gathered.add(chunk);
      if (gathered.length <= longest) return;
      decoder.destroy();
      done(false);
    });
    decoder.on("error", () => done(false));
    decoder.on("end", () => done(true));
    decoder.end(encoded);
  });
