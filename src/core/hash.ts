/**
 * Two words of 32 bits by which contents are told apart. Nobody gains from a collision.
 * @why not a hash of `node:crypto`: loading that takes longer than all that is to be hashed.
 */
export function hashOf(content: Uint8Array): readonly [number, number] {
  let [one, other] = [0x811c9dc5, 0x2f0b4c47];
  for (const byte of content) {
    one = Math.imul(one ^ byte, 0x01000193);
    other = Math.imul(other ^ byte, 0x5bd1e995) ^ (other >>> 15);
  }
  return [one >>> 0, other >>> 0];
}
