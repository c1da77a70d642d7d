import { type Applied, applyPlan, type Plan, sweep } from "../config/apply.ts";
import { remoteToken } from "../config/credentials.ts";
import { loosePermissions, tighten } from "../config/permissions.ts";
import { assertPlacesWritable } from "../config/preflight.ts";
import { fileValues, withProxy } from "../config/resolve.ts";
import { readReference } from "../config/secret-reference.ts";
import type { Context, Prompter } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import type { Paths } from "../core/paths.ts";
import { type Problem, problemText } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Shown } from "../core/shown.ts";
import { type Answer, checkedAnswers, remarks, SKIP, variablesNamed } from "../onboard/answers.ts";
import { changeList, describePlan } from "../onboard/changes.ts";
import { type CurrentState, readCurrentState, referenceValues } from "../onboard/current-state.ts";
import { isEmpty, isWithin, type PlanDeps } from "../onboard/plan.ts";
import {
  checkRemoteUrl,
  configuredRemote,
  httpUrl,
  isForAnother,
  missingUrl,
  planRemote,
  type RemoteAnswers,
  URL_FLAG,
} from "../onboard/remote.ts";
import { REMOTE_TOKEN } from "../onboard/remote-token.ts";
import { assertResolved, type Resolution } from "../onboard/resolve-answers.ts";
import { askToWrite } from "../onboard/write.ts";
import type { Provider } from "../providers/provider.ts";
import { canPrompt } from "../terminal/interaction.ts";
import { loadTexts } from "../text/language.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import type { FiledAnswers } from "./answers-file.ts";
import { withSchema, writeSchema } from "./editor-schema.ts";
import { fieldAnswers } from "./flag-answers.ts";
import { planDeps, promptsOf, readingOf } from "./onboard.ts";
import type { Flags } from "./onboard-flags.ts";
import { showWarnings } from "./print.ts";
import { filesJson, writtenLines } from "./written-files.ts";

interface RemoteDeps {
  readonly paths: Paths;
  readonly providers: readonly Provider[];
  readonly version: string;
  readonly shown: Shown;
  readonly context: Context;
  readonly filed: FiledAnswers | undefined;
}

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
  flags: Flags,
  flagProblems: readonly Problem[],
  { paths, providers, version, shown, context, filed }: RemoteDeps,
): Promise<void> {
  const { text } = context;
  const read = await fieldAnswers(REMOTE_TOKEN, flags, context);
  const givenToken = filed?.references[REMOTE_TOKEN.id] ?? read.answers[REMOTE_TOKEN.id];
  const problems = [...flagProblems, ...read.problems, ...localFlags(flags, providers)];
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
    readCurrentState({ ...readingOf(filed), providers, named }, paths, context, known);
  const current = await readState();
  const given = givenUrl(flags, current);
  const urlProblems = given === undefined || given.checked.ok ? [] : [given.checked.error];
  const missing = asks || given !== undefined ? [] : [missingUrl];
  const referred = referredProblems(givenToken, current);
  assertResolved({ problems: [...problems, ...urlProblems, ...referred], missing });
  for (const note of read.notes) context.err(`${say(note, text)}\n`);
  if (asks && !flags.dryRun) assertPlacesWritable(paths, context);
  const prompter = asks ? await context.prompter(promptsOf(flags, context)) : undefined;
  const answers = await completed(flags, givenToken, current, prompter, text);
  const notes: Message[] = isForAnother(answers, current) ? [({ onboard }) => onboard.remote.formerToken] : [];
  if (flags.verify !== false) notes.push(await checked(answers, current, prompter, context));
  for (const note of notes) context.err(`${say(note, text)}\n`);
  const loose = loosePermissions(paths, [...current.config.bytes.keys()], context);
  const deps = {
    ...planDeps(version, paths, context),
    patchSecrets: filed?.patchSecrets,
    patch: flags.editorSchema ? withSchema(filed?.patch, current.config.config) : filed?.patch,
  };
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
      fields.flatMap(({ flag }) =>
        ["", "-file", "-env"].map((ending) => [`--${flag}${ending}`, flags[camelCase(`${flag}${ending}`)]] as const),
      ),
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

const camelCase = (flag: string): string => flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

function givenUrl({ remoteUrl }: Flags, current: CurrentState) {
  const raw = remoteUrl ?? configuredRemote(current).url;
  const where = remoteUrl === undefined ? "gateway.remote.url" : URL_FLAG;
  return raw === undefined ? undefined : { checked: checkRemoteUrl(raw, where) };
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

/** A variable's value is stored, unless it is to be referred to. Whoever is at a terminal is asked for the rest. */
async function completed(
  flags: Flags,
  token: Answer | undefined,
  current: CurrentState,
  prompter: Prompter | undefined,
  text: Texts,
): Promise<RemoteAnswers> {
  const known = givenUrl(flags, current);
  const isGiven = flags.remoteUrl !== undefined || prompter === undefined;
  const found = known?.checked.ok ? known.checked.value : "";
  const url = isGiven ? found : await askUrl(found, prompter, text);
  const source = { kind: "flag", name: `--${REMOTE_TOKEN.flag}-env` } as const;
  if (token?.kind === "reference" && flags.secretInputMode !== "ref") {
    const value = current.variables.get(token.variable)?.value;
    return { url, token: value && { kind: "secret", value, source } };
  }
  if (token !== undefined || prompter === undefined) return { url, token: token?.kind === "none" ? undefined : token };
  return { url, token: await askToken({ url, token: undefined }, current, prompter, text) };
}

async function askUrl(found: string, prompter: Prompter, text: Texts): Promise<string> {
  const reply = await prompter.text({
    message: text.onboard.remote.url,
    help: text.onboard.remote.urlOpenHint,
    secret: false,
    problem: (raw) => {
      if (raw.trim() === "" && found !== "") return undefined;
      const checked = checkRemoteUrl(raw);
      return checked.ok ? undefined : problemText(checked.error, text);
    },
    ...(found !== "" && { shownDefault: found }),
  });
  if (reply.kind === "back") return askUrl(found, prompter, text);
  const checked = checkRemoteUrl(reply.value);
  return checked.ok ? checked.value : found;
}

async function askToken(
  answers: RemoteAnswers,
  current: CurrentState,
  prompter: Prompter,
  text: Texts,
): Promise<Answer | undefined> {
  const isKept = configuredRemote(current).token !== undefined && !isForAnother(answers, current);
  const reply = await prompter.text({
    message: text.onboard.optional(text.onboard.remote.token),
    help: text.onboard.remote.tokenHelp,
    secret: true,
    problem: (raw) => {
      const checked = raw.trim() === "" ? undefined : REMOTE_TOKEN.check(raw);
      return checked?.ok === false ? problemText(checked.error, text) : undefined;
    },
    ...(isKept && { shownDefault: text.onboard.presentReference }),
  });
  if (reply.kind === "back") return askToken(answers, current, prompter, text);
  const checked = reply.value.trim() === "" ? undefined : REMOTE_TOKEN.check(reply.value);
  if (checked?.ok !== true) return undefined;
  for (const note of remarks(REMOTE_TOKEN.label, checked.value)) prompter.note(`  ${say(note, text)}`);
  return checkedAnswers(REMOTE_TOKEN, checked.value, { kind: "wizard", question: REMOTE_TOKEN.id })[REMOTE_TOKEN.id];
}

/** Says who answers there. Throws `verify.failed`. */
async function checked(
  answers: RemoteAnswers,
  current: CurrentState,
  prompter: Prompter | undefined,
  context: Context,
): Promise<Message> {
  const { remoteHealth } = await import("../service/remote-health.ts");
  const token = await presented(answers, current, context);
  const proxied = withProxy(fileValues(current), context);
  const ask = (signal?: AbortSignal) => remoteHealth({ url: httpUrl(answers.url), token }, proxied, signal);
  const waited =
    prompter === undefined
      ? undefined
      : await prompter.busy(context.text.onboard.remote.checking, (signal) => ask(signal));
  if (waited !== undefined && waited.kind !== "answer") return ({ onboard }) => onboard.checkSkipped;
  const health = waited === undefined ? await ask() : waited.value;
  const { url } = answers;
  const refuse = (message: Message, hint: Message) => new OpenclawError(message, { code: "verify.failed", hint });
  switch (health.answers) {
    case "nobody":
      throw refuse(
        ({ onboard: { remote } }) => remote.silent({ url, reason: remote.faults[health.fault] }),
        ({ onboard }) => onboard.remote.startIt,
      );
    case "other":
      throw refuse(
        ({ onboard }) => onboard.remote.other(url),
        ({ onboard }) => onboard.remote.checkAddress,
      );
    case "published":
      return ({ onboard }) => onboard.remote.answersPublished(url);
    case "gateway":
      if (health.token === "unknown" || health.token === "needed")
        throw refuse(
          ({ onboard: { remote } }) => (health.token === "needed" ? remote.tokenNeeded(url) : remote.tokenUnknown(url)),
          ({ onboard }) => onboard.remote.passToken,
        );
      return ({ onboard }) => onboard.remote.answers({ url, version: health.version });
  }
}

/** The token as this machine would present it. */
async function presented(answers: RemoteAnswers, current: CurrentState, context: Context): Promise<Secret | undefined> {
  const { token } = answers;
  if (token?.kind === "secret") return token.value;
  if (token?.kind === "reference") return current.variables.get(token.variable)?.value;
  if (isForAnother(answers, current)) return undefined;
  const known = { ...referenceValues(current), variables: current.variables };
  const kept =
    token?.kind === "keep" && token.input !== undefined
      ? await readReference(token.input, known, context)
      : await remoteToken(known, context);
  if (kept.ok) return kept.value;
  const { message, hint } = kept.error;
  throw new OpenclawError(message, { code: "credentials.missing", ...(hint && { hint }) });
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
