import { OpenclawError } from "../core/errors.ts";
import type { Position, Problem } from "../core/result.ts";
import type { Texts } from "../text/message.ts";
import { definingFile, type ReadSource, type SourceFile } from "./include.ts";
import { applySplices, patchText, removeEntries } from "./json5-edits.ts";
import { nextToken, parseJson5, positionsIn, type Span } from "./json5-parse.ts";
import { newOrder, reorder } from "./json5-reorder.ts";
import { entriesAlong, entriesAt, keyName, type Node, readTree } from "./json5-tree.ts";
import {
  formatPath,
  isList,
  isObject,
  type JsonPath,
  type JsonValue,
  memberOf,
  sameValue,
  valueAt,
  withMember,
  withoutMember,
} from "./json5-value.ts";

/** A text and the value that json5 reads from it. */
export interface ParsedText {
  readonly text: string;
  readonly value: JsonValue;
}

export interface ValueEdit {
  readonly path: JsonPath;
  /** `undefined` removes it. */
  readonly value: JsonValue | undefined;
}

/** Returns the text with what json5 reads from it if that is the expected value; otherwise throws `config.edit`. */
function verified(text: string, expected: JsonValue): ParsedText {
  const parsed = parseJson5(text);
  if (parsed.ok && sameValue(parsed.value, expected)) return { text, value: parsed.value };
  throw new OpenclawError(({ config }) => config.editDropped, {
    code: "config.edit",
    ...(parsed.ok ? {} : { problems: [parsed.error] }),
  });
}

function kindOf(value: JsonValue, { kind }: Texts["config"]): string {
  if (value === null) return kind.null;
  if (isList(value)) return kind.list(value.length);
  return kind[typeof value as "object" | "string" | "number" | "boolean"];
}

/** Shares what it does not change. Throws `config.edit` if an existing value is in the way. */
function withValueAt(root: JsonValue, path: JsonPath, value: JsonValue, text: string): JsonValue {
  const refuse = (depth: number, parent: JsonValue): never => {
    const place = path.slice(0, depth);
    const names = { path: formatPath(path), parent: formatPath(place), line: 1, column: 1, ...locate(text, place) };
    throw new OpenclawError(({ config }) => config.cannotSet({ ...names, kind: kindOf(parent, config) }), {
      code: "config.edit",
    });
  };
  const put = (current: JsonValue | undefined, depth: number): JsonValue => {
    const step = path[depth];
    if (step === undefined) return value;
    // Not `??`: an existing null must count as being in the way.
    if (typeof step === "string") {
      const object = current === undefined ? {} : current;
      return isObject(object)
        ? withMember(object, step, put(memberOf(object, step), depth + 1))
        : refuse(depth, object);
    }
    const list = current === undefined ? [] : current;
    if (!isList(list) || !Number.isInteger(step) || step < 0 || step > list.length) return refuse(depth, list);
    return list.toSpliced(step, 1, put(list[step], depth + 1));
  };
  return put(root, 0);
}

function withoutValueAt(value: JsonValue, [step, ...rest]: JsonPath): JsonValue {
  if (typeof step === "string" && isObject(value)) {
    const member = memberOf(value, step);
    if (member === undefined) return value;
    return rest.length === 0 ? withoutMember(value, step) : withMember(value, step, withoutValueAt(member, rest));
  }
  if (typeof step !== "number" || !isList(value)) return value;
  const item = value[step];
  if (item === undefined) return value;
  return rest.length === 0 ? value.toSpliced(step, 1) : value.with(step, withoutValueAt(item, rest));
}

/** The value of the text after the edit. Throws like `editText`. */
export const valueAfter = ({ text, value }: ParsedText, { path, value: wanted }: ValueEdit): JsonValue =>
  wanted === undefined ? withoutValueAt(value, path) : withValueAt(value, path, wanted, text);

/** Removes one item of a list, whose later items a comparison of values would take for changed. */
function withoutItem({ text, value }: ParsedText, path: JsonPath): ParsedText {
  const root = readTree(text);
  const parents = entriesAlong(text, root, path.slice(0, -1));
  const parent = parents.length === path.length - 1 ? (parents.at(-1)?.value ?? root) : undefined;
  const entries = parent === undefined ? [] : entriesAt(text, parent, path.at(-1) ?? 0);
  if (parent === undefined || parent.kind === "scalar" || entries.length === 0) return { text, value };
  const edited = applySplices(text, removeEntries(text, parent, new Set(entries)));
  return verified(edited, withoutValueAt(value, path));
}

/** Brings a list into the order that is wanted, with its comments; `undefined` if it is not only that, or cannot be done. */
function inNewOrder({ text, value }: ParsedText, path: JsonPath, wanted: JsonValue): ParsedText | undefined {
  const before = valueAt(value, path) as JsonValue | undefined;
  const order = isList(before) && isList(wanted) ? newOrder(before, wanted) : undefined;
  if (order === undefined) return undefined;
  const root = readTree(text);
  const entries = entriesAlong(text, root, path);
  const node = entries.length === path.length ? (entries.at(-1)?.value ?? root) : undefined;
  const splices = node?.kind === "array" ? reorder(text, node, order) : undefined;
  if (splices === undefined) return undefined;
  const edited = applySplices(text, splices);
  const parsed = parseJson5(edited);
  const after = withValueAt(value, path, wanted, text);
  return parsed.ok && sameValue(parsed.value, after) ? { text: edited, value: parsed.value } : undefined;
}

/**
 * Makes all edits, preserving every other byte. The text is gone over a fixed number of times, however many edits there
 * are. Missing parents are created; a list accepts an index up to its length. Objects and lists are patched member by
 * member so that comments inside them survive. Removing a member removes its repetitions, too; removing what is not
 * there changes nothing. Throws `config.edit` if a path does not fit the existing values.
 */
export function editText(source: ParsedText, edits: readonly ValueEdit[]): ParsedText {
  let current = source;
  let wanted = source.value;
  const patch = () => {
    if (!Object.is(wanted, current.value)) current = verified(patchText(current.text, current.value, wanted), wanted);
  };
  for (const edit of edits) {
    const { path, value } = edit;
    const ordered = value === undefined ? undefined : inNewOrder({ ...current, value: wanted }, path, value);
    if (ordered !== undefined && Object.is(wanted, current.value)) {
      current = ordered;
      wanted = current.value;
      continue;
    }
    if (value !== undefined || typeof path.at(-1) === "string") {
      wanted = valueAfter({ text: current.text, value: wanted }, edit);
      continue;
    }
    if (path.length === 0) throw new OpenclawError((t) => t.config.cannotRemoveAll, { code: "config.edit" });
    patch();
    current = withoutItem(current, path);
    wanted = current.value;
  }
  patch();
  return current;
}

/** Every comment as it is written. The text must be JSON5. */
export function commentsIn(text: string, { start, end }: Span = { start: 0, end: text.length }): readonly string[] {
  const comments: string[] = [];
  for (let token = nextToken(text, start); token !== undefined && token.start < end; token = nextToken(text, token.end))
    if (token.kind === "comment") comments.push(text.slice(token.start, token.end));
  return comments;
}

/** True if a comment stands anywhere inside the value at `path`. The text must be JSON5. */
export function hasCommentIn(text: string, path: JsonPath): boolean {
  const root = readTree(text);
  const entries = entriesAlong(text, root, path);
  return entries.length === path.length && commentsIn(text, entries.at(-1)?.value ?? root).length > 0;
}

type Locate = (path: JsonPath) => Position;

function locatorOf(text: string): Locate {
  const root = readTree(text);
  const positionOf = positionsIn(text);
  return (path) => positionOf((entriesAlong(text, root, path).at(-1) ?? root).start);
}

/**
 * The position of the key at `path`, or of the value for list items and the root. For a missing value, the position of
 * its nearest ancestor. `undefined` if the text is not JSON5.
 */
export const locate = (text: string, path: JsonPath): Position | undefined =>
  parseJson5(text).ok ? locatorOf(text)(path) : undefined;

export interface DuplicateKey {
  readonly path: JsonPath;
  /** The position of the second occurrence. */
  readonly position: Position;
}

/** Every repeated key, in text order; the last occurrence takes effect. Empty if the text is not JSON5. */
export function duplicateKeys(text: string): DuplicateKey[] {
  if (!parseJson5(text).ok) return [];
  const positionOf = positionsIn(text);
  const duplicatesIn = (node: Node, path: JsonPath): DuplicateKey[] => {
    if (node.kind === "scalar") return [];
    const seen = new Set<string | number>();
    return node.entries.flatMap((entry, index) => {
      const step = entry.key ? keyName(text, entry.key) : index;
      const here = [...path, step];
      const repeats = seen.has(step);
      seen.add(step);
      const inside = duplicatesIn(entry.value, here);
      return repeats ? [{ path: here, position: positionOf(entry.start) }, ...inside] : inside;
    });
  };
  return duplicatesIn(readTree(text), []);
}

/** A check may have a thousand places to name in one file. */
const locators = new WeakMap<SourceFile, Locate>();

function locatorIn(file: SourceFile): Locate {
  const known = locators.get(file) ?? locatorOf(file.text);
  locators.set(file, known);
  return known;
}

/**
 * The file and position that define a value, across includes. For an item of a list combined from several files, only
 * the root file is given.
 */
export function placeOf(path: JsonPath, root: SourceFile, read: ReadSource): Pick<Problem, "where" | "position"> {
  try {
    const { file, path: inFile } = definingFile(root, path, read);
    return { where: file.path, position: locatorIn(file)(inFile) };
  } catch (error) {
    if (error instanceof OpenclawError && error.code === "config.include") return { where: root.path };
    throw error;
  }
}
