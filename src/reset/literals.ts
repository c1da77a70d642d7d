import { GATEWAY_TOKEN_VARIABLE } from "../config/credentials.ts";
import type { JsonPath, JsonValue } from "../config/json5-value.ts";
import { isCredentialAt, looksLikeCredential, MASK, scrub, splitAtSecret } from "../core/redact.ts";
import { type Endpoint, storedUnder } from "../providers/provider.ts";

/** A credential that stands as text in the configuration. */
export interface Literal {
  readonly path: JsonPath;
  readonly text: string;
  /** In the whole configuration, where `path` is that in an included file. */
  readonly at?: JsonPath;
}

/** Every credential that stands as text, references left out. */
export function literalsIn(value: JsonValue | undefined, path: JsonPath = []): readonly Literal[] {
  if (typeof value === "string") {
    const isOne = isCredentialAt(path, value) || (looksLikeCredential(value) && !/\$\{\w+\}/.test(value));
    return isOne ? [{ path, text: value }] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  // A reference names a credential without being one.
  if ("source" in value && "provider" in value && "id" in value) return [];
  const entries: readonly (readonly [string | number, JsonValue])[] = Array.isArray(value)
    ? value.map((item: JsonValue, index) => [index, item] as const)
    : Object.entries(value as Readonly<Record<string, JsonValue>>);
  return entries.flatMap(([key, item]) => literalsIn(item, [...path, key]));
}

/** Stands for a credential whose variable nobody knows. */
const REMOVED = "OPENCLAW_REMOVED_CREDENTIAL";

/** The reference that takes the place of a literal: to the variable in which onboarding would store it. */
export function referenceFor({ path, text, at = path }: Literal, endpoints: readonly Endpoint[]): string {
  const scheme = /^Bearer\s+/i.exec(text)?.[0] ?? "";
  return `${scheme}\${${variableFor(at, endpoints) ?? REMOVED}}`;
}

/** The variable in which onboarding would store the credential at a path. */
export function variableFor(path: JsonPath, endpoints: readonly Endpoint[]): string | undefined {
  const [first, second, providerId, member, header] = path.map(String);
  if (first === "gateway" && second === "auth" && path.length === 3) return GATEWAY_TOKEN_VARIABLE;
  if (first !== "models" || second !== "providers") return undefined;
  const endpoint = endpoints.find((one) => one.providerId === providerId);
  if (endpoint === undefined) return undefined;
  const field = endpoint.fields.find(({ id, header: own }) =>
    member === "apiKey" ? id === endpoint.keyField : member === "headers" && own === header?.toLowerCase(),
  );
  return field && (storedUnder(endpoint, field.id) || undefined);
}

/** Text that may still hold a credential after the values were replaced: comments, and the keys of other programs. */
export const scrubbed = (text: string, literals: readonly Literal[]): string =>
  scrub(
    text,
    literals.map((literal) => literal.text.replace(/^Bearer\s+/i, "")),
  );

/** For text that is too damaged to parse: everything after a secret name is masked, line by line. */
export const maskedLines = (text: string): string =>
  scrub(
    text
      .split("\n")
      .map((line) => {
        const found = splitAtSecret(line);
        return found === undefined || found.value.trim().length < 6 ? line : `${found.before}${MASK}`;
      })
      .join("\n"),
  );
