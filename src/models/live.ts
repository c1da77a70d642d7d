import type { FileContext } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { askForModels } from "./ask.ts";
import { type Remembered, remember, rememberedAt } from "./remembered.ts";
import { type TargetsInput, targetsOf } from "./targets.ts";

/** What a provider answered. */
export interface Fetched {
  readonly providerId: string;
  readonly list: Remembered;
}

/** Asks the providers which models they offer, and keeps nothing. Throws `models.unavailable`. */
export async function fetchModels(
  input: TargetsInput,
  userAgent: string,
  context: Pick<Context, "http" | "delay" | "env" | "now">,
): Promise<readonly Fetched[]> {
  const fetched: Fetched[] = [];
  for (const target of targetsOf(input)) {
    const models = await askForModels(target, userAgent, context);
    const list = { fetchedAt: context.now().toISOString(), baseUrl: target.setup.baseUrl, models };
    fetched.push({ providerId: target.endpoint.providerId, list });
  }
  return fetched;
}

/** Keeps the answers for later runs and returns the files. Throws `file.access`. */
export function keep(
  fetched: readonly Fetched[],
  paths: Pick<Paths, "stateDir">,
  context: FileContext,
): readonly string[] {
  return fetched.map(({ providerId, list }) => {
    const path = rememberedAt(paths, providerId);
    remember(path, list, context);
    return path;
  });
}
