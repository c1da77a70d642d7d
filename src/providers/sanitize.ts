import { MASK, scrub } from "../core/redact.ts";
import type { Secret } from "../core/secret.ts";

/** Control and format characters, except blanks: they could move the cursor or hide part of the line. */
const UNSEEN = /(?!\s)[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;

/** Long enough to be a token without a known prefix. Hiding an ordinary word of that length costs little. */
const LONG_WORD = /[\w-]{32,}/g;

const isOpaque = (word: string) =>
  /^[0-9a-f]+$/.test(word) || (/[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word));

/**
 * Makes foreign text safe to show: one line, no control characters, no credentials, at most `limit` characters. Secrets
 * are removed before truncating, so that no part of one survives at the end.
 */
export function sanitize(text: string, limit: number, secrets: readonly Secret[]): string {
  const line = text.replace(UNSEEN, "").replace(/\s+/g, " ").trim();
  const clean = scrub(line, secrets).replace(LONG_WORD, (word) => (isOpaque(word) ? MASK : word));
  if (clean.length <= limit) return clean;
  return `${clean.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** An identifier to show in a report; `undefined` if malformed or possibly a credential. */
export function sanitizeId(text: string, secrets: readonly Secret[]): string | undefined {
  return /^[\w.:-]{1,80}$/.test(text) && sanitize(text, 80, secrets) === text ? text : undefined;
}

/** An id to use in requests; `undefined` if malformed or if it contains a credential. */
export function validId(value: unknown, form: RegExp, secrets: readonly Secret[]): string | undefined {
  return typeof value === "string" && form.test(value) && scrub(value, secrets) === value ? value : undefined;
}
