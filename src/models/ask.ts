import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { findingLines } from "../providers/finding.ts";
import { listModels } from "../providers/list-models.ts";
import type { ListedModel } from "../providers/provider.ts";
import type { Target } from "./targets.ts";

/** Every model that the endpoint lists for these credentials, in its order. Throws `models.unavailable`. */
export async function askForModels(
  { endpoint, setup }: Target,
  userAgent: string,
  context: Pick<Context, "http" | "delay" | "env">,
): Promise<readonly ListedModel[]> {
  const listed = await listModels(endpoint, setup, { userAgent }, context);
  if (listed.ok) return listed.value;
  const [message = "", ...rest] = findingLines(listed.error);
  throw new OpenclawError(message, { code: "models.unavailable", hint: rest.join("\n") });
}
