import type { SecretEdit } from "../config/apply.ts";
import type { ProviderConfig, SecretInput } from "../config/schema.ts";
import type { Endpoint, Field, Provider } from "../providers/provider.ts";
import { type Answers, valuesOf } from "./answers.ts";
import { entryOf, type Today } from "./current-state.ts";

/** The entry in `models.providers` as it will be; what is undefined will not be there. */
export interface PlannedEntry {
  readonly baseUrl: string;
  readonly api: string;
  readonly auth: string | undefined;
  readonly apiKey: SecretInput | undefined;
  readonly headers: Readonly<Record<string, SecretInput | undefined>>;
}

/** What the answers say, over what the entry says today. */
export function plannedEntry(endpoint: Endpoint, answers: Answers, today: Today): PlannedEntry {
  const existing = entryOf(endpoint, today);
  const variables = referencedVariables(endpoint, existing, answers);
  const { baseUrl, api, auth, headers } = endpoint.entry(valuesOf(answers), variables);
  const key = variables[endpoint.keyField];
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

/** The variable that each secret is to be referred to by; one that is kept stays as it is where the entry has it. */
function referencedVariables(
  { fields, keyField }: Endpoint,
  existing: ProviderConfig,
  answers: Answers,
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const field of fields) {
    const answer = answers[field.id];
    const isThere = field.id === keyField ? existing.apiKey !== undefined : hasHeader(field, existing);
    if (answer?.kind === "refer") variables[field.id] = answer.variable;
    if (answer?.kind === "store") variables[field.id] = field.env[0] ?? "";
    if (answer?.kind === "keep" && answer.variable !== undefined && !isThere) variables[field.id] = answer.variable;
  }
  return variables;
}

const hasHeader = ({ header }: Field, { headers = {} }: ProviderConfig) =>
  Object.keys(headers).some((name) => name.toLowerCase() === header);

/** What goes to `.env`. */
export function storedSecrets({ fields }: Provider, answers: Answers): readonly SecretEdit[] {
  return fields.flatMap(({ id, stored, env: [name = ""] }) => {
    const answer = answers[id];
    return answer?.kind === "store" && stored !== false ? [{ name, value: answer.value }] : [];
  });
}
