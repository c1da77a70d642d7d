import type { Prompter } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { type Finding, findingLines } from "../providers/finding.ts";
import { needOf } from "../providers/provider.ts";
import { en } from "../text/en/index.ts";
import { say } from "../text/message.ts";
import { valuesOf } from "./answers.ts";
import type { Today } from "./current-state.ts";
import type { Wishes } from "./plan.ts";
import { fillFromToday, isReplaced } from "./resolve-answers.ts";
import { askModel } from "./wizard-model.ts";
import { askField } from "./wizard-questions.ts";
import type { Patch, WizardState } from "./wizard-state.ts";

/** What is wrong with the set-up that the wishes ask for, or undefined. */
export type Verify = (wishes: Wishes, signal: AbortSignal) => Promise<Finding | undefined>;

type Way = Correction | "again" | "save" | "leave";

/**
 * Checks the set-up before anything is saved, until it works or the person decides otherwise. Only the answer that is to
 * blame is asked for again; one that was never given is asked for at once.
 */
export async function askVerified(
  start: WizardState,
  today: Today,
  wishesOf: (state: WizardState) => Wishes,
  verify: Verify = async () => undefined,
  prompter: Prompter,
): Promise<Patch> {
  let state = start;
  for (;;) {
    const wishes = wishesOf(state);
    const finding = await prompter.busy("Checking the set-up", (signal) => verify(wishes, signal));
    if (finding === undefined) {
      prompter.note("✔ The set-up works.");
      return { ...state, works: true };
    }
    for (const line of findingLines(finding, en)) prompter.note(`  ${line}`);
    const next = await recover(finding, state, wishes, today, prompter);
    if (next === "back") return "back";
    if (next === "save") return { ...state, works: false };
    state = next;
  }
}

/** What can be asked again, and how it is called. */
interface Correction {
  readonly label: string;
  readonly wasAnswered: boolean;
  /** Undefined when there was no answer after all. */
  readonly ask: () => Promise<WizardState | undefined>;
}

/** What may correct a finding when an answer is to blame: that answer first, then the one that makes it needless. */
function correctionsFor(
  { field: blamed }: Finding,
  state: WizardState,
  wishes: Wishes,
  today: Today,
  prompter: Prompter,
): readonly Correction[] {
  const asked = async (patch: Patch, isAnswered: (patch: Partial<WizardState>) => boolean) =>
    patch !== "back" && isAnswered(patch) ? askNeeded({ ...state, ...patch }, today, prompter) : undefined;
  if (blamed === "model") {
    const ask = async () => asked(await askModel(state, today, prompter), () => true);
    return [{ label: "Change the default model", wasAnswered: true, ask }];
  }
  const fields = state.provider?.fields ?? [];
  const field = fields.find(({ id }) => id === blamed);
  const instead = fields.find(({ id }) => id === field?.without);
  return [field, instead].flatMap((one) => {
    if (one === undefined) return [];
    const ask = async () =>
      asked(await askField(one, state, today, prompter, { isBlamed: true }), ({ answers = {} }) => one.id in answers);
    return [
      { label: say(one.correction ?? one.label, en), wasAnswered: one.id in (wishes.provider?.answers ?? {}), ask },
    ];
  });
}

/** What the person wants done about a finding: the state to check anew, or the end of checking. */
async function recover(
  finding: Finding,
  state: WizardState,
  wishes: Wishes,
  today: Today,
  prompter: Prompter,
): Promise<WizardState | "save" | "back"> {
  const corrections = correctionsFor(finding, state, wishes, today, prompter);
  const [first] = corrections;
  const askNext = () => askWay(corrections, prompter);
  for (let way = first?.wasAnswered === false ? first : await askNext(); ; way = await askNext()) {
    if (way === "again") return state;
    if (way === "save" || way === "back") return way;
    if (way === "leave") throw new OpenclawError("Nothing was written.", { code: "prompt.cancelled" });
    const corrected = await way.ask();
    // Without an answer after all, the list of ways is what is left.
    if (corrected !== undefined) return corrected;
  }
}

/** Another answer to who pays may make a question necessary that was none before. Undefined when it was left unanswered. */
async function askNeeded(start: WizardState, today: Today, prompter: Prompter): Promise<WizardState | undefined> {
  const { provider } = start;
  let state = start;
  if (!provider) return start;
  for (const field of provider.fields) {
    const { answers } = fillFromToday(provider, state.answers, today);
    const isNeeded = needOf(field, valuesOf(answers)) === "required" && !isReplaced(field, provider, answers);
    if (!isNeeded || field.id in answers) continue;
    const patch = await askField(field, state, today, prompter);
    if (patch === "back") return undefined;
    state = { ...state, ...patch };
  }
  return state;
}

/** @why the answer that is to blame comes first: what may pass by itself has been tried again already. */
async function askWay(corrections: readonly Correction[], prompter: Prompter): Promise<Way | "back"> {
  const reply = await prompter.choose<Way>({
    message: "What now?",
    choices: [
      ...corrections.map((correction) => ({ value: correction, label: correction.label })),
      { value: "again", label: "Try again" },
      { value: "save", label: "Save anyway" },
      { value: "leave", label: "Leave without saving" },
    ],
    initial: corrections[0] ?? "again",
  });
  return reply.kind === "back" ? "back" : reply.value;
}
