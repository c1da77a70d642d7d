import { otherEncoding } from "../core/encoding.ts";
import { type ErrorCode, OpenclawError } from "../core/errors.ts";
import type { Position } from "../core/result.ts";

const REPLACEMENT = "\uFFFD";

/**
 * Decodes a file that may be rewritten, keeping its byte order mark. Invalid UTF-8 would be lost on rewrite, so it
 * throws `code` with the position of the first bad byte, or the encoding where the bytes tell it.
 */
export function decodeUtf8(bytes: Buffer, path: string, code: ErrorCode): string {
  const encoding = otherEncoding(bytes);
  if (encoding !== undefined) {
    throw new OpenclawError(({ config }) => config.wrongEncoding, {
      code,
      problems: [{ message: ({ config }) => config.savedAs(encoding), where: path }],
      hint: ({ config }) => config.saveAsUtf8,
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new OpenclawError(({ config }) => config.notUtf8, {
      code,
      problems: [{ message: ({ config }) => config.notUtf8Here, where: path, position: firstBadByte(bytes) }],
      hint: ({ config }) => config.saveAsUtf8,
      cause,
    });
  }
}

/** The file may contain genuine replacement characters, so each one is compared with the bytes. */
function firstBadByte(bytes: Buffer): Position {
  const text = bytes.toString("utf8");
  let [offset, from] = [0, 0];
  let at = text.indexOf(REPLACEMENT);
  while (at !== -1) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (bytes.toString("latin1", offset, offset + 3) !== "\xEF\xBF\xBD") break;
    [offset, from] = [offset + 3, at + 1];
    at = text.indexOf(REPLACEMENT, from);
  }
  const lines = text
    .slice(0, Math.max(at, 0))
    .replace(/^\uFEFF/, "")
    .split(/\r\n?|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
