import { isDeepStrictEqual } from "node:util";
import type { Plan, SecretEdit } from "../config/apply.ts";
import type { ConfigEdit } from "../config/config-edit.ts";
import { type JsonObject, type JsonPath, type JsonValue, valueAt } from "../config/json5-value.ts";
import { allowedByPolicy, entriesFor } from "../config/model-edits.ts";
import type { ProviderConfig, SecretInput } from "../config/schema.ts";
import { spellingOf } from "../core/http.ts";
import type { Listed } from "../providers/list-models.ts";
import { formatModelRef, type ModelRef } from "../providers/model.ts";
import { describedModel, type Endpoint, type Field } from "../providers/provider.ts";
import { type Answers, settingIn, valuesOf } from "./answers.ts";
import { type CurrentState, entryOf } from "./current-state.ts";
import { modelOf, wouldReplaceDefault } from "./default-model.ts";
import { type LocalGatewayDefaults, planLocalGateway } from "./local-gateway.ts";
import { afterEdits, editsBetween, merged } from "./merge-patch.ts";
import type { Resolution } from "./resolve-answers.ts";

export interface PlanDeps extends LocalGatewayDefaults {
  readonly now: Date;
  readonly version: string;
  /** Merged into the configuration after everything else. */
  readonly patch?: JsonObject | undefined;
  /** Values of the variables that the patch refers to for secrets. */
  readonly patchSecrets?: readonly SecretEdit[] | undefined;
}

const NOTHING: Plan = { config: [], secrets: [] };

export const isEmpty = ({ config, secrets }: Plan): boolean => config.length === 0 && secrets.length === 0;

/**
 * Turns answers into edits against the current files: only what is missing or must change, one edit per value, in the
 * order a new file should have. `listed` is what providers say about their models.
 */
export function planOnboarding(resolution: Resolution, current: CurrentState, deps: PlanDeps, listed?: Listed): Plan {
  const plans = [
    planProvider(resolution, current, listed),
    { config: planDefaultModel(resolution, current), secrets: [] },
    planLocalGateway(resolution.answers, current, deps),
  ];
  const config = plans
    .flatMap((plan) => plan.config)
    .filter(({ path, value }) => !isDeepStrictEqual(valueAt(current.config.config, path), value));
  const secrets = plans
    .flatMap((plan) => plan.secrets)
    .filter(({ name, value }) => current.secrets.values.get(name) !== value.reveal());
  return recorded({ config, secrets }, current, deps, "local");
}

/** The plan with what is merged besides and the record of the run; nothing if nothing changes. */
export function recorded(
  { config, secrets: answered }: Plan,
  current: CurrentState,
  deps: Pick<PlanDeps, "now" | "version" | "patch" | "patchSecrets">,
  mode: "local" | "remote",
): Plan {
  const before = current.config.config as JsonValue;
  const edits =
    deps.patch === undefined ? config : editsBetween(before, merged(afterEdits(before, config), deps.patch));
  const secrets = [
    ...answered,
    ...(deps.patchSecrets ?? []).filter(
      ({ name, value }) =>
        current.secrets.values.get(name) !== value.reveal() && answered.every((edit) => edit.name !== name),
    ),
  ];
  if (isEmpty({ config: edits, secrets })) return NOTHING;
  return { config: [...edits, ...runRecord(deps, mode)], secrets };
}

/** True if a plan writes nothing beyond the one that was agreed to. */
export const isWithin = (plan: Plan, agreed: Plan): boolean =>
  plan.config.every(
    (edit) =>
      isRunRecord(edit) ||
      agreed.config.some(({ path, value }) => isDeepStrictEqual([path, value], [edit.path, edit.value])),
  ) &&
  plan.secrets.every((edit) =>
    agreed.secrets.some(({ name, value }) => name === edit.name && value.equals(edit.value)),
  );

function planProvider(
  { provider, answers, endpoints, model, leavesEntries }: Resolution,
  current: CurrentState,
  listed?: Listed,
): Plan {
  if (!provider) return NOTHING;
  if (leavesEntries) return { config: modelInEntry(endpoints, model, current, listed), secrets: [] };
  const config: ConfigEdit[] = [{ path: ["models", "mode"], value: current.config.config.models?.mode ?? "merge" }];
  for (const endpoint of endpoints) {
    const at = (...path: JsonPath) => ["models", "providers", endpoint.providerId, ...path];
    const { baseUrl, api, auth, apiKey, headers } = plannedEntry(endpoint, answers, current);
    config.push(
      { path: at("baseUrl"), value: baseUrl },
      { path: at("api"), value: api },
      { path: at("auth"), value: auth },
      { path: at("apiKey"), value: apiKey },
      ...Object.entries(headers).map(([name, value]) => ({ path: at("headers", name), value })),
      ...addedModel(modelOf(endpoint, model, current), endpoint, listed, entryOf(endpoint, current), at("models")),
    );
  }
  return { config, secrets: storedSecrets({ provider, answers }) };
}

/** Edits for what the entry of the model's endpoint lacks of it. */
const modelInEntry = (
  endpoints: readonly Endpoint[],
  model: ModelRef | undefined,
  current: CurrentState,
  listed: Listed | undefined,
): readonly ConfigEdit[] =>
  endpoints
    .filter(({ providerId }) => providerId === model?.provider)
    .flatMap((endpoint) => {
      const path = ["models", "providers", endpoint.providerId, "models"];
      return addedModel(model?.model, endpoint, listed, entryOf(endpoint, current), path);
    });

/** The resulting entry in `models.providers`; members that are `undefined` will be absent. */
export interface PlannedEntry {
  readonly baseUrl: string;
  readonly api: string;
  readonly auth: string | undefined;
  readonly apiKey: SecretInput | undefined;
  readonly headers: Readonly<Record<string, SecretInput | undefined>>;
}

export function plannedEntry(endpoint: Endpoint, answers: Answers, current: CurrentState): PlannedEntry {
  const existing = entryOf(endpoint, current);
  const variables = referencedVariables(endpoint, existing, answers);
  const { baseUrl, api, auth, headers } = endpoint.entry(valuesOf(answers), variables);
  const key = variables[endpoint.keyField];
  const kept = answers[endpoint.keyField];
  const written = kept?.kind === "keep" ? kept.input : undefined;
  const spelled = Object.entries(headers).map(([name, value]) => [spelledAs(name, existing), value] as const);
  return {
    baseUrl,
    api,
    // Ours marks an entry without a key; any other value is the user's own.
    auth: auth ?? (existing.auth === "token" ? undefined : existing.auth),
    apiKey: auth === "token" ? undefined : key === undefined ? (written ?? existing.apiKey) : `\${${key}}`,
    headers: { ...existing.headers, ...Object.fromEntries(spelled) },
  };
}

/** Header names are case-insensitive, so the user's spelling is kept. */
function spelledAs(name: string, { headers = {} }: ProviderConfig): string {
  return spellingOf(headers, name) ?? name;
}

/** The variable each secret will be referenced by. Kept secrets the entry already has are left as they are. */
function referencedVariables(
  { fields, keyField }: Endpoint,
  existing: ProviderConfig,
  answers: Answers,
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const field of fields) {
    const answer = answers[field.id];
    const isThere = field.id === keyField ? existing.apiKey !== undefined : hasHeader(field, existing);
    if (answer?.kind === "reference") variables[field.id] = answer.variable;
    if (answer?.kind === "secret") variables[field.id] = field.env[0] ?? "";
    if (answer?.kind === "keep" && answer.variable !== undefined && !isThere) variables[field.id] = answer.variable;
  }
  return variables;
}

const hasHeader = ({ header }: Field, { headers = {} }: ProviderConfig) => spellingOf(headers, header) !== undefined;

export function storedSecrets({ provider, answers }: Pick<Resolution, "provider" | "answers">): readonly SecretEdit[] {
  return (provider?.fields ?? []).flatMap(({ id, stored, env: [name = ""] }) => {
    const answer = answers[id];
    return answer?.kind === "secret" && stored !== false ? [{ name, value: answer.value }] : [];
  });
}

function addedModel(
  id: string | undefined,
  endpoint: Endpoint,
  listed: Listed | undefined,
  { models }: ProviderConfig,
  path: JsonPath,
): readonly ConfigEdit[] {
  if (id === undefined || models?.some((model) => model.id === id)) return [];
  const model = describedModel(id, endpoint, listed?.get(endpoint.providerId)) as unknown as JsonValue;
  return [models === undefined ? { path, value: [model] } : { path: [...path, models.length], value: model }];
}

function planDefaultModel({ answers, endpoints, model }: Resolution, current: CurrentState): readonly ConfigEdit[] {
  if (model === undefined) return [];
  const { model: choice, models: allowed = {} } = current.config.config.agents?.defaults ?? {};
  const config: ConfigEdit[] = [];
  if (settingIn(answers, "setDefault") === "yes" || !wouldReplaceDefault(model, current)) {
    // A choice spelled as a string stays a string.
    const path = ["agents", "defaults", "model", ...(typeof choice === "string" ? [] : ["primary"])];
    config.push({ path, value: formatModelRef(model) });
  }
  const added = [model, ...endpoints.flatMap((endpoint) => firstModel(endpoint, model, current))].map(formatModelRef);
  const entries = entriesFor(added, current.config.config, (ref) => {
    const alias = endpoints.find(({ providerId }) => ref.startsWith(`${providerId}/`))?.alias;
    return alias === undefined || Object.values(allowed).some((entry) => entry.alias === alias) ? {} : { alias };
  });
  return [...config, ...entries, ...allowedByPolicy(added, current.config.config)];
}

/** The model an endpoint gets in addition to the default one. */
function firstModel(endpoint: Endpoint, chosen: ModelRef, current: CurrentState): readonly ModelRef[] {
  const model = modelOf(endpoint, chosen, current);
  return model === undefined ? [] : [{ provider: endpoint.providerId, model }];
}

export const isRunRecord = ({ path: [first] }: ConfigEdit): boolean => first === "wizard";

/** The record of this run, in a shape that all published versions accept. */
const runRecord = (
  { now, version }: Pick<PlanDeps, "now" | "version">,
  mode: "local" | "remote",
): readonly ConfigEdit[] => [
  { path: ["wizard", "lastRunAt"], value: now.toISOString() },
  { path: ["wizard", "lastRunVersion"], value: version },
  { path: ["wizard", "lastRunCommand"], value: "onboard" },
  { path: ["wizard", "lastRunMode"], value: mode },
];
