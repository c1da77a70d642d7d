import type { Context } from "../core/context.ts";
import type { Finding } from "../providers/finding.ts";
import { type Listed, listModels } from "../providers/list-models.ts";
import type { ListedModel } from "../providers/model.ts";
import { type ProbeOptions, probe } from "../providers/probe.ts";
import { chosenEndpoints } from "../providers/provider.ts";
import { valuesOf } from "./answers.ts";
import type { Today } from "./current-state.ts";
import type { Wishes } from "./plan.ts";
import { plannedSetup } from "./planned-setup.ts";

type Checking = Pick<Context, "http" | "delay"> & Parameters<typeof plannedSetup>[3];

/** What is wrong with the set-up that the wishes ask for, or undefined when all of it works. */
export async function verify(
  wishes: Wishes,
  today: Today,
  how: ProbeOptions,
  context: Checking,
): Promise<Finding | undefined> {
  for (const endpoint of endpointsOf(wishes)) {
    const setup = await plannedSetup(endpoint, wishes, today, context);
    const finding = "code" in setup ? setup : await probe(endpoint, setup, how, context);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

/** Which models there are for the set-up that the wishes ask for. */
export async function modelsFor(
  wishes: Wishes,
  today: Today,
  how: Omit<ProbeOptions, "kind">,
  context: Checking,
): Promise<Listed> {
  const listed = new Map<string, readonly ListedModel[]>();
  for (const endpoint of endpointsOf(wishes)) {
    const setup = await plannedSetup(endpoint, wishes, today, context);
    const models = "code" in setup ? undefined : await listModels(endpoint, setup, how, context);
    if (models?.ok && models.value.length > 0) listed.set(endpoint.providerId, models.value);
  }
  return listed;
}

const endpointsOf = ({ provider }: Wishes) =>
  provider === undefined ? [] : chosenEndpoints(provider.provider, valuesOf(provider.answers));
