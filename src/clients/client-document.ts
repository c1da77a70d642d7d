import { editText, locate } from "../config/json5-document.ts";
import { parseJson5 } from "../config/json5-parse.ts";
import { entriesAlong, readTree } from "../config/json5-tree.ts";
import { isObject, type JsonObject, type JsonValue, parsePlainJson } from "../config/json5-value.ts";
import { OpenclawError } from "../core/errors.ts";
import { fail, ok, type Position, type Problem, type Result } from "../core/result.ts";
import type { FileFormat } from "./client.ts";
import { editToml, locateToml, renderToml, sourceIn } from "./toml-edit.ts";
import { parseToml } from "./toml-value.ts";

export type SettingPath = readonly [string, ...string[]];

export type EditableFormat = Exclude<FileFormat, "yaml">;

/** Puts a value at a path, or a text as the file had it, or takes away what is there. */
export interface DocumentEdit {
  readonly path: SettingPath;
  readonly to: { readonly value: JsonValue } | { readonly source: string } | undefined;
}

/** A client's file, whatever its format. */
export interface ClientDocument {
  readonly text: string;
  readonly value: JsonObject;
  /** The text of a value; `undefined` if it has no place of its own. */
  readonly sourceAt: (path: SettingPath) => string | undefined;
  readonly positionAt: (path: SettingPath) => Position | undefined;
  /** Every other byte stays. Throws `config.edit`. */
  readonly edited: (edits: readonly DocumentEdit[]) => string;
}

/** Throws `client.syntax` with the place in the file. */
export function openDocument(format: EditableFormat, text: string, path: string): ClientDocument {
  const read = format === "toml" ? parseToml(text) : parseJson(format, text);
  if (read.ok) return format === "toml" ? tomlDocument(text, read.value) : jsonDocument(format, text, read.value);
  throw new OpenclawError((t) => t.clientFiles.notReadable, {
    code: "client.syntax",
    problems: [{ ...read.error, where: path }],
  });
}

function parseJson(format: "json" | "jsonc", text: string): Result<JsonObject, Problem> {
  if (text.trim() === "") return ok({});
  const read = parseJson5(text);
  if (!read.ok) return read;
  const problem = (message: Problem["message"]): Result<never, Problem> =>
    fail({ message, position: { line: 1, column: 1 } });
  if (format === "json" && !isStrictJson(text)) return problem((t) => t.clientFiles.notStrict);
  return isObject(read.value) ? ok(read.value) : problem((t) => t.clientFiles.noObject);
}

const isStrictJson = (text: string): boolean => parsePlainJson(text.replace(/^\uFEFF/, "")) !== undefined;

const tomlDocument = (text: string, value: JsonObject): ClientDocument => ({
  text,
  value,
  sourceAt: (path) => sourceIn(text, path),
  positionAt: (path) => locateToml(text, path),
  edited: (edits) =>
    editToml(
      text,
      edits.map(({ path, to }) => ({
        path,
        source: to === undefined ? undefined : "source" in to ? to.source : renderToml(to.value),
      })),
    ),
});

const jsonDocument = (format: "json" | "jsonc", text: string, value: JsonObject): ClientDocument => ({
  text,
  value,
  sourceAt: (path) => {
    if (text.trim() === "") return undefined;
    const entries = entriesAlong(text, readTree(text), path);
    const entry = entries.length === path.length ? entries.at(-1) : undefined;
    return entry && text.slice(entry.value.start, entry.value.end);
  },
  positionAt: (path) => locate(text, path),
  edited: (edits) => {
    const values = edits.map(({ path, to }) => ({
      path,
      value: to === undefined ? undefined : "source" in to ? readSource(to.source) : to.value,
    }));
    const isNew = /^\s*(?:\{\s*\}\s*)?$/.test(text);
    const start = { text: isNew ? "{}" : text, value };
    const after = editText(start, values);
    const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
    const result = isNew ? `${mark}${JSON.stringify(after.value, null, 2)}\n` : after.text;
    if (format === "json" && !isStrictJson(result)) throw new Error("The edit made JSON that is none.");
    return result;
  },
});

function readSource(source: string): JsonValue {
  const read = parseJson5(source);
  if (!read.ok) throw new OpenclawError(read.error.message, { code: "client.syntax" });
  return read.value;
}
