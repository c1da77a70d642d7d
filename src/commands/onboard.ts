import type { Command } from "commander";
import { type Plan, sweep } from "../config/apply.ts";
import { attributesLost } from "../config/attributes.ts";
import { filesElsewhere } from "../config/elsewhere.ts";
import { loosePermissions } from "../config/permissions.ts";
import { assertPlacesWritable } from "../config/preflight.ts";
import { assertWritable } from "../config/read-only.ts";
import { fileValues, withProxy } from "../config/resolve.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError, unlessRefused } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { type Problem, withPlace } from "../core/result.ts";
import { settingIn, variablesNamed } from "../onboard/answers.ts";
import { type CurrentState, readCurrentState } from "../onboard/current-state.ts";
import { modelNotes } from "../onboard/default-model.ts";
import { assertReferences } from "../onboard/given-references.ts";
import { inferredChoice, isInferred, isSettingGiven } from "../onboard/inferred-choice.ts";
import { localGatewayNotes } from "../onboard/local-gateway.ts";
import { assertResolved, type Resolution, resolveAnswers } from "../onboard/resolve-answers.ts";
import type { Verify } from "../onboard/wizard-check.ts";
import type { SetupRequest } from "../onboard/wizard-field.ts";
import { askToWrite, preview, type WriteDeps, writeAnswers } from "../onboard/write.ts";
import { type Finding, findingLines } from "../providers/finding.ts";
import { needOf, type ProbeKind, type Provider } from "../providers/provider.ts";
import { canPrompt, openPrompter } from "../terminal/interaction.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { answersFromFlags, type FlagAnswers } from "./flag-answers.ts";
import type { Invocation } from "./invocation.ts";
import { type Asked, planDeps, readingOf } from "./onboard-asked.ts";
import { type Done, finish, type OnboardRun } from "./onboard-finish.ts";
import {
  clientProblems,
  type Flags,
  flagsWithoutEffect,
  namesOfGiven,
  remoteFlagsOf,
  resetProblems,
} from "./onboard-flags.ts";
import { showWarnings } from "./print.ts";

/** Runs the command with the flags as they were parsed, and what was found wrong with them. */
export async function runOnboard(
  flags: Flags,
  problems: readonly Problem[],
  command: Command,
  providers: readonly Provider[],
  invocation: Invocation,
): Promise<void> {
  const setUp = (how: Invocation) => answered(flags, problems, command, providers, how);
  if (!flags.reset && flags.resetScope === undefined && flags.rotateKey === undefined) return setUp(invocation);
  assertResolved({ problems: [...problems, ...resetProblems(flags)], missing: [] });
  if (flags.rotateKey !== undefined)
    return (await import("./rotate-key.ts")).rotateKey(flags, command, providers, invocation);
  return (await import("./onboard-reset.ts")).resetFirst(flags, command, providers, setUp, invocation);
}

/** The answers of a file, if there is one, are flags that are not on the command line. */
async function answered(
  given: Flags,
  problems: readonly Problem[],
  command: Command,
  providers: readonly Provider[],
  invocation: Invocation,
): Promise<void> {
  const withoutEffect = flagsWithoutEffect(command);
  const { context, paths } = invocation;
  if (given.exportAnswers) {
    assertResolved({ problems, missing: [] });
    return (await import("./export-answers.ts")).exportAnswers(given, providers, invocation);
  }
  const asked = { flags: given, problems, withoutEffect, providers };
  if (given.answers === undefined) return onboard(asked, invocation);
  const { answersFromFile } = await import("./answers-file.ts");
  const filed = await answersFromFile(given.answers, {
    given: namesOfGiven(command),
    mustHaveValues: given.verify !== false,
    paths: paths(),
    providers,
    context,
  });
  const flags = { ...given, ...filed.flags, nonInteractive: true };
  try {
    await onboard({ ...asked, flags, filed }, invocation);
  } catch (error) {
    throw error instanceof OpenclawError ? filed.placed(error) : error;
  }
}

async function onboard(given: Asked, invocation: Invocation): Promise<void> {
  const { context, about, paths: locate, shown } = invocation;
  const flags = { ...given.flags, nonInteractive: given.flags.nonInteractive || given.flags.yes || false };
  const asked = { ...given, flags };
  const of = { version: about.version, paths: locate(), shown };
  if (!flags.dryRun) assertWritable(context);
  if (flags.mode === "remote" || (flags.mode === undefined && remoteFlagsOf(flags).length > 0))
    return (await import("./onboard-remote.ts")).onboardRemote(asked, of, context);
  if (asked.withoutEffect.length > 0) context.err(`${context.text.onboard.withoutEffect(asked.withoutEffect)}\n`);
  const run = await startedRun(asked, of, context);
  if (flags.verify === "message") context.err(`${context.text.onboard.messageIsBilled}\n`);
  const done = await (flags.nonInteractive ? runScript(run) : runQuestions(run));
  if (!flags.dryRun) await sweep(run.paths, [...run.current.config.bytes.keys()], context);
  await finish(done, run);
}

/** Reads flags and files, and says what has to be said before anything is asked. Throws `usage.*`, `terminal.required`. */
async function startedRun(
  asked: Asked,
  { version, paths, shown }: Pick<OnboardRun, "version" | "paths" | "shown">,
  context: Context,
): Promise<OnboardRun> {
  const { flags, providers } = asked;
  const { answers, problems, notes } = await givenAnswers(asked, context);
  const isChange = isSettingGiven(answers) || flags.editorSchema === true;
  if (!flags.nonInteractive && !canPrompt(context)) {
    assertResolved({ problems, missing: [] });
    const isSetUp = unlessRefused(() => context.files.statSync(paths.config)) !== undefined;
    throw noTerminal(isChange && isSetUp ? [] : providers);
  }
  const read = (known?: CurrentState) =>
    readCurrentState({ ...readingOf(asked), providers, named: variablesNamed(answers) }, paths, context, known);
  const current = await read();
  const known = flags.nonInteractive || isChange ? { ...answers, ...inferredChoice(answers, current) } : answers;
  const writeDeps: WriteDeps = {
    planDeps: planDeps(asked, current, { version, paths }, context),
    paths,
    loose: loosePermissions(paths, [...current.config.bytes.keys()], context),
    read,
    dryRun: flags.dryRun ?? false,
    verbose: flags.verbose ?? false,
  };
  if (!flags.nonInteractive && !flags.dryRun) assertPlacesWritable(paths, context);
  const elsewhere = await filesElsewhere(paths, context);
  // Said before the questions, since a new folder hides an old one from the published OpenClaw.
  const beforehand = [
    ...elsewhere.map(({ fix, ...found }) => withPlace({ ...found, hint: fix })),
    ...modelNotes(resolveAnswers(known, current), current),
  ];
  if (!flags.nonInteractive) showWarnings(beforehand, context);
  // A script hears it of what is replaced, and does not wait for another program where nothing is.
  if (!flags.nonInteractive && !flags.dryRun)
    showWarnings(await attributesLost([paths.secrets, ...current.config.bytes.keys()], context), context);
  return {
    flags,
    beforehand,
    given: { answers: known, problems, notes },
    version,
    userAgent: `openclaw/${version}`,
    paths,
    current,
    writeDeps,
    shown,
    context,
    proxied: withProxy(fileValues(current), context),
  };
}

/** The answers that flags and the file give, and everything that is wrong with them. */
async function givenAnswers({ flags, problems, providers, filed }: Asked, context: Context): Promise<FlagAnswers> {
  const given = await answersFromFlags(flags, providers, context, filed?.references);
  return {
    ...given,
    problems: [
      ...problems.filter(({ where }) => given.problems.every((problem) => problem.where !== where)),
      ...given.problems,
      ...clientProblems(flags),
      ...remoteFlagsOf(flags).map(
        (where): Problem => ({ where, message: ONLY_REMOTE, hint: ({ onboard }) => onboard.leaveOut }),
      ),
    ],
  };
}

const ONLY_REMOTE: Message = ({ onboard }) => onboard.onlyUsedWith({ flag: "--mode", values: ["remote"] });

/**
 * Takes everything from flags, variables and files, and looks up what is missing. Throws `usage.*`, `verify.failed`.
 */
async function runScript(run: OnboardRun): Promise<Done> {
  const { flags, given, current, userAgent, context, proxied } = run;
  let resolution = resolveAnswers(given.answers, current);
  let { answers, problems } = given;
  if (flags.verify !== false && problems.length + resolution.problems.length === 0 && resolution.missing.length > 0) {
    const { lookUpMissing, lookupOpener } = await import("../onboard/lookup.ts");
    const found = await lookUpMissing(resolution, lookupOpener({ userAgent, mayCreate: false }, proxied));
    answers = { ...answers, ...found.answers };
    problems = found.problems;
    resolution = resolveAnswers(answers, current);
  }
  assertResolved({ ...resolution, problems: [...problems, ...resolution.problems, ...resolution.unusable] });
  showNotes([...given.notes, ...resolution.notes, ...localGatewayNotes(answers, current)], context);
  if (flags.verify !== false) await assertReferences(answers, current, context);
  if (flags.verify) {
    const check = verifier(flags.verify === "message" ? "message" : "models", run);
    assertWorks(await check(resolution, new AbortController().signal), resolution);
  }
  const beforeWriting = async ({ config, secrets }: Plan) => {
    const replaced = [
      ...(secrets.length > 0 ? [run.paths.secrets] : []),
      ...(config.length > 0 ? current.config.bytes.keys() : []),
    ];
    showWarnings(await attributesLost(replaced, context), context);
  };
  return {
    given: answers,
    ...(await writeAnswers({ answers }, current, { ...run.writeDeps, beforeWriting }, context)),
  };
}

/** Asks for whatever the flags leave open, and writes what was agreed to. Throws `prompt.cancelled`. */
async function runQuestions(run: OnboardRun): Promise<Done> {
  const { flags, given, current, paths, userAgent, writeDeps, context, proxied } = run;
  const { problems, unusable, missing, leavesEntries, provider } = resolveAnswers(given.answers, current);
  assertResolved({ problems: [...given.problems, ...problems], missing: [] });
  const notes = localGatewayNotes(given.answers, current);
  // A flag that is not given is no news to somebody who is asked.
  const found = [...missing.filter(({ where }) => !where?.startsWith("--")), ...unusable];
  showNotes([...given.notes, ...found.map(withPlace), ...notes], context);
  // Whoever names the one thing to change is asked about nothing else.
  if (leavesEntries || (provider === null && isInferred(given.answers))) return confirmChange(run);
  const flow = flags.flow === "quickstart" || flags.flow === undefined ? "quickstart" : "advanced";
  const mayOffer = flow === "advanced" && settingIn(given.answers, "service") === undefined && !flags.dryRun;
  const { lookupOpener } = await import("../onboard/lookup.ts");
  const online = {
    openLookup: lookupOpener({ userAgent, mayCreate: !flags.dryRun }, proxied),
    verify: verifier("models", run),
    ...(flags.verify === "message" && { verifyByMessage: verifier("message", run) }),
    models: async (resolution: Resolution, signal: AbortSignal) =>
      (await import("../onboard/verify.ts")).modelsFor(resolution, current, { userAgent, signal }, proxied),
  };
  const deps = {
    current,
    text: context.text,
    flow,
    defaultPort: paths.defaultPort,
    offersService: mayOffer && (await canBeService(paths, context)),
    preview: (request: SetupRequest) => (flags.dryRun ? undefined : preview(request, current, writeDeps, context.text)),
    ...(flags.verify !== false && { online }),
  } as const;
  const prompter = await openPrompter(flags, context);
  const { runWizard } = await import("../onboard/wizard.ts");
  const request = await runWizard(given.answers, deps, prompter);
  return {
    given: request.answers,
    prompter,
    ...(await writeAnswers(request, current, { ...writeDeps, prompter }, context)),
  };
}

/** Shows what the flags change of a set-up, and writes what is agreed to. Throws `prompt.cancelled`. */
async function confirmChange({ flags, given, current, writeDeps, context }: OnboardRun): Promise<Done> {
  const request: SetupRequest = { answers: given.answers };
  const prompter = await openPrompter(flags, context);
  const changes = flags.dryRun ? undefined : preview(request, current, writeDeps, context.text);
  if (changes !== undefined) while ((await askToWrite(changes, context.text, prompter)) === "back");
  return {
    given: request.answers,
    prompter,
    ...(await writeAnswers(request, current, { ...writeDeps, prompter }, context)),
  };
}

/** True if the gateway can become a service here, and is not one yet. */
async function canBeService(paths: Paths, context: Context): Promise<boolean> {
  const { managerIfAny } = await import("../service/find-manager.ts");
  const { ownerOf } = await import("../service/install.ts");
  const manager = await managerIfAny(paths, context);
  return manager !== undefined && ownerOf(manager.file, context) !== "openclaw";
}

/** Without providers there is a set-up already, of which the flags change something. */
function noTerminal(providers: readonly Provider[]): OpenclawError {
  const commands = providers.map(({ authChoice, fields }) => {
    const required = fields.filter((field) => needOf(field, {}) === "required").map(({ flag }) => `--${flag} …`);
    return `openclaw onboard --non-interactive --auth-choice ${authChoice} ${required.join(" ")}`;
  });
  return new OpenclawError(({ terminal }) => terminal.noTerminal, {
    code: "terminal.required",
    hint: ({ onboard }) => (commands.length === 0 ? onboard.passYes : onboard.passAnswers(commands)),
  });
}

const verifier =
  (kind: ProbeKind, { current, userAgent, proxied }: OnboardRun): Verify =>
  async (resolution, signal) =>
    (await import("../onboard/verify.ts")).verify(resolution, current, { kind, userAgent, signal }, proxied);

function assertWorks(finding: Finding | undefined, { provider, answers }: Resolution): void {
  if (finding === undefined) return;
  const field = provider?.fields.find(({ id }) => id === finding.field && !(id in answers));
  const lines = (text: Texts) => {
    const found = findingLines(finding, text);
    if (field === undefined) return found;
    return [...found, text.onboard.passFlagOrVariable({ flag: field.flag, variables: field.env })];
  };
  throw new OpenclawError((text) => lines(text)[0] ?? "", {
    code: "verify.failed",
    hint: (text) => lines(text).slice(1).join("\n"),
  });
}

function showNotes(notes: readonly Message[], { err, text }: Context): void {
  for (const note of notes) err(`${say(note, text)}\n`);
}
