import { isDeepStrictEqual } from "node:util";
import { OpenclawError } from "../core/errors.ts";
import { EMPTY, type LoadedConfig } from "./config-file.ts";
import { definingFile, mergedValue, type ReadSource, type SourceFile } from "./include.ts";
import { formatPath, isObject, type JsonPath, type JsonValue, memberOf, valueAt, withMember } from "./json5-value.ts";

export interface ConfigEdit {
  readonly path: JsonPath;
  /** `undefined` removes it. */
  readonly value: JsonValue | undefined;
}

/**
 * Returns the new text of every changed file, by path. Each value is changed in the file that currently defines it. The
 * result is parsed again: throws `config.edit` or `config.include` unless it says exactly what was asked for.
 */
export async function editTexts(
  { root, read }: Pick<LoadedConfig, "root" | "read">,
  edits: readonly ConfigEdit[],
): Promise<ReadonlyMap<string, string>> {
  const changed = root.text === EMPTY ? newFile(root, edits) : await editedFiles(root, read, edits);
  const current = afterwards(root, read, changed);
  const after = mergedValue(current(root.path), current);
  for (const { path, value } of edits) {
    if (isDeepStrictEqual(valueAt(after, path), value)) continue;
    throw new OpenclawError((text) => text.config.setInSeveralFiles(formatPath(path)), {
      code: "config.include",
      hint: (text) => text.config.setByHand,
    });
  }
  return new Map([...changed].map(([path, { text }]) => [path, text]));
}

type Changed = ReadonlyMap<string, SourceFile>;

const afterwards =
  (root: SourceFile, read: ReadSource, changed: Changed): ReadSource =>
  (path) =>
    changed.get(path) ?? (path === root.path ? root : read(path));

async function editedFiles(root: SourceFile, read: ReadSource, edits: readonly ConfigEdit[]): Promise<Changed> {
  // The editor and json5 are large, and a first run has nothing to edit.
  const { removeValue, setValue } = await import("./json5-document.ts");
  const { parseJson5 } = await import("./json5-parse.ts");
  const changed = new Map<string, SourceFile>();
  const current = afterwards(root, read, changed);
  for (const { path, value } of edits) {
    const { file, path: inFile } = definingFile(current(root.path), path, current);
    const text = value === undefined ? removeValue(file.text, inFile) : setValue(file.text, inFile, value);
    if (text === file.text) continue;
    const parsed = parseJson5(text);
    if (!parsed.ok) throw new OpenclawError((text) => text.config.cannotEdit(file.path), { code: "config.edit" });
    changed.set(file.path, { path: file.path, text, value: parsed.value });
  }
  return changed;
}

/** A new file has no formatting to preserve, so it is written from scratch. */
function newFile({ path }: SourceFile, edits: readonly ConfigEdit[]): Changed {
  const value = edits.reduce<JsonValue>(
    (whole, edit) => (edit.value === undefined ? whole : withValue(whole, edit.path, edit.value)),
    {},
  );
  if (Object.keys(value as object).length === 0) return new Map();
  return new Map([[path, { path, text: `${JSON.stringify(value, null, 2)}\n`, value }]]);
}

function withValue(node: JsonValue | undefined, [step, ...rest]: JsonPath, value: JsonValue): JsonValue {
  if (step === undefined) return value;
  const object = isObject(node) ? node : {};
  return withMember(object, String(step), withValue(memberOf(object, String(step)), rest, value));
}
