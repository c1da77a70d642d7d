import type { Context } from "../../core/context.ts";
import { OpenclawError } from "../../core/errors.ts";
import type { Paths } from "../../core/paths.ts";
import { fetchModels, keep } from "../../models/live.ts";
import type { Sources } from "../../models/recall.ts";
import type { TargetsInput } from "../../models/targets.ts";

/** Asks the providers. That the answer cannot be kept is no reason not to show it. Throws `models.unavailable`. */
export async function live(input: TargetsInput, userAgent: string, paths: Paths, context: Context): Promise<Sources> {
  const fetched = await fetchModels(input, userAgent, context);
  const listed = new Map(fetched.map(({ providerId, list }) => [providerId, list.models]));
  try {
    keep(fetched, paths, context);
    return { listed, notes: [] };
  } catch (error) {
    if (!(error instanceof OpenclawError)) throw error;
    return { listed, notes: [`The list was not kept. ${error.message}`] };
  }
}

/** Asks the providers, keeps the answers and says how many models there are. Throws `models.unavailable`, `file.access`. */
export async function refresh(
  input: TargetsInput,
  { json, userAgent }: { readonly json?: boolean | undefined; readonly userAgent: string },
  paths: Paths,
  context: Context,
): Promise<void> {
  const fetched = await fetchModels(input, userAgent, context);
  const files = keep(fetched, paths, context);
  const kept = fetched.map(({ providerId, list: { fetchedAt, models } }, index) => ({
    provider: providerId,
    models: models.length,
    fetchedAt,
    file: files[index] ?? "",
  }));
  if (json) return context.out(`${JSON.stringify({ providers: kept }, null, 2)}\n`);
  for (const { provider, models, file } of kept) {
    context.out(`${provider}: ${models} model${models === 1 ? "" : "s"}, kept in ${file}\n`);
  }
}
