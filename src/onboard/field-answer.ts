import { answersInBlock, isBlock } from "../providers/paste.ts";
import { type Field, type Need, needOf, type Provider } from "../providers/provider.ts";
import { checkedAnswers, remarks } from "./answers.ts";
import type { Answers, FieldAnswer } from "./defaults.ts";

/** What a text typed or pasted at a question came to. */
export interface ReadAnswer {
  readonly answers: Answers;
  /** Half a line each about what was repaired or found. */
  readonly notes: readonly string[];
  /** Further lines of the same paste: the answers to the questions that follow. */
  readonly pending: readonly string[];
}

/** What is wrong with a raw answer, or undefined. `preset` is what Enter alone stands for. */
export function problemWith(
  raw: string,
  field: Field,
  provider: Provider,
  preset: FieldAnswer | undefined,
  need: Need = needOf(field, {}),
): string | undefined {
  if (raw.trim() === "") return preset === undefined && need === "required" ? `${field.label} is needed.` : undefined;
  const [own, others] = ownAnswer(raw, field, provider);
  if (own === undefined && others) return undefined;
  const checked = field.check(own ?? raw);
  return checked.ok ? undefined : [checked.error.message, checked.error.hint].filter(Boolean).join(" ");
}

/** Takes a raw answer apart; only for one that `problemWith` finds nothing wrong with. */
export function readAnswer(raw: string, field: Field, provider: Provider, preset: FieldAnswer | undefined): ReadAnswer {
  if (raw.trim() === "") return { answers: preset === undefined ? {} : { [field.id]: preset }, notes: [], pending: [] };
  const named = isBlock(raw) ? answersInBlock(raw, provider.fields) : {};
  if (Object.keys(named).length > 0) return readBlock(named, provider);
  const [line = "", ...pending] = lines(raw);
  const checked = field.check(line);
  if (!checked.ok) return { answers: {}, notes: [], pending: [] };
  const answers = checkedAnswers(field, checked.value);
  const others = provider.fields.filter(({ id }) => id in answers && id !== field.id);
  const found = others.map(({ id, label }) => `${label} was in it, too: ${checked.value.also?.[id]}.`);
  return { answers, notes: [...remarks(field.label, checked.value), ...found], pending };
}

/** The text in `raw` that speaks about this field, and whether it speaks about others. */
function ownAnswer(raw: string, field: Field, provider: Provider): readonly [string | undefined, boolean] {
  if (!isBlock(raw)) return [raw, false];
  const named = answersInBlock(raw, provider.fields);
  if (Object.keys(named).length === 0) return [lines(raw)[0], false];
  return [named[field.id], Object.keys(named).some((id) => id !== field.id)];
}

function readBlock(named: Readonly<Record<string, string>>, provider: Provider): ReadAnswer {
  const notes: string[] = [];
  const answers: Record<string, FieldAnswer> = {};
  for (const field of provider.fields) {
    const raw = named[field.id];
    if (raw === undefined) continue;
    const checked = field.check(raw);
    if (!checked.ok) {
      notes.push(`${field.label}: not taken from what you pasted. ${checked.error.message}`);
      continue;
    }
    Object.assign(answers, checkedAnswers(field, checked.value));
    notes.push(...checked.value.warnings);
  }
  const labels = provider.fields.filter(({ id }) => id in answers).map(({ label }) => label);
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
