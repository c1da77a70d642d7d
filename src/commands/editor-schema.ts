import { dirname, join } from "node:path";
import { type JsonObject, type JsonValue, valueAt } from "../config/json5-value.ts";
import { ensurePrivateFolder, isThere, readIfPresent, replaceFile } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { jsonDocument } from "../core/json.ts";
import type { Paths } from "../core/paths.ts";
import { loadTexts } from "../text/language.ts";

const SCHEMA_FILE = "openclaw.schema.json";

/**
 * The value of `$schema`: relative, so that the folder can be moved.
 * @source the published OpenClaw 2026.5.28 and 2026.9.6, run: both accept it, and keep it when they write the file.
 */
export const SCHEMA_REFERENCE = `./${SCHEMA_FILE}`;

/** The schema for editors. English in every language: it is the same file on each machine. */
export async function schemaText(): Promise<string> {
  const { configSchema } = await import("../settings/json-schema.ts");
  return jsonDocument(configSchema((await loadTexts("en")).settings));
}

/** Puts it beside the configuration. Returns its path unless it is there already. Throws `file.access`. */
export async function writeSchema({ config }: Paths, context: Context): Promise<string | undefined> {
  const path = join(dirname(config), SCHEMA_FILE);
  const text = Buffer.from(await schemaText());
  if (readIfPresent(path, context)?.equals(text)) return undefined;
  if (!isThere(dirname(path), context)) ensurePrivateFolder(dirname(path), context);
  replaceFile(path, text, {}, context);
  return path;
}

/** A patch with the reference, unless the configuration names another schema. */
export const withSchema = (patch: JsonObject | undefined, config: unknown): JsonObject | undefined =>
  valueAt(config as JsonValue, ["$schema"]) === undefined ? { $schema: SCHEMA_REFERENCE, ...patch } : patch;
