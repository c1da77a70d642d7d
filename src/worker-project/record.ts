import { createHash } from "node:crypto";
import { isObject, type JsonObject, type JsonValue, parsePlainJson } from "../config/json5-value.ts";
import { LANGUAGE_TAGS, type Language } from "../text/language.ts";

export const RECORD_FILE = ".openclaw-worker.json";

/** What was written last, by which the edits of the project's user are told from what openclaw wrote. No secret is in it. */
export interface ProjectRecord {
  /** Of its files with sentences. */
  readonly language: Language;
  /** Marks of whole files, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The text of `openclaw.json`, as a value. */
  readonly configuration: JsonObject;
  /** The names of the secrets. */
  readonly secrets: readonly string[];
  /** Settings in `vars` of `wrangler.jsonc`. */
  readonly vars: JsonObject;
  readonly customDomain?: string;
}

const ABOUT = "Written by `openclaw gateway worker`, which tells your edits from its own by this file. Keep it.";

/** Tells one content from another. */
export const markOf = (content: string | Buffer): string =>
  createHash("sha256").update(content).digest("hex").slice(0, 16);

export const recordText = (record: ProjectRecord): string =>
  `${JSON.stringify({ about: ABOUT, ...record }, null, 2)}\n`;

/** `undefined` if it is none. */
export function readRecord(text: string): ProjectRecord | undefined {
  const value = parsePlainJson(text);
  if (!isObject(value ?? null)) return undefined;
  const { language, files, configuration, secrets, vars = {}, customDomain } = value as JsonObject;
  const tag = LANGUAGE_TAGS.find((known) => known === language);
  if (tag === undefined || !isObject(files) || !isObject(configuration) || !Array.isArray(secrets)) return undefined;
  const isText = (item: JsonValue | undefined): item is string => typeof item === "string";
  return {
    language: tag,
    files: Object.fromEntries(Object.entries(files).filter((entry): entry is [string, string] => isText(entry[1]))),
    configuration,
    secrets: secrets.filter(isText),
    vars: isObject(vars) ? vars : {},
    ...(isText(customDomain) && { customDomain }),
  };
}
