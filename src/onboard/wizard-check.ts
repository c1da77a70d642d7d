import type { Prompter } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { type Finding, findingLines } from "../providers/finding.ts";
import { type Field, needOf } from "../providers/provider.ts";
import { say } from "../text/message.ts";
import { valuesOf } from "./answers.ts";
import { isReplaced, type Resolution, resolveAnswers } from "./resolve-answers.ts";
import { type Asked, askField, type QuestionDeps, type WizardState } from "./wizard-field.ts";
import { askModel } from "./wizard-settings.ts";

/** Sends what real requests would carry; returns a finding if one fails. */
export type Verify = (resolution: Resolution, signal: AbortSignal) => Promise<Finding | undefined>;

type NextStep = Correction | "again" | "save" | "leave";

/**
 * Checks the answers before saving, until they work or the user decides otherwise. Only the answer to blame is asked
 * for again; one that was never given is asked for right away.
 */
export async function askVerified(
  start: WizardState,
  deps: QuestionDeps,
  verify: Verify = async () => undefined,
  prompter: Prompter,
): Promise<Asked> {
  let state = start;
  for (;;) {
    const resolution = resolveAnswers(state.answers, deps.current);
    const finding = await prompter.busy(deps.text.onboard.checking, (signal) => verify(resolution, signal));
    if (finding === undefined) {
      prompter.note(`✔ ${deps.text.onboard.works}`);
      return { ...state, works: true };
    }
    for (const line of findingLines(finding, deps.text)) prompter.note(`  ${line}`);
    const next = await recover(finding, state, deps, prompter);
    if (next === "back") return "back";
    if (next === "save") return { ...state, works: false };
    state = next;
  }
}

interface Correction {
  readonly label: string;
  readonly wasAnswered: boolean;
  /** Resolves to `undefined` if there was no answer after all. */
  readonly ask: () => Promise<WizardState | undefined>;
}

/** Questions whose answers may be to blame for a finding: first its field, then the field that can replace it. */
function correctionsFor(
  { field: blamed }: Finding,
  state: WizardState,
  deps: QuestionDeps,
  prompter: Prompter,
): readonly Correction[] {
  const { text, current } = deps;
  const finished = async (asked: Asked) => (asked === "back" ? undefined : askNeeded(asked, deps, prompter));
  if (blamed === "model") {
    const ask = async () => finished(await askModel(state, deps, prompter));
    return [{ label: text.onboard.changeModel, wasAnswered: true, ask }];
  }
  const { provider, answers } = resolveAnswers(state.answers, current);
  const fields = provider?.fields ?? [];
  const field = fields.find(({ id }) => id === blamed);
  const instead = fields.find(({ id }) => id === field?.alternative);
  return [field, instead]
    .filter((one) => one !== undefined)
    .map((one) => ({
      label: labelOf(one, deps),
      wasAnswered: one.id in answers,
      ask: async () => {
        const asked = await askField(one, state, deps, prompter, { isBlamed: true });
        const isAnswered = asked !== "back" && one.id in resolveAnswers(asked.answers, current).answers;
        return isAnswered ? finished(asked) : undefined;
      },
    }));
}

const labelOf = ({ correction, label }: Field, { text }: QuestionDeps): string =>
  correction === undefined ? text.onboard.changeAnswer(say(label, text)) : say(correction, text);

/** Asks what to do about a finding. Returns the state to check again, or ends checking. */
async function recover(
  finding: Finding,
  state: WizardState,
  deps: QuestionDeps,
  prompter: Prompter,
): Promise<WizardState | "save" | "back"> {
  const corrections = correctionsFor(finding, state, deps, prompter);
  const [first] = corrections;
  const askNext = () => askNextStep(corrections, deps, prompter);
  for (let next = first?.wasAnswered === false ? first : await askNext(); ; next = await askNext()) {
    if (next === "again") return state;
    if (next === "save" || next === "back") return next;
    if (next === "leave") throw new OpenclawError(({ terminal }) => terminal.declined, { code: "prompt.cancelled" });
    const corrected = await next.ask();
    // No answer after all, so back to the menu.
    if (corrected !== undefined) return corrected;
  }
}

/** Asks for what another answer has made necessary. `undefined` if it was left unanswered. */
async function askNeeded(start: WizardState, deps: QuestionDeps, prompter: Prompter): Promise<WizardState | undefined> {
  let state = start;
  for (const field of resolveAnswers(start.answers, deps.current).provider?.fields ?? []) {
    const { provider, answers } = resolveAnswers(state.answers, deps.current);
    if (!provider || needOf(field, valuesOf(answers)) !== "required") continue;
    if (field.id in answers || isReplaced(field, provider, answers)) continue;
    const asked = await askField(field, state, deps, prompter);
    if (asked === "back") return undefined;
    state = asked;
  }
  return state;
}

/** @why the answer to blame comes first: transient failures have already been retried. */
async function askNextStep(
  corrections: readonly Correction[],
  { text }: QuestionDeps,
  prompter: Prompter,
): Promise<NextStep | "back"> {
  const reply = await prompter.choose<NextStep>({
    message: text.onboard.whatNow,
    choices: [
      ...corrections.map((correction) => ({ value: correction, label: correction.label })),
      { value: "again", label: text.onboard.tryAgain },
      { value: "save", label: text.onboard.saveAnyway },
      { value: "leave", label: text.onboard.leaveUnsaved },
    ],
    initial: corrections[0] ?? "again",
  });
  return reply.kind === "back" ? "back" : reply.value;
}
