import { problemText } from "../core/result.ts";
import { answersInBlock, isBlock } from "../providers/paste.ts";
import { type Field, helperOf, type Need, needOf, type Provider } from "../providers/provider.ts";
import { en } from "../text/en/index.ts";
import { say } from "../text/message.ts";
import type { Answers, FieldAnswer } from "./answers.ts";
import { checkedAnswers, remarks } from "./resolve-answers.ts";

/** What a text typed or pasted at a question came to. */
export interface ReadAnswer {
  readonly answers: Answers;
  /** Half a line each about what was repaired or found. */
  readonly notes: readonly string[];
  /** Further lines of the same paste: the answers to the questions that follow. */
  readonly pending: readonly string[];
}

/** The question that a text answers. */
export interface FieldQuestion {
  readonly field: Field;
  readonly provider: Provider;
  /** What Enter alone stands for. */
  readonly preset: FieldAnswer | undefined;
  readonly need?: Need;
  /** Whether what helps to look the answer up will do as well. */
  readonly looksUp?: boolean;
}

/** What is wrong with a raw answer, or undefined. */
export function problemWith(raw: string, question: FieldQuestion): string | undefined {
  const { field, preset, need = needOf(field, {}) } = question;
  if (raw.trim() === "")
    return preset === undefined && need === "required" ? `${say(field.label, en)} is needed.` : undefined;
  const [own, others] = ownAnswer(raw, question);
  if (own === undefined && others) return undefined;
  const checked = field.check(own ?? raw);
  return checked.ok ? undefined : problemText(checked.error, en);
}

/** Takes a raw answer apart; only for one that `problemWith` finds nothing wrong with. */
export function readAnswer(raw: string, question: FieldQuestion): ReadAnswer {
  const { field, provider, preset } = question;
  if (raw.trim() === "") return { answers: preset === undefined ? {} : { [field.id]: preset }, notes: [], pending: [] };
  const named = namedAnswers(raw, question);
  if (Object.keys(named).length > 0) return readBlock(named, provider);
  const [line = "", ...pending] = lines(raw);
  const checked = field.check(line);
  if (!checked.ok) return { answers: {}, notes: [], pending: [] };
  const answers = checkedAnswers(field, checked.value);
  const others = provider.fields.filter(({ id }) => id in answers && id !== field.id);
  const found = others.map(({ id, label }) => `${say(label, en)} was in it, too: ${checked.value.also?.[id]}.`);
  return { answers, notes: [...remarks(say(field.label, en), checked.value), ...found], pending };
}

/** The text in `raw` that speaks about this field, and whether it speaks about others. */
function ownAnswer(raw: string, question: FieldQuestion): readonly [string | undefined, boolean] {
  const { field } = question;
  const named = namedAnswers(raw, question);
  if (Object.keys(named).length === 0) return [isBlock(raw) ? lines(raw)[0] : raw, false];
  return [named[field.id], Object.keys(named).some((id) => id !== field.id)];
}

/** What a text answers by itself, whatever it was given for: by field id. */
function namedAnswers(raw: string, { field, provider, looksUp = false }: FieldQuestion) {
  if (isBlock(raw)) return answersInBlock(raw, provider);
  const helper = looksUp && field.found !== undefined ? helperOf(provider) : undefined;
  return helper?.recognises?.(raw) ? { [helper.id]: raw } : {};
}

function readBlock(named: Readonly<Record<string, string>>, provider: Provider): ReadAnswer {
  const notes: string[] = [];
  const answers: Record<string, FieldAnswer> = {};
  for (const field of provider.fields) {
    const raw = named[field.id];
    if (raw === undefined) continue;
    const checked = field.check(raw);
    if (!checked.ok) {
      notes.push(`${say(field.label, en)}: not taken from what you pasted. ${say(checked.error.message, en)}`);
      continue;
    }
    Object.assign(answers, checkedAnswers(field, checked.value));
    notes.push(...checked.value.warnings.map((one) => say(one, en)));
  }
  const labels = provider.fields.filter(({ id }) => id in answers).map(({ label }) => say(label, en));
  return {
    answers,
    notes: [`Found in what you pasted: ${labels.join(", ") || "nothing that can be used"}.`, ...notes],
    pending: [],
  };
}

const lines = (raw: string) =>
  raw
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
