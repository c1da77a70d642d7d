import { variablesNeeded } from "../config/credentials.ts";
import type { Wishes } from "./plan.ts";
import { plannedEntry, storedSecrets } from "./provider-entry.ts";
import type { Today } from "./today.ts";

/** What only the login shell knows of all that the provider's requests will need, each a sentence. */
export function shellOnly({ provider: wished }: Pick<Wishes, "provider">, today: Today, secretsPath: string) {
  if (wished === undefined) return [];
  const { provider, answers } = wished;
  const { apiKey, headers } = plannedEntry(provider, answers, today);
  const set = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const needed = variablesNeeded({ ...(apiKey && { apiKey }), headers: Object.fromEntries(set) }, undefined);
  const stored = storedSecrets(provider, answers).map(({ name }) => name);
  return needed
    .filter((name) => !stored.includes(name) && today.variables.get(name)?.source === "login shell")
    .map(
      (name) =>
        `Only your login shell has ${name}: the gateway as a service has to run that shell at every start. Put it into ${secretsPath} to do without.`,
    );
}
