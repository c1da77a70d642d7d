import { OpenclawError } from "../core/errors.ts";
import { onceFor } from "../core/once.ts";
import type { Problem } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import type { ModelRef } from "../providers/model.ts";
import {
  checkAnswer,
  chosenEndpoints,
  type Endpoint,
  type Field,
  needOf,
  type Provider,
  type Values,
} from "../providers/provider.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { type Answer, type Answers, isSameAnswer, SKIP, settingIn, shownAnswer, valuesOf } from "./answers.ts";
import {
  type CurrentState,
  configuredEndpoints,
  configuredValues,
  currentAnswer,
  GATEWAY_TOKEN,
  isFoundHere,
} from "./current-state.ts";
import { chosenModel, impliedEndpoint, requestedModel, unservedModel } from "./default-model.ts";
import { isInferred, leavesEntries } from "./inferred-choice.ts";
import { localGatewayProblems } from "./local-gateway.ts";

export interface Resolution {
  /** `undefined` if not chosen yet, null if skipped. */
  readonly provider: Provider | null | undefined;
  readonly answers: Answers;
  readonly endpoints: readonly Endpoint[];
  /** The new default model; `undefined` without a provider. */
  readonly model: ModelRef | undefined;
  readonly problems: readonly Problem[];
  /** Required answers that were neither given nor found. */
  readonly missing: readonly Problem[];
  /** Texts in the files or the environment that stand in place of other answers. */
  readonly unusable: readonly Problem[];
  readonly notes: readonly Message[];
  /** True if the entries of the provider stay as they are, but for a model that one of them gets. */
  readonly leavesEntries?: boolean;
}

/**
 * Completes the given answers from the configuration, `.env` and the environment as they are now. Only given answers
 * are carried over from one step to the next: whoever writes resolves again under the lock, so that whatever another
 * program stored in the meantime is kept.
 */
export const resolveAnswers = (given: Answers, current: CurrentState): Resolution => resolvers(current)(given);

/** @why a run asks for the same at each of its steps. */
const resolvers = onceFor((current: CurrentState) => onceFor((given: Answers) => resolve(given, current)));

function resolve(given: Answers, current: CurrentState): Resolution {
  const choice = settingIn(given, "authChoice");
  const { providers } = current;
  const provider = choice === SKIP ? null : providers.find(({ authChoice }) => authChoice === choice);
  const requested = requestedModel(given, provider ?? providers[0], current);
  const others = [...(requested?.ok === false ? [requested.error] : []), ...localGatewayProblems(given, current)];
  if (!provider) {
    const missing = provider === undefined ? [missingChoice(providers)] : [];
    const unusable = unusableToken(given, current);
    return {
      provider,
      answers: given,
      endpoints: [],
      model: isInferred(given) && requested?.ok ? requested.value : undefined,
      problems: others,
      missing,
      unusable,
      notes: [],
    };
  }
  const model = requested?.ok ? requested.value : undefined;
  const fields = resolveFields(provider, given, impliedEndpoint(model, provider, current), current);
  const values = valuesOf(fields.answers);
  const endpoints = chosenEndpoints(provider, values);
  if (leavesEntries(given, provider.fields) && isServedHere(model, provider, current)) {
    const isWanted = model !== undefined || settingIn(given, "setDefault") === "yes";
    return {
      ...fields,
      provider,
      endpoints,
      model: isWanted ? chosenModel(endpoints, model, current) : undefined,
      problems: others,
      missing: [],
      unusable: unusableToken(given, current),
      notes: [],
      leavesEntries: true,
    };
  }
  return {
    ...fields,
    provider,
    endpoints,
    model: chosenModel(endpoints, model, current),
    problems: [...fields.problems, ...unservedModel(model, provider, endpoints, current), ...others],
    unusable: [...fields.unusable, ...unusableHeaders(endpoints, current), ...unusableToken(given, current)],
  };
}

/** True unless the model needs an endpoint that is not set up yet. */
const isServedHere = (model: ModelRef | undefined, provider: Provider, current: CurrentState): boolean =>
  provider.endpoints.every(({ providerId }) => providerId !== model?.provider) ||
  configuredEndpoints(provider, current).some(({ providerId }) => providerId === model?.provider);

const missingChoice = (providers: readonly Provider[]): Problem => ({
  where: "--auth-choice",
  message: ({ onboard }) => onboard.choiceMissing,
  hint: ({ onboard }) =>
    onboard.pass({ flag: "--auth-choice", values: [...providers.map(({ authChoice }) => authChoice), SKIP] }),
});

/** Nobody asks for such headers. */
const unusableHeaders = (endpoints: readonly Endpoint[], { faults }: CurrentState): readonly Problem[] =>
  [...faults].flatMap(([name, fault]) =>
    endpoints.some(({ providerId }) => name.startsWith(`${providerId} `)) ? [fault] : [],
  );

function unusableToken(given: Answers, { faults }: CurrentState): readonly Problem[] {
  const fault = faults.get(GATEWAY_TOKEN);
  const isNeeded = given[GATEWAY_TOKEN] === undefined && settingIn(given, "gateway.auth.mode") !== "none";
  return fault !== undefined && isNeeded ? [fault] : [];
}

type ResolvedFields = Pick<Resolution, "answers" | "problems" | "missing" | "unusable" | "notes">;

function resolveFields(provider: Provider, given: Answers, implied: Answers, current: CurrentState): ResolvedFields {
  const problems: Problem[] = [];
  const answered: Record<string, Answer> = { ...implied, ...withoutNone(given) };
  const values = { ...configuredValues(provider, current), ...valuesOf(answered) };
  // In the wizard, changing an answer drops the ones it makes unnecessary; on the command line, such flags conflict.
  const isScript = Object.values(given).every(({ source }) => source.kind !== "wizard");
  for (const field of provider.fields) {
    const need = needOf(field, values);
    if (need === "none") {
      if (isScript && isConflict(field, answered[field.id], values)) problems.push(needless(field, provider, values));
      delete answered[field.id];
    } else if (field.secret) {
      const { answer, problem } = answerByReference(field, need === "required", provider, given, current);
      if (answer !== undefined) answered[field.id] = answer;
      if (problem !== undefined) problems.push(problem);
    }
  }
  const isReferred = settingIn(given, "secretInputMode") === "ref";
  const answers = completed(provider, answered, current, isReferred ? referred : (found) => found);
  const missing = missingFields(provider, answers);
  const unusable = provider.fields.flatMap((field) => {
    const isLeft = !(field.id in answered) && needOf(field, valuesOf(answers)) !== "none";
    const fault = current.faults.get(field.id);
    return fault === undefined || !isLeft || isReplaced(field, provider, answers) || missing.includes(field)
      ? []
      : [fault];
  });
  return {
    answers,
    problems,
    missing: missing.map(
      (field) =>
        current.faults.get(field.id) ??
        (isEmptyFlag(given[field.id]) ? undefined : refusedVariable(field, current)) ??
        missingAnswer(field, provider, given),
    ),
    unusable,
    notes: [
      ...originNotes(provider, answers, current),
      ...emptyNotes(provider, answers, given),
      ...lentNotes(provider, answers),
    ],
  };
}

/** True if the field's own flag gave the answer, and what it gave contradicts other answers. */
function isConflict({ flag, implies = {} }: Field, answer: Answer | undefined, values: Values): boolean {
  if (answer?.source.kind !== "flag" || !answer.source.name.startsWith(`--${flag}`)) return false;
  // A script may name its variables in every run. Only what they imply can contradict another flag.
  return answer.kind !== "reference" || Object.entries(implies).some(([id, implied]) => values[id] !== implied);
}

function withoutNone(answers: Answers): Record<string, Answer> {
  return Object.fromEntries(Object.entries(answers).filter(([, { kind }]) => kind !== "none"));
}

/**
 * Resolves a secret for which a variable is named: its value is stored or, with `ref`, only referenced. Either way the
 * variable must have a value now.
 */
function answerByReference(
  field: Field,
  isRequired: boolean,
  provider: Provider,
  given: Answers,
  current: CurrentState,
): { readonly answer?: Answer; readonly problem?: Problem } {
  const offered = given[field.id];
  if (offered?.kind === "keep") return {};
  const named = offered?.kind === "reference" ? offered.variable : undefined;
  const isReferred = settingIn(given, "secretInputMode") === "ref" && field.stored !== false;
  const isWanted = offered?.source.kind !== "wizard" && (isRequired || offered?.kind === "secret");
  if (named === undefined && !(isReferred && isWanted)) return {};
  const variable = named ?? field.env[0] ?? "";
  const where = named === undefined ? `--${field.flag}` : `--${field.flag}-env`;
  const known = current.variables.get(variable);
  const found = known && (named !== undefined || isFoundHere(known, current.isDeclared)) ? known : undefined;
  if (found === undefined) {
    const kept =
      offered?.kind === "secret" || named !== undefined ? undefined : currentAnswer(field, provider, current);
    if (kept?.kind === "keep") return { answer: kept };
    const why = current.empty.get(variable);
    if (why !== undefined) return { problem: why };
    const message: Message = ({ onboard }) =>
      isReferred ? onboard.variableNeeded(variable) : onboard.variableEmpty(variable);
    return { problem: { where, message, hint: ({ onboard }) => onboard.exportOrName(`--${field.flag}-env`) } };
  }
  const checked = checkAnswer(field, found.value.reveal());
  if (!checked.ok) return { problem: { where: variable, ...checked.error } };
  const source = { kind: "flag", name: named === undefined ? "--secret-input-mode" : where } as const;
  const { value } = checked.value;
  if (!isReferred) return { answer: { kind: "secret", value: new Secret(value), source } };
  if (offered?.kind === "secret" && offered.value.reveal() !== value) {
    const message: Message = ({ onboard }) => onboard.otherThanVariable(variable);
    return { problem: { where, message, hint: ({ onboard }) => onboard.leaveOutOrStore } };
  }
  return { answer: { kind: "reference", variable, source } };
}

/** With `ref` nothing that was found is stored: a variable is referred to, and text in the configuration stays there. */
function referred(found: Answer): Answer | undefined {
  if (found.kind !== "secret") return found;
  const { source } = found;
  return source.kind === "variable" ? { kind: "reference", variable: source.name, source } : undefined;
}

/** Adds answers from files and environment, and drops those that others make unnecessary. */
function completed(
  provider: Provider,
  answered: Answers,
  current: CurrentState,
  taken: (found: Answer) => Answer | undefined,
): Answers {
  const answers: Record<string, Answer> = { ...answered };
  // A base URL replaces the ids, so it is settled first; ids that were given replace it in turn.
  const replacing = provider.fields.filter(({ id }) => id in provider.replaces);
  for (const field of new Set([...replacing, ...provider.fields])) {
    const isNeedless =
      field.id in answers ||
      field.stored === false ||
      needOf(field, valuesOf(answers)) === "none" ||
      isReplaced(field, provider, answers) ||
      provider.replaces[field.id]?.some((id) => id in answers);
    const found = isNeedless ? undefined : currentAnswer(field, provider, current);
    const answer = found && taken(found);
    if (answer !== undefined) answers[field.id] = answer;
  }
  const values = valuesOf(answers);
  for (const field of provider.fields) if (needOf(field, values) === "none") delete answers[field.id];
  return answers;
}

/** True if the answer to another field replaces this one, as a base URL does the ids. */
export const isReplaced = (field: Field, provider: Provider, answers: Answers): boolean =>
  Object.entries(provider.replaces).some(([by, fields]) => by in answers && fields.includes(field.id));

/** Names the answer that would have to change, if a single one decides. */
function needless(field: Field, { fields }: Provider, values: Values): Problem {
  const flag = `--${field.flag}`;
  const fitting = (other: Field) =>
    (other.choices ?? []).flatMap(({ value }) =>
      needOf(field, { ...values, [other.id]: value }) === "none" ? [] : [value],
    );
  const deciding = fields.find((other) => fitting(other).length > 0);
  if (deciding === undefined) {
    return { where: flag, message: ({ onboard }) => onboard.notUsed, hint: ({ onboard }) => onboard.leaveOut };
  }
  const other = `--${deciding.flag}`;
  const needed = { flag: other, values: fitting(deciding) };
  const value = values[deciding.id];
  return {
    where: flag,
    message: ({ onboard }) =>
      value === undefined ? onboard.onlyUsedWith(needed) : onboard.cannotBeCombined(`${other} ${value}`),
    hint: ({ onboard }) => onboard.leaveOutOrUse(needed),
  };
}

/** A flag without a value, as from a variable that is not exported. */
const isEmptyFlag = (answer: Answer | undefined): boolean => answer?.kind === "none" && answer.source.kind === "flag";

function missingFields(provider: Provider, answers: Answers): readonly Field[] {
  const values = valuesOf(answers);
  return provider.fields.filter(
    (field) => needOf(field, values) === "required" && !(field.id in answers) && !isReplaced(field, provider, answers),
  );
}

/** Why a variable that has a value gives no answer: it holds a key of another kind, say. */
function refusedVariable(field: Field, { variables }: CurrentState): Problem | undefined {
  for (const name of field.env) {
    const found = variables.get(name);
    const checked = found && checkAnswer(field, found.value.reveal());
    if (checked?.ok === false) return { ...checked.error, where: name };
  }
  return undefined;
}

function missingAnswer(field: Field, provider: Provider, given: Answers): Problem {
  const isEmpty = isEmptyFlag(given[field.id]);
  const where = flagOf(given[field.id]) ?? `--${field.flag}`;
  const message: Message = (text) => {
    const label = say(field.label, text);
    return isEmpty ? text.onboard.answerEmpty(label) : text.onboard.answerMissing(label);
  };
  const hint: Message = (text) =>
    isEmpty
      ? text.onboard.setPassedVariable(field.env)
      : text.onboard.passFlagOrSet({
          variables: field.env,
          help: say(field.help, text),
          otherwise: otherwise(field, provider),
        });
  return { where, message, hint };
}

const flagOf = (answer: Answer | undefined): string | undefined =>
  answer?.source.kind === "flag" ? answer.source.name : undefined;

/** The flag and values that would make a field unnecessary, if any. */
function otherwise(
  { alternative }: Field,
  { fields }: Provider,
): { flag: string; values: readonly string[] } | undefined {
  const other = fields.find(({ id }) => id === alternative);
  if (other?.choices === undefined) return undefined;
  const [, ...others] = other.choices.map(({ value }) => value);
  return { flag: `--${other.flag}`, values: others };
}

/** The places where answers were found, except for secrets already stored. */
const originNotes = ({ fields }: Provider, answers: Answers, { secrets }: CurrentState): readonly Message[] =>
  fields.flatMap(({ id, label, env: [name = ""] }) => {
    const answer = answers[id];
    if (answer === undefined || !["variable", "lookup"].includes(answer.source.kind)) return [];
    if (answer.kind === "secret" && secrets.values.get(name) === answer.value.reveal()) return [];
    return [(text: Texts) => text.onboard.answerFound({ label: say(label, text), answer: shownAnswer(answer, text) })];
  });

/** Warns of a secret that is given for two fields, since it can do more than the second needs. */
const lentNotes = ({ fields }: Provider, answers: Answers): readonly Message[] =>
  fields.flatMap(({ id, fallbackField }) => {
    const lender = fields.find((field) => field.id === fallbackField);
    const answer = answers[id];
    if (lender === undefined || answer?.kind !== "secret" || !isSameAnswer(answer, answers[lender.id])) return [];
    return [(text: Texts) => text.onboard.otherCanDo(say(lender.label, text))];
  });

/** Warns where nothing is required: an unexported variable would otherwise go unnoticed. */
const emptyNotes = ({ fields }: Provider, answers: Answers, given: Answers): readonly Message[] =>
  fields
    .filter(({ id }) => isEmptyFlag(given[id]) && !(id in answers))
    .map(
      ({ id, flag }) =>
        ({ onboard }: Texts) =>
          onboard.emptyFlagIgnored(flagOf(given[id]) ?? `--${flag}`),
    );

/** Throws `usage.*` listing everything wrong with the answers. */
export function assertResolved({ problems, missing }: Pick<Resolution, "problems" | "missing">): void {
  // A flag that cannot be used is not also reported as missing.
  const isRefused = (flag: string) => flag.startsWith("--") && problems.some(({ where }) => where?.startsWith(flag));
  const others = missing.filter(({ where = "" }) => !isRefused(where));
  const all = [...problems, ...others].filter(
    ({ where, message }, index, listed) =>
      listed.findIndex((other) => other.where === where && other.message === message) === index,
  );
  if (all.length === 0) return;
  throw new OpenclawError(({ onboard }) => onboard.answersUnusable(all.length), {
    code: problems.length > 0 ? "usage.invalid" : "usage.missing",
    problems: all,
  });
}
