import { BINDS } from "../config/bind.ts";
import { isAddress, isPort } from "../config/listen-address.ts";
import type { Choice, Prompter, Reply } from "../core/context.ts";
import { CREDENTIAL_HERE, looksLikeCredential } from "../core/redact.ts";
import { problemText } from "../core/result.ts";
import {
  formatModelRef,
  formatTokens,
  isAliasOf,
  type ListedModel,
  type ModelRef,
  parseModelRef,
} from "../providers/model.ts";
import { type Endpoint, type Field, needOf, type Provider, retirementOf } from "../providers/provider.ts";
import { say, type Texts } from "../text/message.ts";
import { type Answer, type SettingId, SKIP, settingIn, valuesOf } from "./answers.ts";
import { type CurrentState, configuredEndpoints } from "./current-state.ts";
import { currentPrimary, knownModel } from "./default-model.ts";
import { BIND_FLAG, localGatewayProblems } from "./local-gateway.ts";
import { isReplaced, resolveAnswers } from "./resolve-answers.ts";
import { type Asked, explain, mapped, type QuestionDeps, type WizardState, type WizardTask } from "./wizard-field.ts";

function recorded(reply: Reply<string>, id: SettingId, state: WizardState): Asked {
  if (reply.kind === "back") return "back";
  const answer: Answer = { kind: "value", value: reply.value, source: { kind: "wizard", question: id } };
  return { ...state, answers: { ...state.answers, [id]: answer } };
}

const yesOrNo = (value: boolean) => (value ? "yes" : "no");

export async function askProvider(
  state: WizardState,
  { current, text }: QuestionDeps,
  prompter: Prompter,
): Promise<Asked> {
  const preset = settingIn(state.answers, "authChoice");
  const setUp = current.providers.find((provider) => configuredEndpoints(provider, current).length > 0);
  const reply = await prompter.choose<string>({
    message: text.onboard.whichProvider,
    choices: [
      ...current.providers.map(({ authChoice, label }) => ({ value: authChoice, label })),
      ...(setUp === undefined ? [] : tasksFor(setUp, current, text)),
      { value: SKIP, label: text.onboard.skipProvider },
    ],
    ...(preset !== undefined && { initial: preset }),
  });
  const task = TASKS.find((one) => reply.kind === "answer" && one === reply.value);
  const chosen = mapped(reply, (value) => (task === undefined ? value : (setUp?.authChoice ?? SKIP)));
  return recorded(chosen, "authChoice", { ...state, task, only: undefined });
}

const TASKS: readonly WizardTask[] = ["change", "endpoint"];

/** Changes of a set-up short of going through all of it. */
function tasksFor(provider: Provider, current: CurrentState, { onboard }: Texts): readonly Choice<string>[] {
  const { label } = provider;
  const isMore = configuredEndpoints(provider, current).length < provider.endpoints.length;
  return [
    { value: "change", label: onboard.changeOne(label) },
    ...(isMore ? [{ value: "endpoint", label: onboard.addOne(label) }] : []),
  ];
}

/** Asks which answer to change, or which endpoints to add. */
export async function askTask(state: WizardState, deps: QuestionDeps, prompter: Prompter): Promise<Asked> {
  const { current, text } = deps;
  const { provider, answers } = resolveAnswers(state.answers, current);
  if (!provider) return state;
  if (state.task === "change") {
    const values = valuesOf(answers);
    const isOpen = (field: Field) =>
      field.id !== "endpoint" &&
      field.stored !== false &&
      needOf(field, values) !== "none" &&
      !isReplaced(field, provider, answers) &&
      (field.asked !== "never" || field.id in answers);
    const reply = await prompter.choose<string>({
      message: text.onboard.whichAnswer,
      choices: [
        ...provider.fields.filter(isOpen).map(({ id, label }) => ({ value: id, label: say(label, text) })),
        { value: "model", label: text.onboard.defaultModel },
        { value: "gateway.port", label: text.onboard.port },
        { value: "gateway.bind", label: text.onboard.bind },
      ],
    });
    return reply.kind === "back" ? "back" : { ...state, only: [reply.value] };
  }
  const there = configuredEndpoints(provider, current).map(({ id }) => id);
  const field = provider.fields.find(({ id }) => id === "endpoint");
  const choices = (field?.choices ?? [])
    .filter(({ value }) => !there.includes(value))
    .map(({ value, label }) => ({ value, label: say(label, text) }));
  const reply = await prompter.chooseSeveral({
    message: text.onboard.whichEndpoints,
    choices,
    initial: choices.slice(0, 1).map(({ value }) => value),
  });
  if (reply.kind === "back") return "back";
  const value = [...there, ...reply.value].join(",");
  const answer: Answer = { kind: "value", value, source: { kind: "wizard", question: "endpoint" } };
  return { ...state, answers: { ...state.answers, endpoint: answer }, only: [] };
}

/** Offers the models that providers list for the credentials, else those of the catalog. */
export async function askModel(state: WizardState, deps: QuestionDeps, prompter: Prompter): Promise<Asked> {
  const { current, text } = deps;
  const { model: chosen, endpoints } = resolveAnswers(state.answers, current);
  const offered = endpoints.flatMap((endpoint) => choicesOf(endpoint, state, endpoints.length === 1, text));
  const listed = chosen && offeredAs(chosen, offered);
  // An unlisted model may still exist, so it can be chosen, but not with Enter alone.
  const [first] = endpoints;
  const initial = listed ?? offeredAs({ provider: first?.providerId ?? "", model: first?.defaultModel ?? "" }, offered);
  const hasFacts = offered.some(({ facts = [] }) => facts.some((fact) => fact !== ""));
  if (first !== undefined && hasFacts) explain("model", text.onboard.modelSource(first.catalogDate), state, prompter);
  const others: Choice<string>[] = [];
  if (listed === undefined && chosen !== undefined && chosen.model !== "") {
    explain(`model ${chosen.model}`, text.onboard.modelNotListed(chosen.model), state, prompter);
    const value = formatModelRef(chosen);
    others.push({ value, label: endpoints.length === 1 ? chosen.model : value });
  }
  const reply = await prompter.search({
    message: text.onboard.defaultModel,
    choices: [...offered, ...others],
    ...(initial !== undefined && { initial }),
  });
  if (reply.kind === "answer" && looksLikeCredential(reply.value)) {
    prompter.note(`  ${problemText(CREDENTIAL_HERE, text)}`);
    return askModel(state, deps, prompter);
  }
  const typed = mapped(reply, (raw) => formatModelRef(refOf(raw, endpoints)));
  // A model that would be the default anyway is left to the configuration.
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
    const { id, name = "", contextWindow, cost = {} } = knownModel(endpoint, model);
    const { input, output } = cost;
    // OpenClaw writes zeros where it knows no prices.
    const price = input !== undefined && output !== undefined && input + output > 0 ? { input, output } : undefined;
    const context = contextWindow === undefined ? "" : formatTokens(contextWindow);
    const date = retirementOf(endpoint, model);
    return {
      value: formatModelRef({ provider: endpoint.providerId, model: id }),
      label: isOnly ? id : formatModelRef({ provider: endpoint.providerId, model: id }),
      facts: [
        context,
        price === undefined ? "" : `$${price.input}/$${price.output}`,
        date === undefined ? "" : text.onboard.modelUntil(date),
      ],
      description: text.onboard.modelDescription({ name, context, price, date }),
    };
  });
}

/** The matching choice: the model itself, or the dated one it is an alias of. */
function offeredAs(model: ModelRef, offered: readonly Choice<string>[]): string | undefined {
  const ref = formatModelRef(model);
  return (offered.find(({ value }) => value === ref) ?? offered.find(({ value }) => isAliasOf(ref, value)))?.value;
}

/** Typed text that is not on the list may be an id alone. */
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
    problem: (raw) => (raw === "" || isPort(raw.trim()) ? undefined : text.onboard.usePort),
  });
  if (reply.kind === "answer" && reply.value === "") return state;
  return recorded(
    mapped(reply, (raw) => raw.trim()),
    "gateway.port",
    state,
  );
}

/** Asks until the answer does not expose credentials to others. */
export async function askBind(state: WizardState, deps: QuestionDeps, prompter: Prompter): Promise<Asked> {
  const { current, text } = deps;
  const configured = current.config.config.gateway?.bind ?? "loopback";
  const given = settingIn(state.answers, "gateway.bind");
  const reply = await prompter.choose<string>({
    message: text.onboard.bind,
    choices: BINDS.map((bind) => ({ value: bind, label: text.onboard.binds[bind] })),
    initial: given ?? configured,
  });
  const hasHost = reply.kind === "answer" && reply.value !== "custom";
  if (hasHost && given === undefined && reply.value === configured) return state;
  const { "gateway.customBindHost": _, ...answers } = state.answers;
  const chosen = recorded(reply, "gateway.bind", hasHost ? { ...state, answers } : state);
  const asked = chosen === "back" || hasHost ? chosen : await askCustomHost(chosen, deps, prompter);
  if (asked === "back" && reply.kind === "answer") return askBind(state, deps, prompter);
  const problems = asked === "back" ? [] : localGatewayProblems(asked.answers, current);
  const problem = problems.find(({ where }) => where === BIND_FLAG);
  if (problem === undefined) return asked;
  prompter.note(`  ${say(problem.message, text)}`);
  return askBind(state, deps, prompter);
}

async function askCustomHost(state: WizardState, { current, text }: QuestionDeps, prompter: Prompter): Promise<Asked> {
  const configured = current.config.config.gateway?.customBindHost;
  const preset = settingIn(state.answers, "gateway.customBindHost") ?? configured;
  const reply = await prompter.text({
    message: text.onboard.customHost,
    help: text.config.setAddress,
    secret: false,
    ...(preset !== undefined && { shownDefault: preset }),
    problem: (raw) => {
      const address = raw.trim() || preset;
      return address !== undefined && isAddress(address) ? undefined : text.config.notAddress;
    },
  });
  const typed = mapped(reply, (raw) => raw.trim() || (preset ?? ""));
  const isLeft = typed.kind === "answer" && typed.value === configured;
  return isLeft ? state : recorded(typed, "gateway.customBindHost", state);
}

export async function askService(state: WizardState, { text }: QuestionDeps, prompter: Prompter): Promise<Asked> {
  const initial = settingIn(state.answers, "service") === "yes";
  const reply = await prompter.confirm({ message: text.onboard.runAsService, initial });
  return recorded(mapped(reply, yesOrNo), "service", state);
}

export async function askSetDefault(state: WizardState, deps: QuestionDeps, prompter: Prompter): Promise<Asked> {
  const { current, text } = deps;
  const { model } = resolveAnswers(state.answers, current);
  prompter.note(text.onboard.yourDefaultModel(currentPrimary(current) ?? ""));
  const reply = await prompter.confirm({
    message: text.onboard.makeDefault(model === undefined ? "" : formatModelRef(model)),
    initial: settingIn(state.answers, "setDefault") === "yes",
  });
  return recorded(mapped(reply, yesOrNo), "setDefault", state);
}
