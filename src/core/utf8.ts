import { type ErrorCode, OpenclawError } from "./errors.ts";
import type { Position } from "./result.ts";

const REPLACEMENT = "\uFFFD";

/**
 * The text of a file that will be written back, byte order mark and all. Bytes that are no UTF-8 would be lost on the
 * way there and back: throws `code`, with the place of the first of them.
 */
export function decodeUtf8(bytes: Buffer, path: string, code: ErrorCode): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new OpenclawError(({ core }) => core.notUtf8, {
      code,
      problems: [{ message: ({ core }) => core.notUtf8Here, where: path, position: firstBadByte(bytes) }],
      hint: ({ core }) => core.saveAsUtf8,
      cause,
    });
  }
}

/** Everything before the first bad byte decodes as it is; a replacement character may also stand in the file itself. */
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
