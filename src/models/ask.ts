import type { Context } from "../core/context.ts";
import { fail, type Result } from "../core/result.ts";
import { findingLines } from "../providers/finding.ts";
import { listModels } from "../providers/list-models.ts";
import type { ListedModel } from "../providers/model.ts";
import type { Texts } from "../text/message.ts";
import type { Target } from "./targets.ts";

/** Every model that the endpoint lists for these credentials, in its order, or what is wrong. */
export async function askForModels(
  { endpoint, setup }: Target,
  userAgent: string,
  context: Pick<Context, "http" | "delay" | "env">,
): Promise<Result<readonly ListedModel[]>> {
  const listed = await listModels(endpoint, setup, { userAgent }, context);
  if (listed.ok) return listed;
  const lines = (text: Texts) => findingLines(listed.error, text);
  return fail({
    where: endpoint.providerId,
    message: (text) => lines(text)[0] ?? "",
    hint: (text) => lines(text).slice(1).join("\n"),
  });
}
