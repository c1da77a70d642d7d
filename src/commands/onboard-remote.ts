import { type Applied, applyPlan, type Plan, sweep } from "../config/apply.ts";
import { loosePermissions, tighten } from "../config/permissions.ts";
import { assertPlacesWritable } from "../config/preflight.ts";
import type { Context, Prompter } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import type { Paths } from "../core/paths.ts";
import type { Problem } from "../core/result.ts";
import { type Answer, SKIP, variablesNamed } from "../onboard/answers.ts";
import { changeList, describePlan } from "../onboard/changes.ts";
import { type CurrentState, readCurrentState } from "../onboard/current-state.ts";
import { isEmpty, isWithin, type PlanDeps } from "../onboard/plan.ts";
import { isForAnother, missingUrl, planRemote, type RemoteAnswers, URL_FLAG } from "../onboard/remote.ts";
import { completeAnswers, givenUrl } from "../onboard/remote-questions.ts";
import { REMOTE_TOKEN } from "../onboard/remote-token.ts";
import { assertResolved, type Resolution } from "../onboard/resolve-answers.ts";
import { askToWrite } from "../onboard/write.ts";
import type { Provider } from "../providers/provider.ts";
import { canPrompt, openPrompter } from "../terminal/interaction.ts";
import { loadTexts } from "../text/language.ts";
import { type Message, say } from "../text/message.ts";
import { writeSchema } from "./editor-schema.ts";
import { fieldFlags, valueName } from "./field-flags.ts";
import { fieldAnswers } from "./flag-answers.ts";
import { type Asked, planDeps, readingOf } from "./onboard-asked.ts";
import type { OnboardRun } from "./onboard-finish.ts";
import type { Flags } from "./onboard-flags.ts";
import { showWarnings } from "./print.ts";
import { checkRemote } from "./remote-check.ts";
import { filesJson, writtenLines } from "./written-files.ts";

/** Nothing is resolved of a provider here. */
const NO_PROVIDER: Resolution = {
  provider: null,
  answers: {},
  endpoints: [],
  model: undefined,
  problems: [],
  missing: [],
  unusable: [],
  notes: [],
};

/**
 * Makes this machine a client of a gateway elsewhere. Throws `usage.*`, `verify.failed`, `prompt.cancelled`, and what
 * `applyPlan` throws.
 */
export async function onboardRemote(
  asked: Asked,
  { version, paths, shown }: Pick<OnboardRun, "version" | "paths" | "shown">,
  context: Context,
): Promise<void> {
  const { flags, providers, filed } = asked;
  const { text } = context;
  const read = await fieldAnswers(REMOTE_TOKEN, flags, context);
  const givenToken = filed?.references[REMOTE_TOKEN.id] ?? read.answers[REMOTE_TOKEN.id];
  const problems = [...asked.problems, ...read.problems, ...localFlags(flags, providers)];
  const asks = !flags.nonInteractive;
  if (asks && !canPrompt(context)) {
    assertResolved({ problems, missing: [] });
    throw new OpenclawError(({ terminal }) => terminal.noTerminal, {
      code: "terminal.required",
      hint: ({ onboard }) => onboard.passAnswers([`openclaw onboard --non-interactive --mode remote ${URL_FLAG} …`]),
    });
  }
  const named = variablesNamed({ ...read.answers, ...(givenToken && { [REMOTE_TOKEN.id]: givenToken }) });
  const readState = (known?: CurrentState) =>
    readCurrentState({ ...readingOf(asked), providers, named }, paths, context, known);
  const current = await readState();
  const given = givenUrl(flags, current);
  const urlProblems = given === undefined || given.checked.ok ? [] : [given.checked.error];
  const missing = asks || given !== undefined ? [] : [missingUrl];
  const referred = referredProblems(givenToken, current);
  assertResolved({ problems: [...problems, ...urlProblems, ...referred], missing });
  for (const note of read.notes) context.err(`${say(note, text)}\n`);
  if (asks && !flags.dryRun) assertPlacesWritable(paths, context);
  const prompter = asks ? await openPrompter(flags, context) : undefined;
  const answers = await completeAnswers(flags, givenToken, current, prompter, text);
  const notes: Message[] = isForAnother(answers, current) ? [({ onboard }) => onboard.remote.formerToken] : [];
  if (flags.verify !== false) notes.push(await checkRemote(answers, current, prompter, context));
  for (const note of notes) context.err(`${say(note, text)}\n`);
  const loose = loosePermissions(paths, [...current.config.bytes.keys()], context);
  const deps = planDeps(asked, current, { version, paths }, context);
  const applied = await written(
    answers,
    current,
    { deps, paths, readState, dryRun: flags.dryRun ?? false, prompter },
    context,
  );
  if (flags.editorSchema && !flags.dryRun) await writeSchema(paths, context);
  const closed = flags.dryRun ? loose : loose.filter((one) => !tighten([one], context).includes(one));
  if (!flags.dryRun) await sweep(paths, [...current.config.bytes.keys()], context);
  const files = describePlan(applied.plan, applied.current, flags.json ? await loadTexts("en") : text);
  const done = { files, backups: applied.backups, loose: closed };
  if (flags.json) {
    const english = await loadTexts("en");
    const document = {
      ok: true,
      mode: "remote",
      changed: !flags.dryRun && files.length + closed.length > 0,
      dryRun: flags.dryRun ?? false,
      remote: { url: answers.url },
      warnings: notes.map((note) => say(note, english)),
      files: filesJson(done),
    };
    return context.out(jsonDocument(document));
  }
  if (files.length === 0 && closed.length === 0) return context.out(`${text.onboard.upToDate}\n`);
  if (flags.dryRun)
    return context.out(shown.text(`${changeList(files, closed, NO_PROVIDER, text)}\n${text.commands.dryRun}\n`));
  const lines = [...writtenLines(done, text), "", text.onboard.remote.ready(answers.url)];
  context.out(shown.text(`${lines.join("\n")}\n`));
}

/** Flags that say something of a gateway or a provider of this machine. */
function localFlags(flags: Flags, providers: readonly Provider[]): readonly Problem[] {
  const given = [
    ["--auth-choice", flags.authChoice === SKIP ? undefined : flags.authChoice],
    ["--model", flags.model],
    ["--set-default", flags.setDefault],
    ["--gateway-port", flags.gatewayPort],
    ["--gateway-bind", flags.gatewayBind],
    ["--gateway-custom-host", flags.gatewayCustomHost],
    ["--gateway-auth", flags.gatewayAuth],
    ["--gateway-token", flags.gatewayToken],
    ["--gateway-token-ref-env", flags.gatewayTokenRefEnv],
    ["--install-daemon", flags.installDaemon || undefined],
    ["--client", flags.client],
    ...providers.flatMap(({ fields }) =>
      fields.flatMap(fieldFlags).map((flag) => [flag, flags[valueName(flag)]] as const),
    ),
  ] as const;
  const wrong = given.flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (wrong.length === 0) return [];
  return [
    {
      message: ({ onboard }) => onboard.remote.onlyLocal(wrong),
      hint: ({ onboard }) => onboard.leaveOut,
    },
  ];
}

/** A variable that is referred to must have a value now. */
function referredProblems(token: Answer | undefined, { variables, empty }: CurrentState): readonly Problem[] {
  if (token?.kind !== "reference" || variables.has(token.variable)) return [];
  const { variable } = token;
  return [
    empty.get(variable) ?? {
      where: `--${REMOTE_TOKEN.flag}-env`,
      message: ({ onboard }) => onboard.variableEmpty(variable),
      hint: ({ onboard }) => onboard.exportFirst,
    },
  ];
}

interface WriteDeps {
  readonly deps: PlanDeps;
  readonly paths: Paths;
  readonly readState: (known?: CurrentState) => Promise<CurrentState>;
  readonly dryRun: boolean;
  readonly prompter: Prompter | undefined;
}

/** Shows the plan to whoever is asked, and writes it; it is made again under the lock. Throws `prompt.cancelled`. */
async function written(
  answers: RemoteAnswers,
  start: CurrentState,
  { deps, paths, readState, dryRun, prompter }: WriteDeps,
  context: Context,
): Promise<Applied<CurrentState>> {
  for (let current = start; ; ) {
    const agreed = planRemote(answers, current, deps);
    if (dryRun || isEmpty(agreed)) return { plan: agreed, current, written: [], backups: [] };
    if (prompter !== undefined) {
      const list = changeList(describePlan(agreed, current, context.text), [], NO_PROVIDER, context.text);
      const shown = { shown: context.text.onboard.willChange(list) };
      while ((await askToWrite(shown, context.text, prompter)) === "back");
    }
    let changed: CurrentState | undefined;
    const makePlan = (now: CurrentState): Plan => {
      const plan = planRemote(answers, now, deps);
      changed = prompter === undefined || isWithin(plan, agreed) ? undefined : now;
      return changed === undefined ? plan : { config: [], secrets: [] };
    };
    const applied = await applyPlan((known = start) => readState(known), makePlan, paths, context);
    if (changed === undefined) return applied;
    current = changed;
    showWarnings([({ onboard }) => onboard.changedMeanwhile], context);
  }
}
