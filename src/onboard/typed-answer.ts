import { problemText } from "../core/result.ts";
import { answersInBlock, isBlock } from "../providers/paste.ts";
import { checkAnswer, type Field, lookupField, type Need, needOf, type Provider } from "../providers/provider.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { type Answer, type AnswerSource, type Answers, checkedAnswers, remarks } from "./answers.ts";

export interface TypedAnswer {
  readonly answers: Answers;
  /** Repairs and findings, half a line each. */
  readonly notes: readonly Message[];
  /** Remaining lines of the same paste, which answer the questions that follow. */
  readonly pending: readonly string[];
}

export interface FieldQuestion {
  readonly field: Field;
  readonly provider: Provider;
  /** What Enter alone keeps or accepts. */
  readonly preset: Answer | undefined;
  readonly need?: Need;
  /** True if a lookup token is accepted as well. */
  readonly looksUp?: boolean;
}

export function problemWith(raw: string, question: FieldQuestion, text: Texts): string | undefined {
  const { field, preset, need = needOf(field, {}) } = question;
  if (raw.trim() === "") {
    const isNeeded = preset === undefined && need === "required";
    return isNeeded ? text.onboard.answerNeeded(say(field.label, text)) : undefined;
  }
  const [own, others] = ownAnswer(raw, question);
  if (own === undefined && others) return undefined;
  const checked = checkAnswer(field, own ?? raw);
  return checked.ok ? undefined : problemText(checked.error, text);
}

/** Parses a raw answer that `problemWith` accepts. */
export function readAnswer(raw: string, question: FieldQuestion): TypedAnswer {
  const { field, provider, preset } = question;
  const source: AnswerSource = { kind: "wizard", question: field.id };
  if (raw.trim() === "") return { answers: { [field.id]: onEnter(preset, source) }, notes: [], pending: [] };
  const named = namedAnswers(raw, question);
  if (Object.keys(named).length > 0) return readBlock(named, provider, source);
  const [line = "", ...pending] = lines(raw);
  const checked = checkAnswer(field, line);
  if (!checked.ok) return { answers: {}, notes: [], pending: [] };
  const answers = checkedAnswers(field, checked.value, source);
  const others = provider.fields.filter(({ id }) => id in answers && id !== field.id);
  const found = others.map(
    ({ id, label }): Message =>
      (text) =>
        text.onboard.foundInUrl({ label: say(label, text), value: checked.value.also?.[id] ?? "" }),
  );
  return { answers, notes: [...remarks(field.label, checked.value), ...found], pending };
}

/** Enter accepts an answer given earlier, or another field's; what is configured or found is left as it is. */
function onEnter(preset: Answer | undefined, source: AnswerSource): Answer {
  if (preset?.source.kind === "flag") return preset;
  const isGiven = preset?.source.kind === "wizard" || preset?.source.kind === "lookup";
  return preset !== undefined && isGiven ? { ...preset, source } : { kind: "none", source };
}

/** The part of `raw` that answers this field, and whether it answers others too. */
function ownAnswer(raw: string, question: FieldQuestion): readonly [string | undefined, boolean] {
  const { field } = question;
  const named = namedAnswers(raw, question);
  if (Object.keys(named).length === 0) return [isBlock(raw) ? lines(raw)[0] : raw, false];
  return [named[field.id], Object.keys(named).some((id) => id !== field.id)];
}

/** Answers that can be recognised whichever question they were given to, by field id. */
function namedAnswers(raw: string, { field, provider, looksUp = false }: FieldQuestion) {
  if (isBlock(raw)) return answersInBlock(raw, provider);
  const helper = looksUp && field.lookup !== undefined ? lookupField(provider) : undefined;
  return helper?.matches?.(raw) ? { [helper.id]: raw } : {};
}

function readBlock(named: Readonly<Record<string, string>>, { fields }: Provider, source: AnswerSource): TypedAnswer {
  const notes: Message[] = [];
  const answers: Record<string, Answer> = {};
  for (const field of fields) {
    const raw = named[field.id];
    if (raw === undefined) continue;
    const checked = checkAnswer(field, raw);
    if (checked.ok) {
      Object.assign(answers, checkedAnswers(field, checked.value, source));
      notes.push(...checked.value.warnings);
    } else {
      const { message } = checked.error;
      notes.push((text) => text.onboard.pastedUnusable({ label: say(field.label, text), problem: say(message, text) }));
    }
  }
  const found = fields.filter(({ id }) => id in answers);
  const summary: Message = (text) =>
    found.length === 0
      ? text.onboard.nothingInPaste
      : text.onboard.foundInPaste(found.map(({ label }) => say(label, text)));
  return { answers, notes: [summary, ...notes], pending: [] };
}

const lines = (raw: string) =>
  raw
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
