import type { VariableSource } from "../config/variables.ts";
import { Secret } from "../core/secret.ts";
import type { CheckedAnswer, Field, Values } from "../providers/provider.ts";
import { type Message, say, type Texts } from "../text/message.ts";

/** Origin of an answer. The first three mean that somebody gave it in this run; the others that it was found. */
export type AnswerSource =
  | { readonly kind: "flag"; readonly name: string }
  /** The question it was given at: its own, or one whose answer held this one as well. */
  | { readonly kind: "wizard"; readonly question: string }
  /** Found with a credential, named by its label. */
  | { readonly kind: "lookup"; readonly label: Message }
  | { readonly kind: "variable"; readonly name: string; readonly place: VariableSource }
  | { readonly kind: "file"; readonly path: string };

interface Sourced {
  readonly source: AnswerSource;
}

/**
 * One answer. A `secret` is stored in `.env`; a `reference` is written as the name of its variable; `keep` leaves what the
 * configuration says, which refers to `variable` if that is set. `none` is a question that was left to what is there
 * already, as with Enter or an empty flag: the same as no answer to everybody but the one who asks.
 */
export type Answer = Sourced &
  (
    | { readonly kind: "value"; readonly value: string }
    | { readonly kind: "secret"; readonly value: Secret }
    | { readonly kind: "reference"; readonly variable: string }
    | { readonly kind: "keep"; readonly variable?: string }
    | { readonly kind: "none" }
  );

/** Answers by the id of a provider's field or of a setting. */
export type Answers = Readonly<Record<string, Answer>>;

/** Answers besides those to a provider's fields; the local gateway's are named by their place in the configuration. */
export type SettingId =
  | "authChoice"
  | "secretInputMode"
  | "model"
  | "setDefault"
  | "service"
  | "gateway.mode"
  | "gateway.port"
  | "gateway.bind"
  | "gateway.auth.mode"
  | "gateway.auth.token";

/** The answer to `authChoice` that sets up the local gateway only. */
export const SKIP = "skip";

/** A checked text as answers: its own field's, and those of others that it also held. */
export function checkedAnswers(field: Field, { value, also = {} }: CheckedAnswer, source: AnswerSource): Answers {
  const others = Object.entries(also).map(([id, other]) => [id, { kind: "value", value: other, source }] as const);
  const own: Answer = field.secret
    ? { kind: "secret", value: new Secret(value), source }
    : { kind: "value", value, source };
  return { ...Object.fromEntries(others), [field.id]: own };
}

/** Repairs and oddities of an answer, which is called by its label or flag. */
export function remarks(name: Message, { repairs, warnings }: CheckedAnswer): readonly Message[] {
  const repaired: Message = (text) =>
    text.onboard.repaired({ name: say(name, text), repairs: repairs.map((repair) => say(repair, text)) });
  return [...(repairs.length === 0 ? [] : [repaired]), ...warnings];
}

/** The text that answers a setting; undefined where nobody gave one. */
export function settingIn(answers: Answers, id: SettingId): string | undefined {
  const answer = answers[id];
  return answer?.kind === "value" ? answer.value : undefined;
}

/** The answers that are not secret, by id. */
export function valuesOf(answers: Answers): Values {
  const values = Object.entries(answers).flatMap(([id, answer]) =>
    answer.kind === "value" ? [[id, answer.value] as const] : [],
  );
  return Object.fromEntries(values);
}

/** True if the command line gave it; an empty flag gives nothing. */
export const isFromFlag = (answer: Answer | undefined): boolean =>
  answer?.source.kind === "flag" && answer.kind !== "none";

/** Variables that answers name, so that they are looked up. */
export const variablesNamed = (answers: Answers): readonly string[] =>
  Object.values(answers).flatMap((answer) => (answer.kind === "reference" ? [answer.variable] : []));

/** An answer as it may be shown: `********wXyZ, from ANTHROPIC_API_KEY`. */
export function shownAnswer(answer: Answer, text: Texts): string {
  if (answer.kind === "none") return "";
  if (answer.kind === "reference") return `\${${answer.variable}}`;
  if (answer.kind === "keep")
    return answer.variable === undefined ? text.onboard.presentReference : `\${${answer.variable}}`;
  const from = shownSource(answer.source, text);
  return from === undefined ? String(answer.value) : text.onboard.answerFrom({ answer: String(answer.value), from });
}

/** The place where an answer was found, as part of a sentence; undefined if somebody gave it or it is configured. */
export function shownSource(source: AnswerSource, text: Texts): string | undefined {
  if (source.kind === "lookup") return text.onboard.theCredential(say(source.label, text));
  if (source.kind !== "variable") return undefined;
  return source.place === "process environment"
    ? source.name
    : text.onboard.variableIn({ name: source.name, place: text.config.variableSources[source.place] });
}

/** True if both lead to the same request: secrets are compared by their values. */
export function isSameAnswer(one: Answer | undefined, other: Answer | undefined): boolean {
  if (one?.kind === "secret" && other?.kind === "secret") return one.value.equals(other.value);
  if (one?.kind === "value" && other?.kind === "value") return one.value === other.value;
  if (one?.kind === "reference" && other?.kind === "reference") return one.variable === other.variable;
  return one?.kind === other?.kind && one?.kind !== "value";
}
