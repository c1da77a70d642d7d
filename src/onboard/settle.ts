import { resolveAlias } from "../config/model-selection.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import { type ModelRef, parseModelRef } from "../providers/model-ref.ts";
import { chosenEndpoints, type Provider } from "../providers/provider.ts";
import { en } from "../text/en/index.ts";
import { say } from "../text/message.ts";
import { type Answers, shownAnswer, valuesOf } from "./answers.ts";
import { endpointsToday, type Today } from "./current-state.ts";
import { chosenModel } from "./default-model.ts";
import { type GatewayFlags, gatewayAnswers } from "./local-gateway.ts";
import type { Wishes } from "./plan.ts";
import { answersFromFlags, fillFromToday, type GivenFlags, missingAnswers } from "./resolve-answers.ts";
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
  /** What was looked up for flags that were not given. */
  readonly found?: Answers;
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
  const { provider, given } = line;
  const wished = line.model === undefined ? undefined : wishedModel(line.model, line, providers, today);
  const model = wished?.ok ? wished.value : undefined;
  const collected = provider
    ? answersFromFlags(provider, given, today, { ...impliedEndpoint(model, provider, today), ...line.found })
    : undefined;
  const gateway = gatewayAnswers(line.gateway, today);
  const problems = [
    ...line.problems,
    ...(collected?.problems ?? []),
    ...(wished?.ok === false ? [wished.error] : []),
    ...unservedModel(model, provider, collected?.answers ?? {}, today),
    ...gateway.problems,
  ];
  return {
    value: {
      provider,
      answers: collected?.answers ?? {},
      flow: line.flow,
      model,
      setDefault: line.setDefault || line.model !== undefined,
      gateway: gateway.answers,
      service: line.service,
    },
    problems,
    missing: [],
    notes: [...(collected?.notes ?? []), ...foundNotes(line)],
  };
}

/** A variable that is not exported goes by without a word otherwise, where nothing has to be given. */
const emptyNotes = ({ provider, given }: CommandLine, answers: Answers): readonly string[] =>
  (provider?.fields ?? [])
    .filter(({ id }) => given.empty.includes(id) && !(id in answers))
    .map(({ flag }) => `--${flag} is empty, and was taken as not given.`);

const foundNotes = ({ provider, found = {} }: CommandLine): readonly string[] =>
  Object.entries(found).map(
    ([id, answer]) =>
      `${say(provider?.fields.find((field) => field.id === id)?.label ?? "", en)}: ${shownAnswer(answer)}.`,
  );

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
      model: chosenModel(chosenEndpoints(provider, valuesOf(filled.answers)), model, today),
      setDefault,
      gateway,
      service,
    },
    problems,
    // A flag that is named already is not missing as well.
    missing: missingAnswers(provider, filled.answers, line.given).filter(
      ({ where = "" }) => !problems.some((problem) => problem.where?.startsWith(where)),
    ),
    notes: [...notes, ...filled.notes, ...emptyNotes(line, filled.answers)],
  };
}

/** `provider/model`, an alias, or an id alone, which is taken for the endpoint that it shows, or the first to be set up. */
function wishedModel(
  text: string,
  { provider, given }: CommandLine,
  providers: readonly Provider[],
  today: Today,
): Result<ModelRef> {
  const { config } = today.config;
  const ours = provider ?? providers[0];
  const endpoints = providers.flatMap((candidate) => candidate.endpoints);
  const known = [...Object.keys(config.models?.providers ?? {}), ...endpoints.map(({ providerId }) => providerId)];
  const resolved = resolveAlias(text.trim(), config);
  const ref = parseModelRef(resolved);
  if (ref !== undefined && known.includes(ref.provider)) return ok(ref);
  const owner = ours?.endpoints.find(({ owns }) => owns(resolved));
  const asked = given.raw.endpoint?.raw;
  const first = ours && chosenEndpoints(ours, asked === undefined ? {} : { endpoint: asked })[0];
  const isBare = resolved !== "" && !resolved.includes("/");
  const endpoint = owner ?? (isBare ? first : undefined);
  if (endpoint !== undefined) return ok({ provider: endpoint.providerId, model: resolved });
  const hint = `Write provider/model; known providers are ${[...new Set(known)].join(", ")}.`;
  return fail({ where: "--model", message: `'${text}' names no known provider's model.`, hint });
}

const endpointOf = (model: ModelRef | undefined, provider: Provider | null | undefined) =>
  provider?.endpoints.find(({ providerId }) => providerId === model?.provider);

/** A model that is asked for says which endpoint is to be set up, unless that is there already. */
function impliedEndpoint(model: ModelRef | undefined, provider: Provider, today: Today): Answers {
  const endpoint = endpointOf(model, provider);
  if (endpoint === undefined || endpointsToday(provider, today).includes(endpoint)) return {};
  return { endpoint: { kind: "value", value: endpoint.id } };
}

/** What is wrong with a model whose endpoint is neither there nor to be set up. */
function unservedModel(
  model: ModelRef | undefined,
  provider: Provider | null | undefined,
  answers: Answers,
  today: Today,
): readonly Problem[] {
  const endpoint = endpointOf(model, provider);
  if (!provider || endpoint === undefined || endpointsToday(provider, today).includes(endpoint)) return [];
  if (chosenEndpoints(provider, valuesOf(answers)).includes(endpoint)) return [];
  const field = provider.fields.find(({ id }) => id === "endpoint");
  const message = `'${model?.model}' is served by the endpoint ${endpoint.id}, which is not to be set up.`;
  return [{ where: "--model", message, hint: `Add --${field?.flag} ${endpoint.id}, or choose another model.` }];
}
