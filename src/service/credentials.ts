import { gatewayTokenVariables, variablesNeeded } from "../config/credentials.ts";
import { type KeyedProvider, providerEntry, type ResolvedValues } from "../config/resolve.ts";
import type { ProviderConfig } from "../config/schema.ts";
import type { VariableSource, Variables } from "../config/variables.ts";
import type { Env } from "../core/context.ts";

/** A credential that the gateway needs, and where it finds it. */
export interface CredentialSource {
  /** Of the provider, or `gateway` for the token of the gateway's own clients. */
  readonly of: string;
  /** A variable, or the member of the configuration that holds or refers to it. */
  readonly name: string;
  /** Absent when it finds none. */
  readonly source?: VariableSource | "openclaw.json" | "secrets.providers";
  /** True when there is none but in the environment of this shell, of which a service knows nothing. */
  readonly onlyHere: boolean;
}

/** Where a gateway that finds these variables has its credentials from; `shellEnv` is the environment of this shell. */
export function credentialSources(
  providers: readonly KeyedProvider[],
  { config, variables }: ResolvedValues,
  shellEnv: Env,
): readonly CredentialSource[] {
  const row = (of: string, name: string): CredentialSource => {
    const found = variables.get(name);
    return { of, name, ...(found && { source: found.source }), onlyHere: !found && Boolean(shellEnv[name]) };
  };
  const ofProviders = providers.flatMap(({ providerId, keyVariable }) => {
    const entry = providerEntry(providerId, config);
    return [
      ...keyRows(entry, keyVariable, variables).map((name) => row(providerId, name)),
      ...written(providerId, entry),
    ];
  });
  const token = config.gateway?.auth?.mode === "none" ? [] : gatewayTokenVariables(config);
  return [...ofProviders, ...token.map((name) => row("gateway", name))];
}

/** The variables that decide: the provider's own wins where it has a value, and is needed where nothing else is written. */
function keyRows(entry: ProviderConfig, own: string | undefined, variables: Variables): readonly string[] {
  const referred = variablesNeeded(entry, undefined);
  const isOwnNeeded = !entry.apiKey && entry.auth !== "token";
  return own !== undefined && !referred.includes(own) && (variables.has(own) || isOwnNeeded)
    ? [own, ...referred]
    : referred;
}

/** A key that no variable holds. */
function written(id: string, { apiKey }: ProviderConfig): readonly CredentialSource[] {
  if (!apiKey || variablesNeeded({ apiKey }, undefined).length > 0) return [];
  const source = typeof apiKey === "string" ? "openclaw.json" : "secrets.providers";
  return [{ of: id, name: "apiKey", source, onlyHere: false }];
}
