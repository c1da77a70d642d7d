import { GATEWAY_TOKEN_VARIABLE } from "../config/credentials.ts";
import type { JsonObject } from "../config/json5-value.ts";
import { variablesIn } from "../config/variables.ts";
import { OpenclawError } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import { Secret } from "../core/secret.ts";
import type { Answer, Answers } from "../onboard/answers.ts";
import { type AnswersFile, readAnswers } from "../onboard/answers-file.ts";
import { type CurrentState, readCurrentState } from "../onboard/current-state.ts";
import { answersOf, exported, localAnswersOf, withoutRecords } from "../onboard/export-answers.ts";
import { afterEdits } from "../onboard/merge-patch.ts";
import { planOnboarding } from "../onboard/plan.ts";
import { planRemote } from "../onboard/remote.ts";
import { REMOTE_TOKEN } from "../onboard/remote-token.ts";
import { resolveAnswers } from "../onboard/resolve-answers.ts";
import { checkAnswer, type Provider } from "../providers/provider.ts";
import { loadTexts } from "../text/language.ts";
import { type Message, say } from "../text/message.ts";
import { namesIn } from "./answers-file.ts";
import { impliedAnswers } from "./flag-answers.ts";
import type { Invocation } from "./invocation.ts";
import { EDITED_CLIENTS, type Flags } from "./onboard-flags.ts";
import { showWarnings } from "./print.ts";

/** Prints today's set-up as a file of answers. Throws `config.*`. */
export async function exportAnswers(
  { json }: Flags,
  providers: readonly Provider[],
  { context, paths: locate }: Invocation,
): Promise<void> {
  const paths = locate();
  const current = await readCurrentState({ providers, named: [] }, paths, context);
  const config = withoutRecords(current.config.config as JsonObject);
  if (Object.keys(config).length === 0)
    throw new OpenclawError(({ onboard }) => onboard.answers.nothingSetUp, {
      code: "config.missing",
      hint: ({ onboard }) => onboard.answers.runFirst,
    });
  const own = answersOf(current);
  const ofOwn = madeOf(own, current, paths.defaultPort);
  // Half a set-up is no answers that anybody could give.
  const answers = ofOwn === undefined ? localAnswersOf(current) : own;
  const made = ofOwn ?? madeOf(answers, current, paths.defaultPort) ?? {};
  const { answers: file, leftOut } = exported(answers, made, config);
  const variables = variablesNamed(file, providers);
  const notes: Message[] = [
    ...leftOut.map(
      (path): Message =>
        ({ onboard }) =>
          onboard.answers.leftOut(path),
    ),
    ...(variables.length === 0 ? [] : [({ onboard }: typeof context.text) => onboard.answers.needed(variables)]),
  ];
  if (json) {
    const english = await loadTexts("en");
    const warnings = notes.map((note) => say(note, english));
    return context.out(jsonDocument({ ok: true, answers: file, variables, leftOut, warnings }));
  }
  context.out(jsonDocument(file));
  showWarnings(notes, context);
}

/**
 * The configuration that the answers alone make of an empty machine on which every variable has a value; `undefined` if
 * they would be refused there.
 */
function madeOf(answers: JsonObject, current: CurrentState, defaultPort: number): JsonObject | undefined {
  const read = readAnswers(JSON.stringify(answers), "", current.providers, EDITED_CLIENTS);
  if (!read.ok) return undefined;
  const empty = emptied(current);
  const deps = { newToken: () => SOME_SECRET, now: new Date(0), version: "", defaultPort };
  const given = givenBy(read.value, current.providers);
  const { "gateway.remote.url": url } = read.value.settings;
  const resolution = resolveAnswers(given, empty);
  if (url === undefined && resolution.problems.length + resolution.missing.length > 0) return undefined;
  const plan =
    url === undefined
      ? planOnboarding(resolution, empty, deps)
      : planRemote({ url: String(url), token: given[REMOTE_TOKEN.id] }, empty, deps);
  return withoutRecords(afterEdits({}, plan.config) as JsonObject);
}

/** Stands for whatever a variable holds elsewhere. */
const SOME_SECRET = new Secret("x".repeat(43));

const emptied = (current: CurrentState): CurrentState => ({
  ...current,
  config: { ...current.config, config: {}, exists: false },
  secrets: { ...current.secrets, bytes: undefined, text: "", values: new Map() },
  variables: new Map(),
  faults: new Map(),
  empty: new Map(),
  warnings: [],
  weakToken: undefined,
  isDeclared: true,
});

/** The answers of a file as `onboard` would be given them. */
function givenBy(file: AnswersFile, providers: readonly Provider[]): Answers {
  const source = { kind: "flag", name: "--answers" } as const;
  const provider = providers.find(({ authChoice }) => authChoice === file.settings.authChoice);
  const isReferred = file.settings.secretInputMode === "ref";
  const given = new Map<string, Answer>();
  for (const [name, value] of Object.entries(file.settings))
    given.set(name, { kind: "value", value: String(value), source });
  if (given.has("model")) given.set("setDefault", { kind: "value", value: "yes", source });
  for (const field of provider?.fields ?? []) {
    const text = file.texts[field.id];
    const checked = text === undefined ? undefined : checkAnswer(field, text);
    if (checked?.ok) given.set(field.id, { kind: "value", value: checked.value.value, source });
  }
  for (const [name, secret] of Object.entries(file.secrets)) {
    const field = provider?.fields.find(({ id }) => id === name);
    if (secret.kind === "reference" && field?.scheme === undefined)
      given.set(name, { kind: "keep", input: secret.input, source });
    else if (secret.kind === "variable" && isReferred)
      given.set(
        name,
        field === undefined
          ? { kind: "reference", variable: secret.name, source }
          : { kind: "keep", variable: secret.name, source },
      );
    else given.set(name, { kind: "secret", value: SOME_SECRET, source });
  }
  const answers: Answers = Object.fromEntries(given);
  return { ...impliedAnswers(provider, answers), ...answers };
}

/** The variables that a file names, but the one that is made where it has no value. */
function variablesNamed(file: JsonObject, providers: readonly Provider[]): readonly string[] {
  const read = readAnswers(JSON.stringify(file), "", providers, EDITED_CLIENTS);
  const written = variablesIn(JSON.stringify(file.config ?? {}));
  const names = [...(read.ok ? namesIn(read.value) : []), ...written];
  return [...new Set(names)].filter((name) => name !== GATEWAY_TOKEN_VARIABLE);
}
