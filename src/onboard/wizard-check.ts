import type { Prompter } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { type Finding, findingLines } from "../providers/finding.ts";
import { type Field, needOf } from "../providers/provider.ts";
import { say } from "../text/message.ts";
import { valuesOf } from "./answers.ts";
import { isReplaced, type Resolution, resolveAnswers } from "./resolve-answers.ts";
import { type Asked, askField, type QuestionDeps, type ReturnedWith, type WizardState } from "./wizard-field.ts";
import { askModel } from "./wizard-settings.ts";

/** Sends what real requests would carry; returns a finding if one fails. */
export type Verify = (resolution: Resolution, signal: AbortSignal) => Promise<Finding | undefined>;

/**
 * Checks the answers before saving, until they work or the user decides otherwise. Only the answer to blame is asked
 * for again, unless the user wants to change another; one that was never given is asked for right away.
 */
export async function askVerified(
  start: WizardState,
  deps: QuestionDeps,
  verify: Verify = async () => undefined,
  prompter: Prompter,
): Promise<WizardState | ReturnedWith> {
  const { onboard } = deps.text;
  let state = start;
  for (;;) {
    const resolution = resolveAnswers(state.answers, deps.current);
    const checked = await prompter.busy(onboard.checking, (signal) => verify(resolution, signal));
    if (checked.kind === "back") return { returnsWith: state };
    if (checked.kind === "skipped") {
      prompter.note(`  ${onboard.checkSkipped}`);
      return { ...state, works: false };
    }
    const finding = checked.value;
    if (finding === undefined) {
      prompter.note(`✔ ${onboard.works}`);
      return { ...state, works: true };
    }
    for (const line of findingLines(finding, deps.text)) prompter.note(`  ${line}`);
    const recovered = await recover(finding, state, deps, prompter);
    if (recovered.next === "back") return { returnsWith: recovered.state };
    if (recovered.next === "save") return { ...recovered.state, works: false };
    state = recovered.state;
  }
}

/** The state after a correction, and whether everything that it made necessary was answered. */
interface Corrected {
  readonly state: WizardState;
  readonly isComplete: boolean;
}

interface Correction {
  readonly label: string;
  readonly wasAnswered: boolean;
  /** Resolves to `undefined` if there was no answer after all. */
  readonly ask: () => Promise<Corrected | undefined>;
}

type NextStep = Correction | "other" | "again" | "save" | "leave";

/** The questions to correct: those that a finding blames, and all the others. */
interface Corrections {
  readonly blamed: readonly Correction[];
  readonly others: readonly Correction[];
}

/** Questions whose answers may be to blame for a finding are first its field, then the field that can replace it. */
function correctionsFor(
  { field: blamed }: Finding,
  state: WizardState,
  deps: QuestionDeps,
  prompter: Prompter,
): Corrections {
  const { text, current } = deps;
  const { provider, answers } = resolveAnswers(state.answers, current);
  const fields = provider?.fields ?? [];
  const field = fields.find(({ id }) => id === blamed);
  const instead = fields.find(({ id }) => id === field?.alternative);
  const suspects = [field, instead].filter((one) => one !== undefined);
  const finished = async (asked: Asked) => (asked === "back" ? undefined : askNeeded(asked, deps, prompter));
  const correction = (one: Field, isBlamed: boolean): Correction => ({
    label: labelOf(one, deps),
    wasAnswered: one.id in answers,
    ask: async () => {
      const asked = await askField(one, state, deps, prompter, { isBlamed });
      const isAnswered = asked !== "back" && one.id in resolveAnswers(asked.answers, current).answers;
      return isAnswered || !isBlamed ? finished(asked) : undefined;
    },
  });
  const ofModel: Correction = {
    label: text.onboard.changeModel,
    wasAnswered: true,
    ask: async () => finished(await askModel(state, deps, prompter)),
  };
  const isOpen = (one: Field) =>
    provider &&
    !suspects.includes(one) &&
    !isReplaced(one, provider, answers) &&
    needOf(one, valuesOf(answers)) !== "none" &&
    (one.asked !== "never" || one.id in answers) &&
    one.stored !== false;
  const others = fields.filter(isOpen).map((one) => correction(one, false));
  return {
    blamed: blamed === "model" ? [ofModel] : suspects.map((one) => correction(one, true)),
    others: blamed === "model" ? others : [...others, ofModel],
  };
}

const labelOf = ({ correction, label }: Field, { text }: QuestionDeps): string =>
  correction === undefined ? text.onboard.changeAnswer(say(label, text)) : say(correction, text);

/** Asks what to do about a finding until there is something to check again, or checking ends. */
async function recover(
  finding: Finding,
  start: WizardState,
  deps: QuestionDeps,
  prompter: Prompter,
): Promise<{ readonly next: "again" | "save" | "back"; readonly state: WizardState }> {
  let state = start;
  for (let isFirst = true; ; isFirst = false) {
    const corrections = correctionsFor(finding, state, deps, prompter);
    const [first] = corrections.blamed;
    const isMissing = isFirst && first?.wasAnswered === false;
    const step = isMissing ? first : await askNextStep(corrections, deps, prompter);
    if (step === "again" || step === "save" || step === "back") return { next: step, state };
    if (step === "leave") throw new OpenclawError(({ terminal }) => terminal.declined, { code: "prompt.cancelled" });
    const chosen = step === "other" ? await askWhich(corrections.others, deps, prompter) : step;
    const corrected = await chosen?.ask();
    // Without an answer, back to the menu, and with what was answered before.
    if (corrected !== undefined) state = corrected.state;
    if (corrected?.isComplete) return { next: "again", state };
  }
}

/** Asks for what another answer has made necessary. */
async function askNeeded(start: WizardState, deps: QuestionDeps, prompter: Prompter): Promise<Corrected> {
  let state = start;
  for (const field of resolveAnswers(start.answers, deps.current).provider?.fields ?? []) {
    const { provider, answers } = resolveAnswers(state.answers, deps.current);
    if (!provider || needOf(field, valuesOf(answers)) !== "required") continue;
    if (field.id in answers || isReplaced(field, provider, answers)) continue;
    const asked = await askField(field, state, deps, prompter);
    if (asked === "back") return { state, isComplete: false };
    state = asked;
  }
  return { state, isComplete: true };
}

/** @why the answer to blame comes first: transient failures have already been retried. */
async function askNextStep(
  { blamed, others }: Corrections,
  { text }: QuestionDeps,
  prompter: Prompter,
): Promise<NextStep | "back"> {
  const { onboard } = text;
  const other = blamed.length === 0 ? onboard.changeAny : onboard.changeOther;
  const reply = await prompter.choose<NextStep>({
    message: onboard.whatNow,
    choices: [
      ...blamed.map((correction) => ({ value: correction, label: correction.label })),
      { value: "again", label: onboard.tryAgain },
      ...(others.length === 0 ? [] : [{ value: "other", label: other } as const]),
      { value: "save", label: onboard.saveAnyway },
      { value: "leave", label: onboard.leaveUnsaved },
    ],
    initial: blamed[0] ?? "again",
  });
  return reply.kind === "back" ? "back" : reply.value;
}

async function askWhich(
  corrections: readonly Correction[],
  { text }: QuestionDeps,
  prompter: Prompter,
): Promise<Correction | undefined> {
  const choices = corrections.map((correction) => ({ value: correction, label: correction.label }));
  const reply = await prompter.choose<Correction>({ message: text.onboard.whichAnswer, choices });
  return reply.kind === "back" ? undefined : reply.value;
}
