import { formatPath } from "../config/json5-value.ts";
import type { LoadedSecrets } from "../config/resolve.ts";
import { type Context, lookUp } from "../core/context.ts";
import { endpointsOf, type Provider } from "../providers/provider.ts";
import { variableFor } from "../reset/literals.ts";
import type { SecretHome } from "../settings/stored-secrets.ts";

/** Where the credentials go that `config set` is given: the variables of the known providers, and what is in them. */
export function secretHome(
  { secrets, gatewayEnv }: { readonly secrets: LoadedSecrets; readonly gatewayEnv: LoadedSecrets },
  providers: readonly Provider[],
  { env }: Pick<Context, "env">,
): SecretHome {
  const endpoints = endpointsOf(providers);
  return {
    // @source the published OpenClaw reads the password from a variable of its own.
    variableFor: (path) =>
      formatPath(path) === "gateway.auth.password" ? "OPENCLAW_GATEWAY_PASSWORD" : variableFor(path, endpoints),
    valuesOf: (variable) => {
      const inEnvironment = lookUp(variable, env);
      const inFiles = [secrets, gatewayEnv].flatMap(({ path: file, values }) => {
        const value = values.get(variable);
        return value === undefined ? [] : [{ value, file }];
      });
      return [...(inEnvironment === undefined ? [] : [{ value: inEnvironment }]), ...inFiles];
    },
  };
}
