import { type LoadedConfig, loadConfig } from "../config/config-file.ts";
import { variablesNeeded } from "../config/credentials.ts";
import { resolveVariables, type Variables } from "../config/environment.ts";
import { GATEWAY_TOKEN_VARIABLE, tokenVariables } from "../config/gateway-token.ts";
import type { ProviderConfig } from "../config/schema.ts";
import { type LoadedSecrets, loadSecrets } from "../config/secrets-file.ts";
import type { Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import type { Provider } from "../providers/provider.ts";

/** Everything onboarding has to know about the set-up as it is. */
export interface Today {
  readonly config: LoadedConfig;
  readonly secrets: LoadedSecrets;
  /** Every variable that onboarding may use and that has a value now. */
  readonly variables: Variables;
}

/** Reads both files; throws what they throw. `named` are variables that flags refer to. */
export async function readToday(
  { providers, named }: { readonly providers: readonly Provider[]; readonly named: readonly string[] },
  paths: Paths,
  context: Pick<Context, "files" | "env" | "homedir" | "run">,
): Promise<Today> {
  const config = await loadConfig(paths.config, context);
  const secrets = await loadSecrets(paths.secrets, context);
  const names = new Set([GATEWAY_TOKEN_VARIABLE, ...named, ...tokenVariables(config.config)]);
  for (const provider of providers) {
    for (const field of provider.fields) for (const name of field.env) names.add(name);
    for (const name of variablesNeeded(entryOf(provider, { config }), undefined)) names.add(name);
  }
  const variables = await resolveVariables(names, { secrets: secrets.values, config: config.config }, context);
  return { config, secrets, variables };
}

/** The provider's entry as it is; empty when there is none. */
export function entryOf(provider: Provider, { config }: Pick<Today, "config">): ProviderConfig {
  return config.config.models?.providers?.[provider.endpoint.providerId] ?? {};
}
