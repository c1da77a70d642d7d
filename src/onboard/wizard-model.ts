import type { Choice, Prompter } from "../core/context.ts";
import type { ListedModel } from "../providers/model.ts";
import { formatModelRef, isAliasOf, type ModelRef, parseModelRef } from "../providers/model-ref.ts";
import { type Endpoint, retirementOf } from "../providers/provider.ts";
import type { Today } from "./current-state.ts";
import { patched } from "./wizard-questions.ts";
import { endpointsIn, modelIn, type Patch, type WizardState } from "./wizard-state.ts";

/** Asks for the default model, among those that the providers list for the credentials given, or else the catalogue's. */
export async function askModel(state: WizardState, today: Today, prompter: Prompter): Promise<Patch> {
  const chosen = modelIn(state, today);
  const endpoints = endpointsIn(state, today);
  const offered = endpoints.flatMap((endpoint) => choicesOf(endpoint, state, endpoints.length === 1));
  const initial = chosen && offeredAs(chosen, offered);
  const wished = chosen === undefined ? "" : formatModelRef(chosen);
  if (initial === undefined && wished !== "") prompter.note(`  ${chosen?.model} is not among the models listed.`);
  // Not listed is not the same as not there: it can still be chosen, but is no longer what Enter means.
  const others = initial === undefined && wished !== "" ? [{ value: wished, label: labelOf(chosen, endpoints) }] : [];
  const reply = await prompter.search({
    message: "Default model",
    choices: [...offered, ...others],
    ...(initial !== undefined && { initial }),
  });
  return patched(reply, (text) => ({ model: refOf(text, endpoints) }));
}

const labelOf = (ref: ModelRef | undefined, endpoints: readonly Endpoint[]) =>
  ref === undefined ? "" : endpoints.length === 1 ? ref.model : formatModelRef(ref);

function choicesOf(endpoint: Endpoint, { listed }: WizardState, isOnly: boolean): readonly Choice<string>[] {
  const models: readonly ListedModel[] = listed?.get(endpoint.providerId) ?? endpoint.models;
  return models.map((model) => {
    const { id, name = "" } = model;
    const value = formatModelRef({ provider: endpoint.providerId, model: id });
    const date = retirementOf(endpoint, model);
    const end = date === undefined ? "" : ` (until ${date})`;
    return { value, label: isOnly ? id : value, description: name + end };
  });
}

/** The choice that a model is: itself, or the dated one that it is an alias of. */
function offeredAs(model: ModelRef, offered: readonly Choice<string>[]): string | undefined {
  const ref = formatModelRef(model);
  return (offered.find(({ value }) => value === ref) ?? offered.find(({ value }) => isAliasOf(ref, value)))?.value;
}

/** What was typed and is not in the list may be an id alone. */
function refOf(text: string, endpoints: readonly Endpoint[]): ModelRef {
  const ref = parseModelRef(text);
  if (ref !== undefined && endpoints.some(({ providerId }) => providerId === ref.provider)) return ref;
  const owner = endpoints.find(({ owns }) => owns(text)) ?? endpoints[0];
  return { provider: owner?.providerId ?? "", model: text };
}
