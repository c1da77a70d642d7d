import type { Context } from "../core/context.ts";
import { fail, type Problem, type Result } from "../core/result.ts";
import { findingLines } from "../providers/finding.ts";
import { listModels } from "../providers/list-models.ts";
import type { ListedModel } from "../providers/model.ts";
import type { Target } from "./targets.ts";

/** Every model that the endpoint lists for these credentials, in its order, or what is wrong. */
export async function askForModels(
  { endpoint, setup }: Target,
  userAgent: string,
  context: Pick<Context, "http" | "delay" | "env">,
): Promise<Result<readonly ListedModel[]>> {
  const listed = await listModels(endpoint, setup, { userAgent }, context);
  if (listed.ok) return listed;
  const [message = "", ...rest] = findingLines(listed.error);
  const problem: Problem = { where: endpoint.providerId, message, hint: rest.join("\n") };
  return fail(problem);
}
