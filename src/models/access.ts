import type { Credentials } from "../config/credentials.ts";
import { loadSecrets, providerEntry, resolveProviders, resolveVariables } from "../config/resolve.ts";
import type { Config } from "../config/schema.ts";
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
  const providers = knownProviders({ config, endpoints }).map(
    (id) => endpoints.find(({ providerId }) => providerId === id) ?? { providerId: id },
  );
  const known = await resolveVariables({ providers }, { secrets, config }, context);
  const authorised = new Set<string>();
  const credentials = new Map<string, Credentials>();
  const unresolved = new Map<string, readonly Problem[]>();
  for (const [id, resolved] of await resolveProviders(providers, known, context)) {
    if (resolved.ok) credentials.set(id, resolved.value);
    else unresolved.set(id, resolved.error);
    // An entry that is marked so needs no key of its own: the gateway has one, or bills.
    if (resolved.ok && (resolved.value.apiKey !== undefined || providerEntry(id, config).auth === "token"))
      authorised.add(id);
  }
  return { authorised, credentials, unresolved, secrets };
}

/** A line for each reference without value. */
export const unresolvedLines = ({ unresolved }: Pick<Authorisation, "unresolved">, text: Texts): readonly string[] =>
  [...unresolved].flatMap(([id, problems]) => problems.map((problem) => `${id}: ${problemText(problem, text)}`));
