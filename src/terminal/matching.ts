import type { Choice } from "../core/context.ts";

/** The choices that have every word of `term` in label or description. */
export function matching(choices: readonly Choice<string>[], term: string): readonly Choice<string>[] {
  const words = term.toLowerCase().split(/\s+/);
  return choices.filter(({ label, description = "" }) => {
    const text = `${label} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The same, and last the term itself where no choice is called that: what a list does not have may still be there. */
export function matchingOrTyped(choices: readonly Choice<string>[], term: string): readonly Choice<string>[] {
  const typed = term.trim();
  const isOther = typed !== "" && !/\s/.test(typed) && choices.every(({ value }) => value !== typed);
  return [...matching(choices, term), ...(isOther ? [{ value: typed, label: `${typed} (not in the list)` }] : [])];
}
