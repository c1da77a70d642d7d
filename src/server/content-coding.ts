import type { Transform } from "node:stream";
import zlib from "node:zlib";

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
