import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { type Problem, problemText } from "../core/result.ts";
import { fetchModels, keep } from "../models/live.ts";
import type { Sources } from "../models/recall.ts";
import type { TargetsInput } from "../models/targets.ts";
import { say, type Texts } from "../text/message.ts";

/** Asks the providers. That an answer cannot be kept is no reason not to show it. Throws `models.unavailable`. */
export async function live(input: TargetsInput, userAgent: string, paths: Paths, context: Context): Promise<Sources> {
  const { fetched, problems } = await fetchModels(input, userAgent, context);
  const listed = new Map(fetched.map(({ providerId, list }) => [providerId, list.models]));
  const lines = problems.map((problem) => line(problem, context.text));
  const isPartial = problems.length > 0;
  try {
    keep(fetched, paths, context);
    return { listed, notes: lines, isPartial };
  } catch (error) {
    if (!(error instanceof OpenclawError)) throw error;
    return { listed, notes: [...lines, `The list was not kept. ${say(error.says, context.text)}`], isPartial };
  }
}

/** As `unresolvedLines` has them. */
const line = (problem: Problem, text: Texts) => `${problem.where}: ${problemText(problem, text)}`;

/**
 * Asks the providers, keeps the answers and says how many models there are; false when not all of them told. Throws
 * `models.unavailable`, `file.access`.
 */
export async function refresh(
  input: TargetsInput,
  { json, userAgent }: { readonly json?: boolean | undefined; readonly userAgent: string },
  paths: Paths,
  context: Context,
): Promise<boolean> {
  const { fetched, problems } = await fetchModels(input, userAgent, context);
  const files = keep(fetched, paths, context);
  const kept = fetched.map(({ providerId, list: { fetchedAt, models } }, index) => ({
    provider: providerId,
    models: models.length,
    fetchedAt,
    file: files[index] ?? "",
  }));
  if (json) context.out(`${JSON.stringify({ providers: kept }, null, 2)}\n`);
  for (const { provider, models, file } of json ? [] : kept) {
    context.out(`${provider}: ${models} model${models === 1 ? "" : "s"}, kept in ${file}\n`);
  }
  for (const problem of problems) context.err(`${line(problem, context.text)}\n`);
  return problems.length === 0;
}
