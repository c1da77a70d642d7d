import type { Context } from "../core/context.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Variables } from "./environment.ts";
import type { Config, ProviderConfig, SecretInput } from "./schema.ts";
import { readReference } from "./secret-reference.ts";
import { substitute, variablesIn } from "./substitute.ts";

/** What a provider's requests carry, with every reference resolved. */
export interface Credentials {
  /** Absent where the configuration has none and no variable gives one. */
  readonly apiKey?: Secret;
  readonly headers: Readonly<Record<string, Secret>>;
}

/** A whole value that is nothing but a variable's name, which OpenClaw takes as a reference in `apiKey`. */
const BARE_NAME = /^\$?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$/;

const isReference = (input: SecretInput) => typeof input !== "string";

function keyAsText(apiKey: SecretInput | undefined): SecretInput | undefined {
  return typeof apiKey === "string" ? apiKey.replace(BARE_NAME, (_, name: string) => `\${${name}}`) : apiKey;
}

/** The variables that a secret refers to. */
export function variablesOf(input: SecretInput | undefined): readonly string[] {
  if (input === undefined) return [];
  if (typeof input === "string") return variablesIn(input);
  return input.source === "env" ? [input.id] : [];
}

/** Every variable that may be needed to resolve a provider; `keyVariable` is the one that OpenClaw ties to it. */
export function variablesNeeded(
  { apiKey, headers }: ProviderConfig,
  keyVariable: string | undefined,
): readonly string[] {
  const inputs = [keyAsText(apiKey), ...Object.values(headers ?? {})];
  return [...(keyVariable === undefined ? [] : [keyVariable]), ...inputs.flatMap(variablesOf)];
}

/**
 * Resolves the key and headers of a provider. The provider's own variable wins over `apiKey`, as it does in the
 * published OpenClaw (seen in 2026.5.28); a reference that cannot be resolved is a problem, never literal text.
 */
export async function resolveCredentials(
  { apiKey, headers = {} }: ProviderConfig,
  keyVariable: string | undefined,
  { variables, config }: { readonly variables: Variables; readonly config: Config },
  context: Pick<Context, "files" | "run" | "env" | "homedir">,
): Promise<Result<Credentials, readonly Problem[]>> {
  const resolve = async (input: SecretInput): Promise<Result<Secret>> => {
    if (!isReference(input)) return substitute(input as string, variables);
    return readReference(input as Exclude<SecretInput, string>, { variables, config }, context);
  };
  const problems: Problem[] = [];
  const own = keyVariable === undefined ? undefined : variables.get(keyVariable)?.value;
  const written = keyAsText(apiKey);
  let key = own;
  if (key === undefined && written !== undefined && written !== "") {
    const resolved = await resolve(written);
    if (resolved.ok) key = resolved.value;
    else problems.push(resolved.error);
  }
  const resolvedHeaders: Record<string, Secret> = {};
  for (const [name, input] of Object.entries(headers)) {
    const resolved = await resolve(input);
    if (resolved.ok) resolvedHeaders[name] = resolved.value;
    else problems.push(resolved.error);
  }
  if (problems.length > 0) return fail(problems);
  return ok({ ...(key !== undefined && { apiKey: key }), headers: resolvedHeaders });
}
