import type { Command } from "commander";
import { backupPaths } from "../config/backups.ts";
import { readConfig } from "../config/config-file.ts";
import { type JsonValue, valueAt } from "../config/json5-value.ts";
import { isThere } from "../core/atomic-file.ts";
import { OpenclawError } from "../core/errors.ts";
import { jsonDocument, shownJson } from "../core/json.ts";
import { printable } from "../core/printable.ts";
import { maskedValue } from "../settings/masked-value.ts";
import { pathIn, type WrittenStep } from "../settings/path-syntax.ts";
import type { Invocation } from "./invocation.ts";
import { writtenPath } from "./written-path.ts";

interface GetFlags {
  readonly json?: boolean;
  readonly reveal?: boolean;
}

export function define(config: Command, invocation: Invocation): void {
  const { settings: text, commands } = invocation.context.text;
  config.description(text.description);
  config
    .command("get [path]")
    .summary(text.getSummary)
    .description(text.getDescription)
    .option("--reveal", text.revealFlag)
    .option("--json", commands.jsonFlag)
    .action((path: string | undefined, flags: GetFlags) => get(path, flags, invocation));
  config
    .command("set [values...]")
    .summary(text.setSummary)
    .description(text.setDescription)
    .usage("<path> <value> [<path> <value>...]")
    .option("--string", text.stringFlag)
    .option("--strict-json", text.strictJsonFlag)
    .option("--merge", text.mergeFlag)
    .option("--replace", text.replaceFlag)
    .option("--batch-json <list>", text.batchJsonFlag)
    .option("--batch-file <path>", text.batchFileFlag)
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    .action(async (values: readonly string[], flags) =>
      (await import("./config-change.ts")).set(values, flags, invocation),
    );
  config
    .command("unset <paths...>")
    .summary(text.unsetSummary)
    .description(text.unsetDescription)
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    .action(async (paths: readonly string[], flags) =>
      (await import("./config-change.ts")).unset(paths, flags, invocation),
    );
  config
    .command("validate")
    .summary(text.validateSummary)
    .description(text.validateDescription)
    .option("--json", commands.jsonFlag)
    .action(async (flags) => (await import("./config-check.ts")).validate(flags, invocation));
  config
    .command("schema")
    .summary(text.schemaSummary)
    .description(text.schemaDescription)
    .option("--install", text.installSchemaFlag)
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    .action(async (flags) => (await import("./config-schema.ts")).schema(flags, invocation));
  config
    .command("edit")
    .summary(text.editSummary)
    .description(text.editDescription)
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    .action(async (flags) => (await import("./config-edit.ts")).edit(flags, invocation));
  config
    .command("diff")
    .summary(text.diffSummary)
    .description(text.diffDescription)
    .option("--json", commands.jsonFlag)
    .action(async (flags) => (await import("./config-diff.ts")).diff(flags, invocation));
  config
    .command("file")
    .summary(text.fileSummary)
    .description(text.fileDescription)
    .option("--json", commands.jsonFlag)
    .action((flags: { readonly json?: boolean }) => file(flags, invocation));
}

async function get(written: string | undefined, flags: GetFlags, { context, paths }: Invocation): Promise<void> {
  if (flags.reveal && !context.terminal.stdout)
    throw new OpenclawError(({ settings }) => settings.revealNeedsTerminal, {
      code: "terminal.secret",
      hint: ({ settings }) => settings.leaveReveal,
    });
  const steps: readonly WrittenStep[] = written === undefined ? [] : writtenPath(written);
  const { value: whole } = await readConfig(paths().config, context);
  const path = pathIn(steps, whole);
  const value = valueAt(whole, path) as JsonValue | undefined;
  if (value === undefined) throw (await import("../settings/plan-settings.ts")).notThere(path, whole);
  const shown = flags.reveal ? value : maskedValue(value, path);
  if (flags.json) return context.out(jsonDocument(shown));
  if (typeof shown !== "string") return context.out(`${shownJson(shown, 2)}\n`);
  // A program gets the text as it is; a terminal must not obey it.
  context.out(`${context.terminal.stdout ? printable(shown) : shown}\n`);
}

function file({ json }: { readonly json?: boolean }, { context, paths }: Invocation): void {
  const { config, secrets } = paths();
  // Not as a person reads paths: this one is for `"$(openclaw config file)"`, where nothing expands `~`.
  const text = `${config}\n`;
  const backups = backupPaths(config).filter((path) => isThere(path, context));
  context.out(json ? jsonDocument({ path: config, exists: isThere(config, context), secrets, backups }) : text);
}
