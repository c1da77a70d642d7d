import { resolveCredentials } from "../config/credentials.ts";
import { formatPath } from "../config/json5-value.ts";
import { type FoundVariable, variablesIn } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import { type Finding, unresolved } from "../providers/finding.ts";
import { type Listed, listModels } from "../providers/list-models.ts";
import type { ListedModel } from "../providers/model.ts";
import { type ProbeOptions, probe } from "../providers/probe.ts";
import type { Endpoint, Setup } from "../providers/provider.ts";
import { valuesOf } from "./answers.ts";
import { type CurrentState, referenceValues } from "./current-state.ts";
import { modelOf } from "./default-model.ts";
import { plannedEntry, storedSecrets } from "./plan.ts";
import type { Resolution } from "./resolve-answers.ts";

type VerifyContext = Pick<Context, "http" | "delay" | "files" | "run" | "env" | "homedir" | "cwd" | "uid">;

/** The first finding about the endpoints as planned, or `undefined` if all of them work. */
export async function verify(
  resolution: Resolution,
  current: CurrentState,
  how: ProbeOptions,
  context: VerifyContext,
): Promise<Finding | undefined> {
  for (const endpoint of resolution.endpoints) {
    const setup = await plannedSetup(endpoint, resolution, current, context);
    const finding = "code" in setup ? setup : await probe(endpoint, setup, how, context);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

export async function modelsFor(
  resolution: Resolution,
  current: CurrentState,
  how: Omit<ProbeOptions, "kind">,
  context: VerifyContext,
): Promise<Listed> {
  const listed = new Map<string, readonly ListedModel[]>();
  for (const endpoint of resolution.endpoints) {
    const setup = await plannedSetup(endpoint, resolution, current, context);
    const models = "code" in setup ? undefined : await listModels(endpoint, setup, how, context);
    if (models?.ok && models.value.length > 0) listed.set(endpoint.providerId, models.value);
  }
  return listed;
}

async function plannedSetup(
  endpoint: Endpoint,
  { provider, answers, model: chosen }: Resolution,
  current: CurrentState,
  context: VerifyContext,
): Promise<Setup | Finding> {
  const { baseUrl, apiKey: key, headers: planned } = plannedEntry(endpoint, answers, current);
  // One that an earlier version or an editor wrote has passed no check yet.
  const address = endpoint.fields.find(({ id }) => id === "baseUrl")?.check(baseUrl);
  if (address?.ok === false) {
    const where = formatPath(["models", "providers", endpoint.providerId, "baseUrl"]);
    return { ...unresolved([{ ...address.error, where, fault: "unsendable" }]), field: "baseUrl" };
  }
  const kept = Object.entries(planned).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const entry = { ...(key !== undefined && { apiKey: key }), headers: Object.fromEntries(kept) };
  // The secret about to be stored counts, not a variable of the same name in this environment.
  const stored = storedSecrets({ provider, answers }).map(
    ({ name, value }) => [name, { value, source: ".env" }] satisfies [string, FoundVariable],
  );
  const variables = new Map<string, FoundVariable>([...current.variables, ...stored]);
  const known = { variables, ...referenceValues(current) };
  const path = ["models", "providers", endpoint.providerId];
  const credentials = await resolveCredentials(entry, {}, known, context, path);
  if (!credentials.ok) {
    // After `logout`, the reference is there and its variable is not: the question of that variable is to be asked again.
    const referred = variablesIn(JSON.stringify(entry));
    const missing = provider?.fields.find(
      ({ env: [name], stored }) =>
        name !== undefined && stored !== false && referred.includes(name) && !variables.has(name),
    );
    return { ...unresolved(credentials.error), ...(missing && { field: missing.id }) };
  }
  const { apiKey, headers } = credentials.value;
  const model = modelOf(endpoint, chosen, current) ?? endpoint.defaultModel;
  return { baseUrl, ...(apiKey && { apiKey }), headers, model, values: valuesOf(answers) };
}
