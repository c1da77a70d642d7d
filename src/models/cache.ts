import { join } from "node:path";
import { type Infer, listOf, object, oneOf, positive, problemsOf, text } from "../config/shape.ts";
import { ensurePrivateFolder, type FileContext, readIfPresent, replaceFile } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { ListedModel } from "../providers/model.ts";

const listedModel = object(
  {
    id: text,
    name: text,
    input: listOf(oneOf("text", "image")),
    contextWindow: positive,
    maxTokens: positive,
    retiresOn: text,
  },
  ["id"],
);

const remembered = object({ fetchedAt: text, baseUrl: text, models: listOf(listedModel) }, [
  "fetchedAt",
  "baseUrl",
  "models",
]);

/** What a provider listed, when, and at which address; no credential is in it. */
export type Remembered = Infer<typeof remembered> & { readonly models: readonly ListedModel[] };

/** Where a provider's list is kept. */
export const rememberedAt = ({ stateDir }: Pick<Paths, "stateDir">, providerId: string): string =>
  join(stateDir, "cache", `models-${providerId}.json`);

/** What is kept at `path`: undefined when nothing is, `damaged` when it cannot be used. */
export function readRemembered(path: string, context: Pick<Context, "files">): Remembered | "damaged" | undefined {
  try {
    const bytes = readIfPresent(path, context);
    if (bytes === undefined) return undefined;
    const value = JSON.parse(bytes.toString("utf8"));
    const isSound = problemsOf(remembered, value).length === 0 && !Number.isNaN(Date.parse(value.fetchedAt));
    return isSound ? value : "damaged";
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof OpenclawError) return "damaged";
    throw error;
  }
}

/** Keeps a list, in the place of the last one. Throws `file.access`. */
export function remember(path: string, list: Remembered, context: FileContext): void {
  ensurePrivateFolder(join(path, ".."), context);
  replaceFile(path, `${JSON.stringify(list, null, 2)}\n`, {}, context);
}
