import type { Prompter } from "../core/context.ts";
import type { Listed } from "../providers/list-models.ts";
import { formatModelRef } from "../providers/model-ref.ts";
import { type Field, type Need, needOf, type Provider } from "../providers/provider.ts";
import { defaultFor, knownValues } from "./answers.ts";
import type { Today } from "./current-state.ts";
import { wouldReplaceDefault } from "./default-model.ts";
import type { OpenLookup } from "./lookup.ts";
import type { Wishes } from "./plan.ts";
import { fillFromToday, isReplaced } from "./resolve-answers.ts";
import { askVerified, type Verify } from "./wizard-check.ts";
import { askFound, readNeeds } from "./wizard-lookup.ts";
import { askModel } from "./wizard-model.ts";
import * as questions from "./wizard-questions.ts";
import { modelIn, type Patch, type WizardStart, type WizardState } from "./wizard-state.ts";

export interface WizardMeans {
  readonly providers: readonly Provider[];
  readonly today: Today;
  readonly defaultPort: number;
  /** Whether the gateway can be made a service here, and is none yet. */
  readonly offersService: boolean;
  /** The list of changes as text; undefined when there are none. */
  readonly preview: (wishes: Wishes) => string | undefined;
  /** What is asked through the network; undefined when that is not wanted. */
  readonly online?: Online;
}

export interface Online {
  readonly openLookup: OpenLookup;
  readonly verify: Verify;
  /** Sends a message, which costs something; undefined when that is not wanted. */
  readonly verifyByMessage?: Verify;
  readonly models: (wishes: Wishes, signal: AbortSignal) => Promise<Listed>;
}

interface Step {
  readonly wanted: (state: WizardState) => boolean;
  readonly ask: (state: WizardState, prompter: Prompter) => Promise<Patch>;
  /** Whether it has to be asked again: a pasted block may have answered other questions only. */
  readonly isOpen?: (state: WizardState) => boolean;
  /** It asks by itself only when something is wrong, so that going back passes it by. */
  readonly isCheck?: boolean;
}

/** Asks what is still open and returns what to do. Throws `prompt.cancelled` when the person leaves or says no. */
export async function runWizard(start: WizardStart, means: WizardMeans, prompter: Prompter): Promise<Wishes> {
  const state = await walk(stepsFor(start, means), { ...start, filledBy: {}, pending: [] }, prompter);
  return wishesOf(state, means.today);
}

/** Goes through the steps that are wanted; Escape returns to the last one that was asked. */
async function walk(steps: readonly Step[], start: WizardState, prompter: Prompter): Promise<WizardState> {
  const asked: number[] = [];
  let state = start;
  for (let index = 0; index < steps.length; ) {
    const step = steps[index];
    const patch = step?.wanted(state) ? await step.ask(state, prompter) : undefined;
    if (patch === "back") {
      index = asked.pop() ?? index;
      // Lines that wait to be answers would answer the very question that the person returns to.
      state = { ...state, pending: [] };
      continue;
    }
    if (patch !== undefined) {
      state = { ...state, ...patch };
      if (step?.isOpen?.(state)) continue;
      if (!step?.isCheck) asked.push(index);
    }
    index += 1;
  }
  return state;
}

function stepsFor(
  start: WizardStart,
  { providers, today, defaultPort, offersService, preview, online }: WizardMeans,
): readonly Step[] {
  const advanced = start.flow === "advanced";
  const fields = new Set((start.provider ? [start.provider] : providers).flatMap(inOrder));
  const draft = (state: WizardState) => wishesOf(state, today);
  const needs: Step = {
    isCheck: true,
    wanted: (state) => online !== undefined && Boolean(state.provider),
    ask: (state, prompter) => readNeeds(state, today, online?.openLookup, prompter),
  };
  return [
    {
      wanted: () => start.provider === undefined,
      ask: (state, prompter) => questions.askProvider(providers, state, prompter),
    },
    ...[...fields].flatMap((field): readonly Step[] => [
      {
        wanted: (state) => isAsked(field, start, state, today),
        ask: (state, prompter) =>
          field.found === undefined
            ? questions.askField(field, state, today, prompter)
            : askFound(field, state, today, online?.openLookup, prompter),
        isOpen: (state) => needIn(field, state, today) === "required" && !(field.id in state.answers),
      },
      ...(field.found === "gateway" ? [needs] : []),
    ]),
    {
      isCheck: true,
      wanted: (state) => online !== undefined && Boolean(state.provider),
      ask: (state, prompter) => askVerified(state, today, draft, online?.verify, prompter),
    },
    {
      isCheck: true,
      wanted: (state) => online !== undefined && Boolean(state.provider) && start.model === undefined,
      ask: (state, prompter) => readModels(state, draft(state), online, prompter),
    },
    {
      wanted: ({ provider, listed }) =>
        Boolean(provider) && start.model === undefined && (advanced || (listed?.size ?? 0) > 0),
      ask: (state, prompter) => askModel(state, today, prompter),
    },
    {
      wanted: () => advanced && start.gateway.port === undefined,
      ask: (state, prompter) => questions.askPort(state, today, defaultPort, prompter),
    },
    {
      wanted: () => advanced && start.gateway.bind === undefined,
      ask: (state, prompter) => questions.askBind(state, today, prompter),
    },
    {
      wanted: () => advanced && offersService && start.service === undefined,
      ask: (state, prompter) => questions.askService(state, prompter),
    },
    {
      wanted: (state) => !start.setDefault && wouldReplaceDefault(modelIn(state, today), today),
      ask: (state, prompter) => questions.askSetDefault(state, today, prompter),
    },
    {
      isCheck: true,
      wanted: (state) => online?.verifyByMessage !== undefined && Boolean(state.provider) && !isPaidFor(state, today),
      ask: async (state, prompter) => {
        const patch = await askVerified(state, today, draft, online?.verifyByMessage, prompter);
        return patch === "back" || !patch.works ? patch : { ...patch, paidFor: paidFor({ ...state, ...patch }, today) };
      },
    },
    {
      wanted: (state) => preview(draft(state)) !== undefined,
      ask: (state, prompter) => questions.askToWrite(preview(draft(state)) ?? "", prompter),
    },
  ];
}

/** A field that can take the place of others comes before them. */
const inOrder = ({ fields, replaces }: Provider) => [...fields.filter(({ id }) => id in replaces), ...fields];

const paidFor = (state: WizardState, today: Today): NonNullable<WizardState["paidFor"]> => {
  const model = modelIn(state, today);
  return { answers: state.answers, model: model === undefined ? "" : formatModelRef(model) };
};

/** Whether nothing has changed since a message showed that it works: another one would cost again. */
function isPaidFor(state: WizardState, today: Today): boolean {
  const { answers, model } = paidFor(state, today);
  return state.paidFor?.answers === answers && state.paidFor.model === model;
}

/** Which models there are, to choose from; where nobody tells, or was found to, the catalogue is what there is. */
async function readModels(
  { works }: WizardState,
  wishes: Wishes,
  online: Online | undefined,
  prompter: Prompter,
): Promise<Patch> {
  if (!works) return { listed: new Map() };
  const read = async (signal: AbortSignal): Promise<Listed> => (await online?.models(wishes, signal)) ?? new Map();
  return { listed: await prompter.busy("Reading the list of models", read) };
}

function isAsked(field: Field, start: WizardStart, state: WizardState, today: Today): boolean {
  const { provider, filledBy, answers, needed } = state;
  if (!provider?.fields.includes(field) || field.id in start.answers || field.id in filledBy) return false;
  const replaced = provider.replaces[field.id];
  // Where today's set-up has an address of its own, that is asked for, and not what it takes the place of.
  if (replaced !== undefined)
    return defaultFor(field, provider, today) !== undefined && !replaced.some((id) => id in start.answers);
  const need = needIn(field, state, today);
  if (need === "none" || isReplaced(field, provider, answers)) return false;
  if (need === "required") return true;
  if (needed?.includes(field.id)) return defaultFor(field, provider, today) === undefined;
  return field.asked === "always" || (field.asked === "advanced" && start.flow === "advanced");
}

const needIn = (field: Field, { provider, answers }: WizardState, today: Today): Need =>
  provider ? needOf(field, knownValues(provider, answers, today)) : "none";

/** What to do after the questions; what was not asked stays as it is today. */
function wishesOf(state: WizardState, today: Today): Wishes {
  const { provider, answers, setDefault, gateway, listed, service = false } = state;
  const model = modelIn(state, today);
  if (!provider || model === undefined) return { setDefault: false, gateway, service };
  return {
    provider: { provider, answers: fillFromToday(provider, answers, today).answers },
    model,
    ...(listed && { listed }),
    setDefault,
    gateway,
    service,
  };
}
