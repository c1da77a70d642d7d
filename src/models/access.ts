import { type Credentials, resolveCredentials, variablesNeeded } from "../config/credentials.ts";
import { resolveVariables } from "../config/environment.ts";
import type { Config } from "../config/schema.ts";
import { loadSecrets } from "../config/secrets-file.ts";
import type { Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { type Problem, problemText } from "../core/result.ts";
import type { Endpoint } from "../providers/provider.ts";
import type { Texts } from "../text/message.ts";
import { knownProviders } from "./list.ts";

export interface Authorisation {
  /** Providers whose credential resolves. */
  readonly authorised: ReadonlySet<string>;
  /** What requests carry, for every provider of which all references resolve. */
  readonly credentials: ReadonlyMap<string, Credentials>;
  /** Every reference without value, by the provider it is of. */
  readonly unresolved: ReadonlyMap<string, readonly Problem[]>;
  /** What `.env` says. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Resolves the credentials of every provider that is known. */
export async function authorisation(
  { config, endpoints }: { readonly config: Config; readonly endpoints: readonly Endpoint[] },
  paths: Pick<Paths, "secrets">,
  context: Pick<Context, "files" | "run" | "env" | "homedir">,
): Promise<Authorisation> {
  const secrets = (await loadSecrets(paths.secrets, context)).values;
  const entries = knownProviders({ config, endpoints }).map((id) => {
    const keyVariable = endpoints.find(({ providerId }) => providerId === id)?.keyVariable;
    return { id, entry: config.models?.providers?.[id] ?? {}, keyVariable };
  });
  const names = new Set(entries.flatMap(({ entry, keyVariable }) => variablesNeeded(entry, keyVariable)));
  const variables = await resolveVariables(names, { secrets, config }, context);
  const authorised = new Set<string>();
  const credentials = new Map<string, Credentials>();
  const unresolved = new Map<string, readonly Problem[]>();
  for (const { id, entry, keyVariable } of entries) {
    const resolved = await resolveCredentials(entry, keyVariable, { variables, config }, context);
    if (resolved.ok) credentials.set(id, resolved.value);
    else unresolved.set(id, resolved.error);
    // An entry that is marked so needs no key of its own: the gateway has one, or bills.
    if (resolved.ok && (resolved.value.apiKey !== undefined || entry.auth === "token")) authorised.add(id);
  }
  return { authorised, credentials, unresolved, secrets };
}

/** A line for each reference without value. */
export const unresolvedLines = ({ unresolved }: Pick<Authorisation, "unresolved">, text: Texts): readonly string[] =>
  [...unresolved].flatMap(([id, problems]) => problems.map((problem) => `${id}: ${problemText(problem, text)}`));
