import type { Choice } from "../core/context.ts";
import { looksLikeCredential } from "../core/redact.ts";

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
