import { withProxy } from "../config/resolve.ts";
import type { FileContext } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { Problem } from "../core/result.ts";
import { askForModels } from "./ask.ts";
import { type Remembered, remember, rememberedAt } from "./cache.ts";
import { type TargetsInput, targetsOf } from "./targets.ts";

/** What a provider answered. */
export interface Fetched {
  readonly providerId: string;
  readonly list: Remembered;
}

/**
 * Asks the providers which models they offer, and keeps nothing; also says who did not tell, and why. Throws
 * `models.unavailable` when nobody did.
 */
export async function fetchModels(
  input: TargetsInput,
  userAgent: string,
  context: Pick<Context, "http" | "delay" | "env" | "now">,
): Promise<{ readonly fetched: readonly Fetched[]; readonly problems: readonly Problem[] }> {
  const { targets, problems: unasked } = targetsOf(input);
  const fetched: Fetched[] = [];
  const problems = [...unasked];
  const proxied = withProxy({ secrets: input.access.secrets, config: input.config }, context);
  for (const target of targets) {
    const models = await askForModels(target, userAgent, proxied);
    if (!models.ok) {
      problems.push(models.error);
      continue;
    }
    const list = { fetchedAt: context.now().toISOString(), baseUrl: target.setup.baseUrl, models: models.value };
    fetched.push({ providerId: target.endpoint.providerId, list });
  }
  if (fetched.length === 0) throw unavailable(problems, targets.length > 0);
  return { fetched, problems };
}

function unavailable(problems: readonly Problem[], wasAsked: boolean): OpenclawError {
  const [only, ...others] = problems;
  const code = "models.unavailable";
  if (wasAsked && only !== undefined && others.length === 0)
    return new OpenclawError(only.message, { code, ...(only.hint && { hint: only.hint }) });
  const message = wasAsked ? "No provider told its models." : "There is nobody to ask for the models.";
  return new OpenclawError(message, { code, problems });
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
