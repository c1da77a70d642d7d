import { resolveCredentials } from "../config/credentials.ts";
import type { ProviderConfig } from "../config/schema.ts";
import type { SourcedValue } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import { type Finding, unresolved } from "../providers/finding.ts";

import type { Endpoint, Setup } from "../providers/provider.ts";
import { valuesOf } from "./answers.ts";
import type { Today } from "./current-state.ts";
import { modelOf } from "./default-model.ts";
import type { Wishes } from "./plan.ts";
import { type PlannedEntry, plannedEntry, storedSecrets } from "./provider-entry.ts";

type Resolving = Pick<Context, "files" | "run" | "env" | "homedir">;

/** A planned entry as the configuration will have it. */
function present({ apiKey, headers, ...entry }: PlannedEntry): ProviderConfig {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { baseUrl: entry.baseUrl, ...(apiKey !== undefined && { apiKey }), headers: Object.fromEntries(kept) };
}

/** What an endpoint's set-up will be once the wishes are carried out, or what keeps it from being one. */
export async function plannedSetup(
  endpoint: Endpoint,
  { provider: wished, model: chosen }: Wishes,
  today: Today,
  context: Resolving,
): Promise<Setup | Finding> {
  const answers = wished?.answers ?? {};
  const entry = plannedEntry(endpoint, answers, today);
  // What is about to be stored counts, not what the environment of this moment has under the same name.
  const secrets = wished === undefined ? [] : storedSecrets(wished.provider, answers);
  const stored = secrets.map(({ name, value }) => [name, { value, source: ".env" as const }] as const);
  const variables = new Map<string, SourcedValue>([...today.variables, ...stored]);
  const credentials = await resolveCredentials(
    present(entry),
    undefined,
    { variables, config: today.config.config },
    context,
  );
  if (!credentials.ok) return unresolved(credentials.error);
  const { apiKey, headers } = credentials.value;
  const model = modelOf(endpoint, chosen, today) ?? endpoint.defaultModel;
  return { baseUrl: entry.baseUrl, ...(apiKey && { apiKey }), headers, model, values: valuesOf(answers) };
}
