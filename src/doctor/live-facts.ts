import { resolveCredentials } from "../config/credentials.ts";
import { modelChoice, resolveAlias } from "../config/model-selection.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../core/context.ts";
import { parseModelRef } from "../providers/model-ref.ts";
import type { Endpoint, ProbeKind } from "../providers/provider.ts";
import { tryOut, unresolved } from "../providers/try-out.ts";
import { wrongFields } from "./checks/credentials.ts";
import { baseUrlFaults } from "./checks/endpoint.ts";
import { type Facts, type LiveFacts, type ProviderEntry, providerEntries, textAt } from "./input.ts";

type Asking = Pick<Context, "files" | "run" | "env" | "homedir" | "http" | "delay">;

export interface LiveOptions {
  readonly userAgent: string;
  readonly offline: boolean;
  /** What the providers are asked for. */
  readonly verify: ProbeKind;
}

/** Asks every provider of ours that is set up, with what its requests would carry. */
export async function liveFacts(facts: Facts, how: LiveOptions, context: Asking): Promise<readonly LiveFacts[]> {
  const live: LiveFacts[] = [];
  for (const provider of providerEntries(facts)) {
    const { id, entry, ours } = provider;
    if (ours === undefined) continue;
    const { label } = ours;
    const baseUrl = textAt(entry, ["baseUrl"]) ?? "";
    if (how.offline) live.push({ label, notAsked: "offline" });
    else if (!isUsable(provider, facts)) live.push({ label, notAsked: "unusable" });
    else live.push({ label, diagnosis: await ask(id, baseUrl, ours, facts, how, context) });
  }
  return live;
}

/** Nothing is sent to an address that is known to be wrong, nor a credential in the place of another: it would get to whom it does not concern. */
function isUsable(provider: ProviderEntry, facts: Facts): boolean {
  const known = [...baseUrlFaults(provider, facts), ...wrongFields(provider, facts)];
  const hasPlaceholder = /[{}]/.test(textAt(provider.entry, ["baseUrl"]) ?? "");
  return facts.config.misfits.length === 0 && !hasPlaceholder && known.every(({ status }) => status !== "fail");
}

async function ask(
  id: string,
  baseUrl: string,
  endpoint: Endpoint,
  facts: Facts,
  { userAgent, verify: kind }: LiveOptions,
  context: Asking,
) {
  const { config } = facts.config;
  const first = [...facts.variables].flatMap(([name, [value]]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const entry = config.models?.providers?.[id] ?? {};
  const input = { variables: new Map(first), config };
  const credentials = await resolveCredentials(entry, endpoint.keyVariable, input, context);
  if (!credentials.ok) return unresolved(credentials.error);
  const { apiKey, headers } = credentials.value;
  const values = endpoint.answersIn(entry);
  const setup = { baseUrl, ...(apiKey && { apiKey }), headers, model: modelOf(endpoint, config), values };
  return tryOut(endpoint, setup, { kind, userAgent }, context);
}

/** The model to try: the default one if the endpoint serves it, else the first that its entry describes. */
function modelOf({ providerId, defaultModel }: Endpoint, config: Config): string {
  const { primary = "" } = modelChoice(config.agents?.defaults?.model);
  const chosen = parseModelRef(resolveAlias(primary, config));
  if (chosen?.provider === providerId) return chosen.model;
  return config.models?.providers?.[providerId]?.models?.[0]?.id ?? defaultModel;
}
