import type { Prompter } from "../core/context.ts";
import type { Listed } from "../providers/list-models.ts";
import { formatModelRef } from "../providers/model.ts";
import { type Field, needOf, type Provider } from "../providers/provider.ts";
import { type Answers, isFromFlag, isSameAnswer, valuesOf } from "./answers.ts";
import { currentAnswer } from "./current-state.ts";
import { wouldReplaceDefault } from "./default-model.ts";
import type { OpenLookup } from "./lookup.ts";
import { isReplaced, type Resolution, resolveAnswers } from "./resolve-answers.ts";
import { askVerified, type Verify } from "./wizard-check.ts";
import {
  type Asked,
  askField,
  type QuestionDeps,
  type ReturnedWith,
  type SetupRequest,
  type WizardState,
} from "./wizard-field.ts";
import { askFound, readNeeds } from "./wizard-lookup.ts";
import { askBind, askModel, askPort, askProvider, askService, askSetDefault, askTask } from "./wizard-settings.ts";
import { askToWrite, type Preview } from "./write.ts";

export interface WizardDeps extends QuestionDeps {
  readonly flow: "quickstart" | "advanced";
  readonly defaultPort: number;
  /** True if the gateway can become a service here, and is not one yet. */
  readonly offersService: boolean;
  readonly preview: (request: SetupRequest) => Preview | undefined;
  /** `undefined` if nothing may be asked over the network. */
  readonly online?: Online;
}

export interface Online {
  readonly openLookup: OpenLookup;
  readonly verify: Verify;
  /** Sends a billed message; `undefined` if not wanted. */
  readonly verifyByMessage?: Verify;
  readonly models: (resolution: Resolution, signal: AbortSignal) => Promise<Listed>;
}

interface Step {
  readonly isWanted: (state: WizardState, resolution: Resolution) => boolean;
  readonly ask: (state: WizardState, prompter: Prompter) => Promise<Asked | ReturnedWith>;
  /** True if it must be asked again, because a pasted block answered only other questions. */
  readonly isOpen?: (state: WizardState, resolution: Resolution) => boolean;
  /** It asks only if something is wrong, so going back skips it. */
  readonly isCheck?: boolean;
  readonly isLast?: boolean;
}

/** Asks for whatever is still open. Throws `prompt.cancelled` if the user quits or rejects the changes. */
export async function runWizard(given: Answers, deps: WizardDeps, prompter: Prompter): Promise<SetupRequest> {
  const asked: AskedStep[] = [];
  const steps = stepsFor(given, deps);
  const resolutionOf = ({ answers }: WizardState) => resolveAnswers(answers, deps.current);
  let state: WizardState = { answers: given, pending: [], explained: new Set() };
  /** Pending lines would answer a question that is returned to, or were for one that is not asked. */
  const dropPending = () => {
    if (state.pending.length > 0) prompter.note(`  ${deps.text.onboard.unusedLines(state.pending.length)}`);
    state = { ...state, pending: [] };
  };
  for (let index = 0; index < steps.length; ) {
    const step = steps[index];
    if (step?.isLast) dropPending();
    const isWanted = step?.isWanted(state, resolutionOf(state));
    const next = isWanted ? await step?.ask(state, prompter) : undefined;
    if (next === "back" || (next !== undefined && "returnsWith" in next)) {
      if (next !== "back") state = next.returnsWith;
      const last = asked.pop();
      if (last !== undefined) {
        index = last.index;
        if (!steps[index]?.isWanted(state, resolutionOf(state))) state = withoutAnswersOf(last, state);
      }
      dropPending();
      continue;
    }
    if (next !== undefined) {
      const before = state.answers;
      state = next;
      if (step?.isOpen?.(state, resolutionOf(state))) continue;
      if (!step?.isCheck) asked.push({ index, before, after: state.answers });
    }
    index += 1;
  }
  return state;
}

interface AskedStep {
  readonly index: number;
  /** All answers before and after it. */
  readonly before: Answers;
  readonly after: Answers;
}

/** Takes back what a step answered that made its own question unnecessary; all other answers stay. */
function withoutAnswersOf({ before, after }: AskedStep, state: WizardState): WizardState {
  const isOthers = (id: string) => before[id] === after[id];
  const kept = Object.entries(state.answers).filter(([id]) => isOthers(id));
  return { ...state, answers: { ...before, ...Object.fromEntries(kept) } };
}

function stepsFor(given: Answers, deps: WizardDeps): readonly Step[] {
  const { current, text, flow, offersService, preview, online } = deps;
  const isAdvanced = flow === "advanced";
  const isAskable = (id: string) => !isFromFlag(given[id]);
  const { provider: chosen } = resolveAnswers(given, current);
  const fields = new Set((chosen ? [chosen] : current.providers).flatMap(inOrder));
  const lookupDeps = { ...deps, openLookup: online?.openLookup };
  const isOnline = (_: WizardState, { provider }: Resolution) => online !== undefined && Boolean(provider);
  const needs: Step = {
    isCheck: true,
    isWanted: isOnline,
    ask: (state, prompter) => readNeeds(state, lookupDeps, prompter),
  };
  return [
    {
      isWanted: () => isAskable("authChoice"),
      ask: (state, prompter) => askProvider(state, deps, prompter),
    },
    {
      isWanted: ({ task }) => task !== undefined,
      ask: (state, prompter) => askTask(state, deps, prompter),
    },
    ...[...fields].flatMap((field): readonly Step[] => [
      {
        isWanted: (state, resolution) => isAsked(field, state, resolution, deps),
        ask: (state, prompter) =>
          field.lookup === undefined
            ? askField(field, state, deps, prompter)
            : askFound(field, state, lookupDeps, prompter),
        isOpen: ({ answers }, resolution) =>
          needOf(field, valuesOf(resolution.answers)) === "required" && !(field.id in answers),
      },
      ...(field.lookup === "gateway" ? [needs] : []),
    ]),
    {
      isCheck: true,
      isWanted: isOnline,
      ask: (state, prompter) => askVerified(state, deps, online?.verify, prompter),
    },
    {
      isCheck: true,
      isWanted: (state, resolution) => isOnline(state, resolution) && isAskable("model"),
      ask: (state, prompter) => readModels(state, deps, prompter),
    },
    {
      isWanted: ({ listed, only }, { provider }) =>
        Boolean(provider) &&
        isAskable("model") &&
        (only === undefined ? isAdvanced || (listed?.size ?? 0) > 0 : only.includes("model")),
      ask: (state, prompter) => askModel(state, deps, prompter),
    },
    {
      isWanted: ({ only }) => (only?.includes("gateway.port") ?? isAdvanced) && isAskable("gateway.port"),
      ask: (state, prompter) => askPort(state, deps, deps.defaultPort, prompter),
    },
    {
      isWanted: ({ only }) => (only?.includes("gateway.bind") ?? isAdvanced) && isAskable("gateway.bind"),
      ask: (state, prompter) => askBind(state, deps, prompter),
    },
    {
      isWanted: ({ only }) => only === undefined && isAdvanced && offersService && isAskable("service"),
      ask: (state, prompter) => askService(state, deps, prompter),
    },
    {
      isWanted: (_, { model }) => isAskable("setDefault") && wouldReplaceDefault(model, current),
      ask: (state, prompter) => askSetDefault(state, deps, prompter),
    },
    {
      isCheck: true,
      isWanted: ({ paidFor }, resolution) =>
        online?.verifyByMessage !== undefined && Boolean(resolution.provider) && !isSameSetup(resolution, paidFor),
      ask: async (state, prompter) => {
        const asked = await askVerified(state, deps, online?.verifyByMessage, prompter);
        if ("returnsWith" in asked || !asked.works) return asked;
        return { ...asked, paidFor: resolveAnswers(asked.answers, current) };
      },
    },
    {
      isLast: true,
      isWanted: (state) => preview(state) !== undefined,
      ask: async (state, prompter) => {
        const changes = preview(state);
        return changes !== undefined && (await askToWrite(changes, text, prompter)) === "back" ? "back" : state;
      },
    },
  ];
}

/** Fields that can replace others come first. */
const inOrder = ({ fields, replaces }: Provider) => [...fields.filter(({ id }) => id in replaces), ...fields];

/** True if requests would carry the same, so a message that succeeded need not be paid for again. */
function isSameSetup({ provider, answers, model }: Resolution, other: Resolution | undefined): boolean {
  if (!provider || !model || !other?.model || formatModelRef(model) !== formatModelRef(other.model)) return false;
  return provider.fields.every(({ id }) => isSameAnswer(answers[id], other.answers[id]));
}

/** Falls back to the catalog if the check failed or no provider lists models. */
async function readModels(
  state: WizardState,
  { current, text, online }: WizardDeps,
  prompter: Prompter,
): Promise<Asked> {
  if (!state.works) return { ...state, listed: new Map() };
  const resolution = resolveAnswers(state.answers, current);
  const read = async (signal: AbortSignal): Promise<Listed> => (await online?.models(resolution, signal)) ?? new Map();
  const waited = await prompter.busy(text.onboard.readingModels, read);
  if (waited.kind === "back") return "back";
  return { ...state, listed: waited.kind === "answer" ? waited.value : new Map() };
}

function isAsked(
  field: Field,
  { answers: given, needed, only }: WizardState,
  { provider, answers }: Resolution,
  { flow, current }: WizardDeps,
): boolean {
  if (only?.includes(field.id)) return true;
  if (only !== undefined) {
    if (!provider?.fields.includes(field) || isFromFlag(given[field.id])) return false;
    const isOpen = needOf(field, valuesOf(answers)) === "required" && !(field.id in answers);
    return (isOpen || current.faults.has(field.id)) && !isReplaced(field, provider, answers);
  }
  if (!provider?.fields.includes(field) || isFromFlag(answers[field.id]) || isFromFlag(given[field.id])) return false;
  const source = given[field.id]?.source;
  if (source?.kind === "wizard" && source.question !== field.id) return false;
  const replaced = provider.replaces[field.id];
  // A custom address in the configuration is asked for instead of the ids it replaces.
  const isThere = () => currentAnswer(field, provider, current) !== undefined;
  if (replaced !== undefined) return isThere() && !replaced.some((id) => isFromFlag(given[id]));
  const need = needOf(field, valuesOf(answers));
  if (need === "none" || isReplaced(field, provider, answers)) return false;
  if (need === "required" || current.faults.has(field.id)) return true;
  if (field.asked === "always" || (field.asked === "advanced" && flow === "advanced")) return true;
  // A credential that is in use may have to be replaced.
  return (field.asked === "advanced" && field.secret && isThere()) || (needed?.includes(field.id) ?? false);
}
