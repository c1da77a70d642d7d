import { isDeepStrictEqual } from "node:util";
import type { Plan } from "../config/apply.ts";
import { type ConfigEdit, valueAt } from "../config/config-edit.ts";
import { GATEWAY_TOKEN_VARIABLE } from "../config/credentials.ts";
import type { JsonPath } from "../config/json5-value.ts";
import type { ProviderConfig } from "../config/schema.ts";
import type { Secret } from "../core/secret.ts";
import type { Listed } from "../providers/list-models.ts";
import { formatModelRef, type ModelRef, parseModelRef } from "../providers/model-ref.ts";
import { chosenEndpoints, type Endpoint, type Provider } from "../providers/provider.ts";
import { type Answers, valuesOf } from "./answers.ts";
import { entryOf, type Today } from "./current-state.ts";
import { modelOf, selectedModels, wouldReplaceDefault } from "./default-model.ts";
import { describe } from "./describe-model.ts";
import { plannedEntry, storedSecrets } from "./provider-entry.ts";

/** The local gateway's settings that were asked for; what is undefined stays as it is, or gets the default. */
export interface GatewayAnswers {
  readonly mode?: "local";
  readonly port?: number;
  readonly bind?: string;
  readonly authMode?: "token" | "none";
  readonly token?: Secret;
  /** A variable of the user's that holds the token. */
  readonly tokenVariable?: string;
}

export interface Wishes {
  /** Undefined when the provider is skipped for now. */
  readonly provider?: { readonly provider: Provider; readonly answers: Answers };
  /** Undefined leaves the choice of model as it is. */
  readonly model?: ModelRef;
  /** What is known of models because the providers were asked. */
  readonly listed?: Listed;
  /** Whether `model` becomes the default even where another provider's model is. */
  readonly setDefault: boolean;
  readonly gateway: GatewayAnswers;
  /** Whether the gateway shall run as a service afterwards. */
  readonly service: boolean;
}

/** What the plan needs from the world: random bytes for a token, the time and the version for the record of the run. */
export interface PlanMeans {
  readonly newToken: () => Secret;
  readonly now: Date;
  readonly version: string;
  readonly defaultPort: number;
}

/**
 * Turns answers into edits, against the files as they are today: only what is absent or must change, one edit a value,
 * in the order in which a new file shall have them.
 */
export function planOnboarding(wishes: Wishes, today: Today, means: PlanMeans): Plan {
  const providerPlan = wishes.provider === undefined ? NOTHING : planProvider(wishes.provider, wishes, today);
  const plans = [providerPlan, planDefaultModel(wishes, today), planGateway(wishes.gateway, today, means)];
  const config = plans
    .flatMap((plan) => plan.config)
    .filter(({ path, value }) => !isDeepStrictEqual(valueAt(today.config.config, path), value));
  const secrets = plans
    .flatMap((plan) => plan.secrets)
    .filter(({ name, value }) => today.secrets.values.get(name) !== value.reveal());
  if (isEmpty({ config, secrets })) return NOTHING;
  return { config: [...config, ...wizardRecord(means)], secrets };
}

const NOTHING: Plan = { config: [], secrets: [] };

export const isEmpty = ({ config, secrets }: Plan): boolean => config.length === 0 && secrets.length === 0;

function planProvider(
  { provider, answers }: NonNullable<Wishes["provider"]>,
  { model, listed }: Wishes,
  today: Today,
): Plan {
  const config: ConfigEdit[] = [{ path: ["models", "mode"], value: today.config.config.models?.mode ?? "merge" }];
  for (const endpoint of chosenEndpoints(provider, valuesOf(answers))) {
    const at = (...path: JsonPath) => ["models", "providers", endpoint.providerId, ...path];
    const { baseUrl, api, auth, apiKey, headers } = plannedEntry(endpoint, answers, today);
    config.push(
      { path: at("baseUrl"), value: baseUrl },
      { path: at("api"), value: api },
      { path: at("auth"), value: auth },
      { path: at("apiKey"), value: apiKey },
      ...Object.entries(headers).map(([name, value]) => ({ path: at("headers", name), value })),
      ...describedModel(modelOf(endpoint, model, today), endpoint, listed, entryOf(endpoint, today), at("models")),
    );
  }
  return { config, secrets: storedSecrets(provider, answers) };
}

/** A model that the entry does not describe yet goes to the end of its list. */
function describedModel(
  id: string | undefined,
  endpoint: Endpoint,
  listed: Listed | undefined,
  { models }: ProviderConfig,
  path: JsonPath,
): readonly ConfigEdit[] {
  if (id === undefined || models?.some((model) => model.id === id)) return [];
  const model = describe(id, endpoint, listed?.get(endpoint.providerId));
  return [models === undefined ? { path, value: [model] } : { path: [...path, models.length], value: model }];
}

function planDefaultModel({ provider, model, setDefault }: Wishes, today: Today): Plan {
  if (model === undefined) return NOTHING;
  const { model: choice, models: allowed = {} } = today.config.config.agents?.defaults ?? {};
  const config: ConfigEdit[] = [];
  if (setDefault || !wouldReplaceDefault(model, today)) {
    // A choice that is one text stays one text.
    const path = ["agents", "defaults", "model", ...(typeof choice === "string" ? [] : ["primary"])];
    config.push({ path, value: formatModelRef(model) });
  }
  // Some versions allow only the models that have an entry, so a first entry must not shut out today's models.
  const selected = Object.keys(allowed).length === 0 ? selectedModels(today) : [];
  // One that is not written as provider/model cannot have an entry, so there must be no list at all.
  if (selected.some((text) => parseModelRef(text) === undefined)) return { config, secrets: [] };
  const endpoints = provider === undefined ? [] : chosenEndpoints(provider.provider, valuesOf(provider.answers));
  const added = [model, ...endpoints.flatMap((endpoint) => firstModel(endpoint, model, today))].map(formatModelRef);
  for (const ref of new Set([...selected.filter((other) => !added.includes(other)), ...added])) {
    if (Object.hasOwn(allowed, ref)) continue;
    const alias = endpoints.find(({ providerId }) => ref.startsWith(`${providerId}/`))?.alias;
    const isFree = added.includes(ref) && !Object.values(allowed).some((entry) => entry.alias === alias);
    config.push({ path: ["agents", "defaults", "models", ref], value: isFree && alias !== undefined ? { alias } : {} });
  }
  return { config, secrets: [] };
}

/** The model that an endpoint gets besides the default one. */
function firstModel(endpoint: Endpoint, chosen: ModelRef, today: Today): readonly ModelRef[] {
  const model = modelOf(endpoint, chosen, today);
  return model === undefined ? [] : [{ provider: endpoint.providerId, model }];
}

function planGateway(wanted: GatewayAnswers, today: Today, { newToken, defaultPort }: PlanMeans): Plan {
  const { mode, port, bind, auth } = today.config.config.gateway ?? {};
  const authMode = wanted.authMode ?? auth?.mode ?? "token";
  const config: ConfigEdit[] = [
    { path: ["gateway", "mode"], value: wanted.mode ?? mode ?? "local" },
    { path: ["gateway", "port"], value: wanted.port ?? port ?? defaultPort },
    { path: ["gateway", "bind"], value: wanted.bind ?? bind ?? "loopback" },
    { path: ["gateway", "auth", "mode"], value: authMode },
  ];
  if (authMode !== "token") return { config, secrets: [] };
  if (wanted.tokenVariable !== undefined) {
    config.push({ path: ["gateway", "auth", "token"], value: `\${${wanted.tokenVariable}}` });
    return { config, secrets: [] };
  }
  const reference = `\${${GATEWAY_TOKEN_VARIABLE}}`;
  const other = auth?.token !== undefined && auth.token !== reference;
  if (other && wanted.token === undefined) return { config, secrets: [] };
  config.push({ path: ["gateway", "auth", "token"], value: reference });
  // An empty value is none: the gateway would have nobody to let in.
  if (today.secrets.values.get(GATEWAY_TOKEN_VARIABLE) && wanted.token === undefined) return { config, secrets: [] };
  // A token from the environment is kept where the daemon, which has another environment, finds it as well.
  const value = wanted.token ?? today.variables.get(GATEWAY_TOKEN_VARIABLE)?.value ?? newToken();
  return { config, secrets: [{ name: GATEWAY_TOKEN_VARIABLE, value }] };
}

/** When and by what the files were last set up, in the shape that all published versions accept. */
function wizardRecord({ now, version }: PlanMeans): readonly ConfigEdit[] {
  return [
    { path: ["wizard", "lastRunAt"], value: now.toISOString() },
    { path: ["wizard", "lastRunVersion"], value: version },
    { path: ["wizard", "lastRunCommand"], value: "onboard" },
    { path: ["wizard", "lastRunMode"], value: "local" },
  ];
}
