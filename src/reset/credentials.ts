import { GATEWAY_TOKEN_VARIABLE, gatewayTokenVariables, variablesNeeded } from "../config/credentials.ts";
import { rotatedKeys, rotationVariables } from "../config/key-rotation.ts";
import { NAMED_TOKENS_VARIABLE } from "../config/named-tokens.ts";
import { configuredProviders } from "../config/resolve.ts";
import type { Config, ProviderConfig } from "../config/schema.ts";
import { isCredentialHeader } from "../core/redact.ts";
import { Secret } from "../core/secret.ts";
import { type Endpoint, endpointsOf, type Field, type Provider } from "../providers/provider.ts";

/** A variable that holds a credential: of providers, or the tokens of the local gateway's clients. */
export interface CredentialVariable {
  readonly name: string;
  readonly of: "provider" | "gateway";
  /** The field whose answer it is, where there is one. */
  readonly field?: Field;
  /** The configured providers whose requests carry it. */
  readonly usedBy: readonly string[];
}

/** The same with what `.env` says; a list of keys is one text. */
export interface StoredCredential extends CredentialVariable {
  readonly value: Secret;
}

/** The parts of an entry that carry credentials. */
const credentialParts = ({ apiKey, headers = {} }: ProviderConfig): ProviderConfig => ({
  ...(apiKey !== undefined && { apiKey }),
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => isCredentialHeader(name))),
});

/**
 * Every variable that may hold a credential, by the fields of known providers, the configuration's own references and
 * the lists of further keys. Variables of OpenClaw's other features are none of them.
 */
export function credentialVariables(config: Config, providers: readonly Provider[]): readonly CredentialVariable[] {
  const endpoints = endpointsOf(providers);
  const found = new Map<string, CredentialVariable>();
  const add = (name: string, more: Omit<CredentialVariable, "name">) => {
    for (const one of [name, ...rotationVariables(name)]) {
      const known = found.get(one);
      const usedBy = [...new Set([...(known?.usedBy ?? []), ...more.usedBy])];
      found.set(one, { ...more, ...known, name: one, usedBy });
    }
  };
  for (const { fields } of providers)
    for (const field of fields)
      if (field.secret) for (const name of field.env) add(name, { of: "provider", field, usedBy: [] });
  for (const { providerId, keyVariable } of configuredProviders(config, endpoints)) {
    const entry = config.models?.providers?.[providerId] ?? {};
    const endpoint = endpoints.find((one) => one.providerId === providerId);
    const referred = variablesNeeded(credentialParts(entry), undefined);
    for (const name of referred)
      add(name, { of: "provider", ...fieldFor(name, entry, endpoint), usedBy: [providerId] });
    // The provider's own variable counts whatever the entry says, unless the entry says that it sends no key.
    if (keyVariable !== undefined && entry.auth !== "token") add(keyVariable, { of: "provider", usedBy: [providerId] });
  }
  for (const name of [GATEWAY_TOKEN_VARIABLE, ...gatewayTokenVariables(config), NAMED_TOKENS_VARIABLE])
    found.set(name, { usedBy: [], ...found.get(name), name, of: "gateway" });
  return [...found.values()];
}

/** The field of the key or header in which an entry refers to a variable of the user's own. */
function fieldFor(
  name: string,
  { apiKey, headers = {} }: ProviderConfig,
  endpoint: Endpoint | undefined,
): { readonly field?: Field } {
  const refersTo = (part: ProviderConfig) => variablesNeeded(part, undefined).includes(name);
  const isKey = apiKey !== undefined && refersTo({ apiKey });
  const header = Object.entries(headers).find(([key, value]) => refersTo({ headers: { [key]: value } }))?.[0];
  const field = endpoint?.fields.find(({ id, header: own }) =>
    isKey ? id === endpoint.keyField : own !== undefined && own === header?.toLowerCase(),
  );
  return field === undefined ? {} : { field };
}

/** Those that have a value in `.env`, in the order of the file. */
export function storedCredentials(
  config: Config,
  values: ReadonlyMap<string, string>,
  providers: readonly Provider[],
): readonly StoredCredential[] {
  const known = new Map(credentialVariables(config, providers).map((one) => [one.name, one]));
  return [...values].flatMap(([name, value]) => {
    const variable = known.get(name);
    return variable === undefined || value === "" ? [] : [{ ...variable, value: new Secret(value) }];
  });
}

/** The ids that `--provider` may name: configured ones, and those that are known. */
export const nameableProviders = (config: Config, providers: readonly Provider[]): readonly string[] => [
  ...new Set([
    ...Object.keys(config.models?.providers ?? {}),
    ...endpointsOf(providers).map(({ providerId }) => providerId),
  ]),
];

/** Which go for one provider: those that it alone uses. Those that others need as well stay. */
export function ofProvider(
  providerId: string,
  stored: readonly StoredCredential[],
  providers: readonly Provider[],
): { readonly gone: readonly StoredCredential[]; readonly shared: readonly StoredCredential[] } {
  const endpoint = endpointsOf(providers).find((one) => one.providerId === providerId);
  const isIts = ({ of, field, usedBy }: StoredCredential) =>
    of === "provider" &&
    (usedBy.length > 0
      ? usedBy.includes(providerId)
      : field !== undefined && endpoint?.fields.some(({ id }) => id === field.id) === true);
  const its = stored.filter(isIts);
  const isShared = ({ usedBy }: StoredCredential) => usedBy.some((id) => id !== providerId);
  return { gone: its.filter((one) => !isShared(one)), shared: its.filter(isShared) };
}

/** The keys of a variable, of which a list has several. */
export const singleKeys = ({ name, value }: Pick<StoredCredential, "name" | "value">): readonly Secret[] =>
  /_KEYS$/.test(name) ? rotatedKeys(name.slice(0, -1), new Map([[name, { value }]])).map((key) => key.value) : [value];
