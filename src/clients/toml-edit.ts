import { applySplices } from "../config/json5-edits.ts";
import { positionsIn } from "../config/json5-parse.ts";
import {
  formatPath,
  isObject,
  type JsonObject,
  type JsonValue,
  memberOf,
  sameValue,
  valueAt,
  withMember,
  withoutMember,
} from "../config/json5-value.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Position } from "../core/result.ts";
import type { Texts } from "../text/message.ts";
import { removal, renderText, setting, type TomlPath, TomlText } from "./toml-splices.ts";
import { parseToml } from "./toml-value.ts";

export interface TomlEdit {
  readonly path: TomlPath;
  /** As it is written in TOML; `undefined` removes the value, or the header of a table without any. */
  readonly source: string | undefined;
}

/** Throws for what a client's settings never are. */
export function renderToml(value: JsonValue): string {
  if (typeof value === "string") return renderText(value);
  if (typeof value === "boolean" || Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(renderToml).join(", ")}]`;
  throw new Error("This value has no form in TOML.");
}

/** The value after the edit. A table that an edit leaves empty may be there or not: only its header says. */
function after(root: JsonObject, path: TomlPath, value: JsonValue | undefined): JsonObject {
  const [step = "", ...rest] = path;
  const member = memberOf(root, step);
  if (rest.length === 0) return value === undefined ? withoutMember(root, step) : withMember(root, step, value);
  if (member === undefined && value === undefined) return root;
  return withMember(root, step, after(isObject(member) ? member : {}, rest, value));
}

/** Without the tables on the way to `path` that hold nothing. */
function pruned(root: JsonObject, path: TomlPath): JsonObject {
  const [step = "", ...rest] = path;
  const member = memberOf(root, step);
  if (!isObject(member)) return root;
  const inside = rest.length === 0 ? member : pruned(member, rest);
  return isEmptyTable(inside) ? withoutMember(root, step) : withMember(root, step, inside);
}

const isEmptyTable = (value: JsonValue | undefined): boolean => isObject(value) && Object.keys(value).length === 0;

/** True if no value that is no table is on the way to `path`. */
function isReachable(root: JsonObject, path: TomlPath): boolean {
  return path.slice(0, -1).every((_, depth) => {
    const value = valueAt(root, path.slice(0, depth + 1)) as JsonValue | undefined;
    return value === undefined || isObject(value);
  });
}

/** The place of a value, else of the nearest that holds it. */
export function locateToml(text: string, path: TomlPath): Position {
  const document = new TomlText(text);
  const starts = path.flatMap((_, depth) => {
    const above = path.slice(0, path.length - depth);
    return document.placeAt(above)?.entry.start ?? document.headerOf(above)?.header?.start ?? [];
  });
  return positionsIn(text)(starts[0] ?? 0);
}

/** Throws `config.edit` with the place. */
function refuse(text: string, path: TomlPath): never {
  const problem = {
    message: ({ clientFiles }: Texts) => clientFiles.formUnknown(formatPath(path)),
    position: locateToml(text, path),
  };
  throw new OpenclawError(problem.message, { code: "config.edit", problems: [problem] });
}

interface ReadText {
  readonly text: string;
  readonly value: JsonObject;
}

function readText(text: string): ReadText {
  const read = parseToml(text);
  if (read.ok) return { text, value: read.value };
  throw new OpenclawError(read.error.message, { code: "config.syntax", problems: [read.error] });
}

function edited(before: ReadText, { path, source }: TomlEdit, refuse: (path: TomlPath) => never): ReadText {
  const { text } = before;
  const current = valueAt(before.value, path) as JsonValue | undefined;
  if (source === undefined && current === undefined) return before;
  if (!isReachable(before.value, path)) refuse(path);
  const value = source === undefined ? undefined : parseToml(`value = ${source}`);
  if (value?.ok === false) refuse(path);
  const document = new TomlText(text);
  const splice =
    source === undefined ? removal(document, path) : setting(document, path, source, current === undefined);
  if (splice === undefined) return refuse(path);
  const result = applySplices(text, [splice]);
  const read = parseToml(result);
  // Without its own header a table is still there if others are below it.
  const isHeaderOnly = source === undefined && document.placeAt(path) === undefined && !isEmptyTable(current);
  const wanted = isHeaderOnly ? before.value : after(before.value, path, value && memberOf(value.value, "value"));
  const expected = pruned(wanted, path);
  if (!read.ok || !sameValue(pruned(read.value, path), expected)) return refuse(path);
  return { text: result, value: read.value };
}

/**
 * Makes the edits one after the other, each by one splice that leaves every other byte as it is, and has smol-toml read the
 * result, which must say what was asked for and nothing else. Throws `config.edit` where a value has a form that it does
 * not know, and `config.syntax`.
 */
export function editToml(text: string, edits: readonly TomlEdit[]): string {
  // The place is in the text as the person has it.
  const refused = (path: TomlPath) => refuse(text, path);
  return edits.reduce((before, edit) => edited(before, edit, refused), readText(text)).text;
}

/** The text of a value; `undefined` if it has no place of its own. */
export function sourceIn(text: string, path: TomlPath): string | undefined {
  const place = new TomlText(text).placeAt(path);
  return place && text.slice(place.entry.value.start, place.entry.value.end);
}
