import { type Command, Option } from "commander";
import { attributesLost } from "../config/attributes.ts";
import { assertWritable, readOnlyBy } from "../config/read-only.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../core/context.ts";
import { attempt, EXIT, OpenclawError } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import type { Paths } from "../core/paths.ts";
import { collect } from "../doctor/collect.ts";
import type { DoctorInput, ServiceInput } from "../doctor/input.ts";
import { type LintReport, lintLines, lintReport, SEVERITIES, type Severity } from "../doctor/lint.ts";
import { applyRepairs } from "../doctor/repairs.ts";
import { showReport } from "../doctor/report.ts";
import { runChecks } from "../doctor/run-checks.ts";
import { readCache } from "../models/cache.ts";
import { endpointsOf } from "../providers/provider.ts";
import { managerIfAny } from "../service/find-manager.ts";
import { ownerOf } from "../service/install.ts";
import { serviceFiles } from "../service/spec.ts";
import { confirm } from "../terminal/interaction.ts";
import { oneLine } from "../terminal/layout.ts";
import { loadPaint, wantsColour } from "../terminal/paint.ts";
import { loadTexts } from "../text/language.ts";
import type { Texts } from "../text/message.ts";
import { reportText } from "./doctor-report.ts";
import type { WorkerFlags } from "./doctor-worker.ts";
import type { Invocation } from "./invocation.ts";

interface DoctorFlags extends WorkerFlags {
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly yes?: boolean;
  readonly offline?: boolean;
  readonly verbose?: boolean;
  readonly verify?: "models" | "message";
  readonly lint?: boolean;
  readonly severityMin?: Severity;
}

export function define(command: Command, invocation: Invocation): void {
  const { doctor: text, commands } = invocation.context.text;
  command
    .description(text.description)
    .option("--fix", text.fixFlag)
    .option("--yes", text.yesFlag)
    .option("--offline", text.offlineFlag)
    .option("--verbose", text.verboseFlag)
    .addOption(new Option("--verify <kind>", text.verifyFlag).choices(["models", "message"]).conflicts("offline"))
    .addOption(new Option("--lint", text.lintFlag).conflicts(["fix", "yes"]))
    .addOption(
      new Option("--severity-min <severity>", text.severityMinFlag).choices(SEVERITIES).implies({ lint: true }),
    )
    .addOption(new Option("--worker <url>", text.workerFlag).conflicts(["fix", "yes"]))
    .option("--worker-dir <dir>", text.workerDirFlag)
    .option("--json", commands.jsonFlag)
    .action((flags: DoctorFlags) => doctor(flags, invocation));
}

async function doctor(
  flags: DoctorFlags,
  { context, about, paths: locate, providers, shown, endWith }: Invocation,
): Promise<void> {
  const { json, fix, offline = false, verify = "models", lint = false, severityMin = "warning" } = flags;
  // In CI, a failure of the doctor itself is no finding.
  if (lint) endWith(EXIT.usage);
  const paths = locate();
  if (fix) assertWritable(context);
  const text = json ? await loadTexts("en") : context.text;
  if (flags.worker === undefined && flags.workerDir !== undefined)
    throw new OpenclawError((t) => t.workerCheck.needsWorker, {
      code: "usage.invalid",
      hint: (t) => t.workerCheck.urlForm,
    });
  const endpoints = endpointsOf(await providers());
  const worker =
    flags.worker === undefined
      ? undefined
      : (await import("./doctor-worker.ts")).workerOptions(
          flags,
          { paths, endpoints, version: about.version },
          context,
        );
  if (verify === "message") context.err(`${context.text.doctor.messageIsBilled}\n`);
  const options = {
    ...(worker && { worker }),
    paths,
    endpoints,
    node: about.node,
    userAgent: `openclaw/${about.version}`,
    verify,
    readLists: async (config: Config) => {
      const read = await attempt(() => readCache({ config, endpoints }, paths, context));
      const listed = read.ok ? [...read.value.listed] : [];
      return new Map(listed.map(([provider, models]) => [provider, models.map(({ id }) => id)]));
    },
    findService: (names: readonly string[]) => findService(names, paths, context),
  };
  // Repairs are found without asking providers; the report afterwards shows whether they helped.
  const repaired = fix
    ? await repair(flags, await collect({ ...options, offline: true }, context), text, context)
    : undefined;
  const input = await collect({ ...options, offline }, context);
  const report = showReport(runChecks(input), input, text);
  if (lint) {
    const found = lintReport(report, severityMin);
    context.out(json ? jsonDocument(found) : `${lintText(found, context).map(shown.text).join("\n")}\n`);
    return endWith(found.ok ? EXIT.done : EXIT.failed);
  }
  if (json) {
    const { ok, checks } = report;
    context.out(jsonDocument({ ok, checks, ...(repaired && { repaired }) }));
  } else {
    const paint = await loadPaint(wantsColour(context.terminal.stdout, context));
    const mayFix = !fix && readOnlyBy(context) === undefined;
    const { verbose = false } = flags;
    const { doctor, workerCheck } = text;
    const showAll = worker === undefined ? doctor.showAll : workerCheck.showAll(worker.url);
    context.out(reportText(report, { mayFix, verbose, showAll, columns: context.columns(), shown }, paint, text));
  }
  if (!report.ok) endWith(EXIT.failed);
}

/** As it stands in a log: not wrapped. */
const lintText = (found: LintReport, { text: { doctor: text } }: Pick<Context, "text">): readonly string[] => [
  text.linted({ run: found.checksRun, findings: found.findings.length }),
  ...lintLines(found, text.fixHint).map(oneLineIndented),
];

const oneLineIndented = (line: string): string => `${/^ */.exec(line)?.[0] ?? ""}${oneLine(line)}`;

/** The profile's service, if any. The environment of another program's service is unknown. */
async function findService(
  names: readonly string[],
  { profile }: Paths,
  context: Context,
): Promise<ServiceInput | undefined> {
  const home = await attempt(() => context.homedir());
  // Without a home folder there is no place for the service of a user.
  if (!home.ok) return undefined;
  const { unit, agent } = serviceFiles(profile, home.value);
  const path = [unit, agent].find((file) => ownerOf(file, context) !== "nobody");
  if (path === undefined) return undefined;
  const manager = ownerOf(path, context) === "openclaw" ? await managerIfAny({ profile }, context) : undefined;
  return { path, env: await manager?.environment(names, context) };
}

/**
 * Shows the possible repairs, asks, and carries them out. Returns one sentence per repair, in the language of `text`.
 */
async function repair(
  { json, yes }: DoctorFlags,
  input: DoctorInput,
  text: Texts,
  context: Context,
): Promise<readonly string[]> {
  const { doctor: own } = context.text;
  const report = runChecks(input);
  const { repairs } = report;
  const print = json ? context.err : context.out;
  if (repairs.length === 0) {
    if (!json) print(`${own.nothingToRepair}\n`);
    return [];
  }
  if (!json || !yes) {
    const lines = showReport(report, input, context.text).repairs.map((sentence) => `  - ${oneLine(sentence)}\n`);
    print(`${own.repairList}\n${lines.join("")}`);
  }
  if (repairs.some(({ kind }) => kind === "set" || kind === "move")) {
    const lost = await attributesLost([input.paths.secrets, input.paths.config], context);
    for (const message of lost) context.err(`${message(context.text)}\n`);
  }
  if (!yes) await confirm(own.repairThese, (t) => t.doctor.passYes, context);
  await applyRepairs(repairs, input, context);
  const isConfigEdited = repairs.some(({ kind }) => kind === "set" || kind === "move");
  if (!json) print(`${isConfigEdited ? own.repairedConfig : own.repaired}\n\n`);
  return showReport(report, input, text).repairs;
}
