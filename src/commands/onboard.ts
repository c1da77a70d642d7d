import type { Command } from "commander";
import { type Applied, applyPlan, type Plan, sweep } from "../config/apply.ts";
import { type LoosePermissions, loosePermissions, tighten } from "../config/permissions.ts";
import { withProxy } from "../config/resolve.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { Problem } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { valuesOf } from "../onboard/answers.ts";
import { describePlan, valueAfter } from "../onboard/changes.ts";
import { readToday, type Today } from "../onboard/current-state.ts";
import { lookupOpener, type OpenLookup } from "../onboard/lookup.ts";
import { isEmpty, type PlanMeans, planOnboarding, type Wishes } from "../onboard/plan.ts";
import { plannedEntry, storedSecrets } from "../onboard/provider-entry.ts";
import { type CommandLine, type Settled, settleFlags, settleWithoutAsking } from "../onboard/settle.ts";
import { shadows } from "../onboard/shadows.ts";
import { shellOnly } from "../onboard/shell-only.ts";
import { modelsFor, verify } from "../onboard/verify.ts";
import type { Online, WizardMeans } from "../onboard/wizard.ts";
import type { Verify } from "../onboard/wizard-check.ts";
import type { WizardStart } from "../onboard/wizard-state.ts";
import { type Finding, findingLines } from "../providers/finding.ts";
import { chosenEndpoints, needOf, type ProbeKind } from "../providers/provider.ts";
import { PROVIDERS } from "../providers/registry.ts";
import { wantsAccessible } from "../terminal/interaction.ts";
import { wantsColour } from "../terminal/paint.ts";
import type { Texts } from "../text/message.ts";
import { variablesNamed } from "./flag-answers.ts";
import { decided, readCommandLine } from "./onboard-command-line.ts";
import { addFlags, type Flags, flagsWithoutEffect, SKIP } from "./onboard-flags.ts";
import { changeList, type Outcome, report, reportJson } from "./onboard-report.ts";
import type { Run } from "./run.ts";

export function define(command: Command, run: Run): void {
  const problems: Problem[] = [];
  addFlags(command, PROVIDERS, problems, run.context.text)
    .description("Set up a provider: asks at a terminal, or takes everything from flags with --non-interactive.")
    .action((flags: Flags) => onboard(flags, problems, flagsWithoutEffect(command), run));
}

async function onboard(
  flags: Flags,
  flagProblems: readonly Problem[],
  withoutEffect: readonly string[],
  { context, about, paths: locate }: Run,
): Promise<void> {
  const paths = locate();
  if (withoutEffect.length > 0) context.err(`Without effect here: ${withoutEffect.join(", ")}.\n`);
  if (!flags.nonInteractive) assertTerminal(context);
  const named = variablesNamed(PROVIDERS, flags);
  const read = () => readToday({ providers: PROVIDERS, named }, paths, context);
  const today = await read();
  const proxied = withProxy({ secrets: today.secrets.values, config: today.config.config }, context);
  const line = await readCommandLine(flags, flagProblems, context);
  const means = planMeans(about.version, paths, context);
  const planFor = (wishes: Wishes, at: Today) => planOnboarding(wishes, at, means);
  const loose = loosePermissions(paths, context);
  const preview = (draft: Wishes) => (flags.dryRun ? undefined : previewText(planFor(draft, today), loose, today));

  const userAgent = `openclaw/${about.version}`;
  const check =
    (kind: ProbeKind): Verify =>
    (wishes, signal) =>
      verify(wishes, today, { kind, userAgent, signal }, proxied);
  const byMessage = flags.verify === "message";
  if (byMessage) context.err("The check has one token generated (OpenAI up to 16), which your provider bills.\n");
  const openLookup = lookupOpener({ userAgent, mayCreate: !flags.dryRun }, proxied);
  const online: Online = {
    openLookup,
    verify: check("models"),
    ...(byMessage && { verifyByMessage: check("message") }),
    models: (draft, signal) => modelsFor(draft, today, { userAgent, signal }, proxied),
  };

  const mayAsk = line.flow === "advanced" && line.service === undefined && !flags.dryRun;
  const wishes = flags.nonInteractive
    ? decided(await settled(line, today, flags.verify === false ? undefined : openLookup), context)
    : await ask(
        decided(settleFlags(line, PROVIDERS, today), context),
        {
          providers: PROVIDERS,
          today,
          defaultPort: paths.defaultPort,
          offersService:
            mayAsk && (await import("./onboard-service.ts").then(({ isOffered }) => isOffered(paths, context))),
          preview,
          ...(flags.verify !== false && { online }),
        },
        flags,
        context,
      );

  if (flags.nonInteractive && flags.verify) {
    const verifies = check(byMessage ? "message" : "models");
    assertWorks(await verifies(wishes, new AbortController().signal));
  }
  const plan = planFor(wishes, today);
  const untouched: Applied<Today> = { plan, today, written: [], backups: [] };
  const idle = flags.dryRun || isEmpty(plan);
  const applied = idle ? untouched : await applyPlan(read, (at) => planFor(wishes, at), paths, context);
  if (!flags.dryRun) await sweep(paths, context);
  const open = flags.dryRun ? [] : tighten(loose, context);
  const outcome = outcomeOf(applied, wishes, flags, {
    loose: loose.filter((mode) => !open.includes(mode)),
    warnings: [
      ...open.map(({ path }) => `${path} can be read by others, and the system does not let it be closed.`),
      ...shadows(secretsOf(wishes), paths, context),
      ...shellOnly(wishes, today, paths.secrets),
      ...limits(wishes, today),
    ],
  });
  for (const warning of outcome.warnings) context.err(`Note: ${warning}\n`);
  if (!flags.json) context.out(report(outcome));
  const service =
    wishes.service && !flags.dryRun ? await runAsService(flags, about.version, paths, context) : undefined;
  if (flags.json) context.out(reportJson(outcome, service));
}

/** Loaded with what it takes only where it is wanted. */
async function runAsService(flags: Flags, version: string, paths: Paths, context: Context) {
  const { installed } = await import("./onboard-service.ts");
  return installed(flags, version, paths, context);
}

/** What the command line, today's set-up and the variables say, and what a token on the command line finds besides. */
async function settled(line: CommandLine, today: Today, openLookup: OpenLookup | undefined): Promise<Settled<Wishes>> {
  const first = settleWithoutAsking(line, PROVIDERS, today);
  if (openLookup === undefined || first.problems.length > 0 || first.missing.length === 0) return first;
  const { findMissing } = await import("../onboard/find-missing.ts");
  return settleWithoutAsking(await findMissing(line, first, openLookup), PROVIDERS, today);
}

/** The questions, which a script never loads. */
async function ask(start: WizardStart, means: WizardMeans, flags: Flags, context: Context): Promise<Wishes> {
  const { runWizard } = await import("../onboard/wizard.ts");
  const accessible = wantsAccessible(flags, context);
  const prompter = await context.prompter({ accessible, colour: wantsColour(context.terminal.stderr, context) });
  return runWizard(start, means, prompter);
}

function assertTerminal({ terminal }: Context): void {
  if (terminal.stdin && terminal.stderr) return;
  const flags = PROVIDERS.map(({ authChoice, fields }) => {
    const required = fields.filter((field) => needOf(field, {}) === "required").map(({ flag }) => `--${flag} …`);
    return `openclaw onboard --non-interactive --auth-choice ${authChoice} ${required.join(" ")}`;
  });
  throw new OpenclawError("There is no terminal to ask questions on.", {
    code: "terminal.required",
    hint: `Pass the answers instead:\n  ${flags.join("\n  ")}`,
  });
}

/** What `.env` holds of the provider after this run, changed or not. */
function secretsOf({ provider }: Wishes) {
  return provider === undefined ? [] : storedSecrets(provider.provider, provider.answers);
}

const endpointsOf = ({ provider }: Wishes) =>
  provider === undefined ? [] : chosenEndpoints(provider.provider, valuesOf(provider.answers));

/** What the published OpenClaw cannot do with the set-up. @source seen in 2026.5.28: it sends no request without a key. */
function limits(wishes: Wishes, today: Today): readonly string[] {
  const answers = wishes.provider?.answers ?? {};
  const isKeyless = endpointsOf(wishes).some((endpoint) => plannedEntry(endpoint, answers, today).auth === "token");
  return isKeyless ? [KEYLESS] : [];
}

const KEYLESS =
  "The published OpenClaw cannot send requests without a provider key itself, but it can through the local gateway (`openclaw gateway run`).";

/** Throws `verify.failed`. */
function assertWorks(finding: Finding | undefined): void {
  if (finding === undefined) return;
  const lines = (text: Texts) => findingLines(finding, text);
  throw new OpenclawError((text) => lines(text)[0] ?? "", {
    code: "verify.failed",
    hint: (text) => lines(text).slice(1).join("\n"),
  });
}

/** @why 32 bytes: nobody guesses it, and it is as long as the tokens the published OpenClaw makes, and half again. */
const TOKEN_BYTES = 32;

function planMeans(version: string, { defaultPort }: Paths, { now, randomBytes }: Context): PlanMeans {
  let token: Secret | undefined;
  // One token a run, so that what the preview shows is what is written.
  const newToken = () => (token ??= new Secret(randomBytes(TOKEN_BYTES).toString("base64url")));
  return { newToken, now: now(), version, defaultPort };
}

function previewText(plan: Plan, loose: readonly LoosePermissions[], today: Today): string | undefined {
  if (isEmpty(plan) && loose.length === 0) return undefined;
  return `This will change:\n${changeList(describePlan(plan, today), loose)}`;
}

function outcomeOf(
  { plan, today, backups }: Applied<Today>,
  wishes: Wishes,
  { dryRun = false }: Flags,
  { loose, warnings }: Pick<Outcome, "loose" | "warnings">,
): Outcome {
  const after = (...path: readonly string[]) => valueAfter(plan, today, path);
  const choice = after("agents", "defaults", "model");
  const primary = typeof choice === "string" ? choice : after("agents", "defaults", "model", "primary");
  return {
    dryRun,
    files: describePlan(plan, today),
    loose,
    backups,
    warnings,
    authChoice: wishes.provider?.provider.authChoice ?? SKIP,
    providers: endpointsOf(wishes).map(({ providerId: id }) => ({
      id,
      baseUrl: String(after("models", "providers", id, "baseUrl")),
    })),
    ...(typeof primary === "string" && { defaultModel: primary }),
    gateway: {
      port: Number(after("gateway", "port")),
      bind: String(after("gateway", "bind")),
      authMode: String(after("gateway", "auth", "mode")),
    },
  };
}
