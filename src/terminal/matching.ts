import type { Choice } from "../core/context.ts";
import { looksLikeCredential } from "../core/redact.ts";
import type { Texts } from "../text/message.ts";

/** The choices whose label or description contains every word of `term`. */
export function matching(choices: readonly Choice<string>[], term: string): readonly Choice<string>[] {
  const words = term.toLowerCase().split(/\s+/);
  return choices.filter(({ label, description = "" }) => {
    const text = `${label} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The same, followed by `term` itself if no choice has that value, since the list may be incomplete. */
export function matchingOrTyped(
  choices: readonly Choice<string>[],
  term: string,
  labelOf: (typed: string) => string,
): readonly Choice<string>[] {
  const typed = term.trim();
  // A credential is no name, and the list would show it.
  const isName = typed !== "" && !/\s/.test(typed) && !looksLikeCredential(typed);
  const isOther = isName && choices.every(({ value }) => value !== typed);
  return [...matching(choices, term), ...(isOther ? [{ value: typed, label: labelOf(typed) }] : [])];
}

/**
 * True for yes, false for no, or the wish for `details`, in English or the user's language; `undefined` for anything
 * else. A part of the word will do.
 */
export function yesOrNo(
  typed: string,
  initial: boolean,
  { yes, no, details }: Texts["terminal"],
): boolean | "details" | undefined {
  const word = typed.trim().toLowerCase();
  const begins = (...words: readonly string[]) => words.some((one) => one.toLowerCase().startsWith(word));
  if (word === "") return initial;
  if (begins("yes", yes)) return true;
  if (begins("no", no)) return false;
  return begins("details", details) ? "details" : undefined;
}
