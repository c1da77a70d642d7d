import type { SecretReference } from "../config/schema.ts";
import type { VariableSource } from "../config/variables.ts";
import { maskUrls } from "../core/redact.ts";
import { Secret } from "../core/secret.ts";
import type { CheckedAnswer, Field, Values } from "../providers/provider.ts";
import { type Message, say, type Texts } from "../text/message.ts";

/** The source of an answer: given in this run (flag, wizard, lookup), or found (variable, file). */
export type AnswerSource =
  | { readonly kind: "flag"; readonly name: string }
  /** The question that was answered: the field's own, or one whose answer included this one. */
  | { readonly kind: "wizard"; readonly question: string }
  /** Looked up with a credential, which is named by its label. */
  | { readonly kind: "lookup"; readonly label: Message }
  | { readonly kind: "variable"; readonly name: string; readonly place: VariableSource }
  | { readonly kind: "file"; readonly path: string };

interface Sourced {
  readonly source: AnswerSource;
}

/**
 * A `secret` is stored in `.env`. A `reference` is written as the name of its variable. `keep` leaves what the
 * configuration says, which refers to `variable` if that is set, or has it say `input`. `none` leaves the question to what is already there,
 * as Enter or an empty flag does; only whoever asks can tell it from no answer.
 */
export type Answer = Sourced &
  (
    | { readonly kind: "value"; readonly value: string }
    | { readonly kind: "secret"; readonly value: Secret }
    | { readonly kind: "reference"; readonly variable: string }
    | { readonly kind: "keep"; readonly variable?: string; readonly input?: SecretReference }
    | { readonly kind: "none" }
  );

/** By the id of a provider's field or of a setting. */
export type Answers = Readonly<Record<string, Answer>>;

/**
 * Answers other than to a provider's fields. Those of the local gateway are named by their path in the configuration.
 */
export type SettingId =
  | "authChoice"
  | "secretInputMode"
  | "model"
  | "setDefault"
  | "service"
  | "gateway.mode"
  | "gateway.port"
  | "gateway.bind"
  | "gateway.customBindHost"
  | "gateway.auth.mode"
  | "gateway.auth.token";

/** The `authChoice` that sets up only the local gateway. */
export const SKIP = "skip";

/** Turns a checked text into the answer of its field, and of other fields it also answered. */
export function checkedAnswers(field: Field, { value, also = {} }: CheckedAnswer, source: AnswerSource): Answers {
  const others = Object.entries(also).map(([id, other]) => [id, { kind: "value", value: other, source }] as const);
  const own: Answer = field.secret
    ? { kind: "secret", value: new Secret(value), source }
    : { kind: "value", value, source };
  return { ...Object.fromEntries(others), [field.id]: own };
}

/** Notes on what was repaired or looks odd. `name` is the answer's label or flag. */
export function remarks(name: Message, { repairs, warnings }: CheckedAnswer): readonly Message[] {
  const repaired: Message = (text) =>
    text.onboard.repaired({ name: say(name, text), repairs: repairs.map((repair) => say(repair, text)) });
  return [...(repairs.length === 0 ? [] : [repaired]), ...warnings];
}

export function settingIn(answers: Answers, id: SettingId): string | undefined {
  const answer = answers[id];
  return answer?.kind === "value" ? answer.value : undefined;
}

export function valuesOf(answers: Answers): Values {
  const values = Object.entries(answers).flatMap(([id, answer]) =>
    answer.kind === "value" ? [[id, answer.value] as const] : [],
  );
  return Object.fromEntries(values);
}

/** An empty flag does not count. */
export const isFromFlag = (answer: Answer | undefined): boolean =>
  answer?.source.kind === "flag" && answer.kind !== "none";

export const variablesNamed = (answers: Answers): readonly string[] =>
  Object.values(answers).flatMap((answer) => {
    if (answer.kind === "reference") return [answer.variable];
    return answer.kind === "keep" && answer.input?.source === "env" ? [answer.input.id] : [];
  });

/** An answer for display, such as `********wXyZ, from ANTHROPIC_API_KEY`. */
export function shownAnswer(answer: Answer, text: Texts): string {
  if (answer.kind === "none") return "";
  if (answer.kind === "reference") return `\${${answer.variable}}`;
  if (answer.kind === "keep")
    return answer.variable === undefined ? text.onboard.presentReference : `\${${answer.variable}}`;
  const from = shownSource(answer.source, text);
  const shown = maskUrls(String(answer.value));
  return from === undefined ? shown : text.onboard.answerFrom({ answer: shown, from });
}

/** The place where an answer was found, as part of a sentence; `undefined` if it was given or is configured. */
export function shownSource(source: AnswerSource, text: Texts): string | undefined {
  if (source.kind === "lookup") return text.onboard.theCredential(say(source.label, text));
  if (source.kind !== "variable") return undefined;
  return source.place === "process environment"
    ? source.name
    : text.onboard.variableIn({ name: source.name, place: text.config.variableSources[source.place] });
}

/** True if both lead to the same request. Secrets are compared by value. */
export function isSameAnswer(one: Answer | undefined, other: Answer | undefined): boolean {
  if (one?.kind === "secret" && other?.kind === "secret") return one.value.equals(other.value);
  if (one?.kind === "value" && other?.kind === "value") return one.value === other.value;
  if (one?.kind === "reference" && other?.kind === "reference") return one.variable === other.variable;
  return one?.kind === other?.kind && one?.kind !== "value";
}
