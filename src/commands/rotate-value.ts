import { type Context, lookUp, type Prompter } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { type Problem, problemText } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { remarks } from "../onboard/answers.ts";
import type { Provider } from "../providers/provider.ts";
import { byForm, checkValue, namedRotatable, type Rotatable, type Rotation } from "../reset/rotation.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { answersFromFlags, readToEnd } from "./flag-answers.ts";
import type { Flags } from "./onboard-flags.ts";

export interface NewValues {
  readonly rotations: readonly Rotation[];
  /** Repairs and oddities of what was given, one sentence each. */
  readonly notes: readonly Message[];
}

/** A noun for a credential, with its variable where nothing else tells it from another. */
export const labelOf = ({ field, id }: Rotatable, text: Texts): string =>
  field === undefined ? id : text.reset.rotate.labelled({ label: say(field.label, text), id });

/** The new values that flags give, each for the credential that its flag is about. Throws `usage.*`, `credentials.missing`. */
export async function valuesFromFlags(
  flags: Flags,
  candidates: readonly Rotatable[],
  providers: readonly Provider[],
  context: Context,
): Promise<NewValues> {
  const { answers, problems, notes } = await answersFromFlags(flags, providers, context);
  const faults: Problem[] = [...problems];
  const rotations: Rotation[] = [];
  for (const field of providers.flatMap(({ fields }) => fields)) {
    const answer = answers[field.id];
    if (!field.secret || answer === undefined || answer.source.kind !== "flag") continue;
    const where = answer.source.name;
    const candidate = chosenFor(
      flags,
      candidates.filter((one) => one.field?.id === field.id),
    );
    const value =
      answer.kind === "reference"
        ? lookUp(answer.variable, context.env)
        : answer.kind === "secret"
          ? answer.value.reveal()
          : undefined;
    if (answer.kind === "reference" && !value) {
      const { variable } = answer;
      faults.push({ where, message: (t) => t.onboard.variableEmpty(variable), hint: (t) => t.onboard.exportFirst });
    } else if (value === undefined) {
      faults.push({ where, message: (t) => t.onboard.answerEmpty(say(field.label, t)) });
    } else if (candidate === undefined) {
      faults.push({
        where,
        message: (t) => t.reset.rotate.nothingToReplace(say(field.label, t)),
        hint: (t) => t.reset.rotate.addIt(`--${field.flag}`),
      });
    } else {
      const checked = checkValue(candidate, value);
      if (checked.ok) rotations.push({ ...candidate, value: new Secret(checked.value.value) });
      else faults.push({ where, ...checked.error });
    }
  }
  if (faults.length > 0)
    throw new OpenclawError((t) => t.onboard.answersUnusable(faults.length), {
      code: "usage.invalid",
      problems: faults,
    });
  return { rotations, notes };
}

/** The credential that `--rotate-key` names, else the one that is no key of a list. */
function chosenFor({ rotateKey }: Flags, candidates: readonly Rotatable[]): Rotatable | undefined {
  const named = typeof rotateKey === "string" ? namedRotatable(rotateKey, candidates) : undefined;
  return named ?? candidates.find(({ position }) => position === undefined) ?? candidates[0];
}

/** The new value on standard input, for the credential that is named, the only one, or the one that its form shows. */
export async function valueFromInput(
  named: Rotatable | undefined,
  candidates: readonly Rotatable[],
  context: Context,
  hint?: Message,
): Promise<NewValues> {
  const raw = (await readToEnd("--rotate-key", context)).trim();
  if (raw === "") throw missing(candidates, (t) => t.onboard.stdinEmpty, hint);
  const candidate = named ?? (candidates.length === 1 ? candidates[0] : byForm(raw, candidates));
  if (candidate === undefined) throw missing(candidates, (t) => t.reset.rotate.whichInput);
  const checked = checkValue(candidate, raw);
  if (!checked.ok)
    throw new OpenclawError((t) => t.onboard.answersUnusable(1), {
      code: "usage.invalid",
      problems: [{ where: candidate.id, ...checked.error }],
    });
  return {
    rotations: [{ ...candidate, value: new Secret(checked.value.value) }],
    notes: remarks(() => candidate.id, checked.value),
  };
}

/** Says what to pass: the flags, and what tells several credentials apart. */
export function missing(candidates: readonly Rotatable[], message: Message, hint?: Message): OpenclawError {
  const flags = [...new Set(candidates.flatMap(({ field }) => (field === undefined ? [] : [`--${field.flag}-file`])))];
  const ids = candidates.map(({ id }) => id);
  return new OpenclawError(message, {
    code: "usage.missing",
    hint:
      hint ?? ((t) => (ids.length === 1 ? t.reset.rotate.passValue(flags) : t.reset.rotate.passWhich({ ids, flags }))),
  });
}

/** Asks which credential, where there are several, and for its new value. Throws `prompt.cancelled`. */
export async function askValue(
  named: Rotatable | undefined,
  candidates: readonly Rotatable[],
  prompter: Prompter,
  text: Texts,
): Promise<NewValues> {
  for (;;) {
    const candidate = named ?? (await askWhich(candidates, prompter, text));
    const { field, old } = candidate;
    const label = labelOf(candidate, text);
    if (old.reveal() !== "") prompter.note(`  ${text.reset.rotate.now({ label, value: String(old) })}`);
    const reply = await prompter.text({
      message: text.reset.rotate.newValue(field === undefined ? candidate.id : say(field.label, text)),
      ...(field !== undefined && { help: say(field.help, text) }),
      ...(field?.page !== undefined && { page: field.page }),
      secret: true,
      problem: (raw) => {
        if (raw.trim() === "") return text.onboard.answerNeeded(label);
        const checked = checkValue(candidate, raw);
        return checked.ok ? undefined : problemText(checked.error, text);
      },
    });
    if (reply.kind === "back") {
      if (named !== undefined || candidates.length === 1) throw declined();
      continue;
    }
    const checked = checkValue(candidate, reply.value);
    if (!checked.ok) continue;
    for (const note of remarks(() => label, checked.value)) prompter.note(`  ${say(note, text)}`);
    return { rotations: [{ ...candidate, value: new Secret(checked.value.value) }], notes: [] };
  }
}

async function askWhich(candidates: readonly Rotatable[], prompter: Prompter, text: Texts): Promise<Rotatable> {
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  const reply = await prompter.choose<Rotatable>({
    message: text.reset.rotate.which,
    choices: candidates.map((one) => ({
      value: one,
      label: labelOf(one, text),
      facts: [String(one.old), one.usedBy.join(", ")],
      description: text.reset.fact({ label: String(one.old), providers: one.usedBy }),
    })),
  });
  if (reply.kind === "back") throw declined();
  return reply.value;
}

export const declined = (): OpenclawError =>
  new OpenclawError((t) => t.terminal.declined, { code: "prompt.cancelled" });
