import type { Context } from "../core/context.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import { resolveSecret, variablesOf } from "./credentials.ts";
import type { Variables } from "./environment.ts";
import type { Config } from "./schema.ts";

/** The variable that holds the token of the local gateway's clients unless the configuration names another. */
export const GATEWAY_TOKEN_VARIABLE = "OPENCLAW_GATEWAY_TOKEN";

/** The variables that may be needed to know the token. */
export const tokenVariables = ({ gateway }: Config): readonly string[] =>
  gateway?.auth?.token === undefined ? [GATEWAY_TOKEN_VARIABLE] : variablesOf(gateway.auth.token);

/** The token that clients of the local gateway present; undefined where it asks for none. */
export async function gatewayToken(
  { variables, config }: { readonly variables: Variables; readonly config: Config },
  context: Pick<Context, "files" | "run" | "env" | "homedir">,
): Promise<Result<Secret | undefined, Problem>> {
  const { mode, token } = config.gateway?.auth ?? {};
  if (mode === "none") return ok(undefined);
  if (token !== undefined) return resolveSecret(token, { variables, config }, context);
  const found = variables.get(GATEWAY_TOKEN_VARIABLE);
  return found === undefined
    ? fail({ message: "The local gateway has no token.", hint: "Run `openclaw onboard`." })
    : ok(found.value);
}
