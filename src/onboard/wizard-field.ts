import type { Prompter, Reply } from "../core/context.ts";
import type { Secret } from "../core/secret.ts";
import type { Listed } from "../providers/list-models.ts";
import { type Field, lookupField, needOf, type Provider } from "../providers/provider.ts";
import { say, type Texts } from "../text/message.ts";
import { type Answer, type Answers, shownAnswer, valuesOf } from "./answers.ts";
import { type CurrentState, currentAnswer } from "./current-state.ts";
import { type Resolution, resolveAnswers } from "./resolve-answers.ts";
import { problemWith, readAnswer } from "./typed-answer.ts";

/** Answers that were given, and what the providers said of their models when they were asked. */
export interface SetupRequest {
  /** By flags or at questions; they stay when the person goes back, and become the presets. */
  readonly answers: Answers;
  readonly listed?: Listed;
}

/** Position of the wizard: the answers so far, the lines that wait, and what was looked up or checked. */
export interface WizardState extends SetupRequest {
  /** Lines that were pasted together and answer the next questions. */
  readonly pending: readonly string[];
  /** A token with which nothing can be looked up, so that it is not tried at every question. */
  readonly deadToken?: Secret | undefined;
  /** Fields that the gateway's settings make necessary, by their ids. */
  readonly needed?: readonly string[];
  /** Result of the check before saving; undefined before it is made. */
  readonly works?: boolean;
  /** Answers with which a message that was billed has succeeded. */
  readonly paidFor?: Resolution;
}

/** The state after a question, or the wish to return to the one before. */
export type Asked = WizardState | "back";

/** Needed by every question. */
export interface QuestionDeps {
  readonly current: CurrentState;
  readonly text: Texts;
}

/**
 * Asks for one field. A paste may answer others as well, or only others. `isBlamed`: there has to be an answer.
 * `looksUp`: a token to look the answer up with is accepted, too.
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
  // One that is asked for in the place of others has to be answered as they would have.
  const isNeeded = state.needed?.includes(field.id) || field.id in provider.replaces;
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

/** Answered anew, a question no longer vouches for the answers it filled in before: those are asked for. */
export function ownAnswers({ id: question }: Field, answers: Answers): Answers {
  if (!(question in answers)) return answers;
  const entries = Object.entries(answers).map(([id, answer]): [string, Answer] => {
    const isFilled = answer.source.kind === "wizard" && answer.source.question === question;
    return [id, isFilled ? { ...answer, source: { kind: "wizard", question: id } } : answer];
  });
  return Object.fromEntries(entries);
}

/** The answer that Enter stands for: the last one, the current one, or that of another field which fits as well. */
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

/** Records a value that was chosen; one that is configured or set already is left where it is. */
export function answered(field: Field, value: string, preset: Answer | undefined, state: WizardState): WizardState {
  const source = { kind: "wizard", question: field.id } as const;
  const isThere = preset?.source.kind === "file" || preset?.source.kind === "variable";
  const isLeft = isThere && preset.kind === "value" && preset.value === value;
  const answer: Answer = isLeft ? { kind: "none", source } : { kind: "value", value, source };
  return { ...state, answers: { ...state.answers, [field.id]: answer } };
}

export const mapped = <T, U>(reply: Reply<T>, map: (value: T) => U): Reply<U> =>
  reply.kind === "back" ? reply : { kind: "answer", value: map(reply.value) };
