/** Encodings that can be told from the bytes. Text in others, such as Windows-1252 or Big5, looks alike. */
export type Encoding = "UTF-16" | "UTF-32";

/** As much as is looked at; a text shows its encoding in its first lines. */
const LOOKED_AT_BYTES = 4096;

/** The encoding of a text, with or without a byte order mark, if it is not UTF-8. */
export function otherEncoding(bytes: Buffer): Encoding | undefined {
  const start = bytes.toString("latin1", 0, 4);
  if (start === "\xFF\xFE\0\0" || start === "\0\0\xFE\xFF") return "UTF-32";
  if (/^(?:\xFF\xFE|\xFE\xFF)/.test(start)) return "UTF-16";
  const looked = bytes.subarray(0, LOOKED_AT_BYTES);
  if (!looked.includes(0)) return undefined;
  // Letters of most languages have a byte of 0 in every unit, always at the same place; UTF-8 has none at all.
  const zeros = [0, 0, 0, 0];
  for (const [index, byte] of looked.entries()) if (byte === 0) zeros[index % 4] = (zeros[index % 4] ?? 0) + 1;
  const share = (zeros.reduce((sum, count) => sum + count, 0) * 4) / looked.length;
  const [first = 0, second = 0, third = 0, fourth = 0] = zeros;
  const isOneSided = Math.min(first + third, second + fourth) === 0;
  if (isOneSided && share >= 0.5) return "UTF-16";
  return share > 2.5 && share < 3.5 ? "UTF-32" : undefined;
}
