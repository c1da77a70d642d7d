import type { Prompter, Reply } from "../core/context.ts";
import type { Secret } from "../core/secret.ts";
import type { Listed } from "../providers/list-models.ts";
import { type Field, isWhole, lookupField, needOf, type Provider } from "../providers/provider.ts";
import { type Message, say, sentences, type Texts } from "../text/message.ts";
import { type Answer, type Answers, isFromFlag, isSameAnswer, shownAnswer, valuesOf } from "./answers.ts";
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
  /** Fields and settings that were explained already; one set for all states, since going back does not undo it. */
  readonly explained: Set<string>;
  /** Ids of fields that the gateway's settings require. */
  readonly needed?: readonly string[];
  /** The result of the check before saving; `undefined` until it is made. */
  readonly works?: boolean;
  /** The part of a set-up that is to change, if not all of it. */
  readonly task?: WizardTask | undefined;
  /** Ids of the only fields and settings to ask for, besides what is required and has no answer. */
  readonly only?: readonly string[] | undefined;
  /** The answers that a billed message has already proved to work. */
  readonly paidFor?: Resolution;
}

export type WizardTask = "change" | "endpoint";

/** The state after a question, or the wish to return to the previous one. */
export type Asked = WizardState | "back";

/** The wish to return to the previous question, and the state with what was corrected before. */
export interface ReturnedWith {
  readonly returnsWith: WizardState;
}

export interface QuestionDeps {
  readonly current: CurrentState;
  readonly text: Texts;
}

interface Manner {
  /** An answer is required. */
  readonly isBlamed?: boolean;
  /** A lookup token is accepted as well. */
  readonly looksUp?: boolean;
  /** The answer to another field was not wanted here. */
  readonly isOwn?: boolean;
}

/** A field to ask for, with the state before the question and the means to ask it. */
interface FieldQuestion {
  readonly field: Field;
  readonly state: WizardState;
  readonly deps: QuestionDeps;
  readonly prompter: Prompter;
}

/** Asks for one field. A paste may answer other fields too, or only those. */
export async function askField(
  field: Field,
  state: WizardState,
  deps: QuestionDeps,
  prompter: Prompter,
  manner: Manner = {},
): Promise<Asked> {
  const { isBlamed = false, looksUp = false, isOwn = false } = manner;
  const { current, text } = deps;
  const { provider, answers } = resolveAnswers(state.answers, current);
  if (!provider) return state;
  const preset = presetFor(field, provider, state.answers, current);
  const fieldQuestion: FieldQuestion = { field, state, deps, prompter };
  if (field.choices !== undefined) return askChoice(fieldQuestion, field.choices, preset);
  // A field that replaces others is as required as they would have been.
  const isNeeded = state.needed?.includes(field.id) || field.id in provider.replaces || current.faults.has(field.id);
  const need = isNeeded ? "required" : needOf(field, valuesOf(answers));
  const lent = lentTo(field, provider, state.answers, current);
  if (lent !== undefined && preset === undefined && !isOwn && state.pending.length === 0) {
    const isOptional = need === "optional" && !isBlamed;
    return askOwnOrLent(fieldQuestion, lent, isOptional, manner);
  }
  const other = provider.fields.find(({ id }) => id === field.alternative);
  // A question cannot change what a flag said.
  const instead = isBlamed || preset !== undefined || isFromFlag(state.answers[other?.id ?? ""]) ? undefined : other;
  const isLeftOut = (raw: string) => raw.trim() === "" && need === "required" && instead !== undefined;
  const question = { field, provider, preset, need, looksUp };
  const problem = (raw: string) => (isLeftOut(raw) ? undefined : problemWith(raw, question, text));
  const label = say(field.label, text);
  // A line of a paste waits for the question that it answers.
  const typedAhead = state.pending.findIndex((line) => field.form !== undefined && isWhole(field, line));
  const rest = state.pending.filter((_, index) => index !== typedAhead);
  let raw = state.pending[typedAhead];
  if (raw === undefined) {
    const helper = looksUp ? lookupField(provider) : undefined;
    const reply = await prompter.text({
      message: need === "required" || isBlamed ? label : text.onboard.optional(label),
      help: sentences([
        say(field.help, text),
        ...(instead === undefined ? [] : [text.onboard.enterIfNone]),
        ...(helper === undefined ? [] : [text.onboard.orPasteToken(say(helper.label, text))]),
      ]),
      ...(field.page !== undefined && { page: field.page }),
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
    const asked = await askInstead(fieldQuestion, instead);
    if (asked === "back") return askField(field, state, deps, prompter, manner);
    // Whoever has an answer after all is not sent around in a circle.
    const isStillOpen = needOf(field, valuesOf(resolveAnswers(asked.answers, current).answers)) === "required";
    return isStillOpen ? askField(field, asked, deps, prompter, { ...manner, isBlamed: true }) : asked;
  }
  const read = readAnswer(raw, question);
  for (const note of read.notes) prompter.note(`  ${say(note, text)}`);
  const isLent = lent !== undefined && raw.trim() !== "" && isSameAnswer(read.answers[field.id], lent.answer);
  if (isLent && !(await agreesToLend(lent, deps, prompter)))
    return askField(field, state, deps, prompter, { ...manner, isOwn: true });
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

/** The answer Enter stands for: the previous answer or the current one. */
function presetFor(field: Field, provider: Provider, given: Answers, current: CurrentState): Answer | undefined {
  const answer = given[field.id];
  return answer === undefined || answer.kind === "none" ? currentAnswer(field, provider, current) : answer;
}

interface LentAnswer {
  readonly label: Message;
  readonly answer: Answer & { readonly kind: "secret" };
}

/** The secret given for another field that would fit here as well. */
function lentTo(
  { fallbackField }: Field,
  provider: Provider,
  given: Answers,
  current: CurrentState,
): LentAnswer | undefined {
  const lender = provider.fields.find(({ id }) => id === fallbackField);
  const answer = lender && presetFor(lender, provider, given, current);
  return lender !== undefined && answer?.kind === "secret" ? { label: lender.label, answer } : undefined;
}

/**
 * Offers another field's secret, never by Enter alone.
 * @why it may do far more than is needed here, and would be stored.
 */
async function askOwnOrLent(
  { field, state, deps, prompter }: FieldQuestion,
  lent: LentAnswer,
  isOptional: boolean,
  manner: Manner,
): Promise<Asked> {
  const { text } = deps;
  const lentLabel = { label: say(lent.label, text), answer: String(lent.answer.value) };
  for (;;) {
    const reply = await prompter.choose<"own" | "lent" | "none">({
      message: isOptional ? text.onboard.optional(say(field.label, text)) : say(field.label, text),
      choices: [
        { value: "own", label: text.onboard.enterOwn },
        ...(isOptional ? [{ value: "none", label: text.onboard.goWithout } as const] : []),
        { value: "lent", label: text.onboard.useOther(lentLabel) },
      ],
      initial: "own",
    });
    if (reply.kind === "back") return "back";
    if (reply.value === "own") {
      const asked = await askField(field, state, deps, prompter, { ...manner, isOwn: true });
      if (asked !== "back") return asked;
    } else {
      const isWanted = reply.value === "none" || (await agreesToLend(lent, deps, prompter));
      const none: Answer = { kind: "none", source: { kind: "wizard", question: field.id } };
      const answer: Answer =
        reply.value === "none" ? none : { ...lent.answer, source: { kind: "lookup", label: lent.label } };
      if (isWanted) return { ...state, answers: { ...ownAnswers(field, state.answers), [field.id]: answer } };
    }
  }
}

/** Says what the other field's secret can do before it is stored. */
async function agreesToLend({ label }: LentAnswer, { text }: QuestionDeps, prompter: Prompter): Promise<boolean> {
  prompter.note(`  ${text.onboard.otherCanDo(say(label, text))}`);
  const reply = await prompter.confirm({ message: text.onboard.storeOther(say(label, text)), initial: false });
  return reply.kind === "answer" && reply.value;
}

/** Asks what makes a field unnecessary that was left unanswered. Enter alone must not ask for that field again. */
async function askInstead(question: FieldQuestion, instead: Field): Promise<Asked> {
  const { field, state, deps, prompter } = question;
  const { provider, answers } = resolveAnswers(state.answers, deps.current);
  if (!provider || instead.choices === undefined) return askField(instead, state, deps, prompter);
  const values = valuesOf(answers);
  const preset = presetFor(instead, provider, state.answers, deps.current);
  const frees = (value: string | undefined) => needOf(field, { ...values, [instead.id]: value ?? "" }) === "none";
  const isFree = preset?.kind === "value" && frees(preset.value);
  const freeing = instead.choices.find(({ value }) => frees(value));
  const initial = isFree || freeing === undefined ? undefined : freeing.value;
  return askChoice({ ...question, field: instead }, instead.choices, preset, initial);
}

async function askChoice(
  { field, state, deps: { text }, prompter }: FieldQuestion,
  choices: NonNullable<Field["choices"]>,
  preset: Answer | undefined,
  preselected = preset?.kind === "value" ? preset.value : choices[0]?.value,
): Promise<Asked> {
  explain(field.id, say(field.help, text), state, prompter);
  const question = {
    message: say(field.question ?? field.label, text),
    choices: choices.map(({ value, label }) => ({ value, label: say(label, text) })),
  };
  const initial = preselected ?? "";
  const reply = field.several
    ? mapped(await prompter.chooseSeveral({ ...question, initial: initial.split(",") }), (values) => values.join(","))
    : await prompter.choose({ ...question, initial });
  return reply.kind === "back" ? "back" : answered(field, reply.value, preset, state);
}

/** Says what a question is about, the first time it is asked. */
export function explain(id: string, sentence: string, { explained }: WizardState, prompter: Prompter): void {
  if (explained.has(id)) return;
  prompter.note(`  ${sentence}`);
  explained.add(id);
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
