import { aliasResolver, modelChoice } from "../config/model-selection.ts";
import { providerEntry } from "../config/resolve.ts";
import { parseModelRef } from "../providers/model.ts";
import { trimBaseUrl } from "./cache.ts";
import type { ProbeTarget } from "./probe.ts";
import type { ProviderStatus, StatusInput } from "./status.ts";

/** Whom to ask of the configured providers, with what their real requests carry; only `wanted`, if it is given. */
export function probeTargets(
  providers: readonly ProviderStatus[],
  input: StatusInput,
  wanted: string | undefined,
): readonly ProbeTarget[] {
  const configured = Object.keys(input.config.models?.providers ?? {});
  return providers
    .filter(({ id }) => configured.includes(id) && (wanted === undefined || id === wanted))
    .map((provider) => targetOf(provider, input));
}

function targetOf({ id, label = id, problems }: ProviderStatus, input: StatusInput): ProbeTarget {
  const { config, endpoints, access } = input;
  const endpoint = endpoints.find(({ providerId }) => providerId === id);
  const entry = providerEntry(id, config);
  const model = modelToTry(id, input);
  const about = { provider: id, label, model: model ?? "" };
  if (endpoint === undefined)
    return {
      ...about,
      notAsked: { status: "unknown", problem: { message: (t) => t.modelStatus.notChecked }, isJudged: false },
    };
  const [problem] = problems;
  if (problem !== undefined) {
    const isUnresolved = access.problems.some(({ provider }) => provider === id) || !access.available.has(id);
    return { ...about, notAsked: { status: isUnresolved ? "auth" : "format", problem, isJudged: true } };
  }
  const { apiKey, headers = {} } = access.credentials.get(id) ?? {};
  const setup = {
    baseUrl: trimBaseUrl(entry.baseUrl ?? ""),
    ...(apiKey && { apiKey }),
    headers,
    model: model ?? endpoint.defaultModel,
    values: endpoint.answersIn(entry),
  };
  return { ...about, model: setup.model, asked: { endpoint, setup } };
}

/** The default model or the first fallback that the provider serves, else the first one in its entry. */
function modelToTry(id: string, { config }: StatusInput): string | undefined {
  const { primary, fallbacks } = modelChoice(config.agents?.defaults?.model);
  const refs = [primary ?? "", ...fallbacks].map((text) => parseModelRef(aliasResolver(config)(text)));
  return refs.find((ref) => ref?.provider === id)?.model ?? providerEntry(id, config).models?.[0]?.id;
}
