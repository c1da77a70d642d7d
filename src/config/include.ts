import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { OpenclawError } from "../core/errors.ts";
import type { Message } from "../text/message.ts";
import { formatPath, isObject, type JsonObject, type JsonPath, type JsonValue } from "./json5-value.ts";

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly value: JsonValue;
}

/** Reads and parses a file. Throws `config.syntax`, `config.include` or `file.access`. */
export type ReadSource = (path: string) => SourceFile;

/** The part of a file that contributes to one path of the merged configuration. */
interface IncludeLayer {
  readonly file: SourceFile;
  readonly path: JsonPath;
  readonly value: JsonValue;
  readonly via: readonly string[];
}

/** @source the published OpenClaw allows includes to nest ten deep. */
const MAX_INCLUDE_DEPTH = 10;
const INCLUDE = "$include";

/** Looks at the parsed value rather than the text, since JSON5 can spell the key in many ways. */
export function hasInclude(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, INCLUDE) || Object.values(value).some(hasInclude);
}

export function mergedValue(root: SourceFile, read: ReadSource): JsonValue {
  const counted = limited(root, read);
  return mergeLayers(layersOf(root, [], counted), counted);
}

/** @why files that each include others several times multiply to billions. */
const MAX_INCLUDES = 1_000;
const MAX_INCLUDED_MIB = 16;

/** Throws `config.include` when all that was read, a file included twice counting twice, is too much. */
function limited(root: SourceFile, read: ReadSource): ReadSource {
  let count = 0;
  let length = 0;
  return (path) => {
    const source = read(path);
    count += 1;
    length += source.text.length;
    if (count <= MAX_INCLUDES && length <= MAX_INCLUDED_MIB * 1024 * 1024) return source;
    const limits = { file: root.path, max: MAX_INCLUDES, maxMib: MAX_INCLUDED_MIB };
    throw includeError(({ config }) => config.includeTooMuch(limits));
  };
}

/**
 * The place to make an edit at `path`: the file that currently defines the value, else the one with its nearest parent.
 * Throws `config.include` for a list combined from several files, since its indexes belong to no single file.
 */
export function definingFile(root: SourceFile, path: JsonPath, read: ReadSource): { file: SourceFile; path: JsonPath } {
  let layers = layersOf(root, [], read);
  for (const [depth, step] of path.entries()) {
    const below = layers.flatMap((layer) => childOf(layer, step, read));
    if (layers.length > 1 && layers.every(({ value }) => Array.isArray(value))) {
      const files = layers.map(({ file }) => file.path);
      throw includeError(({ config }) => config.listInSeveralFiles(formatPath(path.slice(0, depth))), {
        hint: ({ config }) => config.editByHandIn(files),
      });
    }
    if (below.length === 0) {
      const target = withContent(layers).at(-1) ?? layers.at(-1);
      return target === undefined
        ? { file: root, path }
        : { file: target.file, path: [...target.path, ...path.slice(depth)] };
    }
    layers = below;
  }
  const last = layers.at(-1);
  return last === undefined ? { file: root, path } : { file: last.file, path: last.path };
}

const layersOf = (file: SourceFile, via: readonly string[], read: ReadSource): readonly IncludeLayer[] =>
  expand({ file, path: [], value: file.value, via: [...via, file.path] }, read);

/** A layer preceded by the layers it includes; later layers win. */
function expand(layer: IncludeLayer, read: ReadSource): readonly IncludeLayer[] {
  const { value, file, via } = layer;
  if (!isObject(value) || !Object.hasOwn(value, INCLUDE)) return [layer];
  const included = includedPaths(value[INCLUDE], file).flatMap((path) => {
    if (via.includes(path)) throw includeError(({ config }) => config.includeLoop([...via, path]));
    if (via.length > MAX_INCLUDE_DEPTH)
      throw includeError(({ config }) => config.includeTooDeep({ file: path, max: MAX_INCLUDE_DEPTH }));
    return layersOf(read(path), via, read);
  });
  return [...included, layer];
}

function childOf(
  { file, path, value, via }: IncludeLayer,
  step: string | number,
  read: ReadSource,
): readonly IncludeLayer[] {
  if (typeof value !== "object" || value === null || step === INCLUDE || !Object.hasOwn(value, step)) return [];
  const child = (value as JsonObject)[step] as JsonValue;
  return expand({ file, path: [...path, step], value: child, via }, read);
}

function includedPaths(value: JsonValue | undefined, file: SourceFile): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((path: JsonValue | undefined) => {
    if (typeof path !== "string" || path === "") throw includeError(({ config }) => config.includeNotPath(file.path));
    return isAbsolute(path) ? path : resolve(dirname(file.path), path);
  });
}

const includeError = (says: Message, details: { readonly hint?: Message } = {}) =>
  new OpenclawError(says, { code: "config.include", ...details });

/** Drops layers without content of their own, such as an object with nothing but `$include`. */
function withContent(layers: readonly IncludeLayer[]): readonly IncludeLayer[] {
  return layers.filter(
    ({ value }) => !(isObject(value) && Object.hasOwn(value, INCLUDE) && Object.keys(value).length === 1),
  );
}

/**
 * Merges objects key by key, concatenates lists, and replaces anything else.
 * @source the published OpenClaw.
 */
function mergeLayers(all: readonly IncludeLayer[], read: ReadSource): JsonValue {
  const layers = withContent(all);
  const top = layers.at(-1);
  if (top === undefined) return {};
  if (Array.isArray(top.value)) {
    const lists = layers.every(({ value }) => Array.isArray(value)) ? layers : [top];
    return lists.flatMap((list) =>
      (list.value as readonly JsonValue[]).map((_, index) => mergeLayers(childOf(list, index, read), read)),
    );
  }
  if (!isObject(top.value)) return top.value;
  const objects = layers.filter(({ value }) => isObject(value));
  const keys = new Set(objects.flatMap(({ value }) => Object.keys(value as JsonObject)));
  keys.delete(INCLUDE);
  const merged: Record<string, JsonValue> = {};
  for (const key of keys) {
    const value = mergeLayers(
      objects.flatMap((layer) => childOf(layer, key, read)),
      read,
    );
    // `__proto__` is an ordinary key in JSON5.
    Object.defineProperty(merged, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return merged;
}

/** All paths must be absolute with links resolved. */
export function isInside(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const way = relative(folder, path);
    return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  });
}
