import { secretOrigins } from "../config/credentials.ts";
import { formatPath } from "../config/json5-value.ts";
import { providerEntry } from "../config/resolve.ts";
import type { Config, SecretInput } from "../config/schema.ts";
import { type VariableSource, type Variables, variablesIn } from "../config/variables.ts";
import { spellingOf } from "../core/http.ts";
import { mask } from "../core/redact.ts";
import type { Endpoint } from "../providers/provider.ts";
import type { KnownCredentials } from "./credentials.ts";

/** The place of a value: a variable and its place, or a path of the configuration, or what a secret reference names. */
export interface SecretSource {
  readonly place: VariableSource | "configuration" | "secret provider";
  /** The variable's name, the path, or the name of the secret provider. */
  readonly name: string;
}

interface HiddenValue extends SecretSource {
  /** True if it is the same value, so that it makes no difference which one is used. */
  readonly isSame: boolean;
}

export interface CredentialStatus {
  /** Without one it is the API key. */
  readonly header?: string;
  /** Masked; absent if there is no value. */
  readonly value?: string;
  readonly sources: readonly SecretSource[];
  /** Values that are not used because of this one. */
  readonly hides: readonly HiddenValue[];
}

export interface CredentialInput {
  readonly config: Config;
  readonly variables: Variables;
  readonly access: Pick<KnownCredentials, "credentials">;
}

/** The secrets that requests to a configured provider carry, masked. */
export function credentialsOf(
  id: string,
  endpoint: Endpoint | undefined,
  { config, variables, access }: CredentialInput,
): readonly CredentialStatus[] {
  const entry = providerEntry(id, config);
  const resolved = access.credentials.get(id);
  const isKeyless = entry.auth === "token";
  return secretOrigins(entry, endpoint?.keyVariable, variables)
    .filter(({ header }) => header !== undefined || !isKeyless)
    .map(({ header, input: written, replaced }) => {
      const path = formatPath([
        "models",
        "providers",
        id,
        ...(header === undefined ? ["apiKey"] : ["headers", header]),
      ]);
      const secret =
        header === undefined ? resolved?.apiKey : resolved?.headers[spellingOf(resolved.headers, header) ?? ""];
      const value = secret ?? valueIn(written, variables);
      return {
        ...(header !== undefined && { header }),
        ...(value !== undefined && { value: mask(typeof value === "string" ? value : value.reveal()) }),
        sources: sourcesOf(written, path, variables),
        hides: hiddenBy(written, replaced, path, variables),
      };
    });
}

/** The value of a text without a reference, where the other secrets of the entry do not resolve. */
const valueIn = (input: SecretInput, variables: Variables): string | undefined => {
  if (typeof input !== "string") return undefined;
  const names = variablesIn(input);
  if (names.length === 0) return input;
  return names.length === 1 ? variables.get(names[0] ?? "")?.value.reveal() : undefined;
};

function sourcesOf(input: SecretInput, path: string, variables: Variables): readonly SecretSource[] {
  if (typeof input !== "string" && input.source !== "env") return [{ place: "secret provider", name: input.provider }];
  const names = typeof input === "string" ? variablesIn(input) : [input.id];
  if (names.length === 0) return [{ place: "configuration", name: path }];
  return names.flatMap((name) => {
    const found = variables.get(name);
    return found === undefined ? [] : [{ place: found.source, name: found.listedIn ?? name }];
  });
}

function hiddenBy(
  input: SecretInput,
  replaced: SecretInput | undefined,
  path: string,
  variables: Variables,
): readonly HiddenValue[] {
  const names = typeof input === "string" ? variablesIn(input) : input.source === "env" ? [input.id] : [];
  const values = names.flatMap((name) => {
    const found = variables.get(name);
    return (found?.hides ?? []).map(
      ({ source, value }): HiddenValue => ({ place: source, name, isSame: found?.value.equals(value) === true }),
    );
  });
  if (replaced === undefined) return values;
  const own = valueIn(input, variables);
  const other = valueIn(replaced, variables);
  return [...values, { place: "configuration", name: path, isSame: own !== undefined && own === other }];
}
