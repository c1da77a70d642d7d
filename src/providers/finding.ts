import { type Message, say, type Texts } from "../text/message.ts";

/** What is wrong with a set-up, whose doing it is, and what to do. */
export interface Finding {
  readonly code: string;
  readonly layer: string;
  /** One sentence, without secrets. */
  readonly message: Message;
  /** One sentence. */
  readonly fix: Message;
  /** The field to correct, when one is to blame. */
  readonly field?: string;
  /** Worth another try after a pause before anything is blamed. */
  readonly transient: boolean;
  /** What support asks for, by header name. */
  readonly ids: Readonly<Record<string, string>>;
  /** The beginning of an answer that is not understood: one line. */
  readonly excerpt?: string;
}

/** One for each of Anthropic, the gateway and Cloudflare's edge; an answer carries more, which say the same. */
const SHOWN_IDS = ["request-id", "cf-aig-log-id", "cf-ray"];

/** A finding as lines: what is wrong and whose doing it is, what to do, and what support will ask for. */
export function findingLines({ layer, message, fix, ids, excerpt, code }: Finding, text: Texts): readonly string[] {
  const marks = SHOWN_IDS.flatMap((name) => (ids[name] === undefined ? [] : [`${name} ${ids[name]}`]));
  return [
    `${say(message, text)} (${layer}, ${code})`,
    say(fix, text),
    ...(excerpt === undefined ? [] : [`It answered: ${excerpt}`]),
    ...(marks.length === 0 ? [] : [marks.join(", ")]),
  ];
}
