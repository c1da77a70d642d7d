import type { Applied } from "../config/apply.ts";
import { tighten } from "../config/permissions.ts";
import type { Context, Prompter } from "../core/context.ts";
import { attempt, OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { Shown } from "../core/shown.ts";
import { type Answers, settingIn } from "../onboard/answers.ts";
import { warnings } from "../onboard/changes.ts";
import type { CurrentState } from "../onboard/current-state.ts";
import { resolveAnswers } from "../onboard/resolve-answers.ts";
import type { WriteDeps } from "../onboard/write.ts";
import { canPrompt } from "../terminal/interaction.ts";
import { loadTexts } from "../text/language.ts";
import { type Message, say } from "../text/message.ts";
import { writeSchema } from "./editor-schema.ts";
import type { FlagAnswers } from "./flag-answers.ts";
import type { Flags } from "./onboard-flags.ts";
import { outcomeOf, report, reportJson } from "./onboard-report.ts";
import { showWarnings } from "./print.ts";
import { userShell } from "./shell-words.ts";

/** One run of the command, with the files as they were at its start. */
export interface OnboardRun {
  readonly flags: Flags;
  /** Said before the questions, and at the end where there are none. */
  readonly beforehand: readonly Message[];
  readonly given: FlagAnswers;
  readonly version: string;
  readonly userAgent: string;
  readonly paths: Paths;
  readonly current: CurrentState;
  readonly writeDeps: WriteDeps;
  readonly shown: Shown;
  readonly context: Context;
  /** The same context, using the proxy that the files name. */
  readonly proxied: Context;
}

export interface Done extends Applied<CurrentState> {
  readonly given: Answers;
  /** Whom the person answered. */
  readonly prompter?: Prompter;
}

/** Restricts files others could read, reports what was done, and installs the service if wanted. */
export async function finish({ given, prompter, ...applied }: Done, run: OnboardRun): Promise<void> {
  const { flags, paths, writeDeps, shown, context, beforehand } = run;
  const open = flags.dryRun ? [] : tighten(writeDeps.loose, context);
  const resolution = resolveAnswers(given, applied.current);
  const sentences: readonly Message[] = [
    ...open.map(
      ({ path }): Message =>
        ({ onboard }) =>
          onboard.staysOpen(path),
    ),
    ...warnings(resolution, applied.current, paths, context),
  ];
  showWarnings([...(flags.nonInteractive ? beforehand : []), ...sentences], context);
  const text = flags.json ? await loadTexts("en") : context.text;
  const closed = writeDeps.loose.filter((mode) => !open.includes(mode));
  const outcome = outcomeOf(applied, resolution, { dryRun: flags.dryRun ?? false, loose: closed }, text);
  const wantsService = settingIn(given, "service") === "yes" && !flags.dryRun;
  const how = { shown, columns: context.columns(), shell: userShell(context), hasService: wantsService };
  const schema = flags.editorSchema && !flags.dryRun ? await writeSchema(paths, context) : undefined;
  if (!flags.json) context.out(report(outcome, resolution, how, text));
  if (!flags.json && schema !== undefined) context.out(`${shown.text(text.settings.schemaInstalled(schema))}\n`);
  const service = wantsService ? await installedService(run) : undefined;
  const clients = flags.dryRun ? undefined : await clientsSetUp(run, prompter);
  const inEnglish = [...beforehand, ...sentences].map((sentence) => say(sentence, text));
  if (flags.json) context.out(reportJson(outcome, inEnglish, { service, clients, schema }));
}

/**
 * Sets up the clients that flags name, or that a person wants of those on this machine. What onboarding wrote stays
 * whatever comes of it.
 */
async function clientsSetUp({ flags, paths, current, shown, context }: OnboardRun, prompter: Prompter | undefined) {
  const { client: named, nonInteractive = false, json } = flags;
  if (named === undefined && (prompter === undefined || json)) return undefined;
  const { offerClients, setUpNamed } = await import("./onboard-clients.ts");
  const deps = { paths, providers: current.providers };
  const talking = { ...context, shown, out: json ? context.err : context.out };
  if (named !== undefined)
    return setUpNamed(named, deps, { yes: nonInteractive, ...(prompter && { prompter }) }, talking);
  const asked = await attempt(() => prompter && offerClients(deps, prompter, talking));
  // Whoever leaves here has what onboarding is for.
  if (!asked.ok && asked.error.code !== "prompt.cancelled") throw asked.error;
  return undefined;
}

/**
 * Installs the service after everything was written. If this fails, what was written stays, and the error says so.
 * Returns its part of the JSON document.
 */
async function installedService({ flags, version, paths, current, context }: OnboardRun): Promise<object> {
  const { installGateway, installReport } = await import("./gateway-service.ts");
  const mayAsk = !flags.nonInteractive && !flags.json && canPrompt(context);
  try {
    const profile = { paths, providers: current.providers };
    const installed = await installGateway(profile, { version, force: false, mayAsk }, context);
    showWarnings(installed.notes, context);
    if (!flags.json) context.out(`\n${installReport(installed, context.text)}`);
    const { result, manager, gateway } = installed;
    return { result, manager: manager.kind, name: manager.name, file: manager.file, url: gateway.url };
  } catch (error) {
    if (!(error instanceof OpenclawError)) throw error;
    const { says, code, hint, problems } = error;
    throw new OpenclawError((text) => text.onboard.serviceFailed(say(says, text)), {
      code,
      problems,
      ...(hint !== undefined && { hint }),
      cause: error,
    });
  }
}
