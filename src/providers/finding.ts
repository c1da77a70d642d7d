import type { Problem } from "../core/result.ts";
import { type Message, say, type Texts } from "../text/message.ts";

/** A fault between this machine and a model: who is to blame, and what to do. */
export interface Finding {
  readonly code: string;
  readonly layer: string;
  /** One fact, without secrets. */
  readonly message: Message;
  /** The remedy. */
  readonly fix: Message;
  /** The field to correct, when one is to blame. */
  readonly field?: string;
  /** Worth another try after a pause before anything is blamed. */
  readonly transient: boolean;
  /** The way out for a request that has fallbacks, if the status alone does not tell. */
  readonly recovery?: Recovery;
  /** Ids that support asks for, by header name. */
  readonly ids: Readonly<Record<string, string>>;
  /** The beginning of an unknown answer, as one line. */
  readonly excerpt?: string;
}

/** `retry-same`: the same model may answer a moment later. `next-model`: another one may serve the request. */
export type Recovery = "retry-same" | "next-model";

/** A finding as lines: the fault with its layer and code, the fix, and the IDs for support. */
export function findingLines({ layer, message, fix, ids, excerpt, code }: Finding, text: Texts): readonly string[] {
  const marks = Object.entries(ids).map(([name, id]) => `${name} ${id}`);
  return [
    `${say(message, text)} (${layer}, ${code})`,
    say(fix, text),
    ...(excerpt === undefined ? [] : [text.providers.answered(excerpt)]),
    ...(marks.length === 0 ? [] : [marks.join(", ")]),
  ];
}

/** The finding about credentials that have no value: it names the first. */
export const unresolved = ([problem]: readonly Problem[]): Finding => ({
  code: "credentials.unresolved",
  layer: "this machine",
  message: problem?.message ?? (() => ""),
  fix: problem?.hint ?? (() => ""),
  transient: false,
  ids: {},
});
