import { basename, dirname, join } from "node:path";
import { type Command, Option } from "commander";
import { type GivenLimit, judgeLimits } from "../config/client-limits.ts";
import { configurationVersion } from "../config/configuration-version.ts";
import { changeLine } from "../config/described-edits.ts";
import { clientTokens } from "../config/named-tokens.ts";
import type { ResolvedValues } from "../config/resolve.ts";
import { readIfPresent, realPath } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import type { Problem, Result } from "../core/result.ts";
import { escapedPath } from "../core/shell-quoting.ts";
import { endpointsOf } from "../providers/provider.ts";
import { textWidth } from "../terminal/width.ts";
import { languageOf, loadTexts } from "../text/language.ts";
import { type Message, say, sentences } from "../text/message.ts";
import { judgeCustomDomain, judgeName } from "../worker-project/names.ts";
import { type ProjectPlan, planProject } from "../worker-project/plan-project.ts";
import { folderNamed, readFolder } from "../worker-project/read-folder.ts";
import { RECORD_FILE } from "../worker-project/record.ts";
import { lacksToken } from "../worker-project/secret-values.ts";
import { compatibilityDate, WORKER_FILE } from "../worker-project/wrangler-file.ts";
import { writeProject } from "../worker-project/write-project.ts";
import { several } from "./given-flags.ts";
import type { Invocation } from "./invocation.ts";
import { linePrinter, showWarnings } from "./print.ts";
import { localWorkerConfig } from "./worker-configuration.ts";

interface WorkerFlags {
  readonly name?: string;
  readonly customDomain?: string;
  readonly limit?: readonly string[];
  readonly sharedCooldowns?: boolean;
  readonly usage?: boolean;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

export function defineWorker(command: Command, invocation: Invocation): void {
  const { service, workerProject: text, commands } = invocation.context.text;
  const { secrets } = service.commands.worker;
  command
    .argument("<dir>")
    .option("--name <worker>", text.nameFlag)
    .option("--custom-domain <host>", text.domainFlag)
    .option("--limit <limit>", text.limitFlag, several)
    .option("--shared-cooldowns", text.cooldownsFlag)
    .addOption(new Option("--no-shared-cooldowns", text.noCooldownsFlag).default(undefined))
    .option("--usage", text.usageFlag)
    .addOption(new Option("--no-usage", text.noUsageFlag).default(undefined))
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    .action((dir: string, flags: WorkerFlags) => writeWorker(dir, flags, invocation));
  command
    .command("secrets")
    .summary(secrets.summary)
    .description(secrets.description)
    .argument("<dir>")
    .action(async (dir: string) => (await import("./gateway-worker-secrets.ts")).handOverSecrets(dir, invocation));
}

type ReportContext = Context & Pick<Invocation, "shown">;

async function writeWorker(dir: string, flags: WorkerFlags, invocation: Invocation): Promise<void> {
  const { context, argv, paths: locate, providers, shown } = invocation;
  const { json = false, dryRun = false, sharedCooldowns, usage } = flags;
  const paths = locate();
  const name = given("--name", flags.name, judgeName);
  const customDomain = given("--custom-domain", flags.customDomain, judgeCustomDomain);
  const limits = givenLimits(flags.limit ?? []);
  const own = { reserved: [paths.stateDir, dirname(paths.config)], removed: paths.stateDir };
  const folder = readFolder(folderNamed(dir, context), own, context);
  const local = await localWorkerConfig(paths, endpointsOf(await providers()), context);
  const language = folder.record?.language ?? languageOf({ ...context.env }, argv);
  const plan = planProject(folder, {
    flags: {
      ...(name !== undefined && { name }),
      ...(customDomain !== undefined && { customDomain }),
      ...(sharedCooldowns !== undefined && { sharedCooldowns }),
      ...(usage !== undefined && { usage }),
    },
    limits,
    date: compatibilityDate(context.now()),
    configuration: local.document,
    secrets: local.secrets.map((secret) => secret.name),
    vars: local.vars,
    worker: builtWorker(context),
    language,
    texts: await loadTexts(language),
    commands: {
      secrets: commandLine(paths.profile, "gateway worker secrets ."),
      doctor: (address) => commandLine(paths.profile, `doctor --worker "${address}"`),
      write: commandLine(paths.profile, "gateway worker ."),
      usage: commandLine(paths.profile, "usage --worker-dir ."),
    },
  });
  if (!dryRun) writeProject(plan, context);
  const add = commandLine(paths.profile, "gateway token add NAME");
  const again = commandLine(paths.profile, `gateway worker ${escapedPath(dir)}`);
  const noToken: Message = (t) => sentences([t.workerProject.noToken, t.workerProject.makeToken({ add, again })]);
  const isClosed = lacksToken(local.secrets, local.resolved.variables);
  const warnings = [
    ...local.warnings,
    ...plan.warnings,
    ...(isClosed ? [noToken] : []),
    ...(await limitsOfNobody(limits, local.resolved, paths, context)),
  ];
  if (json) return context.out(await documentOf(plan, dryRun, warnings));
  showWarnings(warnings, context);
  const print = linePrinter(context.out, context, shown);
  for (const line of reportLines(plan, dryRun, { ...context, shown })) print(line);
}

/** The value of a flag. Throws `usage.invalid` with what is wrong with it. */
function given(flag: string, value: string | undefined, judge: (text: string) => Result<string>): string | undefined {
  if (value === undefined) return undefined;
  const judged = judge(value);
  if (!judged.ok) throw refused(flag, [judged.error]);
  return judged.value;
}

function refused(flag: string, problems: readonly Problem[]): OpenclawError {
  const [{ message, hint }] = problems as [Problem];
  return new OpenclawError((t) => t.commands.usage.flagProblem({ flag, sentence: say(message, t) }), {
    code: "usage.invalid",
    ...(hint !== undefined && { hint }),
  });
}

function givenLimits(texts: readonly string[]): readonly GivenLimit[] {
  const judged = judgeLimits(texts.join(","), "--limit");
  if (!judged.ok) throw refused("--limit", judged.error);
  return judged.value;
}

/** @why a misspelt name limits nobody. No error, since its token may be added later. */
async function limitsOfNobody(
  limits: readonly GivenLimit[],
  resolved: ResolvedValues,
  { profile }: Pick<Paths, "profile">,
  context: Context,
): Promise<readonly Message[]> {
  const tokens = await clientTokens(resolved, context);
  if (!tokens.ok) return [];
  const known = new Set(tokens.value.named.map(({ name }) => name));
  return limits.flatMap(({ name, limit }) => {
    if (name === undefined || limit === "default" || known.has(name)) return [];
    const add = commandLine(profile, `gateway token add ${name}`);
    return [(t) => t.workerProject.limitOfNobody({ name, add })];
  });
}

/** The Worker beside this program. Throws `file.access` if it was not built. */
function builtWorker(context: Context): Buffer {
  const { script } = context.started;
  const folder = dirname(realPath(script, context) ?? script);
  const path = join(basename(folder) === "dist" ? folder : join(folder, "..", "dist"), WORKER_FILE);
  const bytes = readIfPresent(path, context);
  if (bytes !== undefined) return bytes;
  throw new OpenclawError((t) => t.workerProject.noBuild(path), {
    code: "file.access",
    hint: (t) => t.workerProject.reinstall,
  });
}

async function documentOf(plan: ProjectPlan, dryRun: boolean, warnings: readonly Message[]): Promise<string> {
  const english = await loadTexts("en");
  const { folder, files, name, address, secrets, configuration } = plan;
  return jsonDocument({
    ok: true,
    changed: !dryRun && files.length > 0,
    dryRun,
    folder: folder.path,
    name,
    address,
    version: configurationVersion(configuration),
    secrets,
    warnings: warnings.map((warning) => say(warning, english)),
    files: files.map(({ path, before, changes }) => ({
      path,
      action: before === undefined ? "create" : "change",
      changes,
    })),
  });
}

function reportLines(plan: ProjectPlan, dryRun: boolean, context: ReportContext) {
  const { folder, files } = plan;
  const { workerProject: t, onboard, commands } = context.text;
  const shownFiles = files.filter(({ name }) => name !== RECORD_FILE);
  if (shownFiles.length === 0) return [t.upToDate(folder.path)];
  if (dryRun) {
    const rows = shownFiles.flatMap(({ name, before, changes }) =>
      before === undefined
        ? [t.willCreateFile(name)]
        : [t.willReplaceFile(name), ...changes.map((change) => `  ${changeLine(change)}`)],
    );
    return [t.willWrite(folder.path), ...rows, commands.dryRun];
  }
  const written = shownFiles.map(({ path, changes }) =>
    changes.length > 0 ? onboard.wrote({ path, values: changes.length }) : t.wroteFile(path),
  );
  return [...written, "", t.nextIn(folder.path), ...nextSteps(plan, context)];
}

/** Commands as they are typed in the project's folder. */
function nextSteps(
  { folder, secrets, address }: ProjectPlan,
  { shown, columns, text }: ReportContext,
): readonly string[] {
  const { workerProject: t } = text;
  const steps = [
    ["npx wrangler login", t.nextLogin],
    [
      `${shown.commandIn(folder.path, "gateway worker secrets .")} | npx wrangler secret bulk`,
      t.nextSecrets(secrets.length),
    ],
    ["npx wrangler deploy", t.nextDeploy],
    [shown.commandIn(folder.path, `doctor --worker "${address}"`), t.nextDoctor],
  ] as const;
  const width = Math.max(...steps.map(([command]) => textWidth(command)));
  const fits = steps.every(([, why]) => width + textWidth(why) + 4 <= (columns() ?? Number.POSITIVE_INFINITY));
  return steps.flatMap(([command, why]) =>
    fits ? [`  ${command}${" ".repeat(width - textWidth(command))}  ${why}`] : [`  ${command}`, `    ${why}`],
  );
}
