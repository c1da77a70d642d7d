import type { Language } from "../text/language.ts";
import type { LastPeriod } from "../usage/period-figures.ts";

/** Questions of a process to the first one, which asks itself too. Answers are documents in JSON, but where it is said. */
export type DashboardQuestion =
  | { readonly about: "state"; readonly language: Language }
  | { readonly about: "figures"; readonly period: LastPeriod }
  /** Is answered with a pass. */
  | { readonly about: "pass"; readonly name: string | undefined }
  /** Is answered with its holder, unless it is none. */
  | { readonly about: "holder"; readonly pass: string }
  /** Is answered with whether the pass of that mark is still unused. */
  | { readonly about: "unused"; readonly mark: string }
  /** Is answered with `true`, or with `false` if there are too many; events follow under that number, or come just before. */
  | { readonly about: "watch"; readonly watch: number };

export interface DashboardSource {
  /** `undefined` if it cannot be told. Never rejects. */
  readonly ask: (question: DashboardQuestion) => Promise<unknown>;
  /** Server-sent events for a number that `watch` was asked for; `undefined` for their end. */
  readonly onEvents: (each: (watch: number, events: string | undefined) => void) => void;
  readonly unwatch: (watch: number) => void;
}
