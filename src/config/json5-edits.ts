import { nextToken, type Span } from "./json5-parse.ts";
import {
  breaksLine,
  indentAt,
  lineStartBefore,
  quoteAt,
  renderEntries,
  renderValue,
  type Style,
  startsLine,
  styleOfContainer,
  styleOfFile,
} from "./json5-style.ts";
import { type Container, type Entry, effectiveEntries, keyName, type Node, readTree } from "./json5-tree.ts";
import { entriesOf, isList, isObject, type JsonValue, memberOf, type NewEntry, sameValue } from "./json5-value.ts";

export interface Splice extends Span {
  readonly text: string;
}

const isBlank = (text: string): boolean => !/\S/.test(text);

const insertion = (offset: number, text: string): Splice => ({ start: offset, end: offset, text });

/** Splices must not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let done = 0;
  const parts: string[] = [];
  // The sort is stable, so at equal offsets a comma stays before the entry that follows it.
  for (const splice of splices.toSorted((a, b) => a.start - b.start)) {
    parts.push(text.slice(done, splice.start), splice.text);
    done = splice.end;
  }
  return parts.join("") + text.slice(done);
}

class StyledText {
  readonly text: string;
  readonly root: Node;
  readonly #styles = new Map<Container | undefined, Style>();

  constructor(text: string) {
    this.text = text;
    this.root = readTree(text);
  }

  /** The style for new values in `container`, or for a new root if `undefined`. */
  styleIn(container: Container | undefined): Style {
    const known = this.#styles.get(container);
    if (known !== undefined) return known;
    const style = container
      ? styleOfContainer(this.text, container, this.styleIn(undefined))
      : styleOfFile(this.text, this.root);
    this.#styles.set(container, style);
    return style;
  }
}

interface ValuePlace {
  readonly node: Node;
  readonly owner: Container | undefined;
  /** True if nothing else shares its lines, so it may span several. */
  readonly ownsLines: boolean;
}

const isEmpty = (text: string, { start, end }: Container): boolean => isBlank(text.slice(start + 1, end - 1));

function replaceValue(source: StyledText, { node, owner, ownsLines }: ValuePlace, value: JsonValue): Splice {
  const { text } = source;
  const { start, end } = node;
  const style = source.styleIn(owner);
  const quote = (typeof value === "string" ? quoteAt(text, start) : undefined) ?? style.quote;
  const spread = ownsLines || breaksLine(text.slice(start, end));
  return { start, end, text: renderValue(value, { ...style, quote }, spread ? indentAt(text, start) : undefined) };
}

const isIndentation = (character: string): boolean => character === " " || character === "\t";

/** The comments after `from`, optionally only those starting on the same line. */
function commentsFrom(text: string, from: number, { sameLine }: { sameLine: boolean }): Span[] {
  const comments: Span[] = [];
  let end = from;
  for (let token = nextToken(text, end); token?.kind === "comment"; token = nextToken(text, end)) {
    if (sameLine && breaksLine(text.slice(end, token.start))) break;
    comments.push(token);
    end = token.end;
  }
  return comments;
}

const separatorOf = ({ gap, eol }: Style, indent: string | undefined): string =>
  indent === undefined ? gap : eol + indent;

/** Inserts after the last entry of a container and any comments on its line. */
function insertAfterEntry(
  source: StyledText,
  container: Container,
  last: Entry,
  entries: readonly NewEntry[],
): Splice[] {
  const { text } = source;
  const style = source.styleIn(container);
  const from = last.comma === undefined ? last.end : last.comma + 1;
  const comment = commentsFrom(text, from, { sameLine: true }).at(-1);
  let indent: string | undefined;
  if (startsLine(text, last)) indent = indentAt(text, last.start);
  else if (comment && text.startsWith("//", comment.start)) indent = indentAt(text, container.start) + style.unit;
  const added = separatorOf(style, indent) + renderEntries(entries, style, indent);
  const anchor = comment?.end ?? from;
  return last.comma === undefined
    ? [insertion(last.end, ","), insertion(anchor, added)]
    : [insertion(anchor, `${added},`)];
}

/** Inserts after the last comment of a container that has no entries. */
function insertAfterComment(
  source: StyledText,
  container: Container,
  comment: Span,
  entries: readonly NewEntry[],
): Splice {
  const { text } = source;
  const style = source.styleIn(container);
  if (!breaksLine(text.slice(comment.end, container.end)))
    return insertion(comment.end, ` ${renderEntries(entries, style, undefined)}`);
  const beforeComment = text.slice(lineStartBefore(text, comment.start), comment.start);
  const indent = isBlank(beforeComment) ? beforeComment : indentAt(text, container.start) + style.unit;
  const comma = style.trailingComma ? "," : "";
  return insertion(comment.end, separatorOf(style, indent) + renderEntries(entries, style, indent) + comma);
}

function insertEntries(source: StyledText, container: Container, entries: readonly NewEntry[]): Splice[] {
  if (entries.length === 0) return [];
  const last = container.entries.at(-1);
  if (last !== undefined) return insertAfterEntry(source, container, last, entries);
  const bracket = { start: container.start, end: container.start + 1 };
  const comment = commentsFrom(source.text, bracket.end, { sameLine: false }).at(-1);
  return [insertAfterComment(source, container, comment ?? bracket, entries)];
}

function removedSpans({ entries }: Container, removed: ReadonlySet<Entry>): Span[] {
  const lastKept = entries.findLast((entry) => !removed.has(entry));
  const endsInComma = entries.at(-1)?.comma !== undefined;
  return entries.flatMap((entry) => {
    const comma = entry.comma === undefined ? [] : [{ start: entry.comma, end: entry.comma + 1 }];
    if (removed.has(entry)) return [entry, ...comma];
    return entry === lastKept && !endsInComma ? comma : [];
  });
}

function joinNeighbours(text: string, spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const { start, end } of spans) {
    const previous = joined.at(-1);
    if (previous !== undefined && isBlank(text.slice(previous.end, start))) {
      joined[joined.length - 1] = { start: previous.start, end };
    } else joined.push({ start, end });
  }
  return joined;
}

/** Extends the span over whitespace that removing it would leave behind: the whole line if it is alone there. */
function withSpace(text: string, { start, end }: Span): Span {
  let [spaceStart, spaceEnd] = [start, end];
  while (isIndentation(text.charAt(spaceStart - 1))) spaceStart--;
  while (isIndentation(text.charAt(spaceEnd))) spaceEnd++;
  const endsLine = breaksLine(text.charAt(spaceEnd));
  if (endsLine && breaksLine(text.charAt(spaceStart - 1)))
    return { start: spaceStart, end: spaceEnd + (text.startsWith("\r\n", spaceEnd) ? 2 : 1) };
  if (text.slice(start, end) === ",") return { start, end };
  if (endsLine) return { start: spaceStart, end: spaceEnd };
  return /[}\]]/.test(text.charAt(spaceEnd)) ? { start: spaceStart, end } : { start, end: spaceEnd };
}

/** Comments attached to removed entries are kept. */
export function removeEntries(text: string, container: Container, removed: ReadonlySet<Entry>): Splice[] {
  if (removed.size === 0) return [];
  return joinNeighbours(text, removedSpans(container, removed)).map((span) => ({ ...withSpace(text, span), text: "" }));
}

/** An entry of the text with its value before and after the edit; `undefined` where it does not exist. */
interface Slot {
  readonly entry: Entry;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** `undefined` unless `node` is the same kind of container before and after. */
function slotsOf(text: string, node: Node, before: JsonValue, after: JsonValue): Slot[] | undefined {
  if (node.kind === "object" && isObject(before) && isObject(after))
    return [...effectiveEntries(text, node)].map(([key, entry]) => ({
      entry,
      before: memberOf(before, key),
      after: memberOf(after, key),
    }));
  if (node.kind === "array" && isList(before) && isList(after))
    return node.entries.map((entry, index) => ({ entry, before: before[index], after: after[index] }));
  return undefined;
}

function newEntries(before: JsonValue, after: JsonValue): NewEntry[] {
  if (isList(before) && isList(after)) return entriesOf(after.slice(before.length));
  if (!isObject(before) || !isObject(after)) return [];
  return entriesOf(after).filter(({ key = "" }) => !Object.hasOwn(before, key));
}

/** Changes and adds whatever differs in `after`; entries that exist only in `before` are kept. */
function additionSplices(source: StyledText, place: ValuePlace, before: JsonValue, after: JsonValue): Splice[] {
  if (Object.is(before, after)) return [];
  const { text } = source;
  const { node } = place;
  const slots = slotsOf(text, node, before, after);
  if (node.kind === "scalar" || slots === undefined || isEmpty(text, node))
    return sameValue(before, after) ? [] : [replaceValue(source, place, after)];
  const changes = slots.flatMap(({ entry, before, after }) => {
    if (before === undefined || after === undefined) return [];
    const place = { node: entry.value, owner: node, ownsLines: startsLine(text, entry) };
    return additionSplices(source, place, before, after);
  });
  return [...changes, ...insertEntries(source, node, newEntries(before, after))];
}

/** Every entry missing after the edit, including all repetitions of its key. */
function removedEntries(text: string, { entries }: Container, after: JsonValue): Set<Entry> {
  const stays = ({ key }: Entry, index: number) =>
    isList(after) ? index < after.length : key !== undefined && Object.hasOwn(Object(after), keyName(text, key));
  return new Set(entries.filter((entry, index) => !stays(entry, index)));
}

function removalSplices(text: string, node: Node, before: JsonValue, after: JsonValue): Splice[] {
  const slots = Object.is(before, after) ? undefined : slotsOf(text, node, before, after);
  if (node.kind === "scalar" || slots === undefined) return [];
  const changes = slots.flatMap(({ entry, before, after }) =>
    before === undefined || after === undefined ? [] : removalSplices(text, entry.value, before, after),
  );
  return [...changes, ...removeEntries(text, node, removedEntries(text, node, after))];
}

/**
 * Turns a text that says `before` into one that says `after` with minimal changes. Additions come first so they can
 * adopt the style of entries that are about to be removed.
 */
export function patchText(text: string, before: JsonValue, after: JsonValue): string {
  const source = new StyledText(text);
  const place = { node: source.root, owner: undefined, ownsLines: true };
  const extended = applySplices(text, additionSplices(source, place, before, after));
  if (removalSplices(text, source.root, before, after).length === 0) return extended;
  return applySplices(extended, removalSplices(extended, readTree(extended), before, after));
}
