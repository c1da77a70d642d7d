import { isList, isObject, type JsonObject, type JsonValue } from "../config/json5-value.ts";
import type { ClientSetting, FileFormat } from "./client.ts";

/** The settings as a whole file of the format, with a line break at its end. */
export function snippet(settings: readonly ClientSetting[], format: FileFormat): string {
  const tree = settings.reduce<JsonObject>((made, { path, value }) => withValue(made, path, value), {});
  if (format === "toml") return `${tomlTable(tree, []).join("\n").trim()}\n`;
  if (format === "yaml") return `${yamlLines(tree).join("\n")}\n`;
  return `${JSON.stringify(tree, null, 2)}\n`;
}

/** @why no prototype: a model may be called `__proto__`. */
function withValue(tree: JsonObject, [key = "", ...rest]: readonly string[], value: JsonValue): JsonObject {
  const made: Record<string, JsonValue> = Object.assign(Object.create(null), tree);
  const [next, ...others] = rest;
  const known = made[key];
  made[key] = next === undefined ? value : withValue(isObject(known) ? known : {}, [next, ...others], value);
  return made;
}

/** @source TOML 1.0.0: keys, basic strings with the escapes of JSON, tables after the values of the one above. */
function tomlTable(table: JsonObject, path: readonly string[]): readonly string[] {
  const entries = Object.entries(table);
  const values = entries.flatMap(([key, value]) => (isObject(value) ? [] : [`${tomlKey(key)} = ${tomlValue(value)}`]));
  const tables = entries.flatMap(([key, value]) => (isObject(value) ? tomlTable(value, [...path, key]) : []));
  const head = path.length === 0 || values.length === 0 ? [] : ["", `[${path.map(tomlKey).join(".")}]`];
  return [...head, ...values, ...tables];
}

const tomlKey = (key: string) => (/^[\w-]+$/.test(key) ? key : tomlValue(key));

function tomlValue(value: JsonValue): string {
  if (isList(value)) return `[${value.map(tomlValue).join(", ")}]`;
  if (isObject(value))
    return `{ ${Object.entries(value)
      .map(([key, member]) => `${tomlKey(key)} = ${tomlValue(member)}`)
      .join(", ")} }`;
  // JSON leaves DEL as it is.
  return JSON.stringify(value).replaceAll("\x7f", "\\u007F");
}

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
