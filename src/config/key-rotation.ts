import type { Env } from "../core/context.ts";
import type { Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { unsendableKey } from "../core/sendable.ts";
import { type TextUse, unresolvedIn } from "../core/unresolved.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { type CredentialProblem, sendFault } from "./unresolved.ts";
import { type FileValues, findVariable, type Variable, type Variables, type VariableValues } from "./variables.ts";

/*
 * Several keys of one provider, of which the local gateway takes the next where one is limited. `NAME` is the variable of
 * the provider's key, `NAMES` a list, and `NAME_1`, `NAME_2` and so on are further keys.
 *
 * @source the published OpenClaw's docs/concepts/model-providers.md, "API key rotation": `<PROVIDER>_API_KEYS` with commas or
 * semicolons, `<PROVIDER>_API_KEY_*`, doubles left out. The key that it resolves otherwise comes first there, as seen in its
 * `collectProviderApiKeysForExecution`. `OPENCLAW_LIVE_<PROVIDER>_KEY` is for its own live tests.
 */

/** @why nobody has more accounts, and each name is looked up in each place. */
const HIGHEST_NUMBER = 20;

const SEPARATORS = /[\s,;]+/;

const listOf = (name: string) => `${name}S`;

const numbered = (name: string): readonly string[] =>
  Array.from({ length: HIGHEST_NUMBER }, (_, index) => `${name}_${index + 1}`);

/** The variables that further keys may be in; none for a variable that is no key's. */
export const rotationVariables = (name: string): readonly string[] =>
  /_KEY$/.test(name) ? [listOf(name), ...numbered(name)] : [];

export interface RotatedKey {
  readonly value: Secret;
  readonly variable: string;
  /** In a list, from 1. */
  readonly position?: number;
}

/** The keys of the list and the numbered ones, each once. */
export function rotatedKeys(name: string, variables: VariableValues): readonly RotatedKey[] {
  const list = variables.get(listOf(name))?.value.reveal() ?? "";
  const listed = list.split(SEPARATORS).filter((text) => text !== "");
  const inList = listed.map((text, index) => ({
    value: new Secret(text),
    variable: listOf(name),
    position: index + 1,
  }));
  const others = numbered(name).flatMap((variable): readonly RotatedKey[] => {
    const text = variables.get(variable)?.value.reveal().trim() ?? "";
    return text === "" ? [] : [{ value: new Secret(text), variable }];
  });
  const seen = new Set<string>();
  return [...inList, ...others].filter(({ value }) => !seen.has(value.reveal()) && seen.add(value.reveal()));
}

/**
 * Adds what belongs to the named variables, and gives a key's variable without a value the first key. The login shell is
 * not asked for them, since it would be at every start.
 */
export function withRotation(names: Iterable<string>, found: Variables, files: FileValues, env: Env): Variables {
  const all = new Map<string, Variable>(found);
  for (const name of names) {
    for (const more of rotationVariables(name)) {
      const variable = all.get(more) ?? findVariable(more, files, env);
      if (variable !== undefined) all.set(more, variable);
    }
    const [first] = all.has(name) ? [] : rotatedKeys(name, all);
    const from = all.get(first?.variable ?? "");
    if (first !== undefined && from !== undefined)
      all.set(name, { value: first.value, source: from.source, hides: [], listedIn: first.variable });
  }
  return all;
}

/** Names a key by its place, never by its content. */
const nameOfKey =
  ({ variable, position }: RotatedKey): Message =>
  (t) =>
    position === undefined ? variable : t.config.keyInList({ list: variable, position });

/** A sentence about one of several keys. */
const ofKey = (key: RotatedKey, about: Message, text: Texts): string =>
  text.config.ofKey({ key: say(nameOfKey(key), text), sentence: say(about, text) });

/** The judge of a key's form, such as a provider's field. */
export interface KeyForm {
  readonly label: Message;
  readonly check: (raw: string) => Result<{ readonly value: string; readonly repairs: readonly Message[] }>;
}

/**
 * The one rule of what is no further key: text in place of one, what HTTP cannot carry, what is no key of this form, and a
 * key with something around it. Nothing is repaired, since it would be sent as it is.
 */
export function furtherKeyFault(
  key: RotatedKey,
  use: TextUse,
  form: KeyForm | undefined,
): CredentialProblem | undefined {
  const text = key.value.reveal();
  const found = unresolvedIn(text, use);
  if (found !== undefined) {
    return {
      message: (t) => t.core.unresolved[found.kind](say(nameOfKey(key), t)),
      hint: (t) => (found.kind === "reference" ? t.config.nothingReplaced : t.config.writeValue),
      fault: "unresolved",
    };
  }
  const unsendable = unsendableKey(text, [key.variable]);
  if (unsendable !== undefined)
    return { ...sendFault(unsendable, undefined), message: (t) => ofKey(key, unsendable.message, t) };
  return form && refusal(key, form);
}

function refusal(key: RotatedKey, { label, check }: KeyForm): CredentialProblem | undefined {
  const checked = check(key.value.reveal());
  if (!checked.ok) {
    const { message, hint } = checked.error;
    const about: Message = (t) => t.providers.inField({ label: say(label, t), problem: say(message, t) });
    return { message: (t) => ofKey(key, about, t), ...(hint && { hint }), fault: "refused" };
  }
  const { value, repairs } = checked.value;
  if (value === key.value.reveal()) return undefined;
  const name = nameOfKey(key);
  return {
    message: (t) => t.config.extraText({ name: say(name, t), repairs: repairs.map((repair) => say(repair, t)) }),
    hint: (t) => t.config.keepCredential(say(name, t)),
    fault: "refused",
  };
}

/** Each key of the lists among the variables, for whoever masks secrets. */
export const listedKeys = (variables: Variables): readonly Secret[] =>
  [...variables.keys()]
    .filter((name) => /_KEYS$/.test(name))
    .flatMap((name) => rotatedKeys(name.slice(0, -1), variables).map(({ value }) => value));
