import type { Command } from "commander";
import { loadConfig } from "../config/config-file.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../core/context.ts";
import { EXIT, OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { authorisation, unresolvedLines } from "../models/access.ts";
import { knownProviders, type ListOptions, listModels, type ModelRow } from "../models/list.ts";
import type { Sources } from "../models/recall.ts";
import type { TargetsInput } from "../models/targets.ts";
import { ENDPOINTS } from "../providers/registry.ts";
import { formatTokens, oneLine, table, type Width } from "../terminal/layout.ts";
import type { Run } from "./run.ts";

interface ListFlags extends ListOptions {
  readonly live?: boolean;
  readonly json?: boolean;
  readonly plain?: boolean;
}

interface RefreshFlags {
  readonly provider?: string;
  readonly json?: boolean;
}

export function define(models: Command, run: Run): void {
  models
    .command("list")
    .summary("list models")
    .description("List the configured models; --provider and --all add what providers are known to offer.")
    .option("--all", "add the models of every known provider")
    .option("--provider <id>", "only this provider, with every model it is known to offer")
    .option("--live", "ask now which models there are for your key; without --provider as if with --all")
    .option("--local", "only models served from this machine or its network")
    .option("--json", "print one JSON document")
    .option("--plain", "print one model per line, nothing else")
    .action((flags: ListFlags) => list(flags, run));
  models
    .command("refresh")
    .summary("ask which models there are")
    .description("Ask the providers that are set up which models there are for your key, for `models list` to show.")
    .option("--provider <id>", "only this provider")
    .option("--json", "print one JSON document")
    .action((flags: RefreshFlags) => refresh(flags, run));
}

const userAgentOf = ({ about }: Run) => `openclaw/${about.version}`;

async function list(flags: ListFlags, run: Run): Promise<void> {
  const { context } = run;
  const paths = run.paths();
  const { config, exists } = await loadConfig(paths.config, context);
  assertKnown(flags.provider, config);
  const access = await authorisation({ config, endpoints: ENDPOINTS }, paths, context);
  const { listed, notes, isPartial } = await sourcesFor(flags, { config, endpoints: ENDPOINTS, access }, paths, run);
  const today = context.now().toISOString().slice(0, "2026-11-30".length);
  const input = { config, endpoints: ENDPOINTS, authorised: access.authorised, listed, today };
  const rows = listModels(input, { ...flags, all: flags.all ?? flags.live ?? false });
  for (const note of new Set([...unresolvedLines(access, context.text), ...notes])) context.err(`${note}\n`);
  if (isPartial) run.endWith(EXIT.failed);
  if (flags.json) context.out(`${JSON.stringify({ count: rows.length, models: rows }, null, 2)}\n`);
  else if (flags.plain) context.out(rows.map(({ key }) => `${oneLine(key)}\n`).join(""));
  else await showTable(rows, context);
  if (rows.length === 0 && !flags.json)
    context.err(
      `${exists ? "No models found." : "Nothing is set up yet."} Set a provider up with \`openclaw onboard\`.\n`,
    );
}

/** What the providers list themselves. Only a run that shows it loads what it takes to know it. */
async function sourcesFor(
  { all, live, provider: wanted }: ListFlags,
  input: TargetsInput,
  paths: Paths,
  run: Run,
): Promise<Sources> {
  if (live) {
    const asking = await import("./models-live.ts");
    return asking.live({ ...input, wanted }, userAgentOf(run), paths, run.context);
  }
  if (!all && wanted === undefined) return { listed: new Map(), notes: [] };
  const { recall } = await import("../models/recall.ts");
  return recall({ ...input, wanted }, paths, run.context);
}

async function refresh({ provider: wanted, json }: RefreshFlags, run: Run): Promise<void> {
  const { context } = run;
  const paths = run.paths();
  const { config } = await loadConfig(paths.config, context);
  assertKnown(wanted, config);
  const access = await authorisation({ config, endpoints: ENDPOINTS }, paths, context);
  const asking = await import("./models-live.ts");
  const isWhole = await asking.refresh(
    { config, endpoints: ENDPOINTS, access, wanted },
    { json, userAgent: userAgentOf(run) },
    paths,
    context,
  );
  if (!isWhole) run.endWith(EXIT.failed);
}

function assertKnown(provider: string | undefined, config: Config): void {
  const known = knownProviders({ config, endpoints: ENDPOINTS });
  if (provider === undefined || known.includes(provider)) return;
  throw new OpenclawError(`No provider is called '${provider}'.`, {
    code: "provider.unknown",
    hint: `Known are ${known.join(", ")}.`,
  });
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
