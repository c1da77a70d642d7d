import type { ModelRef } from "../providers/model-ref.ts";
import type { Provider } from "../providers/provider.ts";
import type { Answers } from "./defaults.ts";
import { chosenModel } from "./model-choice.ts";
import type { GatewayAnswers } from "./plan.ts";
import type { Today } from "./today.ts";

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
}

/** What an answer changes, or the wish to return to the question before. */
export type Patch = Partial<WizardState> | "back";

/** The model that will be set up; undefined while no provider is. */
export function modelOf({ provider, model }: WizardState, today: Today): ModelRef | undefined {
  return provider ? chosenModel(provider, model, today) : undefined;
}
