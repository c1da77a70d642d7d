import { variablesNeeded } from "../config/credentials.ts";
import { resolveVariables, type Source, type Variables } from "../config/environment.ts";
import { tokenVariables } from "../config/gateway-token.ts";
import type { Config, ProviderConfig } from "../config/schema.ts";
import type { Context, Env } from "../core/context.ts";

/** What has to be known to tell where the credentials come from. */
export interface Sought {
  readonly config: Config;
  /** What `.env` says. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The variable that is tied to a provider, by the provider's id. */
  readonly keyVariables: ReadonlyMap<string, string>;
}

/** A credential that the gateway needs, and where it finds it. */
export interface CredentialSource {
  /** Of the provider, or `gateway` for the token of the gateway's own clients. */
  readonly of: string;
  /** A variable, or the member of the configuration that holds or refers to it. */
  readonly name: string;
  /** Absent when it finds none. */
  readonly source?: Source | "openclaw.json" | "secrets.providers";
  /** True when there is none but in the environment of this shell, of which a service knows nothing. */
  readonly onlyHere: boolean;
}

/** The variables a gateway may need, by name. */
export const variablesSought = ({ config, keyVariables }: Omit<Sought, "secrets">): readonly string[] => {
  const ofProviders = Object.entries(config.models?.providers ?? {}).flatMap(([id, entry]) =>
    variablesNeeded(entry, keyVariables.get(id)),
  );
  return [...new Set([...ofProviders, ...tokenVariables(config)])];
};

/** Where a gateway that is started with the environment `env` finds its credentials. */
export async function credentialSources(
  sought: Sought,
  env: Env,
  context: Pick<Context, "env" | "run" | "files" | "homedir">,
): Promise<{ readonly sources: readonly CredentialSource[]; readonly variables: Variables }> {
  const { config, keyVariables } = sought;
  const variables = await resolveVariables(variablesSought(sought), sought, { ...context, env });
  const row = (of: string, name: string): CredentialSource => {
    const found = variables.get(name);
    return { of, name, ...(found && { source: found.source }), onlyHere: !found && Boolean(context.env[name]) };
  };
  const ofProviders = Object.entries(config.models?.providers ?? {}).flatMap(([id, entry]) => [
    ...keyRows(entry, keyVariables.get(id), variables).map((name) => row(id, name)),
    ...written(id, entry),
  ]);
  const token = config.gateway?.auth?.mode === "none" ? [] : tokenVariables(config);
  return { sources: [...ofProviders, ...token.map((name) => row("gateway", name))], variables };
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
