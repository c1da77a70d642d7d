import { type Applied, applyPlan, type Plan } from "../config/apply.ts";
import type { LoosePermissions } from "../config/permissions.ts";
import type { Context, Prompter } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { Problem } from "../core/result.ts";
import type { Texts } from "../text/message.ts";
import { changeList, describePlan } from "./changes.ts";
import type { CurrentState } from "./current-state.ts";
import { isEmpty, isWithin, type PlanDeps, planOnboarding } from "./plan.ts";
import { assertResolved, type Resolution, resolveAnswers } from "./resolve-answers.ts";
import { changeSummary } from "./summary.ts";
import type { SetupRequest } from "./wizard-field.ts";

export interface WriteDeps {
  readonly planDeps: PlanDeps;
  readonly paths: Paths;
  readonly loose: readonly LoosePermissions[];
  readonly read: (known: CurrentState) => Promise<CurrentState>;
  readonly dryRun: boolean;
  /** Shows every value before writing. */
  readonly verbose: boolean;
  readonly prompter?: Prompter;
  /** Told what is about to be written, where there is something. */
  readonly beforeWriting?: (plan: Plan) => Promise<void>;
}

type WriteContext = Parameters<typeof applyPlan>[3] & Pick<Context, "text">;

/**
 * Writes the answers. The plan is made again under the lock, from the files as they are then. If it would write
 * anything beyond what the user agreed to, the new changes are shown first. Throws what `applyPlan` throws, `usage.*`
 * if the files no longer complete the answers, and `prompt.cancelled`.
 */
export async function writeAnswers(
  request: SetupRequest,
  start: CurrentState,
  deps: WriteDeps,
  context: WriteContext,
): Promise<Applied<CurrentState>> {
  const { planDeps, paths, read, dryRun, prompter } = deps;
  for (let current = start; ; ) {
    const accepted = resolveAnswers(request.answers, current);
    const agreed = planOnboarding(accepted, current, planDeps, request.listed);
    if (dryRun || isEmpty(agreed)) return { plan: agreed, current, written: [], backups: [] };
    await deps.beforeWriting?.(agreed);
    let changed: CurrentState | undefined;
    const makePlan = (now: CurrentState): Plan => {
      const resolution = resolveAnswers(request.answers, now);
      assertResolved(withoutKnown(resolution, accepted));
      const plan = planOnboarding(resolution, now, planDeps, request.listed);
      changed = prompter === undefined || isWithin(plan, agreed) ? undefined : now;
      return changed === undefined ? plan : { config: [], secrets: [] };
    };
    const applied = await applyPlan((known = start) => read(known), makePlan, paths, context);
    if (prompter === undefined || changed === undefined) return applied;
    current = changed;
    prompter.note(context.text.onboard.changedMeanwhile);
    const shown = preview(request, current, deps, context.text) ?? { shown: "" };
    while ((await askToWrite(shown, context.text, prompter)) === "back");
  }
}

/** Keeps only problems that did not exist when the answers were accepted. */
function withoutKnown({ problems, missing }: Resolution, accepted: Resolution) {
  const known = [...accepted.problems, ...accepted.missing].map(({ where }) => where);
  const isNew = ({ where }: Problem) => !known.includes(where);
  return { problems: problems.filter(isNew), missing: missing.filter(isNew) };
}

/** The changes before they are made. */
export interface Preview {
  readonly shown: string;
  /** Every value, for whoever asks; absent if they are shown already. */
  readonly details?: string;
}

/** `undefined` if nothing would change. */
export function preview(
  { answers, listed }: SetupRequest,
  current: CurrentState,
  { planDeps, loose, verbose }: Pick<WriteDeps, "planDeps" | "loose" | "verbose">,
  text: Texts,
): Preview | undefined {
  const resolution = resolveAnswers(answers, current);
  const plan = planOnboarding(resolution, current, planDeps, listed);
  const files = describePlan(plan, current, text);
  if (files.length === 0 && loose.length === 0) return undefined;
  const details = text.onboard.willChange(changeList(files, loose, resolution, text));
  if (verbose) return { shown: details };
  const summary = text.onboard.willChange(changeSummary(files, loose, { plan, current, resolution }, text));
  return summary === details ? { shown: details } : { shown: summary, details };
}

/** Throws `prompt.cancelled` if the user declines. */
export async function askToWrite(
  { shown, details }: Preview,
  text: Texts,
  prompter: Prompter,
): Promise<"agreed" | "back"> {
  prompter.note(`\n${shown}\n`);
  const question = { message: text.onboard.write, initial: true };
  const reply = await prompter.confirm({ ...question, ...(details !== undefined && { details: `${details}\n` }) });
  if (reply.kind === "back") return "back";
  if (reply.value) return "agreed";
  throw new OpenclawError(({ terminal }) => terminal.declined, { code: "prompt.cancelled" });
}
