import { GATEWAY_TOKEN_VARIABLE, keyAsText, secretOrigins, variablesOf } from "../config/credentials.ts";
import { rotationVariables } from "../config/key-rotation.ts";
import { NAMED_TOKENS_VARIABLE } from "../config/named-tokens.ts";
import type { Config, ProviderConfig, SecretInput } from "../config/schema.ts";
import { type VariableValues, variablesIn } from "../config/variables.ts";
import { type Endpoint, PLACEHOLDER_KEY } from "../providers/provider.ts";
import { type Written, writtenHeader, writtenKey } from "./references.ts";
import { candidates, SecretNames } from "./secret-names.ts";

/** Where the value of a secret of the Worker comes from. */
type SecretOrigin =
  | { readonly kind: "variable" }
  /** The local gateway's token as the configuration has it. */
  | { readonly kind: "token" }
  /** The key of a provider, or the header that is named, without the scheme before it. */
  | { readonly kind: "credential"; readonly providerId: string; readonly header?: string; readonly scheme: string };

export interface WorkerSecret {
  readonly name: string;
  readonly origin: SecretOrigin;
}

/** Texts in place of the credentials of one entry. */
interface WrittenEntry {
  readonly apiKey?: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface WrittenSecrets {
  /** By the id of the provider. */
  readonly entries: ReadonlyMap<string, WrittenEntry>;
  readonly token: string;
  /** All that the Worker needs, each once, by name. */
  readonly secrets: readonly WorkerSecret[];
}

type Entries = ReadonlyMap<string, ProviderConfig>;

/**
 * References in place of every credential. They follow from the configuration alone, so that the text is the same on every
 * machine. Which secrets the Worker needs also follows from which variables have a value here.
 */
export function writtenSecrets(
  all: Entries,
  { gateway }: Pick<Config, "gateway">,
  endpoints: readonly Endpoint[],
  variables: VariableValues,
): WrittenSecrets {
  const endpointOf = (id: string) => endpoints.find(({ providerId }) => providerId === id);
  const { mode, token: ownToken, password } = gateway?.auth ?? {};
  const tokenInput = keyAsText((mode === "password" ? password : ownToken) || reference(GATEWAY_TOKEN_VARIABLE)) ?? "";
  const names = new SecretNames();
  claimVariables(all, tokenInput, endpointOf, names);
  const token = placed(writtenKey(tokenInput), [GATEWAY_TOKEN_VARIABLE], tokenInput, names);
  const secrets = new Map<string, SecretOrigin>();
  const need = (name: string, origin: SecretOrigin) => void (secrets.has(name) || secrets.set(name, origin));
  const needVariable = (name: string) => need(variables.get(name)?.listedIn ?? name, { kind: "variable" });
  const entries = new Map<string, WrittenEntry>();
  for (const [providerId, entry] of all) {
    const endpoint = endpointOf(providerId);
    const key = keyAsText(entry.apiKey) || undefined;
    const isSent = key !== undefined && key !== PLACEHOLDER_KEY;
    const apiKey = isSent
      ? placed(writtenKey(key), candidates(providerId, undefined, endpoint), key, names)
      : undefined;
    const headers = Object.entries(entry.headers ?? {}).map(([header, input]) => {
      const found = placed(writtenHeader(header, input), candidates(providerId, header, endpoint), input, names);
      if (found.stored !== undefined)
        need(found.stored.name, { kind: "credential", providerId, header, scheme: found.stored.scheme });
      else for (const name of variablesIn(found.text)) needVariable(name);
      return [header, found.text] as const;
    });
    const [used] = secretOrigins(entry, endpoint?.keyVariable, variables).filter(({ header }) => header === undefined);
    if (used === undefined) {
      if (endpoint?.keyVariable !== undefined && entry.auth !== "token") needVariable(endpoint.keyVariable);
    } else if (apiKey?.stored !== undefined && used.replaced === undefined)
      need(apiKey.stored.name, { kind: "credential", providerId, scheme: apiKey.stored.scheme });
    else for (const name of variablesOf(used.input)) needVariable(name);
    for (const name of furtherKeys(key, endpoint, variables)) needVariable(name);
    const text = isSent ? apiKey?.text : key;
    entries.set(providerId, {
      ...(typeof text === "string" && { apiKey: text }),
      headers: Object.fromEntries(headers),
    });
  }
  if (token.stored !== undefined) need(token.stored.name, { kind: "token" });
  else for (const name of mainToken(token.text, variables)) needVariable(name);
  if (variables.has(NAMED_TOKENS_VARIABLE)) needVariable(NAMED_TOKENS_VARIABLE);
  const sorted = [...secrets].map(([name, origin]) => ({ name, origin })).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { entries, token: token.text, secrets: sorted };
}

const reference = (name: string): string => `\${${name}}`;

interface Placed {
  readonly text: string;
  /** The variable that was made for it. */
  readonly stored?: { readonly name: string; readonly scheme: string };
}

function placed(written: Written, usual: readonly string[], input: SecretInput, names: SecretNames): Placed {
  if ("kept" in written) return { text: written.kept };
  const name = names.nameFor(usual, literalMeaning(input));
  return { text: written.scheme + reference(name), stored: { name, scheme: written.scheme } };
}

const literalMeaning = (input: SecretInput): string => `value ${JSON.stringify(input)}`;

/** A variable that the configuration names keeps its name for itself. */
function claimVariables(
  all: Entries,
  tokenInput: SecretInput,
  endpointOf: (id: string) => Endpoint | undefined,
  names: SecretNames,
): void {
  const claim = (name: string) => void names.claim(name, `variable ${name}`);
  claim(NAMED_TOKENS_VARIABLE);
  for (const name of variablesOf(tokenInput)) claim(name);
  for (const { apiKey, headers = {} } of all.values())
    for (const input of [keyAsText(apiKey), ...Object.values(headers)])
      for (const name of variablesOf(input)) claim(name);
  for (const [id, { apiKey }] of all) {
    const { keyVariable } = endpointOf(id) ?? {};
    const key = keyAsText(apiKey) || undefined;
    if (keyVariable === undefined) continue;
    if (key === undefined || "kept" in writtenKey(key)) claim(keyVariable);
    else names.claim(keyVariable, literalMeaning(key));
  }
}

/** Keys that are taken where the first is limited, as far as they have a value here. */
function furtherKeys(
  key: SecretInput | undefined,
  endpoint: Endpoint | undefined,
  variables: VariableValues,
): readonly string[] {
  const names = [...(endpoint?.keyVariable === undefined ? [] : [endpoint.keyVariable]), ...variablesOf(key)];
  return names.flatMap(rotationVariables).filter((name) => variables.has(name));
}

/** Nobody needs the token without a name where others have one. */
function mainToken(text: string, variables: VariableValues): readonly string[] {
  const names = variablesIn(text);
  const isLeftOut = names.length === 1 && names[0] === GATEWAY_TOKEN_VARIABLE && !variables.has(GATEWAY_TOKEN_VARIABLE);
  return isLeftOut && variables.has(NAMED_TOKENS_VARIABLE) ? [] : names;
}
