import { variablesOf } from "../config/credentials.ts";
import { chosenEndpoints } from "../providers/provider.ts";
import { valuesOf } from "./answers.ts";
import type { Today } from "./current-state.ts";
import type { Wishes } from "./plan.ts";
import { plannedEntry, storedSecrets } from "./provider-entry.ts";

/** What only the login shell knows of all that the provider's requests will need, each a sentence. */
export function shellOnly({ provider: wished }: Pick<Wishes, "provider">, today: Today, secretsPath: string) {
  if (wished === undefined) return [];
  const { provider, answers } = wished;
  const needed = chosenEndpoints(provider, valuesOf(answers)).flatMap((endpoint) => {
    const { apiKey, headers } = plannedEntry(endpoint, answers, today);
    return [apiKey, ...Object.values(headers)].flatMap(variablesOf);
  });
  const stored = storedSecrets(provider, answers).map(({ name }) => name);
  return [...new Set(needed)]
    .filter((name) => !stored.includes(name) && today.variables.get(name)?.source === "login shell")
    .map(
      (name) =>
        `Only your login shell has ${name}: the gateway as a service has to run that shell at every start. Put it into ${secretsPath} to do without.`,
    );
}
