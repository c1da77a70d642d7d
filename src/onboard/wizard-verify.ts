import type { Prompter } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Field, Finding } from "../providers/provider.ts";
import { findingLines } from "../providers/try-out.ts";
import type { Wishes } from "./plan.ts";
import type { Today } from "./today.ts";
import { askField } from "./wizard-questions.ts";
import type { Patch, WizardState } from "./wizard-state.ts";

/** What is wrong with the set-up that the wishes ask for, or undefined. */
export type Verify = (wishes: Wishes, signal: AbortSignal) => Promise<Finding | undefined>;

type Way = "correct" | "again" | "save" | "leave";

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
      return state;
    }
    for (const line of findingLines(finding)) prompter.note(`  ${line}`);
    const next = await recover(finding, state, wishes, today, prompter);
    if (next === "back") return "back";
    if (next === "save") return state;
    state = next;
  }
}

/** What the person wants done about a finding: the state to check anew, or the end of checking. */
async function recover(
  finding: Finding,
  state: WizardState,
  wishes: Wishes,
  today: Today,
  prompter: Prompter,
): Promise<WizardState | "save" | "back"> {
  const field = state.provider?.fields.find(({ id }) => id === finding.field);
  const wasAnswered = field !== undefined && field.id in (wishes.provider?.answers ?? {});
  const askNext = () => askWay(field, finding, prompter);
  for (let way = field === undefined || wasAnswered ? await askNext() : "correct"; ; way = await askNext()) {
    if (way === "again") return state;
    if (way === "save" || way === "back") return way;
    if (way === "leave") throw new OpenclawError("Nothing was written.", { code: "prompt.cancelled" });
    const patch = field === undefined ? "back" : await askField(field, state, today, prompter);
    // Without an answer after all, the list of ways is what is left.
    if (patch !== "back" && field !== undefined && field.id in (patch.answers ?? {})) return { ...state, ...patch };
  }
}

async function askWay(field: Field | undefined, { transient }: Finding, prompter: Prompter): Promise<Way | "back"> {
  const correct = field === undefined ? [] : [{ value: "correct" as const, label: `Correct it: ${field.label}` }];
  const reply = await prompter.choose<Way>({
    message: "What now?",
    choices: [
      ...correct,
      { value: "again", label: "Try again" },
      { value: "save", label: "Save anyway" },
      { value: "leave", label: "Leave without saving" },
    ],
    initial: transient || field === undefined ? "again" : "correct",
  });
  return reply.kind === "back" ? "back" : reply.value;
}
