import type { Context } from "../core/context.ts";
import { ok, type Problem, type Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import { resolveCredentials, variablesNeeded } from "./credentials.ts";
import type { Variables } from "./environment.ts";
import type { Config, ProviderConfig } from "./schema.ts";

/** The variable that holds what clients of the local gateway present, unless the configuration says something else. */
export const GATEWAY_TOKEN_VARIABLE = "OPENCLAW_GATEWAY_TOKEN";

/** What clients present, as if it were a provider's key: it may be referred to in the same ways. */
function written({ gateway }: Config): ProviderConfig {
  const { mode, token, password } = gateway?.auth ?? {};
  return { apiKey: (mode === "password" ? password : token) || `\${${GATEWAY_TOKEN_VARIABLE}}` };
}

/** The variables that may be needed to know it. */
export const tokenVariables = (config: Config): readonly string[] => variablesNeeded(written(config), undefined);

/** What clients of the local gateway present; undefined where it asks for nothing. */
export async function gatewayToken(
  known: { readonly variables: Variables; readonly config: Config },
  context: Pick<Context, "files" | "run" | "env" | "homedir">,
): Promise<Result<Secret | undefined, readonly Problem[]>> {
  if (known.config.gateway?.auth?.mode === "none") return ok(undefined);
  const resolved = await resolveCredentials(written(known.config), undefined, known, context);
  return resolved.ok ? ok(resolved.value.apiKey) : resolved;
}
