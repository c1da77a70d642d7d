import { dirname, join } from "node:path";
import { readConfig } from "../config/config-file.ts";
import { valueAt } from "../config/json5-value.ts";
import { assertWritable } from "../config/read-only.ts";
import { ensurePrivateFolder, isThere, readIfPresent, replaceFile } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import type { Paths } from "../core/paths.ts";
import { configSchema } from "../settings/json-schema.ts";
import { loadTexts } from "../text/language.ts";
import { change } from "./config-change.ts";
import type { Invocation } from "./invocation.ts";

interface SchemaFlags {
  readonly install?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const SCHEMA_FILE = "openclaw.schema.json";

/** Relative, so that the folder can be moved. */
const REFERENCE = `./${SCHEMA_FILE}`;

/** The schema for editors. English in every language: it is the same file on each machine. */
const schemaText = async (): Promise<string> => jsonDocument(configSchema((await loadTexts("en")).settings));

export async function schema({ install, ...flags }: SchemaFlags, invocation: Invocation): Promise<void> {
  const { context, paths: locate, shown } = invocation;
  if (!install) return context.out(await schemaText());
  const paths = locate();
  if (!flags.dryRun) assertWritable(context);
  const named = valueAt((await readConfig(paths.config, context)).value, ["$schema"]);
  if (named !== undefined && named !== REFERENCE)
    throw new OpenclawError(({ settings }) => settings.otherSchema(JSON.stringify(named)), {
      code: "usage.conflict",
      hint: ({ settings }) => settings.keepSchema,
    });
  if (!flags.dryRun) {
    const written = await writeSchema(paths, context);
    if (written !== undefined && !flags.json)
      context.out(`${shown.text(context.text.settings.schemaInstalled(written))}\n`);
  }
  const at = [{ name: "$schema", form: "quoted" }] as const;
  await change([{ kind: "set", at, value: REFERENCE, how: "replace" }], flags, invocation);
}

/** Before the configuration names it. Returns its path unless it is there already. Throws `file.access`. */
async function writeSchema({ config }: Paths, context: Context): Promise<string | undefined> {
  const path = join(dirname(config), SCHEMA_FILE);
  const text = Buffer.from(await schemaText());
  if (readIfPresent(path, context)?.equals(text)) return undefined;
  if (!isThere(dirname(path), context)) ensurePrivateFolder(dirname(path), context);
  replaceFile(path, text, {}, context);
  return path;
}
