import type { Command } from "commander";
import { loadConfig } from "../../config/config-file.ts";
import { resolveCredentials, variablesNeeded } from "../../config/credentials.ts";
import { resolveVariables } from "../../config/environment.ts";
import type { Config } from "../../config/schema.ts";
import { loadSecrets } from "../../config/secrets-file.ts";
import type { Context } from "../../core/context.ts";
import { OpenclawError } from "../../core/errors.ts";
import type { Paths } from "../../core/paths.ts";
import { knownProviders, type ListOptions, listModels, type ModelRow } from "../../models/list.ts";
import { PROVIDERS } from "../../providers/registry.ts";
import { formatTokens, oneLine, table, type Width } from "../render.ts";
import type { Run } from "../run.ts";

interface Flags extends ListOptions {
  readonly json?: boolean;
  readonly plain?: boolean;
}

export function define(models: Command, { context, paths }: Run): void {
  models
    .command("list")
    .summary("list models")
    .description("List the configured models; --provider and --all add what providers are known to offer.")
    .option("--all", "add the models of every known provider")
    .option("--provider <id>", "only this provider, with every model it is known to offer")
    .option("--local", "only models served from this machine or its network")
    .option("--json", "print one JSON document")
    .option("--plain", "print one model per line, nothing else")
    .action((flags: Flags) => list(flags, paths(), context));
}

async function list(flags: Flags, paths: Paths, context: Context): Promise<void> {
  const { config, exists } = await loadConfig(paths.config, context);
  assertKnown(flags.provider, config);
  const { authorised, notes } = await authorisation(config, paths, context);
  const rows = listModels({ config, providers: PROVIDERS, authorised }, flags);
  for (const note of notes) context.err(`${note}\n`);
  if (flags.json) context.out(`${JSON.stringify({ count: rows.length, models: rows }, null, 2)}\n`);
  else if (flags.plain) context.out(rows.map(({ key }) => `${oneLine(key)}\n`).join(""));
  else await showTable(rows, context);
  if (rows.length === 0 && !flags.json)
    context.err(
      `${exists ? "No models found." : "Nothing is set up yet."} Set a provider up with \`openclaw onboard\`.\n`,
    );
}

function assertKnown(provider: string | undefined, config: Config): void {
  const known = knownProviders({ config, providers: PROVIDERS });
  if (provider === undefined || known.includes(provider)) return;
  throw new OpenclawError(`No provider is called '${provider}'.`, {
    code: "provider.unknown",
    hint: `Known are ${known.join(", ")}.`,
  });
}

/** The providers whose credential resolves, and a line for each one that has a reference without value. */
async function authorisation(config: Config, paths: Paths, context: Context) {
  const secrets = (await loadSecrets(paths.secrets, context)).values;
  const entries = knownProviders({ config, providers: PROVIDERS }).map((id) => ({
    id,
    entry: config.models?.providers?.[id] ?? {},
    keyVariable: keyVariableOf(id),
  }));
  const names = new Set(entries.flatMap(({ entry, keyVariable }) => variablesNeeded(entry, keyVariable)));
  const variables = await resolveVariables(names, { secrets, config }, context);
  const authorised = new Set<string>();
  const notes: string[] = [];
  for (const { id, entry, keyVariable } of entries) {
    const credentials = await resolveCredentials(entry, keyVariable, { variables, config }, context);
    // An entry that is marked so needs no key of its own: the gateway has one, or bills.
    if (credentials.ok && (credentials.value.apiKey !== undefined || entry.auth === "token")) authorised.add(id);
    if (!credentials.ok)
      notes.push(...credentials.error.map(({ message, hint }) => `${id}: ${message} ${hint ?? ""}`.trim()));
  }
  return { authorised, notes };
}

/** The variable that OpenClaw ties to a provider, whatever the configuration says. */
function keyVariableOf(providerId: string): string | undefined {
  const provider = PROVIDERS.find(({ endpoint }) => endpoint.providerId === providerId);
  return provider?.fields.find(({ id }) => id === provider.keyField)?.env[0];
}

async function showTable(rows: readonly ModelRow[], context: Context): Promise<void> {
  if (rows.length === 0) return;
  const cells = rows.map((row) => [
    oneLine(row.key),
    row.input,
    contextWindow(row),
    row.local ? "yes" : "no",
    row.available ? "yes" : "no",
    oneLine(row.tags.join(",")),
  ]);
  const width: Width = await measure(cells);
  context.out(`${table([["Model", "Input", "Ctx", "Local", "Auth", "Tags"], ...cells], width, context.columns())}\n`);
}

/** Model ids are ASCII nearly always; only the others need the width tables. */
async function measure(cells: readonly (readonly string[])[]): Promise<Width> {
  if (cells.flat().every((cell) => /^[ -~]*$/.test(cell))) return (text) => text.length;
  const { default: fastStringWidth } = await import("fast-string-width");
  return fastStringWidth;
}

function contextWindow({ contextWindow, contextTokens }: ModelRow): string {
  if (contextWindow === null) return "-";
  const full = formatTokens(contextWindow);
  return contextTokens === undefined || contextTokens === contextWindow
    ? full
    : `${formatTokens(contextTokens)}/${full}`;
}
