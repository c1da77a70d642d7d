import { isDeepStrictEqual } from "node:util";
import { OpenclawError } from "../core/errors.ts";
import type { LoadedConfig } from "./config-file.ts";
import { mergedValue, ownerOf, type ReadSource, type SourceFile } from "./include.ts";
import { type JsonPath, type JsonValue, setValue } from "./json5-document.ts";
import { parseJson5 } from "./json5-parse.ts";
import { formatPath } from "./json5-value.ts";

/** A place in the configuration, includes followed, and what it shall say. */
export interface ConfigEdit {
  readonly path: JsonPath;
  readonly value: JsonValue;
}

/**
 * The new text of every file that the edits change, by path. Each value is changed in the file that decides it today.
 * Afterwards everything is read back: throws `config.edit` or `config.include` where the result would not say exactly
 * what was asked.
 */
export function editTexts(
  { root, read }: Pick<LoadedConfig, "root" | "read">,
  edits: readonly ConfigEdit[],
): ReadonlyMap<string, string> {
  const changed = new Map<string, SourceFile>();
  const current: ReadSource = (path) => changed.get(path) ?? (path === root.path ? root : read(path));
  for (const { path, value } of edits) {
    const { file, path: inFile } = ownerOf(current(root.path), path, current);
    const text = setValue(file.text, inFile, value);
    if (text === file.text) continue;
    const parsed = parseJson5(text);
    if (!parsed.ok) throw new OpenclawError(`${file.path} cannot be edited safely.`, { code: "config.edit" });
    changed.set(file.path, { path: file.path, text, value: parsed.value });
  }
  const after = mergedValue(current(root.path), current);
  for (const { path, value } of edits) {
    if (isDeepStrictEqual(valueAt(after, path), value)) continue;
    throw new OpenclawError(`${formatPath(path)} is decided by several files at once.`, {
      code: "config.include",
      hint: "Set it by hand in the file that shall decide it.",
    });
  }
  return new Map([...changed].map(([path, { text }]) => [path, text]));
}

/** What stands at `path`, or undefined. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (node, step) =>
      typeof node === "object" && node !== null && Object.hasOwn(node, step)
        ? (node as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}
