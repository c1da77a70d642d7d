import { looksLikeCredential } from "../core/redact.ts";

/** Several lines, or a `curl` command, which may answer more than one question. */
export function isBlock(raw: string): boolean {
  const text = raw.trim();
  return /[\r\n]/.test(text) || /^curl\s/.test(text);
}

/**
 * True for text that must not be echoed: several lines would answer several questions, a credential would be exposed,
 * and control characters could do anything.
 */
export const isHiddenPaste = (text: string, secret: boolean): boolean =>
  isBlock(text) || /\p{Cc}/u.test(text.trim()) || (!secret && looksLikeCredential(text));

/**
 * True if a hidden paste is complete. Without paste markers from the terminal it may arrive in two parts; answering
 * with the first would let the rest of a credential be typed onto the screen.
 */
export const isWholePaste = (text: string, marked: boolean): boolean => marked || isBlock(text) || /[\r\n]$/.test(text);

/** Normalises line ends to `\n`: terminals send them as Enter does. */
export const pastedLines = (text: string): string => text.replace(/\r\n?/g, "\n").trim();
