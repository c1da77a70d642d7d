import type { SecretEdit } from "../config/apply.ts";
import type { ProviderConfig, SecretInput } from "../config/schema.ts";
import type { Provider } from "../providers/provider.ts";
import { type Answers, valuesOf } from "./defaults.ts";
import { entryOf, type Today } from "./today.ts";

/** The entry in `models.providers` as it will be; what is undefined will not be there. */
export interface PlannedEntry {
  readonly baseUrl: string;
  readonly api: string;
  readonly auth: string | undefined;
  readonly apiKey: SecretInput | undefined;
  readonly headers: Readonly<Record<string, SecretInput | undefined>>;
}

/** What the answers say, over what the entry says today. */
export function plannedEntry(provider: Provider, answers: Answers, today: Today): PlannedEntry {
  const existing = entryOf(provider, today);
  const variables = referencedVariables(provider, answers);
  const { baseUrl, api, auth, headers } = provider.entry(valuesOf(answers), variables);
  const key = variables[provider.keyField];
  const spelled = Object.entries(headers).map(([name, value]) => [spelledAs(name, existing), value] as const);
  return {
    baseUrl,
    api,
    // Ours marks an entry without a key; any other value is the user's own.
    auth: auth ?? (existing.auth === "token" ? undefined : existing.auth),
    apiKey: auth === "token" ? undefined : key === undefined ? existing.apiKey : `\${${key}}`,
    headers: { ...existing.headers, ...Object.fromEntries(spelled) },
  };
}

/** HTTP does not mind the case of a header's name, and the user's spelling stays. */
function spelledAs(name: string, { headers = {} }: ProviderConfig): string {
  return Object.keys(headers).find((header) => header.toLowerCase() === name) ?? name;
}

/** The variable that each new secret is referred to by; one that is kept is in the entry already. */
function referencedVariables({ fields }: Provider, answers: Answers): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const { id, env } of fields) {
    const answer = answers[id];
    if (answer?.kind === "refer") variables[id] = answer.variable;
    if (answer?.kind === "store") variables[id] = env[0] ?? "";
  }
  return variables;
}

/** What goes to `.env`. */
export function storedSecrets({ fields }: Provider, answers: Answers): readonly SecretEdit[] {
  return fields.flatMap(({ id, env: [name = ""] }) => {
    const answer = answers[id];
    return answer?.kind === "store" ? [{ name, value: answer.value }] : [];
  });
}
