import type { Problem } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { type CheckedAnswer, type Field, needOf, type Provider } from "../providers/provider.ts";
import { en } from "../text/en/index.ts";
import { say } from "../text/message.ts";
import { type Answers, defaultFor, type FieldAnswer, knownValues, originNote, valuesOf } from "./answers.ts";
import type { Today } from "./current-state.ts";

/** What the command line says about a provider, by field id. */
export interface GivenFlags {
  /** Raw values and the flag each came from. */
  readonly raw: Readonly<Record<string, { readonly raw: string; readonly source: string }>>;
  /** Fields whose flag came with an empty value. */
  readonly empty: readonly string[];
  /** Variables that `--<flag>-env` names. */
  readonly variables: Readonly<Record<string, string>>;
  /** `ref` stores no secret and refers to variables instead. */
  readonly mode: "plaintext" | "ref";
}

export interface Collected {
  readonly answers: Answers;
  readonly problems: readonly Problem[];
  /** What was repaired, looks odd, or was found somewhere, each a sentence. */
  readonly notes: readonly string[];
}

/** What the flags answer, checked; every problem at once. `implied` is what other flags say, where these say nothing. */
export function answersFromFlags(
  provider: Provider,
  flags: GivenFlags,
  today: Today,
  implied: Answers = {},
): Collected {
  const answers: Record<string, FieldAnswer> = { ...implied };
  const problems: Problem[] = [];
  const notes: string[] = [];
  for (const field of provider.fields) {
    const given = flags.raw[field.id];
    if (given === undefined) continue;
    const checked = field.check(given.raw);
    if (!checked.ok) {
      problems.push({ where: given.source, ...checked.error });
      continue;
    }
    notes.push(...remarks(given.source, checked.value));
    Object.assign(answers, checkedAnswers(field, checked.value));
  }
  for (const { implies = {} } of provider.fields.filter((field) => field.id in answers)) {
    for (const [other, value] of Object.entries(implies)) answers[other] ??= { kind: "value", value };
  }
  const values = knownValues(provider, answers, today);
  for (const field of provider.fields.filter((candidate) => needOf(candidate, values) === "none")) {
    delete answers[field.id];
    // Of what another flag only implied, nobody has to hear.
    if (!(field.id in flags.raw)) continue;
    const message = `${say(field.label, en)} has no place beside the other answers.`;
    problems.push({
      where: `--${field.flag}`,
      message,
      hint: "Leave it out, or change the answer that it depends on: who pays, or the endpoint.",
    });
  }
  for (const field of provider.fields.filter((candidate) => candidate.secret && needOf(candidate, values) !== "none")) {
    const isRequired = needOf(field, values) === "required";
    const mode = field.stored === false ? "plaintext" : flags.mode;
    const referred = referredAnswer(field, isRequired, provider, { ...flags, mode }, answers[field.id], today);
    if (referred?.answer !== undefined) answers[field.id] = referred.answer;
    if (referred?.problem !== undefined) problems.push(referred.problem);
  }
  return { answers, problems, notes };
}

/** A checked text as answers: its own field's, and those of others that it also held. */
export function checkedAnswers(field: Field, { value, also = {} }: CheckedAnswer): Answers {
  const others = Object.entries(also).map(([id, other]) => [id, { kind: "value", value: other }] as const);
  const own: FieldAnswer = field.secret ? { kind: "store", value: new Secret(value) } : { kind: "value", value };
  return { ...Object.fromEntries(others), [field.id]: own };
}

/** What was done to an answer, in half a line each. */
export function remarks(source: string, { repairs, warnings }: CheckedAnswer): readonly string[] {
  const repaired = repairs.length === 0 ? [] : [`${source}: ${repairs.map((one) => say(one, en)).join(", ")}.`];
  return [...repaired, ...warnings.map((one) => say(one, en))];
}

/** Adds what today's set-up and the variables answer, for the fields that `wanted` names. */
export function fillFromToday(
  provider: Provider,
  answers: Answers,
  today: Today,
  wanted = (_: Field) => true,
): Collected {
  const filled: Record<string, FieldAnswer> = { ...answers };
  const notes: string[] = [];
  // A base URL makes the ids needless, so it is decided before them; ids that were given make it needless in turn.
  const replacing = provider.fields.filter(({ id }) => id in provider.replaces);
  for (const field of new Set([...replacing, ...provider.fields])) {
    const needless =
      field.id in filled ||
      field.stored === false ||
      needOf(field, valuesOf(filled)) === "none" ||
      isReplaced(field, provider, filled) ||
      provider.replaces[field.id]?.some((id) => id in filled);
    const answer = needless || !wanted(field) ? undefined : defaultFor(field, provider, today);
    if (answer === undefined) continue;
    filled[field.id] = answer;
    notes.push(...[originNote(field, answer, today)].filter((note) => note !== undefined));
  }
  // What was answered before another answer made it needless is dropped.
  const values = valuesOf(filled);
  for (const field of provider.fields) if (needOf(field, values) === "none") delete filled[field.id];
  return { answers: filled, problems: [], notes };
}

/** Whether another field that was answered makes this one needless, as a base URL does the ids. */
export function isReplaced(field: Field, provider: Provider, answers: Answers): boolean {
  return Object.entries(provider.replaces).some(([by, fields]) => by in answers && fields.includes(field.id));
}

/** One problem for each required field that nothing answers. */
export function missingAnswers(provider: Provider, answers: Answers, { empty, raw }: GivenFlags): readonly Problem[] {
  return provider.fields
    .filter(
      (field) =>
        needOf(field, valuesOf(answers)) === "required" &&
        !(field.id in answers) &&
        !(field.id in raw) &&
        !isReplaced(field, provider, answers),
    )
    .map((field) => {
      const flag = `--${field.flag}`;
      const variables = field.env.join(" or ");
      if (!empty.includes(field.id)) {
        return {
          where: flag,
          message: `${say(field.label, en)} is missing.`,
          hint: `Pass the flag or set ${variables}. ${say(field.help, en)}${otherwise(field, provider)}`,
        };
      }
      const hint = `The variable in it is probably not exported, and ${variables} is not set either.`;
      return { where: flag, message: `${say(field.label, en)} is empty.`, hint };
    });
}

/** How a field can be made needless, where another answer does that. */
function otherwise({ without }: Field, { fields }: Provider): string {
  const other = fields.find(({ id }) => id === without);
  if (other?.choices === undefined) return "";
  const [, ...others] = other.choices.map(({ value }) => value);
  return ` Without one: --${other.flag} ${others.join(" or ")}.`;
}

/**
 * `--<flag>-env NAME` takes the value from a variable; in `ref` mode the configuration refers to the variable and
 * nothing is stored. Either way it must have a value now.
 */
function referredAnswer(
  field: Field,
  isRequired: boolean,
  provider: Provider,
  { mode, variables }: GivenFlags,
  offered: FieldAnswer | undefined,
  today: Today,
): { readonly answer?: FieldAnswer; readonly problem?: Problem } | undefined {
  const named = variables[field.id];
  const wanted = named !== undefined || (mode === "ref" && (isRequired || offered !== undefined));
  if (!wanted) return undefined;
  const variable = named ?? field.env[0] ?? "";
  const where = named === undefined ? `--${field.flag}` : `--${field.flag}-env`;
  const found = today.variables.get(variable);
  if (found === undefined) {
    const kept = named === undefined && offered === undefined ? defaultFor(field, provider, today) : undefined;
    if (kept?.kind === "keep") return { answer: kept };
    const hint = `Export it, or name another one with --${field.flag}-env.`;
    return {
      problem: { where, message: `${variable} has no value${mode === "ref" ? ", and `ref` stores none" : ""}.`, hint },
    };
  }
  const checked = field.check(found.value.reveal());
  if (!checked.ok) return { problem: { where: variable, ...checked.error } };
  if (mode === "plaintext")
    return { answer: { kind: "store", value: new Secret(checked.value.value), source: variable } };
  if (offered?.kind === "store" && offered.value.reveal() !== checked.value.value) {
    const message = `The value given differs from ${variable}, which \`ref\` would refer to.`;
    return { problem: { where, message, hint: "Leave the flag out, or use --secret-input-mode plaintext." } };
  }
  return { answer: { kind: "refer", variable } };
}
