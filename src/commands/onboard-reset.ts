import type { Command } from "commander";
import { sweep } from "../config/apply.ts";
import { assertWritable } from "../config/read-only.ts";
import { inspectFiles } from "../config/resolve.ts";
import type { Context, Prompter } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { jsonDocument, parseJsonObject } from "../core/json.ts";
import { once } from "../core/once.ts";
import type { Paths } from "../core/paths.ts";
import { variablesNamed } from "../onboard/answers.ts";
import { readCurrentState } from "../onboard/current-state.ts";
import { assertResolved, resolveAnswers } from "../onboard/resolve-answers.ts";
import type { Provider } from "../providers/provider.ts";
import { nameableProviders } from "../reset/credentials.ts";
import { isEmptyReset } from "../reset/reset-plan.ts";
import type { Scope } from "../reset/scopes.ts";
import { canPrompt, confirm, openPrompter } from "../terminal/interaction.ts";
import { loadTexts } from "../text/language.ts";
import type { Message } from "../text/message.ts";
import { printStanding, standingElsewhere, standingJson } from "./credential-places.ts";
import { answersFromFlags } from "./flag-answers.ts";
import type { Invocation } from "./invocation.ts";
import type { Flags } from "./onboard-flags.ts";
import { linePrinter, showWarnings } from "./print.ts";
import { gatewayMessages, runningGateway } from "./reset-gateway.ts";
import {
  type PreparedReset,
  performReset,
  prepareReset,
  type ResetOptions,
  resetJson,
  resetPreview,
} from "./reset-steps.ts";

/** Flags of `onboard` that say how to reset; any other asks for a set-up afterwards. */
const OF_RESET =
  /^--(?:reset|reset-scope|yes|non-interactive|accessible|dry-run|verbose|json|accept-risk|secret-input-mode)$/;

/** The set-up after the reset; `isNew` if nothing on the command line says what to set up. */
type SetUp = (invocation: Invocation) => Promise<void>;

/** Moves the set-up away after showing it and asking, and sets up again if flags or the person say so. */
export async function resetFirst(
  flags: Flags,
  command: Command,
  providers: readonly Provider[],
  setUp: SetUp,
  invocation: Invocation,
): Promise<void> {
  const { shown } = invocation;
  // The set-up reads it as well.
  const context: Context = { ...invocation.context, readStdin: once(invocation.context.readStdin) };
  const { yes = false, dryRun = false, json = false } = flags;
  const paths = invocation.paths();
  const { start } = context.text.reset;
  if (!dryRun) assertWritable(context);
  const tell = linePrinter(json ? context.err : context.out, context, shown);
  if (flags.resetScope === "config+creds+sessions") tell(start.sessionsAlias);
  const options: ResetOptions = { scope: scopeOf(flags), isUndoable: true, paths, providers };
  const prepared = await prepareReset(options, context);
  const nothing = isEmptyReset(prepared.plan) && prepared.clients.length === 0 && !prepared.goesOn;
  const setsUp = givenFlags(command).some((flag) => !OF_RESET.test(flag));
  if (setsUp && !dryRun && (yes || !canPrompt(context))) await assertCanSetUp(flags, providers, paths, context);
  const isAsked = !yes && !dryRun && !nothing;
  if (!json || isAsked)
    for (const line of nothing
      ? [start.nothing]
      : resetPreview(prepared, paths, { text: context.text, columns: context.columns() }))
      tell(line);
  const open = isAsked && canPrompt(context) ? await openPrompter(flags, context) : undefined;
  if (isAsked) {
    tell("");
    await confirm(start.ask, (t) => t.reset.start.passYes, context, { open, initial: false });
  }
  const running = dryRun || nothing ? undefined : await runningGateway(providers, paths, context);
  const done = dryRun || nothing ? undefined : await performReset(prepared, options, context);
  if (!dryRun) await sweep(paths, [], context);
  const standing = options.scope === "config" ? [] : await standingAfter(prepared, options, context);
  const reset = { ...resetJson(prepared, done), standing: standingJson(standing, await loadTexts("en")) };
  if (!json) {
    if (dryRun) tell(context.text.commands.dryRun);
    else if (done !== undefined) for (const line of doneLines(prepared, done.folder, paths, context)) tell(line);
    printStanding(standing, context, shown);
  }
  const messages: readonly Message[] = [...(done?.failed ?? []), ...(await gatewayMessages(running, paths, context))];
  showWarnings(messages, context);
  const again = { ...invocation, context };
  if (!dryRun && (setsUp || (!yes && (await wantsSetUp(flags, open, context)))))
    return setUpAfter(again, setUp, reset, json);
  if (json) return context.out(jsonDocument({ ok: true, dryRun, ...reset }));
  if (done === undefined) return;
  if (prepared.plan.moved.some(({ path }) => path === paths.config)) tell(`\n${start.restore}`);
  tell(start.next);
}

function scopeOf({ resetScope = "config+creds" }: Flags): Scope {
  return resetScope === "config+creds+sessions" ? "config+creds" : resetScope;
}

const givenFlags = (command: Command): readonly string[] =>
  command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === "cli")
    .map(({ long }) => long ?? "");

/** Finds out, before anything goes, that the flags could not set up an empty home. Throws `usage.*`. */
async function assertCanSetUp(
  flags: Flags,
  providers: readonly Provider[],
  paths: Paths,
  context: Context,
): Promise<void> {
  const { answers, problems } = await answersFromFlags(flags, providers, context);
  const none = `${paths.config}.none`;
  const empty = { ...paths, config: none, secrets: `${none}.env` };
  const current = await readCurrentState({ providers, named: variablesNamed(answers) }, empty, context);
  const resolution = resolveAnswers(answers, current);
  assertResolved({ ...resolution, problems: [...problems, ...resolution.problems] });
}

async function standingAfter({ plan, files }: PreparedReset, { paths, providers }: ResetOptions, context: Context) {
  const sought = {
    names: plan.credentials.map(({ name }) => name),
    providerIds: nameableProviders(files.values.config, providers),
    withGateway: true,
  };
  return standingElsewhere(sought, await inspectFiles(paths, context), paths, context);
}

function doneLines(
  { plan }: PreparedReset,
  folder: string | undefined,
  { secrets: path }: Paths,
  { text }: Context,
): readonly string[] {
  const { moved, credentials } = plan;
  return [
    ...(folder === undefined ? [] : [text.reset.start.moved({ number: moved.length, folder })]),
    ...(credentials.length === 0 ? [] : [text.reset.logout.done({ path, number: credentials.length })]),
  ];
}

async function wantsSetUp(flags: Flags, open: Prompter | undefined, context: Context): Promise<boolean> {
  if (!canPrompt(context) || flags.json || flags.nonInteractive) return false;
  if (open === undefined) return true;
  const { start } = context.text.reset;
  const reply = await open.confirm({ message: start.askAgain, initial: true }).catch((error: unknown) => {
    if (!(error instanceof OpenclawError) || error.code !== "prompt.cancelled") throw error;
    throw new OpenclawError((t) => t.reset.start.cancelled, { code: "prompt.cancelled" });
  });
  return reply.kind === "answer" && reply.value;
}

/** With `--json`, the one document says what was reset as well. */
async function setUpAfter(invocation: Invocation, setUp: SetUp, reset: object, json: boolean): Promise<void> {
  if (!json) return setUp(invocation);
  let printed = "";
  const context = {
    ...invocation.context,
    out: (text: string) => {
      printed += text;
    },
  };
  await setUp({ ...invocation, context });
  invocation.context.out(jsonDocument({ ...parseJsonObject(printed), reset }));
}
