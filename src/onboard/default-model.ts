import { aliasResolver, modelChoice, resolveAlias } from "../config/model-selection.ts";
import { CREDENTIAL_HERE, looksLikeCredential } from "../core/redact.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import { nearest } from "../core/similar.ts";
import { formatModelRef, isAliasOf, type ListedModel, type ModelRef, parseModelRef } from "../providers/model.ts";
import { chosenEndpoints, type Endpoint, endpointsOf, type Provider, retirementOf } from "../providers/provider.ts";
import type { Message } from "../text/message.ts";
import { type Answers, isFromFlag, settingIn, valuesOf } from "./answers.ts";
import { type CurrentState, configuredEndpoints, entryOf } from "./current-state.ts";

/** The default model and its fallbacks, with aliases resolved; the first is `undefined` if there is no default. */
function selection({ config: { config } }: CurrentState) {
  const { primary, fallbacks } = modelChoice(config.agents?.defaults?.model);
  const resolve = aliasResolver(config);
  return [primary, ...fallbacks].map((text) => (text === undefined ? undefined : resolve(text)));
}

export const currentPrimary = (current: CurrentState): string | undefined => selection(current)[0];

/**
 * The requested model: `provider/model`, an alias, or an id alone, which belongs to the endpoint it implies, else to
 * the first one being set up. `undefined` if none was requested.
 */
export function requestedModel(
  given: Answers,
  provider: Provider | undefined,
  { config: { config }, providers }: CurrentState,
): Result<ModelRef> | undefined {
  const text = settingIn(given, "model");
  if (text === undefined) return undefined;
  if (looksLikeCredential(text)) return fail({ ...CREDENTIAL_HERE, where: "--model" });
  const configured = Object.keys(config.models?.providers ?? {});
  const known = new Set([...configured, ...endpointsOf(providers).map(({ providerId }) => providerId)]);
  const resolved = resolveAlias(text.trim(), config);
  const ref = parseModelRef(resolved);
  if (ref !== undefined && known.has(ref.provider)) return ok(ref);
  const owner = provider?.endpoints.find(({ owns }) => owns(resolved));
  const isBare = resolved !== "" && !resolved.includes("/");
  const first = provider && chosenEndpoints(provider, valuesOf(given))[0];
  const endpoint = owner ?? (isBare ? first : undefined);
  if (endpoint !== undefined) return ok({ provider: endpoint.providerId, model: resolved });
  return fail({
    where: "--model",
    message: ({ onboard }) => onboard.modelUnknown(text),
    hint: ({ onboard }) => onboard.writeModelRef([...known]),
  });
}

const endpointOf = (model: ModelRef | undefined, { endpoints }: Provider) =>
  endpoints.find(({ providerId }) => providerId === model?.provider);

/** A requested model decides which endpoint to set up, unless its own is configured already. */
export function impliedEndpoint(model: ModelRef | undefined, provider: Provider, current: CurrentState): Answers {
  const endpoint = endpointOf(model, provider);
  if (endpoint === undefined || configuredEndpoints(provider, current).includes(endpoint)) return {};
  return { endpoint: { kind: "value", value: endpoint.id, source: { kind: "flag", name: "--model" } } };
}

/** The model's endpoint must be configured or being set up. */
export function unservedModel(
  model: ModelRef | undefined,
  provider: Provider,
  endpoints: readonly Endpoint[],
  current: CurrentState,
): readonly Problem[] {
  const endpoint = endpointOf(model, provider);
  if (model === undefined || endpoint === undefined) return [];
  if ([...configuredEndpoints(provider, current), ...endpoints].includes(endpoint)) return [];
  const flag = `--${provider.fields.find(({ id }) => id === "endpoint")?.flag}`;
  return [
    {
      where: "--model",
      message: ({ onboard }) => onboard.modelNotServed({ model: model.model, endpoint: endpoint.id }),
      hint: ({ onboard }) => onboard.addEndpoint({ flag, endpoint: endpoint.id }),
    },
  ];
}

/**
 * The new default model: the requested one, else the current one if an endpoint being set up serves it, else the first
 * endpoint's default.
 */
export function chosenModel(
  endpoints: readonly Endpoint[],
  requested: ModelRef | undefined,
  current: CurrentState,
): ModelRef {
  const primary = parseModelRef(currentPrimary(current) ?? "");
  const [first] = endpoints;
  const isServed = endpoints.some(({ providerId }) => providerId === primary?.provider);
  const own = { provider: first?.providerId ?? "", model: first?.defaultModel ?? "" };
  return requested ?? (primary !== undefined && isServed ? primary : own);
}

/**
 * The model an endpoint's entry must describe: the default model if it serves that, else its own default if it has none
 * yet.
 */
export function modelOf(endpoint: Endpoint, chosen: ModelRef | undefined, current: CurrentState): string | undefined {
  if (chosen?.provider === endpoint.providerId) return chosen.model;
  return entryOf(endpoint, current).models === undefined ? endpoint.defaultModel : undefined;
}

export function wouldReplaceDefault(model: ModelRef | undefined, current: CurrentState): boolean {
  const primary = currentPrimary(current);
  if (model === undefined || primary === undefined || primary === formatModelRef(model)) return false;
  return parseModelRef(primary)?.provider !== model.provider;
}

/** The facts about a model that is offered: the provider's word first, then the catalog's. */
export function knownModel({ models }: Endpoint, model: ListedModel): ListedModel {
  const known = models.find(({ id }) => id === model.id) ?? models.find(({ id }) => isAliasOf(model.id, id));
  const cost = { ...known?.cost, ...model.cost };
  return { ...known, ...model, ...(Object.keys(cost).length > 0 && { cost }) };
}

/** Doubts about the model that a flag names, as far as they are known without asking. */
export function modelNotes(
  { model, answers }: { readonly model: ModelRef | undefined; readonly answers: Answers },
  current: CurrentState,
): readonly Message[] {
  const endpoint = endpointsOf(current.providers).find(({ providerId }) => providerId === model?.provider);
  if (model === undefined || endpoint === undefined || !isFromFlag(answers.model)) return [];
  const id = model.model;
  const date = retirementOf(endpoint, { id });
  if (date !== undefined) return [({ onboard }) => onboard.modelRetires({ model: id, date })];
  const known = [...endpoint.models, ...(entryOf(endpoint, current).models ?? [])].map((one) => one.id);
  if (known.some((one) => one === id || isAliasOf(id, one))) return [];
  const meant = nearest(id, known);
  const said = { model: id, provider: endpoint.label };
  return [
    ({ onboard }) =>
      meant === undefined ? onboard.modelInNoList(said) : onboard.modelInNoListMeant({ ...said, meant }),
  ];
}
