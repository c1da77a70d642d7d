import { join } from "node:path";
import { type Command, Option } from "commander";
import { fileValues, loadReadable, withProxy } from "../config/resolve.ts";
import { shellEnvEnabled } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import { attempt, EXIT, OpenclawError, problemsOf } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { type Problem, problemLines } from "../core/result.ts";
import type { ListedByProvider } from "../models/catalog.ts";
import { resolveKnownProviders } from "../models/credentials.ts";
import { checkStatus, type ModelsStatus, modelsStatus, type StatusInput } from "../models/status.ts";
import { endpointsOf, type ProbeKind } from "../providers/provider.ts";
import { loadTexts } from "../text/language.ts";
import type { Invocation } from "./invocation.ts";
import type { ProbeReport } from "./models-probe-report.ts";
import { type Row, statusJson, statusPlain, statusText } from "./models-status-report.ts";
import { unknownProvider } from "./unknown-provider.ts";

interface StatusFlags {
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly check?: boolean;
  readonly probe?: boolean;
  readonly probeProvider?: string;
  readonly probeTimeout?: number;
  readonly probeConcurrency?: number;
  readonly verify?: ProbeKind;
}

/** @why most people have at most three providers, and each answers on its own. */
const CONCURRENCY = 4;
/** @why a provider that takes longer is no use to anybody who waits. */
const TIMEOUT_MS = 20_000;

export function defineStatus(command: Command, invocation: Invocation): void {
  const { modelStatus: text, commands } = invocation.context.text;
  command
    .option("--check", text.checkFlag)
    .option("--probe", text.probeFlag)
    .option("--probe-provider <id>", text.probeProviderFlag)
    .option("--probe-timeout <ms>", text.probeTimeoutFlag, positive("--probe-timeout"), TIMEOUT_MS)
    .option("--probe-concurrency <n>", text.probeConcurrencyFlag, positive("--probe-concurrency"), CONCURRENCY)
    .addOption(new Option("--verify <kind>", text.verifyFlag).choices(["models", "message"]))
    .option("--json", commands.jsonFlag)
    .option("--plain", text.plainFlag)
    .action((flags: StatusFlags) => status(flags, invocation));
}

const positive =
  (flag: string) =>
  (value: string): number => {
    if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
    throw new OpenclawError((t) => t.modelStatus.notNumber(flag), { code: "usage.invalid" });
  };

/** Flags that say how to ask mean that somebody is to be asked. */
const asks = ({ probe, probeProvider, verify }: StatusFlags): boolean =>
  probe === true || probeProvider !== undefined || verify !== undefined;

async function status(flags: StatusFlags, invocation: Invocation): Promise<void> {
  const { context, paths: locate, endWith } = invocation;
  const paths = locate();
  const endpoints = endpointsOf(await invocation.providers());
  const files = await loadReadable(paths, context);
  const { error } = files.secrets;
  const values = fileValues(files);
  const { variables, ...access } = await resolveKnownProviders(values, endpoints, context);
  const { config } = values;
  const input = {
    config,
    endpoints,
    variables,
    access,
    listed: await listsBefore({ config, endpoints }, paths, context),
    stores: await storesOf(paths, context),
    now: context.now(),
  };
  const found = modelsStatus(input);
  assertKnown(flags.probeProvider, found);
  const probes = asks(flags) ? await probed(found, input, flags, withProxy(values, context), invocation) : undefined;
  const notes: readonly Problem[] = [...(error === undefined ? [] : problemsOf(error)), ...access.warnings];
  for (const line of problemLines(notes, context.text)) context.err(`${line}\n`);
  const shellKeys = [...variables].flatMap(([name, { source }]) => (source === "login shell" ? [name] : []));
  const shellEnv = { enabled: shellEnvEnabled(config, context.env), appliedKeys: shellKeys };
  if (flags.json) context.out(await statusJson(found, { paths, shellEnv, probes: await probes?.json() }));
  else if (flags.plain) context.out(statusPlain(found));
  else context.out(await statusText(found, { paths, isNew: !files.config.exists, probes: probes?.rows }, invocation));
  const hasFailed = probes?.report.results.some(({ status, isJudged }) => isJudged && status !== "ok") === true;
  if (hasFailed) endWith(EXIT.failed);
  else if (flags.check) endWith(checkStatus(found));
}

/** Throws `provider.unknown` for one that is not configured. */
function assertKnown(wanted: string | undefined, { providers }: ModelsStatus): void {
  const ids = providers.map(({ id }) => id);
  if (wanted !== undefined && !ids.includes(wanted)) throw unknownProvider(wanted, ids);
}

async function probed(
  status: ModelsStatus,
  input: StatusInput,
  flags: StatusFlags,
  context: Context,
  { about }: Invocation,
): Promise<{
  readonly report: ProbeReport;
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  readonly json: () => Promise<object>;
}> {
  const { probeRows, probesJson } = await import("./models-probe-report.ts");
  const { probeAll } = await import("../models/probe.ts");
  const { probeTargets } = await import("../models/probe-targets.ts");
  const { verify: kind = "models", probeTimeout = TIMEOUT_MS, probeConcurrency = CONCURRENCY } = flags;
  if (kind === "message") context.err(`${context.text.modelStatus.messageIsBilled}\n`);
  const run = { kind, userAgent: `openclaw/${about.version}`, concurrency: probeConcurrency, timeoutMs: probeTimeout };
  const targets = probeTargets(status.providers, input, flags.probeProvider);
  const asked = targets.filter((target) => target.asked !== undefined).length;
  if (context.terminal.stderr && asked > 0) context.err(`${context.text.modelStatus.asking(asked)}\n`);
  const startedAt = context.now();
  const results = await probeAll(targets, run, context);
  const report = { startedAt, finishedAt: context.now(), run, results };
  return {
    report,
    rows: new Map(results.map((result) => [result.provider, probeRows(result, context.text)])),
    json: async () => probesJson(report, status, await loadTexts("en")),
  };
}

/**
 * The lists that providers gave last.
 * @why lazy: most people never asked for any, and a list is large.
 */
async function listsBefore(
  input: Pick<StatusInput, "config" | "endpoints">,
  paths: Paths,
  context: Pick<Context, "files" | "now">,
): Promise<ListedByProvider> {
  if (!isFolder(join(paths.stateDir, "cache"), context)) return new Map();
  const { readCache } = await import("../models/cache.ts");
  const read = await attempt(() => readCache(input, paths, context));
  return read.ok ? read.value.listed : new Map();
}

/** @why lazy: these files are there only where the published OpenClaw was used. */
async function storesOf(
  paths: Paths,
  context: Pick<Context, "files">,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (!["agents", "state"].some((name) => isFolder(join(paths.stateDir, name), context))) return new Map();
  const { authStores } = await import("../config/auth-stores.ts");
  const found = new Map<string, readonly string[]>();
  for (const { path, providers } of authStores(paths, context))
    for (const provider of providers) found.set(provider, [...(found.get(provider) ?? []), path]);
  return found;
}

function isFolder(path: string, { files }: Pick<Context, "files">): boolean {
  try {
    return files.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
