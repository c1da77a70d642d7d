import { isLocalUrl } from "../config/listen-address.ts";
import { aliasResolver, modelChoice, modelsInUse } from "../config/model-selection.ts";
import { providerEntry } from "../config/resolve.ts";
import type { Variables } from "../config/variables.ts";
import { withoutCredentials } from "../core/redact.ts";
import type { Problem } from "../core/result.ts";
import { formatModelRef, parseModelRef } from "../providers/model.ts";
import { type Endpoint, protocolOf } from "../providers/provider.ts";
import type { Retirement } from "../providers/retirement.ts";
import { setupFault } from "../providers/setup-fault.ts";
import { type CredentialStatus, credentialsOf } from "./credential-status.ts";
import type { KnownCredentials } from "./credentials.ts";
import { retirementOfModel } from "./doubts.ts";
import { configuredRefs } from "./list.ts";
import type { KnownNames } from "./named.ts";

/** `account`: by the account of the token, without a choice. */
type Payment = "key" | "stored" | "billing" | "account";

export interface ProviderStatus {
  readonly id: string;
  readonly baseUrl?: string;
  readonly endpoint?: string;
  readonly label?: string;
  readonly api: string;
  /** Unknown for a provider that is not built in. */
  readonly payment?: Payment;
  /** Unified Billing pays where the other way fails. */
  readonly paidFallback: boolean;
  readonly credentials: readonly CredentialStatus[];
  /** Further keys, of which the next is taken where one is limited. */
  readonly moreKeys: number;
  readonly usable: boolean;
  readonly problems: readonly Problem[];
  /** Files in which the published OpenClaw has a key of its own for it. */
  readonly stores: readonly string[];
}

export interface SelectedModel {
  /** As the configuration has it: an alias or a reference. */
  readonly text: string;
  readonly ref: string;
}

export interface RetiringModel extends Retirement {
  readonly ref: string;
  /** True if something uses it, and not only a list allows it. */
  readonly isUsed: boolean;
}

export interface ModelsStatus {
  readonly primary: SelectedModel | undefined;
  readonly fallbacks: readonly SelectedModel[];
  readonly image: SelectedModel | undefined;
  readonly imageFallbacks: readonly SelectedModel[];
  readonly aliases: ReadonlyMap<string, string>;
  /** The models of `agents.defaults.models`. */
  readonly allowed: readonly string[];
  readonly configured: readonly string[];
  readonly providers: readonly ProviderStatus[];
  /** Retired, or soon to be. */
  readonly retiring: readonly RetiringModel[];
  /** Of the models in use, the providers that lack something. */
  readonly missing: readonly string[];
  /** Faults that keep models in use from being served, beside what their providers lack. */
  readonly faults: readonly Problem[];
}

export interface StatusInput extends KnownNames {
  readonly variables: Variables;
  readonly access: Pick<KnownCredentials, "available" | "credentials" | "problems">;
  /** Files with keys of the published OpenClaw, by provider. */
  readonly stores: ReadonlyMap<string, readonly string[]>;
  readonly now: Date;
}

/** Everything that `models status` tells, without asking anybody. */
export function modelsStatus(input: StatusInput): ModelsStatus {
  const { config } = input;
  const { model, imageModel, models: allowed = {} } = config.agents?.defaults ?? {};
  const resolve = aliasResolver(config);
  const selected = (text: string): SelectedModel => ({ text, ref: resolve(text) });
  const choice = modelChoice(model);
  const image = modelChoice(imageModel);
  const aliases = new Map<string, string>();
  for (const [ref, { alias }] of Object.entries(allowed))
    if (alias !== undefined && !aliases.has(alias)) aliases.set(alias, ref);
  const used = modelsInUse(config);
  const configured = configuredRefs(config).map(({ ref }) => formatModelRef(ref));
  const ids = [
    ...Object.keys(config.models?.providers ?? {}),
    ...used.flatMap((ref) => parseModelRef(ref)?.provider ?? []),
  ];
  const providers = [...new Set(ids)].map((id) => providerStatus(id, input));
  const inUse = new Set(used.flatMap((ref) => parseModelRef(ref)?.provider ?? []));
  return {
    primary: choice.primary === undefined ? undefined : selected(choice.primary),
    fallbacks: choice.fallbacks.map(selected),
    image: image.primary === undefined ? undefined : selected(image.primary),
    imageFallbacks: image.fallbacks.map(selected),
    aliases,
    allowed: Object.keys(allowed),
    configured,
    providers,
    retiring: [...new Set([...used, ...configured])].flatMap((ref) => retiring(ref, used.includes(ref), input)),
    missing: providers.filter(({ id, usable }) => inUse.has(id) && !usable).map(({ id }) => id),
    faults: [
      ...(choice.primary === undefined ? [{ message: (t) => t.modelStatus.noDefault } satisfies Problem] : []),
      ...used
        .filter((ref) => parseModelRef(ref) === undefined)
        .map((ref) => ({ message: (t) => t.modelStatus.noReference(withoutCredentials(ref)) }) satisfies Problem),
    ],
  };
}

/** 1 if something in use is missing or over, 2 if a model is about to retire or should leave a list, else 0. */
export function checkStatus({ faults, missing, retiring }: ModelsStatus): 0 | 1 | 2 {
  if (faults.length > 0 || missing.length > 0) return 1;
  if (retiring.some(({ isUsed, state }) => isUsed && state === "over")) return 1;
  return retiring.length > 0 ? 2 : 0;
}

function retiring(ref: string, isUsed: boolean, input: StatusInput): readonly RetiringModel[] {
  const parsed = parseModelRef(ref);
  const found = parsed && retirementOfModel(parsed, input, input.now);
  return found === undefined || found.state === "later" ? [] : [{ ...found, ref, isUsed }];
}

function providerStatus(id: string, input: StatusInput): ProviderStatus {
  const { config, endpoints, access, stores } = input;
  const isSetUp = config.models?.providers?.[id] !== undefined;
  const entry = providerEntry(id, config);
  const { baseUrl } = entry;
  const endpoint = endpoints.find(({ providerId }) => providerId === id);
  const values = endpoint?.answersIn(entry) ?? {};
  const problems = isSetUp ? faultsOf(id, endpoint, input) : [{ message: (t) => t.models.notSetUp } satisfies Problem];
  const moreKeys = access.credentials.get(id)?.moreKeys?.length ?? 0;
  return {
    id,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(endpoint && { endpoint: endpoint.id, label: endpoint.label, payment: paymentOf(endpoint, values.credentials) }),
    api: protocolOf(entry.api, endpoint),
    paidFallback: values.paidFallback === "yes",
    credentials: isSetUp ? credentialsOf(id, endpoint, input) : [],
    moreKeys,
    usable: problems.length === 0,
    problems,
    stores: stores.get(id) ?? [],
  };
}

function paymentOf({ fields }: Endpoint, chosen: string | undefined): Payment {
  if (!fields.some(({ id }) => id === "credentials")) return "account";
  return chosen === "stored" || chosen === "billing" ? chosen : "key";
}

/** Faults that keep requests to a provider from being sent. */
function faultsOf(id: string, endpoint: Endpoint | undefined, { config, access }: StatusInput): readonly Problem[] {
  const entry = providerEntry(id, config);
  const unresolved = access.problems.filter(({ provider }) => provider === id);
  if (unresolved.length > 0) return unresolved;
  const { apiKey, headers = {} } = access.credentials.get(id) ?? {};
  const { baseUrl } = entry;
  if (baseUrl === undefined)
    return endpoint === undefined
      ? []
      : [{ message: (t) => t.modelStatus.noBaseUrl, hint: (t) => t.providers.runOnboard }];
  if (!access.available.has(id) && !isLocalUrl(baseUrl))
    return [{ message: (t) => t.models.noCredential, hint: (t) => t.providers.runOnboard }];
  const fault = endpoint && setupFault(endpoint, { entry: { ...entry, baseUrl }, ...(apiKey && { apiKey }), headers });
  return fault === undefined ? [] : [fault];
}
