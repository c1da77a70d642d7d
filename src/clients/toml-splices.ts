import type { Splice } from "../config/json5-edits.ts";
import { isBelow, isSamePath } from "../config/json5-value.ts";
import { readTables, type TomlEntry, type TomlNode, type TomlTable } from "./toml-scan.ts";

export type TomlPath = readonly string[];

const BARE_KEY = /^[A-Za-z0-9_-]+$/;

/** JSON's escapes are TOML's, which has one more character to escape. */
export const renderText = (text: string): string => JSON.stringify(text).replaceAll("\x7f", "\\u007f");

const renderKey = (path: TomlPath): string =>
  path.map((part) => (BARE_KEY.test(part) ? part : renderText(part))).join(".");

/** An entry with its whole path; `inline` is the table in braces that it is in. */
interface Place {
  readonly path: TomlPath;
  readonly entry: TomlEntry;
  readonly table: TomlTable;
  readonly inline: TomlNode | undefined;
}

/** A text with what stands where. Items of an array of tables are left out: no edit goes there. */
export class TomlText {
  readonly text: string;
  readonly eol: string;
  readonly tables: readonly TomlTable[];
  readonly places: readonly Place[];

  constructor(text: string) {
    this.text = text;
    this.eol = /\r?\n/.exec(text)?.[0] ?? "\n";
    const tables = readTables(text);
    const items = new Set(tables.filter(({ isItem }) => isItem).map(({ path }) => JSON.stringify(path)));
    const isInItem = (path: TomlPath) => path.some((_, depth) => items.has(JSON.stringify(path.slice(0, depth + 1))));
    this.tables = items.size === 0 ? tables : tables.filter(({ path }) => !isInItem(path));
    this.places = this.tables.flatMap((table) =>
      table.entries.flatMap((entry) => placesIn(entry, table.path, table, undefined)),
    );
  }

  placeAt(path: TomlPath): Place | undefined {
    return this.places.find((place) => isSamePath(place.path, path));
  }

  headerOf(path: TomlPath): TomlTable | undefined {
    return this.tables.find((table) => table.header !== undefined && isSamePath(table.path, path));
  }

  /** Before the line end. */
  lineEnd(from: number): number {
    const at = this.text.indexOf("\n", from);
    if (at < 0) return this.text.length;
    return this.text[at - 1] === "\r" ? at - 1 : at;
  }

  lineStart(from: number): number {
    const start = this.text.lastIndexOf("\n", from - 1) + 1;
    return start === 0 && this.text.startsWith("\uFEFF") ? 1 : start;
  }

  /** After the line end. */
  nextLine(from: number): number {
    const at = this.text.indexOf("\n", from);
    return at < 0 ? this.text.length : at + 1;
  }
}

function placesIn(entry: TomlEntry, below: TomlPath, table: TomlTable, inline: TomlNode | undefined): readonly Place[] {
  const path = [...below, ...entry.key];
  const inside = entry.value.entries.flatMap((inner) => placesIn(inner, path, table, entry.value));
  return [{ path, entry, table, inline }, ...inside];
}

const insertion = (at: number, text: string): Splice => ({ start: at, end: at, text });

/** Puts a value at a path; `undefined` if one is there in a form that has no place of its own. */
export function setting(document: TomlText, path: TomlPath, source: string, isNew: boolean): Splice | undefined {
  const place = document.placeAt(path);
  if (place !== undefined) return { start: place.entry.value.start, end: place.entry.value.end, text: source };
  if (!isNew) return undefined;
  const parent = path.slice(0, -1);
  const holder = document.places.findLast(
    ({ path: held, entry }) => entry.value.kind === "inline" && isBelow(parent, held),
  );
  if (holder !== undefined)
    return intoInline(document, holder.entry.value, `${renderKey(path.slice(holder.path.length))} = ${source}`);
  const table = parent.length === 0 ? document.tables[0] : document.headerOf(parent);
  const last = table?.entries.at(-1);
  if (table !== undefined && last !== undefined) return afterEntry(document, last, path.slice(-1), source);
  if (table?.header !== undefined)
    return insertion(document.lineEnd(table.header.end), `${document.eol}${renderKey(path.slice(-1))} = ${source}`);
  const line = `${renderKey(path.slice(-1))} = ${source}`;
  if (table !== undefined) return firstOfAll(document, line);
  const dotted = document.places.findLast(
    ({ path: sibling, table, inline }) =>
      inline === undefined && table.path.length < parent.length && isBelow(sibling, parent),
  );
  if (dotted !== undefined) return afterEntry(document, dotted.entry, path.slice(dotted.table.path.length), source);
  return newTable(document, parent, line);
}

function afterEntry(document: TomlText, entry: TomlEntry, key: TomlPath, source: string): Splice {
  const { text, eol } = document;
  const indent = /^[ \t]*/.exec(text.slice(document.lineStart(entry.start), entry.start))?.[0] ?? "";
  const equals = text.slice(entry.keyEnd, entry.value.start) === "=" ? "=" : " = ";
  return insertion(document.lineEnd(entry.end), `${eol}${indent}${renderKey(key)}${equals}${source}`);
}

/** Below the comment that a file begins with, if it stands by itself. */
function firstOfAll(document: TomlText, line: string): Splice {
  const { text, eol } = document;
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  let at = start;
  while (text[at] === "#") at = document.nextLine(at);
  if (at === text.length) return insertion(at, at === start || text.endsWith("\n") ? line + eol : eol + line);
  const isBlank = document.lineEnd(at) === at;
  return insertion(at > start && isBlank ? document.nextLine(at) : start, line + eol + eol);
}

function newTable({ text, eol }: TomlText, path: TomlPath, line: string): Splice {
  const table = `[${renderKey(path)}]${eol}${line}`;
  if (/^\uFEFF?$/.test(text)) return insertion(text.length, table + eol);
  return insertion(text.length, text.endsWith("\n") ? eol + table + eol : eol + eol + table);
}

function intoInline({ text }: TomlText, inline: TomlNode, written: string): Splice | undefined {
  const last = inline.entries.at(-1);
  if (last === undefined) {
    const isEmpty = /^\{\s*\}$/.test(text.slice(inline.start, inline.end));
    return isEmpty ? { start: inline.start, end: inline.end, text: `{ ${written} }` } : undefined;
  }
  return last.comma === undefined ? insertion(last.end, `, ${written}`) : insertion(last.comma + 1, ` ${written},`);
}

/** Takes a value away, or the header of a table without any; `undefined` if that has no place of its own. */
export function removal(document: TomlText, path: TomlPath): Splice | undefined {
  const place = document.placeAt(path);
  if (place !== undefined) return place.inline === undefined ? ofLine(document, place) : ofInline(document, place);
  const table = document.headerOf(path);
  if (table?.header === undefined || table.entries.length > 0) return undefined;
  return withoutComment(document, table.header.start, table.header.end, "before");
}

const ofLine = (document: TomlText, { entry, table }: Place): Splice =>
  withoutComment(
    document,
    entry.start,
    entry.end,
    table.path.length === 0 && table.entries.length === 1 ? "after" : undefined,
  );

/** Removes whole lines, with a blank one `before` or `after` them; a comment at their end stays. */
function withoutComment(document: TomlText, start: number, end: number, blank: "before" | "after" | undefined): Splice {
  const { text } = document;
  const lineEnd = document.lineEnd(end);
  const behind = text.slice(end, lineEnd);
  if (behind.trim() !== "") return { start, end: end + behind.length - behind.trimStart().length, text: "" };
  let [from, to] = [document.lineStart(start), document.nextLine(end)];
  if (blank === "after" && to < text.length && document.lineEnd(to) === to) to = document.nextLine(to);
  const above = document.lineStart(from - 1);
  if (blank === "before" && from > 0 && document.lineEnd(above) === above && above < from) from = above;
  // The file has no line end at its end.
  if (to === text.length && !text.endsWith("\n") && from > 0)
    from -= text.slice(0, from).endsWith("\r\n") ? 2 : text[from - 1] === "\n" ? 1 : 0;
  return { start: from, end: to, text: "" };
}

function ofInline({ text }: TomlText, { entry, inline }: Place): Splice | undefined {
  if (inline === undefined) return undefined;
  const index = inline.entries.indexOf(entry);
  const before = inline.entries[index - 1];
  const [open, close] = [inline.start + 1, inline.end - 1];
  if (inline.entries.length === 1) {
    const isAlone =
      (
        text.slice(open, entry.start) + text.slice(entry.comma === undefined ? entry.end : entry.comma + 1, close)
      ).trim() === "";
    return isAlone ? { start: open, end: close, text: "" } : undefined;
  }
  if (entry.comma !== undefined) {
    const blanks = /^[ \t]*/.exec(text.slice(entry.comma + 1))?.[0] ?? "";
    return { start: entry.start, end: entry.comma + 1 + blanks.length, text: "" };
  }
  return before?.comma === undefined ? undefined : { start: before.comma, end: entry.end, text: "" };
}
