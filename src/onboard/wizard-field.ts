import type { Prompter, Reply } from "../core/context.ts";
import type { Secret } from "../core/secret.ts";
import type { Listed } from "../providers/list-models.ts";
import { type Field, lookupField, needOf, type Provider } from "../providers/provider.ts";
import { say, type Texts } from "../text/message.ts";
import { type Answer, type Answers, shownAnswer, valuesOf } from "./answers.ts";
import { type CurrentState, currentAnswer } from "./current-state.ts";
import { type Resolution, resolveAnswers } from "./resolve-answers.ts";
import { problemWith, readAnswer } from "./typed-answer.ts";

/** The given answers, and what providers said about their models when asked. */
export interface SetupRequest {
  /** From flags or questions. They survive going back, and become the presets. */
  readonly answers: Answers;
  readonly listed?: Listed;
}

/** The wizard's state: answers, pending input, and what was looked up or checked. */
export interface WizardState extends SetupRequest {
  /** Lines of a paste that answer the next questions. */
  readonly pending: readonly string[];
  /** A token that finds nothing, so it is not tried at every question. */
  readonly deadToken?: Secret | undefined;
  /** Ids of fields that the gateway's settings require. */
  readonly needed?: readonly string[];
  /** The result of the check before saving; `undefined` until it is made. */
  readonly works?: boolean;
  /** The answers that a billed message has already proved to work. */
  readonly paidFor?: Resolution;
}

/** The state after a question, or the wish to return to the previous one. */
export type Asked = WizardState | "back";

export interface QuestionDeps {
  readonly current: CurrentState;
  readonly text: Texts;
}

/**
 * Asks for one field. A paste may answer other fields too, or only those. `isBlamed`: an answer is required. `looksUp`:
 * a lookup token is accepted as well.
 */
export async function askField(
  field: Field,
  state: WizardState,
  deps: QuestionDeps,
  prompter: Prompter,
  { isBlamed = false, looksUp = false } = {},
): Promise<Asked> {
  const { current, text } = deps;
  const { provider, answers } = resolveAnswers(state.answers, current);
  if (!provider) return state;
  const preset = presetFor(field, provider, state.answers, current);
  if (field.choices !== undefined) return askChoice(field, field.choices, preset, state, deps, prompter);
  // A field that replaces others is as required as they would have been.
  const isNeeded = state.needed?.includes(field.id) || field.id in provider.replaces || current.faults.has(field.id);
  const need = isNeeded ? "required" : needOf(field, valuesOf(answers));
  const instead =
    isBlamed || preset !== undefined ? undefined : provider.fields.find(({ id }) => id === field.alternative);
  const isLeftOut = (raw: string) => raw.trim() === "" && need === "required" && instead !== undefined;
  const question = { field, provider, preset, need, looksUp };
  const problem = (raw: string) => (isLeftOut(raw) ? undefined : problemWith(raw, question, text));
  const label = say(field.label, text);
  const [typedAhead, ...rest] = state.pending;
  let raw = typedAhead;
  if (raw === undefined || problem(raw) !== undefined) {
    const helper = looksUp ? lookupField(provider) : undefined;
    const reply = await prompter.text({
      message: need === "required" || isBlamed ? label : text.onboard.optional(label),
      help: [
        say(field.help, text),
        ...(instead === undefined ? [] : [text.onboard.enterIfNone]),
        ...(helper === undefined ? [] : [text.onboard.orPasteToken(say(helper.label, text))]),
      ].join(" "),
      secret: field.secret,
      problem,
      ...(preset !== undefined && { shownDefault: shownAnswer(preset, text) }),
    });
    if (reply.kind === "back") return "back";
    raw = reply.value;
  } else {
    prompter.note(text.onboard.takenFromPaste(label));
  }
  if (instead !== undefined && isLeftOut(raw)) {
    const asked = await askField(instead, state, deps, prompter);
    return asked === "back" ? askField(field, state, deps, prompter, { isBlamed, looksUp }) : asked;
  }
  const read = readAnswer(raw, question);
  for (const note of read.notes) prompter.note(`  ${say(note, text)}`);
  return {
    ...state,
    answers: { ...ownAnswers(field, state.answers), ...read.answers },
    pending: [...rest, ...read.pending],
  };
}

/** When a question is answered again, the other answers it had filled in are asked for again. */
export function ownAnswers({ id: question }: Field, answers: Answers): Answers {
  if (!(question in answers)) return answers;
  const entries = Object.entries(answers).map(([id, answer]): [string, Answer] => {
    const isFilled = answer.source.kind === "wizard" && answer.source.question === question;
    return [id, isFilled ? { ...answer, source: { kind: "wizard", question: id } } : answer];
  });
  return Object.fromEntries(entries);
}

/** What Enter stands for: the previous answer, the current one, or that of another field that may fit. */
function presetFor(field: Field, provider: Provider, given: Answers, current: CurrentState): Answer | undefined {
  const answerOf = (one: Field) => {
    const answer = given[one.id];
    return answer === undefined || answer.kind === "none" ? currentAnswer(one, provider, current) : answer;
  };
  const known = answerOf(field);
  const lender = provider.fields.find(({ id }) => id === field.fallbackField);
  const lent = lender && answerOf(lender);
  if (known !== undefined || lender === undefined || lent?.kind !== "secret") return known;
  return { ...lent, source: { kind: "lookup", label: lender.label } };
}

async function askChoice(
  field: Field,
  choices: NonNullable<Field["choices"]>,
  preset: Answer | undefined,
  state: WizardState,
  { text }: QuestionDeps,
  prompter: Prompter,
): Promise<Asked> {
  prompter.note(`  ${say(field.help, text)}`);
  const question = {
    message: say(field.question ?? field.label, text),
    choices: choices.map(({ value, label }) => ({ value, label: say(label, text) })),
  };
  const initial = preset?.kind === "value" ? preset.value : (choices[0]?.value ?? "");
  const reply = field.several
    ? mapped(await prompter.chooseSeveral({ ...question, initial: initial.split(",") }), (values) => values.join(","))
    : await prompter.choose({ ...question, initial });
  return reply.kind === "back" ? "back" : answered(field, reply.value, preset, state);
}

/** Records a chosen value. One that is already configured or set is left where it is. */
export function answered(field: Field, value: string, preset: Answer | undefined, state: WizardState): WizardState {
  const source = { kind: "wizard", question: field.id } as const;
  const isThere = preset?.source.kind === "file" || preset?.source.kind === "variable";
  const isLeft = isThere && preset.kind === "value" && preset.value === value;
  const answer: Answer = isLeft ? { kind: "none", source } : { kind: "value", value, source };
  return { ...state, answers: { ...state.answers, [field.id]: answer } };
}

export const mapped = <T, U>(reply: Reply<T>, map: (value: T) => U): Reply<U> =>
  reply.kind === "back" ? reply : { kind: "answer", value: map(reply.value) };
