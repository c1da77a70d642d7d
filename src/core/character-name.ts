import type { Texts } from "../text/message.ts";

/** Names a character in a way that is safe to print on one line. */
export function characterName(character: string): (text: Texts) => string {
  if (character === "\n" || character === "\r") return (t) => t.providers.lineBreak;
  if (/\s/.test(character)) return (t) => t.providers.blank;
  if (/[!-~]/.test(character)) return () => `'${character}'`;
  return /\p{Cc}/u.test(character) ? (t) => t.providers.controlCharacter : (t) => t.providers.nonAscii;
}
