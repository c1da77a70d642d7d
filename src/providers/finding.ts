import { type Problem, placed } from "../core/result.ts";
import { type Message, say, type Texts } from "../text/message.ts";

/** A fault between this machine and a model: who is to blame, and what to do. */
export interface Finding {
  readonly code: string;
  readonly layer: string;
  /** One fact, without secrets. */
  readonly message: Message;
  /** The same without the upstream's own words, which may repeat the request's; absent if it has none. */
  readonly unquoted?: Message;
  readonly fix: Message;
  readonly field?: string;
  /** May pass on its own, so it is worth a retry before blaming anything. */
  readonly transient: boolean;
  /** The way failover should proceed, if the status alone does not tell. */
  readonly recovery?: Recovery;
  /** What is at fault, where it may be something that a client of the local gateway sent. */
  readonly blames?: Blame;
  /** Request ids that support asks for, by header name. */
  readonly ids: Readonly<Record<string, string>>;
  /** The beginning of an unrecognised response, on one line. */
  readonly excerpt?: string;
}

/**
 * `retry-same`: the same model may answer in a moment. `next-model`: another one may serve the request. `next-payer`: the
 * same, and this one serves again only when somebody has paid. `stop`: no other model may get the request.
 */
export type Recovery = "retry-same" | "next-model" | "next-payer" | "stop";

/**
 * What a client sent: the `request` as it is written, the `model` that it names, or the `path`. `status`: the response says
 * nothing that is known, so its status has to tell.
 */
export type Blame = "request" | "model" | "path" | "status";

/** @source the buckets of `models status --probe` in the published OpenClaw 2026.5.28 that say what is wrong. */
export type ProbeBucket = "auth" | "rate_limit" | "billing" | "timeout" | "format" | "unknown" | "no_model";

/** One line each for the fault with its layer and code, the fix, and the ids for support. */
export function findingLines({ layer, message, fix, ids, excerpt, code }: Finding, text: Texts): readonly string[] {
  const marks = Object.entries(ids).map(([name, id]) => `${name} ${id}`);
  return [
    text.providers.finding({ message: say(message, text), layer, code }),
    say(fix, text),
    ...(excerpt === undefined ? [] : [text.providers.answered(excerpt)]),
    ...(marks.length === 0 ? [] : [marks.join(", ")]),
  ];
}

interface Unusable extends Problem {
  readonly fault?: "unresolved" | "unsendable" | "refused";
}

/** A finding about credentials or headers that no request can be made of; it names the first. */
export const unresolved = ([problem]: readonly Unusable[]): Finding => ({
  ...(problem?.fault === "unsendable" ? { code: "request.unsendable" } : { code: "credentials.unresolved" }),
  layer: "this machine",
  message: problem === undefined ? () => "" : placed(problem),
  fix: problem?.hint ?? (() => ""),
  transient: false,
  ids: {},
});
