import { isList, isObject, type JsonPath, type JsonValue } from "../config/json5-value.ts";
import { variablesIn } from "../config/variables.ts";
import { isSecretReference, isSecretVariable } from "../core/redact.ts";
import { isPlainSecret } from "./answers-file.ts";

/** A variable of what is merged into the configuration, at a place that holds a secret. */
export interface MergedSecret {
  readonly name: string;
  readonly path: JsonPath;
}

/** Looks like the value of any variable, to a rule that judges by the place. */
const SOME_VALUE = "x".repeat(43);

/**
 * The variables that a merge patch refers to for secrets, once each. By the place, such as `apiKey`, or by the name; a
 * folder that is written with `${HOME}` is no secret.
 */
export function mergedSecrets(value: JsonValue, path: JsonPath = []): readonly MergedSecret[] {
  const found = secretsIn(value, path);
  return found.filter(({ name }, index) => found.findIndex((one) => one.name === name) === index);
}

function secretsIn(value: JsonValue, path: JsonPath): readonly MergedSecret[] {
  if (typeof value === "string") {
    const names = variablesIn(value);
    const isSecret = names.length > 0 && isPlainSecret(path, value.replace(/\$\{\w+\}/g, SOME_VALUE));
    return names.filter((name) => isSecret || isSecretVariable(name)).map((name) => ({ name, path }));
  }
  if (isSecretReference(value)) return [];
  if (isList(value)) return value.flatMap((item, index) => secretsIn(item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => secretsIn(item, [...path, key]));
}
