import { join } from "node:path";
import type { JsonObject } from "../config/json5-value.ts";
import { withProxy } from "../config/resolve.ts";
import { decodeUtf8 } from "../config/utf8.ts";
import { findVariable, findVariables } from "../config/variables.ts";
import { usageDataset } from "../config/worker-bindings.ts";
import { OpenclawError } from "../core/errors.ts";
import { commandLine } from "../core/paths.ts";
import { escapedPath } from "../core/shell-quoting.ts";
import { accountInUrl } from "../providers/cloudflare-ai-gateway/address.ts";
import { type AnalyticsAccess, queryAnalytics, queryDataset } from "../providers/cloudflare-ai-gateway/analytics.ts";
import { checkAccountId } from "../providers/cloudflare-ai-gateway/checks.ts";
import type { DiscoveryContext } from "../providers/discovery.ts";
import { type Finding, findingLines } from "../providers/finding.ts";
import { type Message, say } from "../text/message.ts";
import { daysBefore } from "../usage/period.ts";
import {
  boundsOf,
  isDatasetName,
  KEPT_DAYS,
  PAGE_ROWS,
  pointsSql,
  sumsSql,
  timesSql,
  type WorkerQuery,
} from "../usage/worker-query.ts";
import { numberIn, type SqlRow, thresholdsIn, WorkerReportBuilder } from "../usage/worker-report.ts";
import { DEFAULT_NAME, judgeName } from "../worker-project/names.ts";
import { folderNamed, readProject } from "../worker-project/read-folder.ts";
import { boundDataset, parseWrangler, WRANGLER_FILE } from "../worker-project/wrangler-file.ts";
import type { Invocation } from "./invocation.ts";
import type { AskedUsage, ReadUsage } from "./usage-source.ts";

export interface WorkerUsageFlags {
  /** True without a name. */
  readonly worker?: string | true;
  readonly workerDir?: string;
}

/**
 * Reads the usage of a deployed Worker from Cloudflare. Throws `usage.invalid`, `project.foreign`, `project.syntax`,
 * `credentials.missing`, `config.missing` and `analytics.unavailable`.
 */
export async function workerUsage(
  flags: WorkerUsageFlags,
  asked: AskedUsage,
  invocation: Invocation,
): Promise<ReadUsage> {
  const { context } = invocation;
  const { by, period, dayOf, tables, priceOf, files } = asked;
  const { dataset, accountId } = datasetOf(flags, invocation);
  const access = await accessTo(accountId, asked, invocation);
  const bounds = boundsOf(period, dayOf, context.now().getTime());
  const query: WorkerQuery = { dataset, by, ...bounds, thresholds: thresholdsIn(tables.values()) };
  const builder = new WorkerReportBuilder(query, priceOf);
  const write = commandLine(invocation.paths().profile, "gateway worker DIR --usage");
  if (await hasPoints(query, access, write, withProxy(files, context))) {
    await readAll(query, builder, access, withProxy(files, context));
  }
  const report = builder.report();
  const { points, isSampled, total } = report;
  const isCut = period.since < daysBefore(period.until, KEPT_DAYS);
  const notes: readonly (Message | false)[] = [
    isCut && (({ usage: t }) => t.keptAtCloudflare),
    isSampled && (({ usage: t }) => t.sampled({ points, requests: total.requests })),
  ];
  return {
    report,
    dataset,
    notes: notes.filter((note) => note !== false),
    described: { damagedLines: 0, unreadable: [], dataset, dataPoints: points },
    empty: [({ usage: t }) => t.nothingThen(period), ({ usage: t }) => t.delayed],
    last: [],
  };
}

interface Place {
  readonly dataset: string;
  /** As the project names it. */
  readonly accountId?: string;
}

/** The dataset of a project's Worker, or of one that is named. */
function datasetOf({ worker, workerDir }: WorkerUsageFlags, { context, paths }: Invocation): Place {
  const { profile } = paths();
  if (workerDir === undefined) return { dataset: usageDataset(workerNamed(worker)) };
  const folder = readProject(folderNamed(workerDir, context), commandLine(profile, "gateway worker"), context);
  const path = join(folder.path, WRANGLER_FILE);
  const bytes = folder.files.get(WRANGLER_FILE) ?? Buffer.from("{}");
  const value: JsonObject = parseWrangler(decodeUtf8(bytes, path, "project.syntax"), path).value;
  const dataset = boundDataset(value);
  const write = commandLine(profile, `gateway worker ${escapedPath(workerDir)} --usage`);
  if (dataset === undefined)
    throw new OpenclawError((t) => t.usage.noDatasetBound(path), {
      code: "analytics.unavailable",
      hint: (t) => t.usage.bindDataset(write),
    });
  if (!isDatasetName(dataset))
    throw new OpenclawError((t) => t.usage.datasetOdd({ path, dataset }), {
      code: "project.syntax",
      hint: (t) => t.usage.datasetForm,
    });
  return { dataset, ...(typeof value.account_id === "string" && { accountId: value.account_id }) };
}

/** `true` is the usual one; its address on workers.dev begins with its name. Throws `usage.invalid`. */
function workerNamed(given: string | true | undefined): string {
  if (given === undefined || given === true) return DEFAULT_NAME;
  const [, ofUrl] = /^(?:https?:\/\/)?([a-z0-9-]+)\.[a-z0-9-]+\.workers\.dev\/?$/i.exec(given.trim()) ?? [];
  const name = (ofUrl ?? given.trim()).toLowerCase();
  if (judgeName(name).ok) return name;
  throw new OpenclawError(
    (t) => t.commands.usage.flagProblem({ flag: "--worker", sentence: t.usage.noWorkerAddress }),
    { code: "usage.invalid", hint: (t) => t.usage.useWorkerName },
  );
}

const TOKEN = "CLOUDFLARE_API_TOKEN";
const ACCOUNT = "CLOUDFLARE_ACCOUNT_ID";

async function accessTo(
  ofProject: string | undefined,
  { files }: AskedUsage,
  { context, about, paths }: Invocation,
): Promise<AnalyticsAccess> {
  const { secrets } = paths();
  const token = (await findVariables([TOKEN], files, context)).get(TOKEN);
  if (token === undefined)
    throw new OpenclawError((t) => t.usage.noApiToken, {
      code: "credentials.missing",
      hint: (t) => t.usage.makeApiToken(secrets),
    });
  const set = findVariable(ACCOUNT, files, context.env)?.value.reveal();
  const given = ofProject === undefined ? { where: ACCOUNT, value: set } : { where: WRANGLER_FILE, value: ofProject };
  const judged = given.value === undefined ? undefined : checkAccountId(given.value);
  if (judged?.ok === false) {
    const { message, hint } = judged.error;
    throw new OpenclawError((t) => t.commands.usage.flagProblem({ flag: given.where, sentence: say(message, t) }), {
      code: "usage.invalid",
      ...(hint !== undefined && { hint }),
    });
  }
  const entries = Object.values(files.config.models?.providers ?? {});
  const accountId = judged?.value.value ?? entries.map(({ baseUrl }) => accountOf(baseUrl, context.env)).find(Boolean);
  if (accountId === undefined)
    throw new OpenclawError((t) => t.usage.noAccount, {
      code: "config.missing",
      hint: (t) => t.usage.setAccount(secrets),
    });
  return { token: token.value, accountId, userAgent: `openclaw/${about.version}` };
}

const accountOf = (baseUrl: unknown, env: Invocation["context"]["env"]): string | undefined =>
  typeof baseUrl === "string" && URL.canParse(baseUrl) ? accountInUrl(baseUrl, env) : undefined;

/** False if there is nothing in the period. */
async function hasPoints(
  query: WorkerQuery,
  access: AnalyticsAccess,
  write: string,
  context: DiscoveryContext,
): Promise<boolean> {
  const { dataset } = query;
  const found = await queryDataset(dataset, pointsSql(query), access, context);
  if (!found.ok) throw unavailable(found.error);
  if (found.value === "missing")
    throw new OpenclawError((t) => t.usage.noDataset(dataset), {
      code: "analytics.unavailable",
      hint: (t) => t.usage.writeDataset(write),
    });
  const [row] = found.value;
  if (row === undefined) return false;
  const points = numberIn(row.points);
  if (points === undefined) throw odd();
  return points > 0;
}

async function readAll(
  query: WorkerQuery,
  builder: WorkerReportBuilder,
  access: AnalyticsAccess,
  context: DiscoveryContext,
): Promise<void> {
  const ask = async (sql: string) => {
    const answer = await queryAnalytics(sql, access, context);
    if (!answer.ok) throw unavailable(answer.error);
    return answer.value;
  };
  await eachRow(
    (page) => ask(sumsSql(query, page)),
    (row) => builder.addSums(row),
  );
  if (builder.timed === 0) return;
  await eachRow(
    (page) => ask(timesSql(query, page)),
    (row) => builder.addTimes(row, "row"),
  );
  const [all] = await ask(timesSql(query, "all"));
  if (all === undefined || !builder.addTimes(all, "all")) throw odd();
}

/** @why a million rows: whoever has more has an answer that nobody reads. */
const MOST_PAGES = 200;

async function eachRow(
  ask: (page: number) => Promise<readonly SqlRow[]>,
  take: (row: SqlRow) => boolean,
): Promise<void> {
  let first = "";
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const rows = await ask(page);
    // A server that knows no pages returns the first one again.
    if (page > 0 && JSON.stringify(rows[0]) === first) throw odd();
    if (page === 0) first = JSON.stringify(rows[0]);
    if (rows.length > PAGE_ROWS || !rows.every(take)) throw odd();
    if (rows.length < PAGE_ROWS) return;
  }
  throw new OpenclawError((t) => t.usage.tooMuch, { code: "analytics.unavailable", hint: (t) => t.usage.shorter });
}

const odd = () =>
  new OpenclawError((t) => t.usage.oddAnswer, { code: "analytics.unavailable", hint: (t) => t.usage.updateThis });

const unavailable = (finding: Finding) =>
  new OpenclawError((t) => findingLines(finding, t)[0] ?? "", {
    code: "analytics.unavailable",
    hint: (t) => findingLines(finding, t).slice(1).join("\n"),
  });
