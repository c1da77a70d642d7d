import { type Message, say, sentences, type Texts } from "../text/message.ts";
import { printable } from "./printable.ts";

/** Line and column as an editor shows them: both start at 1, the column counts UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Problem {
  readonly message: Message;
  /** A file, flag or variable, as the user names it. */
  readonly where?: string;
  readonly position?: Position;
  readonly hint?: Message;
}

/** For failures that the caller handles; to end the command, throw instead. */
export type Result<T, E = Problem> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
export const fail = <E>(error: E): Result<never, E> => ({ ok: false, error });

export function formatPlace({ where, position }: Pick<Problem, "where" | "position">): string {
  const place = position === undefined ? [where] : [where, position.line, position.column];
  return place.filter((part) => part !== undefined).join(":");
}

export interface ShownProblem extends Omit<Problem, "message" | "hint"> {
  readonly message: string;
  readonly hint?: string;
}

export const shownProblem = ({ message, hint, ...place }: Problem, text: Texts): ShownProblem => ({
  message: say(message, text),
  ...place,
  ...(hint !== undefined && { hint: say(hint, text) }),
});

export const problemText = ({ message, hint }: Pick<Problem, "message" | "hint">, text: Texts): string =>
  sentences([message, ...(hint === undefined ? [] : [hint])].map((one) => say(one, text)));

/** For where a problem is one sentence among others. */
export const withPlace = (problem: Problem): Message => placed({ ...problem, message: (t) => problemText(problem, t) });

/** The sentence of a problem alone, with its place. */
export const placed =
  (problem: Problem): Message =>
  (text) =>
    [formatPlace(problem), say(problem.message, text)].filter((part) => part !== "").join(": ");

/** One line per distinct problem, prefixed with the places that have it. */
export function problemLines(problems: readonly Problem[], text: Texts): readonly string[] {
  const placesOf = new Map<string, Set<string>>();
  for (const problem of problems) {
    const sentence = problemText(problem, text);
    const places = placesOf.get(sentence) ?? new Set();
    const place = formatPlace(problem);
    if (place !== "") places.add(place);
    placesOf.set(sentence, places);
  }
  return [...placesOf]
    .map(([sentence, places]) => (places.size > 0 ? `${[...places].join(", ")}: ${sentence}` : sentence))
    .map((line) => printable(line).replaceAll("\n", " "));
}
