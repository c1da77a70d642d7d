/** ASCII that is looked for in a piece of a file, four bytes at a time. */
export interface ByteText {
  readonly text: string;
  readonly length: number;
  readonly words: Int32Array;
  /** The last four bytes, part of which the last of `words` may have as well. */
  readonly lastWord: number;
}

const WORD = 4;

export function byteText(text: string): ByteText {
  const bytes = Buffer.from(text, "latin1");
  const { length } = bytes;
  const words = Int32Array.from({ length: Math.floor(length / WORD) }, (_, index) => bytes.readInt32LE(index * WORD));
  return { text, length, words, lastWord: length < WORD ? 0 : bytes.readInt32LE(length - WORD) };
}

/** True if it stands there. `start` and its length have to be within the piece. */
export function standsAt({ words, length, lastWord, text }: ByteText, piece: DataView, start: number): boolean {
  if (length < WORD) return standsAtByBytes(text, piece, start);
  // What does not stand there mostly differs at its end.
  if (piece.getInt32(start + length - WORD, true) !== lastWord) return false;
  for (let index = 0; index < words.length; index += 1)
    if (piece.getInt32(start + index * WORD, true) !== words[index]) return false;
  return true;
}

function standsAtByBytes(text: string, piece: DataView, start: number): boolean {
  for (let index = 0; index < text.length; index += 1)
    if (piece.getUint8(start + index) !== text.charCodeAt(index)) return false;
  return true;
}
