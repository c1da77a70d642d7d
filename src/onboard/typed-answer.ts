import { fail, ok, type Problem, problemText, type Result } from "../core/result.ts";
import { isBlock } from "../providers/hidden-paste.ts";
import { isJson, unexpectedCharacter } from "../providers/paste.ts";
import { type PastedBlock, readBlock } from "../providers/pasted-block.ts";
import { checkAnswer, type Field, lookupField, type Need, needOf, type Provider } from "../providers/provider.ts";
import { cleanLines, groupLines, type LineGroup } from "../providers/wrapped-lines.ts";
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
  /** The answer that Enter alone keeps or accepts. */
  readonly preset: Answer | undefined;
  readonly need?: Need;
  /** True if a lookup token is accepted as well. */
  readonly looksUp?: boolean;
}

export function problemWith(raw: string, question: FieldQuestion, text: Texts): string | undefined {
  const { field, preset, need = needOf(field, {}) } = question;
  if (raw.trim() === "") {
    // Enter keeps what there is; a blank may be meant to remove it.
    if (raw !== "" && preset !== undefined) return text.onboard.onlyBlanks;
    const isNeeded = preset === undefined && need === "required";
    return isNeeded ? text.onboard.answerNeeded(say(field.label, text)) : undefined;
  }
  const read = parse(raw, question);
  return read.ok ? undefined : problemText(read.error, text);
}

/** Parses a raw answer that `problemWith` accepts. */
export function readAnswer(raw: string, question: FieldQuestion): TypedAnswer {
  const { field, preset } = question;
  const source: AnswerSource = { kind: "wizard", question: field.id };
  if (raw.trim() === "") return { answers: { [field.id]: onEnter(preset, source) }, notes: [], pending: [] };
  const read = parse(raw, question);
  return read.ok ? read.value : { answers: {}, notes: [], pending: [] };
}

/** Several answers by name, or one for each line or wrapped value, of which the first is the field's own. */
function parse(raw: string, question: FieldQuestion): Result<TypedAnswer> {
  const { field, provider } = question;
  const source: AnswerSource = { kind: "wizard", question: field.id };
  const named = namedAnswers(raw, question);
  if (named !== undefined) return inBlock(named, question, source);
  const lines = cleanLines(raw);
  const groups = lines.length > 1 ? groupLines(lines, [field, ...laterFields(question)]) : undefined;
  const [own = { field, value: isJson(raw) ? raw : (lines[0] ?? raw), lines: 1 }, ...others] = groups ?? [];
  const checked = checkAnswer(field, own.value);
  if (!checked.ok) return checked;
  if (lines.length > 1 && groups === undefined) return fail(unexpectedCharacter(`${own.value}\n`, own.value.length));
  const answers = checkedAnswers(field, checked.value, source);
  const found = provider.fields
    .filter(({ id }) => id in answers && id !== field.id)
    .map(
      ({ id, label }): Message =>
        (text) =>
          text.onboard.foundInUrl({ label: say(label, text), value: checked.value.also?.[id] ?? "" }),
    );
  const joined = [own, ...others].filter((group) => group.lines > 1).map(joinedNote);
  const unused =
    lines.filter((line) => line !== "").length - [own, ...others].reduce((sum, group) => sum + group.lines, 0);
  const left: Message = (text) => text.onboard.unusedLines(unused);
  const notes = [...joined, ...remarks(field.label, checked.value), ...found, ...(unused > 0 ? [left] : [])];
  return ok({ answers, notes, pending: others.map(({ value }) => value) });
}

const joinedNote =
  ({ field, lines }: LineGroup): Message =>
  (text) =>
    text.onboard.joinedLines({ label: say(field.label, text), lines });

/** The fields that the next lines may answer: those with a form of their own, as choices have none. */
function laterFields({ field, provider }: FieldQuestion): readonly Field[] {
  const later = provider.fields.slice(provider.fields.indexOf(field) + 1);
  return later.filter(({ asked, form }) => asked !== "never" && form !== undefined);
}

/** Enter accepts an answer given earlier, or another field's; what is configured or found is left as it is. */
function onEnter(preset: Answer | undefined, source: AnswerSource): Answer {
  if (preset?.source.kind === "flag") return preset;
  const isGiven = preset?.source.kind === "wizard" || preset?.source.kind === "lookup";
  return preset !== undefined && isGiven ? { ...preset, source } : { kind: "none", source };
}

/** Answers that can be recognised whichever question they were given to; `undefined` if there are none. */
function namedAnswers(raw: string, { field, provider, looksUp = false }: FieldQuestion): PastedBlock | undefined {
  if (isBlock(raw)) {
    const block = readBlock(raw, provider);
    return Object.keys({ ...block.answers, ...block.cut }).length > 0 ? block : undefined;
  }
  // One line of such a block: the value by its name, where the line as it is would be refused. A URL has its own check.
  const { answers, cut } = readBlock(raw, provider);
  const isUrl = Object.keys(provider.answersInUrl?.(raw) ?? {}).length > 0;
  const value = cut[field.id] === undefined && !isUrl ? answers[field.id] : undefined;
  if (value !== undefined && !checkAnswer(field, raw).ok && checkAnswer(field, value).ok)
    return { answers: { [field.id]: value }, joined: [], cut: {}, unused: 0 };
  const helper = looksUp && field.lookup !== undefined ? lookupField(provider) : undefined;
  return helper?.matches?.(raw) ? { answers: { [helper.id]: raw }, joined: [], cut: {}, unused: 0 } : undefined;
}

/** Refused if all that it says is about this field, and unusable. */
function inBlock(named: PastedBlock, question: FieldQuestion, source: AnswerSource): Result<TypedAnswer> {
  const { field: asked, provider } = question;
  const answers: Record<string, Answer> = {};
  const problems: (readonly [Field, Problem])[] = [];
  const notes: Message[] = [];
  for (const field of provider.fields) {
    const raw = named.answers[field.id];
    const cut = named.cut[field.id];
    const checked = raw === undefined ? undefined : checkAnswer(field, raw);
    if (cut !== undefined) problems.push([field, cut]);
    else if (checked?.ok) {
      Object.assign(answers, checkedAnswers(field, checked.value, source));
      notes.push(...checked.value.warnings);
    } else if (checked !== undefined) problems.push([field, checked.error]);
  }
  const found = provider.fields.filter(({ id }) => id in answers);
  const [own] = problems.filter(([field]) => field === asked);
  if (own !== undefined && (found.length === 0 || named.cut[asked.id] === undefined)) return fail(own[1]);
  const joined = provider.fields.filter(({ id }) => named.joined.includes(id) && id in answers);
  const summary: Message = (text) =>
    found.length === 0
      ? text.onboard.nothingInPaste
      : text.onboard.foundInPaste(found.map(({ label }) => say(label, text)));
  const unusable = problems.map(
    ([{ label }, { message }]): Message =>
      (text) =>
        text.onboard.pastedUnusable({ label: say(label, text), problem: say(message, text) }),
  );
  const wrapped: Message = (text) => text.onboard.joinedInPaste(joined.map(({ label }) => say(label, text)));
  const unused: Message = (text) => text.onboard.unusedLines(named.unused);
  return ok({
    answers,
    notes: [
      summary,
      ...(joined.length > 0 ? [wrapped] : []),
      ...notes,
      ...unusable,
      ...(named.unused > 0 ? [unused] : []),
    ],
    pending: [],
  });
}
