import type { Command } from "commander";
import { fileValues, loadReadable } from "../config/resolve.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../core/context.ts";
import { attempt, EXIT, OpenclawError, problemsOf } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import { withoutCredentials } from "../core/redact.ts";
import { type Problem, problemLines } from "../core/result.ts";
import type { ProviderLists } from "../models/catalog.ts";
import { resolveKnownProviders } from "../models/credentials.ts";
import { knownProviders, type ModelFilter, type ModelRow, modelRows } from "../models/list.ts";
import type { FetchInput } from "../models/live.ts";
import { formatTokens } from "../providers/model.ts";
import { type Endpoint, endpointsOf } from "../providers/provider.ts";
import { oneLine, table, tableWithin, type Width } from "../terminal/layout.ts";
import { say } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";

interface ListFlags extends ModelFilter {
  readonly live?: boolean;
  readonly refresh?: boolean;
  readonly json?: boolean;
  readonly plain?: boolean;
}

interface RefreshFlags {
  readonly provider?: string;
  readonly json?: boolean;
}

export function defineList(command: Command, invocation: Invocation): void {
  const { models: text, commands } = invocation.context.text;
  command
    .option("--all", text.allFlag)
    .option("--provider <id>", text.providerFlag)
    .option("--live", text.liveFlag)
    .option("--refresh", text.refreshFlag)
    .option("--local", text.localFlag)
    .option("--json", commands.jsonFlag)
    .option("--plain", text.plainFlag)
    .action((flags: ListFlags) => list(flags, invocation));
}

export function defineRefresh(command: Command, invocation: Invocation): void {
  const { models: text, commands } = invocation.context.text;
  command
    .option("--provider <id>", text.refreshProviderFlag)
    .option("--json", commands.jsonFlag)
    .action((flags: RefreshFlags) => refresh(flags, invocation));
}

async function list(flags: ListFlags, invocation: Invocation): Promise<void> {
  const { context } = invocation;
  const { isNew, ...input } = await load(flags.provider, invocation);
  const { config, endpoints, access } = input;
  const { listed, notes, isPartial } = await providerLists(flags, input, invocation);
  const today = context.now().toISOString().slice(0, "2026-11-30".length);
  const found = modelRows(
    { config, endpoints, available: access.available, listed, today },
    { ...flags, all: flags.all ?? flags.live ?? false },
  );
  const rows = found.map((row) => ({
    ...row,
    key: withoutCredentials(row.key),
    name: withoutCredentials(row.name),
    tags: row.tags.map(withoutCredentials),
  }));
  const elsewhere = await keysElsewhere(rows, input, invocation);
  printNotes([...access.warnings, ...access.problems, ...notes, ...elsewhere], invocation);
  if (isPartial) invocation.endWith(EXIT.failed);
  if (flags.json) context.out(jsonDocument({ count: rows.length, models: rows }));
  else if (flags.plain) context.out(rows.map(({ key }) => `${oneLine(key)}\n`).join(""));
  else if (rows.length > 0) context.out(`${await rowTable(rows, context)}\n`);
  if (rows.length === 0 && !flags.json)
    printNotes([{ message: (t) => (isNew ? t.models.nothingSetUp : t.models.noModels) }], invocation);
}

/**
 * Whose key the published OpenClaw uses for a configured provider that has none here.
 * @why lazy: a list in which every key resolves starts faster without this module.
 */
async function keysElsewhere(
  rows: readonly ModelRow[],
  { config }: Pick<FetchInput, "config">,
  { context, paths }: Invocation,
): Promise<readonly Problem[]> {
  const configured = Object.keys(config.models?.providers ?? {});
  const without = configured.filter((id) => rows.some(({ key, available }) => !available && key.startsWith(`${id}/`)));
  if (without.length === 0) return [];
  const { authStores } = await import("../config/auth-stores.ts");
  return authStores(paths(), context).flatMap(({ path, providers }) =>
    without
      .filter((id) => providers.includes(id))
      .map((where) => ({ where, message: (t) => t.models.keyElsewhere(path) }) satisfies Problem),
  );
}

async function refresh({ provider, json }: RefreshFlags, invocation: Invocation): Promise<void> {
  const { context } = invocation;
  const { fetchModels, saveLists } = await import("../models/live.ts");
  const input = await load(provider, invocation);
  printNotes(input.access.warnings, invocation);
  const { fetched, problems } = await fetchModels(input, userAgent(invocation), context);
  const files = saveLists(fetched, invocation.paths(), context);
  const saved = fetched.map(({ providerId, entry: { fetchedAt, models } }, index) => ({
    provider: providerId,
    models: models.length,
    fetchedAt,
    file: files[index] ?? "",
  }));
  if (json) context.out(jsonDocument({ providers: saved }));
  else for (const entry of saved) context.out(`${oneLine(context.text.models.saved(entry))}\n`);
  printNotes(problems, invocation);
  if (problems.length > 0) invocation.endWith(EXIT.failed);
}

const userAgent = ({ about }: Invocation) => `openclaw/${about.version}`;

/** Both files and the credentials of every known provider. Throws `provider.unknown`, and what reading throws. */
async function load(wanted: string | undefined, { context, paths, providers }: Invocation) {
  const endpoints = endpointsOf(await providers());
  const files = await loadReadable(paths(), context);
  const { error } = files.secrets;
  if (error !== undefined) printNotes(problemsOf(error), { context });
  const values = fileValues(files);
  assertKnown(wanted, values.config, endpoints);
  const access = await resolveKnownProviders(values, endpoints, context);
  return { ...values, endpoints, access, wanted, isNew: !files.config.exists };
}

function assertKnown(provider: string | undefined, config: Config, endpoints: readonly Endpoint[]): void {
  const known = knownProviders({ config, endpoints });
  if (provider === undefined || known.includes(provider)) return;
  throw new OpenclawError((t) => t.models.unknownProvider(provider), {
    code: "provider.unknown",
    hint: (t) => t.models.knownProviders(known),
  });
}

/**
 * The providers' own lists.
 * @why lazy: a plain list starts faster without these modules.
 */
async function providerLists(
  { live, refresh, ...flags }: ListFlags,
  input: FetchInput,
  invocation: Invocation,
): Promise<ProviderLists> {
  if (live || refresh) {
    const asked = await attempt(() => askProviders(input, invocation));
    if (asked.ok) return asked.value;
    // Whoever wants the list refreshed gets the one that there is.
    if (live || asked.error.code !== "models.unavailable") throw asked.error;
    const before = await providerLists(flags, input, invocation);
    return { listed: before.listed, notes: problemsOf(asked.error), isPartial: true };
  }
  if (!flags.all && flags.provider === undefined) return { listed: new Map(), notes: [] };
  const { readCache } = await import("../models/cache.ts");
  return readCache(input, invocation.paths(), invocation.context);
}

async function askProviders(input: FetchInput, invocation: Invocation): Promise<ProviderLists> {
  const { context } = invocation;
  const { fetchModels, saveLists } = await import("../models/live.ts");
  const { fetched, problems } = await fetchModels(input, userAgent(invocation), context);
  // A list that cannot be saved is shown all the same.
  const saved = await attempt(() => saveLists(fetched, invocation.paths(), context));
  const notes: Problem[] = [...problems];
  if (!saved.ok) notes.push({ message: (t) => t.models.notSaved(say(saved.error.says, t)) });
  return {
    listed: new Map(fetched.map(({ providerId, entry }) => [providerId, entry.models])),
    notes,
    isPartial: problems.length > 0,
  };
}

function printNotes(notes: readonly Problem[], { context }: Pick<Invocation, "context">): void {
  for (const line of problemLines(notes, context.text)) context.err(`${line}\n`);
}

async function rowTable(rows: readonly ModelRow[], context: Pick<Context, "columns" | "text">): Promise<string> {
  const { models: text } = context.text;
  const cells = rows.map((row) => [
    oneLine(row.key),
    row.input,
    contextWindow(row),
    row.local ? text.yes : text.no,
    row.available ? text.yes : text.no,
    oneLine(row.tags.join(",")),
  ]);
  const headings = [text.model, text.input, text.context, text.local, text.auth, text.tags];
  const all = [headings, ...cells];
  const width = await widthFor(all);
  const columns = context.columns();
  return columns === undefined ? table(all, width) : tableWithin(all, headings.indexOf(text.input), width, columns);
}

/** Tables are nearly always ASCII; only other text needs the module with character widths. */
export async function widthFor(cells: readonly (readonly string[])[]): Promise<Width> {
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
