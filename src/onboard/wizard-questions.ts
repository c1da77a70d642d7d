import type { Prompter, Reply } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { formatModelRef } from "../providers/model-ref.ts";
import { type Field, helperOf, needOf, type Provider } from "../providers/provider.ts";
import { en } from "../text/en/index.ts";
import { say } from "../text/message.ts";
import { defaultFor, type FieldAnswer, knownValues, shownAnswer } from "./answers.ts";
import type { Today } from "./current-state.ts";
import { currentPrimary } from "./default-model.ts";
import { BINDS, isPort } from "./gateway-values.ts";
import { problemWith, readAnswer } from "./typed-answer.ts";
import { modelIn, type Patch, type WizardState } from "./wizard-state.ts";

export function patched<A>(reply: Reply<A>, patch: (value: A) => Partial<WizardState>): Patch {
  return reply.kind === "back" ? "back" : patch(reply.value);
}

export async function askProvider(
  providers: readonly Provider[],
  { provider }: WizardState,
  prompter: Prompter,
): Promise<Patch> {
  const reply = await prompter.choose<Provider | null>({
    message: "Which provider?",
    choices: [
      ...providers.map((choice) => ({ value: choice, label: choice.label })),
      { value: null, label: "Skip for now" },
    ],
    ...(provider !== undefined && { initial: provider }),
  });
  return patched(reply, (chosen) => ({ provider: chosen }));
}

/**
 * The answer to one field and to those that were pasted with it, perhaps to those only. `isBlamed`: there has to be one.
 * `looksUp`: a token to look it up with will do as well.
 */
export async function askField(
  field: Field,
  state: WizardState,
  today: Today,
  prompter: Prompter,
  { isBlamed = false, looksUp = false } = {},
): Promise<Patch> {
  const { provider } = state;
  if (!provider) return {};
  const preset = presetFor(field, provider, state, today);
  if (field.choices !== undefined) return askChoice(field, field.choices, preset, state, prompter);
  // One that is asked for in the place of others has to be answered as they would have.
  const isNeeded = state.needed?.includes(field.id) || field.id in provider.replaces;
  const need = isNeeded ? "required" : needOf(field, knownValues(provider, state.answers, today));
  const instead = isBlamed || preset !== undefined ? undefined : provider.fields.find(({ id }) => id === field.without);
  const isLeftOut = (raw: string) => raw.trim() === "" && need === "required" && instead !== undefined;
  const question = { field, provider, preset, need, looksUp };
  const problem = (raw: string) => (isLeftOut(raw) ? undefined : problemWith(raw, question));
  const [typedAhead, ...rest] = state.pending;
  let raw = typedAhead;
  if (raw === undefined || problem(raw) !== undefined) {
    const reply = await prompter.text({
      message: need === "required" || isBlamed ? say(field.label, en) : `${say(field.label, en)} (optional)`,
      help: [
        say(field.help, en),
        ...(instead === undefined ? [] : ["None? Press Enter."]),
        ...(looksUp ? [`A ${say(helperOf(provider)?.label ?? "", en)} will do, too.`] : []),
      ].join(" "),
      secret: field.secret,
      problem,
      ...(preset !== undefined && { shownDefault: shownAnswer(preset) }),
    });
    if (reply.kind === "back") return "back";
    raw = reply.value;
  } else {
    prompter.note(`${say(field.label, en)}: taken from the next line you pasted.`);
  }
  if (instead !== undefined && isLeftOut(raw)) {
    const patch = await askField(instead, state, today, prompter);
    return patch === "back" ? askField(field, state, today, prompter, { isBlamed, looksUp }) : patch;
  }
  const { answers, notes, pending } = readAnswer(raw, question);
  for (const note of notes) prompter.note(`  ${note}`);
  const others = Object.keys(answers).filter((id) => id !== field.id);
  return {
    answers: { ...state.answers, ...answers },
    filledBy: { ...filledBesides(field, state), ...Object.fromEntries(others.map((id) => [id, field.id])) },
    pending: [...rest, ...pending],
  };
}

/** Answered anew, a question no longer vouches for what its last answer filled in. */
export function filledBesides(field: Field, { filledBy, answers }: WizardState): WizardState["filledBy"] {
  return Object.fromEntries(Object.entries(filledBy).filter(([, by]) => by !== field.id || !(field.id in answers)));
}

/** What Enter alone stands for: the last answer, today's, or that of another field which may do here as well. */
function presetFor(field: Field, provider: Provider, { answers }: WizardState, today: Today): FieldAnswer | undefined {
  const answered = (one: Field) => answers[one.id] ?? defaultFor(one, provider, today);
  const known = answered(field);
  const lender = provider.fields.find(({ id }) => id === field.lentBy);
  const lent = lender && answered(lender);
  if (known !== undefined || lent?.kind !== "store") return known;
  return { ...lent, source: `the ${say(lender?.label ?? "", en)}` };
}

async function askChoice(
  field: Field,
  choices: NonNullable<Field["choices"]>,
  preset: FieldAnswer | undefined,
  { answers }: WizardState,
  prompter: Prompter,
): Promise<Patch> {
  prompter.note(`  ${say(field.help, en)}`);
  const message = say(field.question ?? field.label, en);
  const shown = choices.map(({ value, label }) => ({ value, label: say(label, en) }));
  const given = preset?.kind === "value" ? preset.value : (choices[0]?.value ?? "");
  const answered = (value: string) => ({ answers: { ...answers, [field.id]: { kind: "value", value } as const } });
  if (!field.several)
    return patched(await prompter.choose<string>({ message, choices: shown, initial: given }), answered);
  const reply = await prompter.chooseSeveral<string>({ message, choices: shown, initial: given.split(",") });
  return patched(reply, (values) => answered(values.join(",")));
}

export async function askPort(
  { gateway }: WizardState,
  today: Today,
  defaultPort: number,
  prompter: Prompter,
): Promise<Patch> {
  const preset = gateway.port ?? today.config.config.gateway?.port ?? defaultPort;
  const reply = await prompter.text({
    message: "Port of the local gateway",
    secret: false,
    shownDefault: String(preset),
    problem: (raw) =>
      raw.trim() === "" || isPort(raw.trim()) ? undefined : "A port is a whole number from 1 to 65535.",
  });
  return patched(reply, (raw) => ({ gateway: { ...gateway, port: Number(raw.trim() || preset) } }));
}

export async function askBind({ gateway }: WizardState, today: Today, prompter: Prompter): Promise<Patch> {
  const reply = await prompter.choose<string>({
    message: "Who may reach the local gateway",
    choices: Object.entries(BINDS).map(([bind, meaning]) => ({ value: bind, label: `${bind}: ${meaning}` })),
    initial: gateway.bind ?? today.config.config.gateway?.bind ?? "loopback",
  });
  return patched(reply, (bind) => ({ gateway: { ...gateway, bind } }));
}

export async function askService({ service }: WizardState, prompter: Prompter): Promise<Patch> {
  const reply = await prompter.confirm({
    message: "Run the local gateway as a service, from now on and with every session?",
    initial: service ?? false,
  });
  return patched(reply, (answer) => ({ service: answer }));
}

export async function askSetDefault(state: WizardState, today: Today, prompter: Prompter): Promise<Patch> {
  const model = modelIn(state, today);
  prompter.note(`Your default model is ${currentPrimary(today)}.`);
  const reply = await prompter.confirm({
    message: `Make ${model && formatModelRef(model)} the default model?`,
    initial: state.setDefault,
  });
  return patched(reply, (setDefault) => ({ setDefault }));
}

export async function askToWrite(preview: string, prompter: Prompter): Promise<Patch> {
  prompter.note(`\n${preview}\n`);
  const reply = await prompter.confirm({ message: "Write these changes?", initial: true });
  if (reply.kind === "answer" && !reply.value)
    throw new OpenclawError("Nothing was written.", { code: "prompt.cancelled" });
  return patched(reply, () => ({}));
}
