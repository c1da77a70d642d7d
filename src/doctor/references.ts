import { variablesNeeded } from "../config/credentials.ts";
import { isList, isObject, type JsonPath, type JsonValue } from "../config/json5-value.ts";
import type { ProviderConfig } from "../config/schema.ts";
import { variablesIn } from "../config/variables.ts";

/** A text of the configuration and where it stands. */
export interface PlacedText {
  readonly path: JsonPath;
  readonly text: string;
}

/** Every text below a value. */
export function textsIn(value: JsonValue, path: JsonPath = []): readonly PlacedText[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (isList(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  return isObject(value) ? Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key])) : [];
}

/** A variable that the configuration refers to. */
export interface Reference {
  readonly name: string;
  readonly path: JsonPath;
}

/** Every variable that a text outside `env` refers to; in `apiKey`, a name alone is a reference, too. */
export function referencesIn(value: JsonValue): readonly Reference[] {
  return textsIn(value)
    .filter(({ path }) => path[0] !== "env")
    .flatMap(({ path, text }) => namesIn(path, text).map((name) => ({ name, path })));
}

function namesIn(path: JsonPath, text: string): readonly string[] {
  const [first, second] = path;
  const isKey = first === "models" && second === "providers" && path.length === 4 && path[3] === "apiKey";
  if (isKey) return variablesNeeded({ apiKey: text } satisfies ProviderConfig, undefined);
  const isIdOfReference = path.at(-1) === "id" && /^[A-Z][A-Z0-9_]*$/.test(text) && isSecretPlace(path.slice(0, -1));
  return isIdOfReference ? [text] : variablesIn(text);
}

/** Where a structured reference `{source, provider, id}` may stand. */
const isSecretPlace = (path: JsonPath) =>
  (path[0] === "models" && (path[3] === "apiKey" || path[3] === "headers")) ||
  (path[0] === "gateway" && path[1] === "auth");
