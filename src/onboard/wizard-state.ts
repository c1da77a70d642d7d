import type { Secret } from "../core/secret.ts";
import type { Listed } from "../providers/list-models.ts";
import type { ModelRef } from "../providers/model-ref.ts";
import { chosenEndpoints, type Endpoint, type Provider } from "../providers/provider.ts";
import { type Answers, knownValues } from "./answers.ts";
import type { Today } from "./current-state.ts";
import { chosenModel } from "./default-model.ts";
import type { GatewayAnswers } from "./plan.ts";

/** What the command line has settled already; only the rest is asked. */
export interface WizardStart {
  /** Undefined asks for it, null skips it. */
  readonly provider: Provider | null | undefined;
  readonly answers: Answers;
  readonly flow: "quickstart" | "advanced";
  readonly model: ModelRef | undefined;
  readonly setDefault: boolean;
  readonly gateway: GatewayAnswers;
  /** Whether to run the gateway as a service. */
  readonly service: boolean | undefined;
}

/** Where the wizard stands. Answers stay in it when the person goes back, and become the defaults. */
export interface WizardState extends WizardStart {
  /** Fields that were answered together with another one, by that one's id; they are not asked. */
  readonly filledBy: Readonly<Record<string, string>>;
  /** Lines that were pasted together and are the answers to the next questions. */
  readonly pending: readonly string[];
  /** A token with which nothing can be looked up, so that it is not tried at every question. */
  readonly deadToken?: Secret | undefined;
  /** What the message that was paid for has shown to work. */
  readonly paidFor?: { readonly answers: Answers; readonly model: string };
  /** Fields that what was looked up has shown to be needed, by their ids. */
  readonly needed?: readonly string[];
  /** Whether the set-up was checked and works; undefined while it was not checked. */
  readonly works?: boolean;
  /** What the providers listed when the set-up was checked. */
  readonly listed?: Listed;
}

/** What an answer changes, or the wish to return to the question before. */
export type Patch = Partial<WizardState> | "back";

/** The endpoints that will be set up; none while no provider is. */
export function endpointsIn({ provider, answers }: WizardState, today: Today): readonly Endpoint[] {
  return provider ? chosenEndpoints(provider, knownValues(provider, answers, today)) : [];
}

/** The default model as it will be; undefined while no provider is to be set up. */
export function modelIn(state: WizardState, today: Today): ModelRef | undefined {
  return state.provider ? chosenModel(endpointsIn(state, today), state.model, today) : undefined;
}
