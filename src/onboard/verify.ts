import { resolveCredentials } from "../config/credentials.ts";
import type { ProviderConfig } from "../config/schema.ts";
import type { Context } from "../core/context.ts";
import { chosenEndpoints, type Endpoint, type Finding, type Setup } from "../providers/provider.ts";
import { type TryOptions, tryOut, unresolved } from "../providers/try-out.ts";
import { valuesOf } from "./defaults.ts";
import { modelOf } from "./model-choice.ts";
import type { Wishes } from "./plan.ts";
import { type PlannedEntry, plannedEntry, storedSecrets } from "./provider-entry.ts";
import type { Today } from "./today.ts";

type Checking = Pick<Context, "http" | "delay" | "files" | "run" | "env" | "homedir">;

/** A planned entry as the configuration will have it. */
function present({ apiKey, headers, ...entry }: PlannedEntry): ProviderConfig {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { baseUrl: entry.baseUrl, ...(apiKey !== undefined && { apiKey }), headers: Object.fromEntries(kept) };
}

/** What an endpoint's set-up will be once the wishes are carried out, or what keeps it from being one. */
async function setupFor(
  endpoint: Endpoint,
  { provider, answers }: NonNullable<Wishes["provider"]>,
  wishes: Wishes,
  today: Today,
  context: Checking,
): Promise<Setup | Finding> {
  const entry = plannedEntry(endpoint, answers, today);
  // What is about to be stored counts, not what the environment of this moment has under the same name.
  const stored = storedSecrets(provider, answers).map(({ name, value }) => [name, { value, source: ".env" }] as const);
  const variables = new Map([...today.variables, ...stored]);
  const credentials = await resolveCredentials(
    present(entry),
    undefined,
    { variables, config: today.config.config },
    context,
  );
  if (!credentials.ok) {
    return unresolved(credentials.error);
  }
  const { apiKey, headers } = credentials.value;
  const model = modelOf(endpoint, wishes.model, today) ?? endpoint.defaultModel;
  return { baseUrl: entry.baseUrl, ...(apiKey && { apiKey }), headers, model, values: valuesOf(answers) };
}

/** What is wrong with the set-up that the wishes ask for, or undefined when all of it works. */
export async function verify(
  wishes: Wishes,
  today: Today,
  how: TryOptions,
  context: Checking,
): Promise<Finding | undefined> {
  if (wishes.provider === undefined) return undefined;
  const { provider, answers } = wishes.provider;
  for (const endpoint of chosenEndpoints(provider, valuesOf(answers))) {
    const setup = await setupFor(endpoint, wishes.provider, wishes, today, context);
    const finding = "code" in setup ? setup : await tryOut(endpoint, setup, how, context);
    if (finding !== undefined) return finding;
  }
  return undefined;
}
