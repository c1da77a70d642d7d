import { isList, isObject, type JsonObject, type JsonValue } from "../config/json5-value.ts";
import type { ClientFile, ClientSetting } from "./client.ts";
import { openDocument } from "./client-document.ts";

/** The settings as a whole file, as they are written where there is none. */
export function snippet({ format }: Pick<ClientFile, "format">, settings: readonly ClientSetting[]): string {
  if (format === "yaml") return `${yamlLines(Object.fromEntries(settings.map(topLevel))).join("\n")}\n`;
  const edits = settings.map(({ path, value }) => ({ path, to: { value } }));
  return `${openDocument(format, "", "").edited(edits).trim()}\n`;
}

const topLevel = ({ path: [key], value }: ClientSetting) => [key, value] as const;

/** @source YAML 1.2.2, 7.3: a JSON string is a double-quoted scalar. */
function yamlLines(value: JsonObject | readonly JsonValue[]): readonly string[] {
  if (isList(value))
    return value.flatMap((item) => {
      const [first = "", ...rest] = isBlock(item) ? yamlLines(item) : [yamlScalar(item)];
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  return Object.entries(value).flatMap(([key, member]) =>
    isBlock(member)
      ? [`${yamlScalar(key)}:`, ...yamlLines(member).map((line) => `  ${line}`)]
      : [`${yamlScalar(key)}: ${yamlScalar(member)}`],
  );
}

const isBlock = (value: JsonValue): value is JsonObject | readonly JsonValue[] =>
  (isList(value) && value.length > 0) || (isObject(value) && Object.keys(value).length > 0);

/** Words that YAML reads as a text without quotes. */
const PLAIN = /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[A-Za-z][\w./-]*(?: [A-Za-z\d(][\w.()-]*)*$/i;

const yamlScalar = (value: JsonValue) =>
  typeof value === "string" && (PLAIN.test(value) || /^\$\{\{ [\w.]+ \}\}$/.test(value))
    ? value
    : JSON.stringify(value);
