import type { SecretInput } from "../config/schema.ts";
import { variablesIn } from "../config/variables.ts";
import { isCredentialHeader, isOpenText, isOrdinary, isReference, looksLikeCredential } from "../core/redact.ts";

/** `Bearer` and its like, which stay where a variable takes the place of what follows. */
const SCHEME = /^(?:Bearer|Basic|Token|ApiKey):?\s+/i;

const schemeOf = (text: string): string => SCHEME.exec(text)?.[0] ?? "";

/** The text without its references that are replaced. */
const withoutReferences = (text: string): string => text.replace(/(?<!\$)\$\{[A-Z_][A-Z0-9_]*\}/g, "");

/** A secret as the configuration has it: a text that may stay in a file that others read, or one that may not. */
export type Written = { readonly kept: string } | { readonly scheme: string };

/** For a key or token: only references, and a scheme before them, may stay. */
export function writtenKey(input: SecretInput): Written {
  if (typeof input === "object") return input.source === "env" ? { kept: `\${${input.id}}` } : { scheme: "" };
  const rest = withoutReferences(input).replace(SCHEME, "").trim();
  const isOnlyReference = variablesIn(input).length > 0 && (rest === "" || isReference(input));
  return isOnlyReference ? { kept: input } : { scheme: schemeOf(input) };
}

/** For a header: also what only says something. */
export function writtenHeader(name: string, input: SecretInput): Written {
  if (typeof input === "object" || isCredentialHeader(name)) {
    return input === "" ? { kept: "" } : writtenKey(input);
  }
  const rest = withoutReferences(input).replace(SCHEME, "").trim();
  const isHarmless = rest === "" || isOpenText(name, rest) || isOrdinary(name, rest);
  return isHarmless && !looksLikeCredential(rest) ? { kept: input } : { scheme: schemeOf(input) };
}
