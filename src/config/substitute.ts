import { fail, ok, type Problem, type Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import type { Variables } from "./environment.ts";

/** Names that `${NAME}` can refer to. @source OpenClaw's rule. */
export const VARIABLE_NAME = /^[A-Z_][A-Z0-9_]*$/;

/** `$${NAME}` stands for the text `${NAME}`; only upper-case names are references. @source OpenClaw's rule. */
const REFERENCE = /\$?\$\{([A-Z_][A-Z0-9_]*)\}/g;

/** The variables a text refers to, each once. */
export function variablesIn(text: string): readonly string[] {
  const names = [...text.matchAll(REFERENCE)]
    .filter(([whole]) => !whole.startsWith("$$"))
    .map(([, name]) => name ?? "");
  return [...new Set(names)];
}

/** `text` with every `${NAME}` replaced; a name without a value is a problem, never literal text. */
export function substitute(text: string, variables: Variables): Result<Secret> {
  const missing = variablesIn(text).filter((name) => !variables.has(name));
  if (missing.length > 0) return fail(missingVariables(missing));
  const value = text.replace(REFERENCE, (whole, name: string) =>
    whole.startsWith("$$") ? whole.slice(1) : (variables.get(name)?.value.reveal() ?? whole),
  );
  return ok(new Secret(value));
}

/** One sentence for one or more variables that have no value. */
export function missingVariables(names: readonly string[]): Problem {
  return {
    message: `${names.join(" and ")} ${names.length === 1 ? "has" : "have"} no value.`,
    hint: `Set ${names.length === 1 ? "it" : "them"} in .env of the state folder, or export ${names.length === 1 ? "it" : "them"}.`,
  };
}
