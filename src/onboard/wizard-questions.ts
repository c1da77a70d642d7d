import type { Choice, Prompter, Reply } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Secret } from "../core/secret.ts";
import type { Listed } from "../providers/list-models.ts";
import type { ListedModel } from "../providers/model.ts";
import { formatModelRef, isAliasOf, type ModelRef, parseModelRef } from "../providers/model-ref.ts";
import { type Endpoint, type Field, lookupField, needOf, type Provider, retirementOf } from "../providers/provider.ts";
import { say, type Texts } from "../text/message.ts";
import { type Answer, type Answers, type SettingId, SKIP, settingIn, shownAnswer, valuesOf } from "./answers.ts";
import { type CurrentState, currentAnswer } from "./current-state.ts";
import { currentPrimary } from "./default-model.ts";
import { BINDS, isPort, localGatewayProblems } from "./local-gateway.ts";
import { type Resolution, resolveAnswers } from "./resolve-answers.ts";
import { problemWith, readAnswer } from "./typed-answer.ts";

/** Where the wizard stands: the answers given so far, the lines that wait, and what was looked up or checked. */
export interface WizardState {
  /** By flags or here; they stay when the person goes back, and become the presets. */
  readonly answers: Answers;
  /** Lines that were pasted together and answer the next questions. */
  readonly pending: readonly string[];
  /** A token with which nothing can be looked up, so that it is not tried at every question. */
  readonly deadToken?: Secret | undefined;
  /** Fields that the gateway's settings make necessary, by their ids. */
  readonly needed?: readonly string[];
  /** Whether the check before saving succeeded; undefined while it was not made. */
  readonly works?: boolean;
  /** Models as the providers listed them when the check was made. */
  readonly listed?: Listed;
  /** Answers with which a message that was paid for has succeeded. */
  readonly paidFor?: Resolution;
}

/** The state after a question, or the wish to return to the one before. */
export type Asked = WizardState | "back";

/** What every question needs. */
export interface QuestionDeps {
  readonly current: CurrentState;
  readonly text: Texts;
}

/** Records the answer to a setting. */
function recorded(reply: Reply<string>, id: SettingId, state: WizardState): Asked {
  if (reply.kind === "back") return "back";
  const answer: Answer = { kind: "value", value: reply.value, source: { kind: "wizard", question: id } };
  return { ...state, answers: { ...state.answers, [id]: answer } };
}

const mapped = <T, U>(reply: Reply<T>, map: (value: T) => U): Reply<U> =>
  reply.kind === "back" ? reply : { kind: "answer", value: map(reply.value) };

const yesOrNo = (value: boolean) => (value ? "yes" : "no");

export async function askProvider(
  state: WizardState,
  { current, text }: QuestionDeps,
  prompter: Prompter,
): Promise<Asked> {
  const preset = settingIn(state.answers, "authChoice");
  const reply = await prompter.choose<string>({
    message: text.onboard.whichProvider,
    choices: [
      ...current.providers.map(({ authChoice, label }) => ({ value: authChoice, label: say(label, text) })),
      { value: SKIP, label: text.onboard.skipProvider },
    ],
    ...(preset !== undefined && { initial: preset }),
  });
  return recorded(reply, "authChoice", state);
}

/**
 * Asks for one field. What is pasted may answer others as well, or only others. `isBlamed`: there has to be an answer.
 * `looksUp`: a token to look the answer up with is accepted, too.
 */
export async function askField(
  field: Field,
  state: WizardState,
  deps: QuestionDeps,
  prompter: Prompter,
  { isBlamed = false, looksUp = false } = {},
): Promise<Asked> {
  const { current, text } = deps;
  const { provider, answers } = resolveAnswers(state.answers, current);
  if (!provider) return state;
  const preset = presetFor(field, provider, state.answers, current);
  if (field.choices !== undefined) return askChoice(field, field.choices, preset, state, deps, prompter);
  // One that is asked for in the place of others has to be answered as they would have.
  const isNeeded = state.needed?.includes(field.id) || field.id in provider.replaces;
  const need = isNeeded ? "required" : needOf(field, valuesOf(answers));
  const instead =
    isBlamed || preset !== undefined ? undefined : provider.fields.find(({ id }) => id === field.alternative);
  const isLeftOut = (raw: string) => raw.trim() === "" && need === "required" && instead !== undefined;
  const question = { field, provider, preset, need, looksUp };
  const problem = (raw: string) => (isLeftOut(raw) ? undefined : problemWith(raw, question, text));
  const label = say(field.label, text);
  const [typedAhead, ...rest] = state.pending;
  let raw = typedAhead;
  if (raw === undefined || problem(raw) !== undefined) {
    const helper = looksUp ? lookupField(provider) : undefined;
    const reply = await prompter.text({
      message: need === "required" || isBlamed ? label : text.onboard.optional(label),
      help: [
        say(field.help, text),
        ...(instead === undefined ? [] : [text.onboard.enterIfNone]),
        ...(helper === undefined ? [] : [text.onboard.orPasteToken(say(helper.label, text))]),
      ].join(" "),
      secret: field.secret,
      problem,
      ...(preset !== undefined && { shownDefault: shownAnswer(preset, text) }),
    });
    if (reply.kind === "back") return "back";
    raw = reply.value;
  } else {
    prompter.note(text.onboard.takenFromPaste(label));
  }
  if (instead !== undefined && isLeftOut(raw)) {
    const asked = await askField(instead, state, deps, prompter);
    return asked === "back" ? askField(field, state, deps, prompter, { isBlamed, looksUp }) : asked;
  }
  const read = readAnswer(raw, question);
  for (const note of read.notes) prompter.note(`  ${say(note, text)}`);
  return {
    ...state,
    answers: { ...ownAnswers(field, state.answers), ...read.answers },
    pending: [...rest, ...read.pending],
  };
}

/** Answered anew, a question no longer vouches for what its last answer filled in besides: that is asked for. */
export function ownAnswers({ id: question }: Field, answers: Answers): Answers {
  if (!(question in answers)) return answers;
  const entries = Object.entries(answers).map(([id, answer]): [string, Answer] => {
    const isFilled = answer.source.kind === "wizard" && answer.source.question === question;
    return [id, isFilled ? { ...answer, source: { kind: "wizard", question: id } } : answer];
  });
  return Object.fromEntries(entries);
}

/** The answer that Enter alone stands for: the last one, the current one, or that of another field which fits as well. */
function presetFor(field: Field, provider: Provider, given: Answers, current: CurrentState): Answer | undefined {
  const answerOf = (one: Field) => {
    const answer = given[one.id];
    return answer === undefined || answer.kind === "none" ? currentAnswer(one, provider, current) : answer;
  };
  const known = answerOf(field);
  const lender = provider.fields.find(({ id }) => id === field.fallbackField);
  const lent = lender && answerOf(lender);
  if (known !== undefined || lender === undefined || lent?.kind !== "secret") return known;
  return { ...lent, source: { kind: "lookup", label: lender.label } };
}

async function askChoice(
  field: Field,
  choices: NonNullable<Field["choices"]>,
  preset: Answer | undefined,
  state: WizardState,
  { text }: QuestionDeps,
  prompter: Prompter,
): Promise<Asked> {
  prompter.note(`  ${say(field.help, text)}`);
  const message = say(field.question ?? field.label, text);
  const shown = choices.map(({ value, label }) => ({ value, label: say(label, text) }));
  const initial = preset?.kind === "value" ? preset.value : (choices[0]?.value ?? "");
  const reply = field.several
    ? mapped(await prompter.chooseSeveral<string>({ message, choices: shown, initial: initial.split(",") }), (values) =>
        values.join(","),
      )
    : await prompter.choose<string>({ message, choices: shown, initial });
  if (reply.kind === "back") return "back";
  return answered(field, reply.value, preset, state);
}

/** Records a value that was chosen; the one that is there already is left to where it is. */
export function answered(field: Field, value: string, preset: Answer | undefined, state: WizardState): WizardState {
  const source = { kind: "wizard", question: field.id } as const;
  const isThere = preset?.source.kind === "file" || preset?.source.kind === "variable";
  const isLeft = isThere && preset.kind === "value" && preset.value === value;
  const answer: Answer = isLeft ? { kind: "none", source } : { kind: "value", value, source };
  return { ...state, answers: { ...state.answers, [field.id]: answer } };
}

/** Asks for the default model, among those that the providers list for the credentials given, or else the catalogue's. */
export async function askModel(
  state: WizardState,
  { current, text }: QuestionDeps,
  prompter: Prompter,
): Promise<Asked> {
  const { model: chosen, endpoints } = resolveAnswers(state.answers, current);
  const offered = endpoints.flatMap((endpoint) => choicesOf(endpoint, state, endpoints.length === 1, text));
  const initial = chosen && offeredAs(chosen, offered);
  const others: Choice<string>[] = [];
  if (initial === undefined && chosen !== undefined && chosen.model !== "") {
    prompter.note(`  ${text.onboard.modelNotListed(chosen.model)}`);
    // Not listed is not the same as not there: it can still be chosen, but is no longer what Enter means.
    const value = formatModelRef(chosen);
    others.push({ value, label: endpoints.length === 1 ? chosen.model : value });
  }
  const reply = await prompter.search({
    message: text.onboard.defaultModel,
    choices: [...offered, ...others],
    ...(initial !== undefined && { initial }),
  });
  const typed = mapped(reply, (text) => formatModelRef(refOf(text, endpoints)));
  // What would be the default without being asked for is left to the configuration.
  const isLeft = typed.kind === "answer" && chosen !== undefined && typed.value === formatModelRef(chosen);
  return isLeft && state.answers.model === undefined ? state : recorded(typed, "model", state);
}

function choicesOf(
  endpoint: Endpoint,
  { listed }: WizardState,
  isOnly: boolean,
  text: Texts,
): readonly Choice<string>[] {
  const models: readonly ListedModel[] = listed?.get(endpoint.providerId) ?? endpoint.models;
  return models.map((model) => {
    const { id, name = "" } = model;
    const value = formatModelRef({ provider: endpoint.providerId, model: id });
    const date = retirementOf(endpoint, model);
    const description = date === undefined ? name : text.onboard.modelUntil({ name, date });
    return { value, label: isOnly ? id : value, description };
  });
}

/** The choice that a model is: itself, or the dated one that it is an alias of. */
function offeredAs(model: ModelRef, offered: readonly Choice<string>[]): string | undefined {
  const ref = formatModelRef(model);
  return (offered.find(({ value }) => value === ref) ?? offered.find(({ value }) => isAliasOf(ref, value)))?.value;
}

/** What was typed and is not in the list may be an id alone. */
function refOf(typed: string, endpoints: readonly Endpoint[]): ModelRef {
  const ref = parseModelRef(typed);
  if (ref !== undefined && endpoints.some(({ providerId }) => providerId === ref.provider)) return ref;
  const owner = endpoints.find(({ owns }) => owns(typed)) ?? endpoints[0];
  return { provider: owner?.providerId ?? "", model: typed };
}

export async function askPort(
  state: WizardState,
  { current, text }: QuestionDeps,
  defaultPort: number,
  prompter: Prompter,
): Promise<Asked> {
  const given = settingIn(state.answers, "gateway.port");
  const reply = await prompter.text({
    message: text.onboard.port,
    secret: false,
    shownDefault: given ?? String(current.config.config.gateway?.port ?? defaultPort),
    problem: (raw) => (raw.trim() === "" || isPort(raw.trim()) ? undefined : text.onboard.portForm),
  });
  if (reply.kind === "answer" && reply.value.trim() === "") return state;
  return recorded(
    mapped(reply, (raw) => raw.trim()),
    "gateway.port",
    state,
  );
}

/** Asks who may reach the local gateway, until it is an answer that opens no credentials to others. */
export async function askBind(state: WizardState, deps: QuestionDeps, prompter: Prompter): Promise<Asked> {
  const { current, text } = deps;
  const configured = current.config.config.gateway?.bind ?? "loopback";
  const given = settingIn(state.answers, "gateway.bind");
  const reply = await prompter.choose<string>({
    message: text.onboard.bind,
    choices: BINDS.map((bind) => ({ value: bind, label: text.onboard.binds[bind] })),
    initial: given ?? configured,
  });
  if (reply.kind === "answer" && given === undefined && reply.value === configured) return state;
  const asked = recorded(reply, "gateway.bind", state);
  const problem = asked === "back" ? undefined : localGatewayProblems(asked.answers, current)[0];
  if (problem === undefined) return asked;
  prompter.note(`  ${say(problem.message, text)}`);
  return askBind(state, deps, prompter);
}

export async function askService(state: WizardState, { text }: QuestionDeps, prompter: Prompter): Promise<Asked> {
  const initial = settingIn(state.answers, "service") === "yes";
  const reply = await prompter.confirm({ message: text.onboard.runAsService, initial });
  return recorded(mapped(reply, yesOrNo), "service", state);
}

export async function askSetDefault(
  state: WizardState,
  { current, text }: QuestionDeps,
  prompter: Prompter,
): Promise<Asked> {
  const { model } = resolveAnswers(state.answers, current);
  prompter.note(text.onboard.yourDefaultModel(currentPrimary(current) ?? ""));
  const reply = await prompter.confirm({
    message: text.onboard.makeDefault(model === undefined ? "" : formatModelRef(model)),
    initial: settingIn(state.answers, "setDefault") === "yes",
  });
  return recorded(mapped(reply, yesOrNo), "setDefault", state);
}

/** Asks for the permission to write; throws `prompt.cancelled` when it is refused. */
export async function askToWrite(preview: string, text: Texts, prompter: Prompter): Promise<"agreed" | "back"> {
  prompter.note(`\n${preview}\n`);
  const reply = await prompter.confirm({ message: text.onboard.write, initial: true });
  if (reply.kind === "back") return "back";
  if (reply.value) return "agreed";
  throw new OpenclawError(({ onboard }) => onboard.nothingWritten, { code: "prompt.cancelled" });
}
