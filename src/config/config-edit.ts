import { isDeepStrictEqual } from "node:util";
import { OpenclawError } from "../core/errors.ts";
import { EMPTY, type LoadedConfig } from "./config-file.ts";
import { definingFile, hasInclude, mergedValue, type ReadSource, type SourceFile } from "./include.ts";
import type { ValueEdit } from "./json5-document.ts";
import {
  formatPath,
  isList,
  isObject,
  type JsonPath,
  type JsonValue,
  memberOf,
  valueAt,
  withMember,
} from "./json5-value.ts";

export type ConfigEdit = ValueEdit;

/**
 * Returns the new text of every changed file, by path. Each value is changed in the file that currently defines it. The
 * result is parsed again: throws `config.edit` or `config.include` unless it says exactly what was asked for.
 */
export async function editTexts(
  { root, read }: Pick<LoadedConfig, "root" | "read">,
  edits: readonly ConfigEdit[],
): Promise<ReadonlyMap<string, string>> {
  if (root.text === EMPTY && edits.every(({ value }) => value !== undefined)) return textsOf(newFile(root, edits));
  // The editor and json5 are large, and a first run has nothing to edit.
  const { editText, valueAfter } = await import("./json5-document.ts");
  const changed = editedFiles(root, read, edits, { editText, valueAfter });
  const whole = (source: ReadSource) => {
    const file = source(root.path);
    return hasInclude(file.value) ? mergedValue(file, source) : file.value;
  };
  const after = whole(afterwards(root, read, changed));
  const wanted = edits.reduce(
    (value, edit) => valueAfter({ text: root.text, value }, edit),
    whole(afterwards(root, read, new Map())),
  );
  for (const { path } of edits) {
    if (isDeepStrictEqual(valueAt(after, path), valueAt(wanted, path))) continue;
    throw new OpenclawError((text) => text.config.setInSeveralFiles(formatPath(path)), {
      code: "config.include",
      hint: (text) => text.config.setByHand,
    });
  }
  return textsOf(changed);
}

const textsOf = (changed: Changed): ReadonlyMap<string, string> =>
  new Map([...changed].map(([path, { text }]) => [path, text]));

type Changed = ReadonlyMap<string, SourceFile>;

const afterwards =
  (root: SourceFile, read: ReadSource, changed: Changed): ReadSource =>
  (path) =>
    changed.get(path) ?? (path === root.path ? root : read(path));

type Editor = Pick<typeof import("./json5-document.ts"), "editText" | "valueAfter">;

/** Edits that follow each other in one file are made together, each where the earlier ones leave its value. */
function editedFiles(
  root: SourceFile,
  read: ReadSource,
  edits: readonly ConfigEdit[],
  { editText, valueAfter }: Editor,
): Changed {
  const changedFile = (before: SourceFile, edits: readonly ConfigEdit[]) => {
    const after = editText(before, edits);
    return after.text === before.text ? [] : [[before.path, { path: before.path, ...after }] as const];
  };
  if (!hasInclude(root.value)) return new Map(changedFile(root, edits));
  const planned = new Map<string, SourceFile>();
  const inFiles = new Map<string, ValueEdit[]>();
  const current = afterwards(root, read, planned);
  for (const { path, value } of edits) {
    const { file, path: inFile } = definingFile(current(root.path), path, current);
    const edit = { path: inFile, value };
    planned.set(file.path, { ...file, value: valueAfter(file, edit) });
    inFiles.set(file.path, [...(inFiles.get(file.path) ?? []), edit]);
  }
  const original = afterwards(root, read, new Map());
  return new Map([...inFiles].flatMap(([path, edits]) => changedFile(original(path), edits)));
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
  if (typeof step === "number") {
    const list = isList(node) ? node : [];
    return list.toSpliced(step, 1, withValue(list[step], rest, value));
  }
  const object = isObject(node) ? node : {};
  return withMember(object, step, withValue(memberOf(object, step), rest, value));
}
