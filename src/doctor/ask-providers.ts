import { modelChoice, resolveAlias } from "../config/model-selection.ts";
import { providerEntry, resolveProviders } from "../config/resolve.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../core/context.ts";
import type { Finding } from "../providers/finding.ts";
import { parseModelRef } from "../providers/model-ref.ts";
import { tryOut, unresolved } from "../providers/probe.ts";
import type { Endpoint, ProbeKind } from "../providers/provider.ts";
import { wrongFields } from "./checks/credentials.ts";
import { checkBaseUrl } from "./checks/endpoint.ts";
import { type DoctorInput, type InspectedProvider, inspectedProviders, type LiveResult, textAt } from "./input.ts";

type ProbeContext = Pick<Context, "files" | "run" | "env" | "homedir" | "http" | "delay">;

export interface LiveOptions {
  readonly userAgent: string;
  readonly offline: boolean;
  /** What the providers are asked for. */
  readonly verify: ProbeKind;
}

/** Asks every built-in provider that is set up, with what its requests would carry. */
export async function askProviders(
  input: DoctorInput,
  options: LiveOptions,
  context: ProbeContext,
): Promise<readonly LiveResult[]> {
  const results: LiveResult[] = [];
  for (const provider of inspectedProviders(input)) {
    const { entry, endpoint } = provider;
    if (endpoint === undefined) continue;
    const { label } = endpoint;
    const baseUrl = textAt(entry, ["baseUrl"]) ?? "";
    if (options.offline) results.push({ label, notAsked: "offline" });
    else if (!isUsable(provider, input)) results.push({ label, notAsked: "unusable" });
    else results.push({ label, diagnosis: await askProvider(baseUrl, endpoint, input, options, context) });
  }
  return results;
}

/** False where a request could leak a credential to the wrong host: the address or a credential is known to be wrong. */
function isUsable(provider: InspectedProvider, input: DoctorInput): boolean {
  const known = [...checkBaseUrl(provider, input), ...wrongFields(provider, input)];
  const hasPlaceholder = /[{}]/.test(textAt(provider.entry, ["baseUrl"]) ?? "");
  return input.config.invalid.length === 0 && !hasPlaceholder && known.every(({ status }) => status !== "fail");
}

async function askProvider(
  baseUrl: string,
  endpoint: Endpoint,
  { config: { config }, secrets, variables }: DoctorInput,
  { userAgent, verify: kind }: LiveOptions,
  context: ProbeContext,
): Promise<Finding | undefined> {
  const { providerId } = endpoint;
  const resolved = await resolveProviders([endpoint], { config, secrets: secrets.values, variables }, context);
  const credentials = resolved.get(providerId);
  if (credentials === undefined || !credentials.ok) return unresolved(credentials?.error ?? []);
  const { apiKey, headers } = credentials.value;
  const values = endpoint.answersIn(providerEntry(providerId, config));
  const setup = { baseUrl, ...(apiKey && { apiKey }), headers, model: modelToTry(endpoint, config), values };
  return tryOut(endpoint, setup, { kind, userAgent }, context);
}

/** The default model if the endpoint serves it, else the first that its entry describes. */
function modelToTry({ providerId, defaultModel }: Endpoint, config: Config): string {
  const { primary = "" } = modelChoice(config.agents?.defaults?.model);
  const selected = parseModelRef(resolveAlias(primary, config));
  if (selected?.provider === providerId) return selected.model;
  return providerEntry(providerId, config).models?.[0]?.id ?? defaultModel;
}
