import { readConfig } from "../config/config-file.ts";
import { valueAt } from "../config/json5-value.ts";
import { assertWritable } from "../config/read-only.ts";
import { OpenclawError } from "../core/errors.ts";
import { change } from "./config-change.ts";
import { SCHEMA_REFERENCE, schemaText, writeSchema } from "./editor-schema.ts";
import type { Invocation } from "./invocation.ts";

interface SchemaFlags {
  readonly install?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Prints the schema, or puts it beside the configuration before that names it. Throws `usage.conflict`. */
export async function schema({ install, ...flags }: SchemaFlags, invocation: Invocation): Promise<void> {
  const { context, paths: locate, shown } = invocation;
  if (!install) return context.out(await schemaText());
  const paths = locate();
  if (!flags.dryRun) assertWritable(context);
  const named = valueAt((await readConfig(paths.config, context)).value, ["$schema"]);
  if (named !== undefined && named !== SCHEMA_REFERENCE)
    throw new OpenclawError(({ settings }) => settings.otherSchema(JSON.stringify(named)), {
      code: "usage.conflict",
      hint: ({ settings }) => settings.keepSchema,
    });
  const written = flags.dryRun ? undefined : await writeSchema(paths, context);
  if (written !== undefined && !flags.json)
    context.out(`${shown.text(context.text.settings.schemaInstalled(written))}\n`);
  const at = [{ name: "$schema", form: "quoted" }] as const;
  await change([{ kind: "set", at, value: SCHEMA_REFERENCE, how: "replace" }], flags, invocation);
}
