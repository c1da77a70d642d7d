import { resolveAlias } from "../config/model-selection.ts";
import type { Problem } from "../core/result.ts";
import { type ModelRef, parseModelRef } from "../providers/model-ref.ts";
import type { Provider } from "../providers/provider.ts";
import { answersFromFlags, fillFromToday, type GivenFlags, missingAnswers } from "./answers.ts";
import { type GatewayFlags, gatewayAnswers } from "./gateway-answers.ts";
import { chosenModel } from "./model-choice.ts";
import type { Wishes } from "./plan.ts";
import type { Today } from "./today.ts";
import type { WizardStart } from "./wizard-state.ts";

/** The command line, with files read and the provider found. */
export interface CommandLine {
  /** Undefined when it says nothing about a provider, null when it skips it. */
  readonly provider: Provider | null | undefined;
  readonly given: GivenFlags;
  readonly gateway: GatewayFlags;
  /** Whether to run the gateway as a service; undefined when it does not say. */
  readonly service: boolean | undefined;
  readonly model: string | undefined;
  readonly setDefault: boolean;
  readonly flow: "quickstart" | "advanced";
  /** What is wrong with the flags themselves. */
  readonly problems: readonly Problem[];
}

export interface Settled<T> {
  readonly value: T;
  /** What cannot be used. */
  readonly problems: readonly Problem[];
  /** What nothing answers. */
  readonly missing: readonly Problem[];
  /** What was repaired, looks odd, or was found somewhere, each a sentence. */
  readonly notes: readonly string[];
}

/** What the command line alone decides; the wizard asks for the rest. */
export function settleFlags(line: CommandLine, providers: readonly Provider[], today: Today): Settled<WizardStart> {
  const collected = line.provider ? answersFromFlags(line.provider, line.given, today) : undefined;
  const gateway = gatewayAnswers(line.gateway, today);
  const model =
    line.model === undefined ? undefined : wishedModel(line.model, line.provider ?? providers[0], providers, today);
  const problems = [
    line.problems,
    collected?.problems,
    model && "problem" in model ? [model.problem] : [],
    gateway.problems,
  ];
  return {
    value: {
      provider: line.provider,
      answers: collected?.answers ?? {},
      flow: line.flow,
      model: model && "ref" in model ? model.ref : undefined,
      setDefault: line.setDefault || line.model !== undefined,
      gateway: gateway.answers,
      service: line.service,
    },
    problems: problems.flatMap((list) => list ?? []),
    missing: [],
    notes: collected?.notes ?? [],
  };
}

/** The same without anybody to ask: today's set-up and the variables answer the rest, or it is a problem. */
export function settleWithoutAsking(line: CommandLine, providers: readonly Provider[], today: Today): Settled<Wishes> {
  const { value: start, problems, notes } = settleFlags(line, providers, today);
  const { provider, model, setDefault, gateway, service = false } = start;
  if (provider === undefined) {
    const choices = [...providers.map(({ authChoice }) => authChoice), "skip"].join(", ");
    const missing = {
      where: "--auth-choice",
      message: "It is not said what to set up.",
      hint: `Pass one of ${choices}.`,
    };
    return { value: { setDefault, gateway, service }, problems, missing: [missing], notes };
  }
  if (provider === null) return { value: { setDefault, gateway, service }, problems, missing: [], notes };
  const filled = fillFromToday(provider, start.answers, today);
  return {
    value: {
      provider: { provider, answers: filled.answers },
      model: chosenModel(provider, model, today),
      setDefault,
      gateway,
      service,
    },
    problems,
    // A flag that is named already is not missing as well.
    missing: missingAnswers(provider, filled.answers, line.given).filter(
      ({ where = "" }) => !problems.some((problem) => problem.where?.startsWith(where)),
    ),
    notes: [...notes, ...filled.notes],
  };
}

/** `provider/model`, an alias, or an id alone, which is taken for the provider being set up. */
function wishedModel(
  text: string,
  provider: Provider | undefined,
  providers: readonly Provider[],
  today: Today,
): { readonly ref: ModelRef } | { readonly problem: Problem } {
  const { config } = today.config;
  const known = [
    ...Object.keys(config.models?.providers ?? {}),
    ...providers.map(({ endpoint }) => endpoint.providerId),
  ];
  const resolved = resolveAlias(text.trim(), config);
  const ref = parseModelRef(resolved);
  if (ref !== undefined && known.includes(ref.provider)) return { ref };
  const bare = resolved !== "" && !resolved.includes("/");
  if (bare && provider !== undefined) return { ref: { provider: provider.endpoint.providerId, model: resolved } };
  const hint = `Write provider/model; known providers are ${[...new Set(known)].join(", ")}.`;
  return { problem: { where: "--model", message: `'${text}' names no known provider's model.`, hint } };
}
