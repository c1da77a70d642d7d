import type { SecretEdit } from "../config/apply.ts";
import type { ProviderConfig } from "../config/schema.ts";
import type { Provider } from "../providers/provider.ts";
import type { Answers } from "./defaults.ts";
import { entryOf, type Today } from "./today.ts";

/** The provider's entry in `models.providers` as it will be: what the answers say, over what is there today. */
export function plannedEntry(provider: Provider, answers: Answers, today: Today): ProviderConfig {
  const existing = entryOf(provider, today);
  const variables = referencedVariables(provider, answers);
  const { baseUrl, api, headers } = provider.entry(valuesOf(answers), variables);
  const key = variables[provider.keyField];
  const spelled = Object.entries(headers).map(([name, value]) => [spelledAs(name, existing), value] as const);
  return {
    ...existing,
    baseUrl,
    api,
    ...(key !== undefined && { apiKey: `\${${key}}` }),
    headers: { ...existing.headers, ...Object.fromEntries(spelled) },
  };
}

/** HTTP does not mind the case of a header's name, and the user's spelling stays. */
function spelledAs(name: string, { headers = {} }: ProviderConfig): string {
  return Object.keys(headers).find((header) => header.toLowerCase() === name) ?? name;
}

function valuesOf(answers: Answers): Readonly<Record<string, string>> {
  const values = Object.entries(answers).flatMap(([id, answer]) =>
    answer.kind === "value" ? [[id, answer.value]] : [],
  );
  return Object.fromEntries(values);
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
