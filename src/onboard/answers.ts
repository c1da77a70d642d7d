import { type SourcedValue, variablesIn } from "../config/variables.ts";
import { Secret } from "../core/secret.ts";
import type { Field, Provider, Values } from "../providers/provider.ts";
import { en } from "../text/en/index.ts";
import { say } from "../text/message.ts";
import { endpointsToday, entryOf, type Today, valuesToday } from "./current-state.ts";

/**
 * What is known about one field. A secret is stored in `.env`, referred to by the name of its variable, or left as
 * the configuration has it today, by the name of its variable if it has one. `source` is set where it was found rather than given: a variable's name.
 */
export type FieldAnswer =
  | { readonly kind: "value"; readonly value: string; readonly source?: string }
  | { readonly kind: "store"; readonly value: Secret; readonly source?: string }
  | { readonly kind: "refer"; readonly variable: string }
  | { readonly kind: "keep"; readonly shown: string; readonly variable?: string };

/** By field id; a field that has no answer is absent. */
export type Answers = Readonly<Record<string, FieldAnswer>>;

/** An answer as it may be shown: `********wXyZ, from ANTHROPIC_API_KEY`. */
export function shownAnswer(answer: FieldAnswer): string {
  if (answer.kind === "refer") return `\${${answer.variable}}`;
  if (answer.kind === "keep") return answer.shown;
  return answer.source === undefined ? String(answer.value) : `${answer.value}, from ${answer.source}`;
}

/** Where an answer was found that nobody gave; nothing about one that is stored already. */
export function originNote(field: Field, answer: FieldAnswer, { secrets }: Today): string | undefined {
  if (answer.kind !== "value" && answer.kind !== "store") return undefined;
  const stored = answer.kind === "store" && secrets.values.get(field.env[0] ?? "") === answer.value.reveal();
  return stored || answer.source === undefined ? undefined : `${say(field.label, en)}: taken from ${answer.source}.`;
}

/**
 * The answer that is there already: for an id today's configuration, else a variable; for a secret today's reference
 * when it is not ours to fill, else the best variable that has a value, else a literal in the configuration.
 */
export function defaultFor(field: Field, provider: Provider, today: Today): FieldAnswer | undefined {
  if (!field.secret) return knownValue(field, provider, today) ?? valueInVariable(field, today);
  const written = writtenSecret(field, provider, today);
  return keptReference(field, written, today) ?? secretInVariable(field, today) ?? literalSecret(written);
}

function knownValue(field: Field, provider: Provider, today: Today): FieldAnswer | undefined {
  const value = valuesToday(provider, today)[field.id];
  return value === undefined ? undefined : { kind: "value", value };
}

function valueInVariable(field: Field, { variables }: Today): FieldAnswer | undefined {
  for (const name of field.env) {
    const found = variables.get(name);
    const checked = found && field.check(found.value.reveal());
    if (found && checked?.ok) return { kind: "value", value: checked.value.value, source: describe(name, found) };
  }
  return undefined;
}

/** What today's entries have in the place of a secret: a text, or `reference` for the structured kind. */
function writtenSecret(field: Field, provider: Provider, today: Today): string | undefined {
  for (const endpoint of endpointsToday(provider, today)) {
    const { apiKey, headers = {} } = entryOf(endpoint, today);
    const name = Object.keys(headers).find((header) => header.toLowerCase() === field.header);
    const input = field.id === endpoint.keyField ? apiKey : headers[name ?? ""];
    if (input !== undefined && input !== "") return typeof input === "string" ? input : "reference";
  }
  return undefined;
}

/** A reference of the user's own, or one of ours whose variable is kept outside `.env` on purpose. */
function keptReference(field: Field, written: string | undefined, today: Today): FieldAnswer | undefined {
  if (written === "reference") return { kind: "keep", shown: "today's reference" };
  const [variable] = variablesIn(written ?? "");
  if (variable === undefined || !today.variables.has(variable)) return undefined;
  const ours = variable === field.env[0] && today.secrets.values.has(variable);
  return ours ? undefined : { kind: "keep", shown: `\${${variable}}`, variable };
}

function secretInVariable(field: Field, { variables }: Today): FieldAnswer | undefined {
  for (const name of field.env) {
    const found = variables.get(name);
    const checked = found && field.check(found.value.reveal());
    if (found && checked?.ok) {
      return { kind: "store", value: new Secret(checked.value.value), source: describe(name, found) };
    }
  }
  return undefined;
}

const describe = (name: string, { source }: SourcedValue) =>
  source === "process environment" ? name : `${name} in ${source}`;

/** A key that stands in the configuration in clear moves to `.env`. */
function literalSecret(written: string | undefined): FieldAnswer | undefined {
  const value = written?.replace(/^Bearer\s+/i, "");
  if (!value || variablesIn(value).length > 0) return undefined;
  return { kind: "store", value: new Secret(value) };
}

/** What is settled about a provider: the answers, over what its entries say today. It decides what else is wanted. */
export function knownValues(provider: Provider, answers: Answers, today: Today): Values {
  return { ...valuesToday(provider, today), ...valuesOf(answers) };
}

/** The answers that are no secrets, by field id. */
export function valuesOf(answers: Answers): Values {
  const values = Object.entries(answers).flatMap(([id, answer]) =>
    answer.kind === "value" ? [[id, answer.value]] : [],
  );
  return Object.fromEntries(values);
}
