import { type LoadedConfig, loadConfig } from "../config/config-file.ts";
import { GATEWAY_TOKEN_VARIABLE, gatewayTokenVariables, variablesNeeded } from "../config/credentials.ts";
import { type LoadedSecrets, loadSecrets } from "../config/resolve.ts";
import type { ProviderConfig } from "../config/schema.ts";
import { findVariables, type Variables } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import type { Endpoint, Provider, Values } from "../providers/provider.ts";

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
  const names = new Set([GATEWAY_TOKEN_VARIABLE, ...named, ...gatewayTokenVariables(config.config)]);
  for (const provider of providers) {
    for (const field of provider.fields) for (const name of field.env) names.add(name);
    for (const endpoint of provider.endpoints) {
      for (const name of variablesNeeded(entryOf(endpoint, { config }), undefined)) names.add(name);
    }
  }
  const variables = await findVariables(names, { secrets: secrets.values, config: config.config }, context);
  return { config, secrets, variables };
}

/** The endpoint's entry as it is; empty when there is none. */
export function entryOf({ providerId }: Endpoint, { config }: Pick<Today, "config">): ProviderConfig {
  return config.config.models?.providers?.[providerId] ?? {};
}

/** The endpoints that have an entry. */
export function endpointsToday({ endpoints }: Provider, { config }: Pick<Today, "config">): readonly Endpoint[] {
  return endpoints.filter(({ providerId }) => config.config.models?.providers?.[providerId] !== undefined);
}

/** The answers that today's entries hold; what they share is taken from the first. */
export function valuesToday(provider: Provider, today: Pick<Today, "config">): Values {
  const present = endpointsToday(provider, today);
  const held = present.map((endpoint) => endpoint.answersIn(entryOf(endpoint, today)));
  const ids = present.length === 0 ? {} : { endpoint: present.map(({ id }) => id).join(",") };
  return Object.assign({}, ...held.toReversed(), ids);
}
