import {
  applySplices,
  insertEntries,
  isEmpty,
  type Place,
  removeEntries,
  replaceValue,
  Source,
  type Splice,
} from "./json5-edits.ts";
import { startsLine } from "./json5-style.ts";
import { type Container, type Entry, effectiveEntries, keyName, type Node, readTree } from "./json5-tree.ts";
import { entriesOf, isList, isObject, type JsonValue, memberOf, type NewEntry, sameValue } from "./json5-value.ts";

/** An entry of the text, and what it says before and after the edit; undefined when it is not there. */
interface Slot {
  readonly entry: Entry;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** Undefined when `node` is not a container, or is not to be the same kind of container afterwards. */
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

/** What a container has only after the edit. */
function newEntries(before: JsonValue, after: JsonValue): NewEntry[] {
  if (isList(before) && isList(after)) return entriesOf(after.slice(before.length));
  if (!isObject(before) || !isObject(after)) return [];
  return entriesOf(after).filter(({ key = "" }) => !Object.hasOwn(before, key));
}

/** Writes everything that `after` says otherwise than `before`; what only `before` has is left standing. */
function additionSplices(source: Source, place: Place, before: JsonValue, after: JsonValue): Splice[] {
  if (Object.is(before, after)) return [];
  const { text } = source;
  const { node } = place;
  const slots = slotsOf(text, node, before, after);
  if (node.kind === "scalar" || slots === undefined || isEmpty(text, node))
    return sameValue(before, after) ? [] : [replaceValue(source, place, after)];
  const changes = slots.flatMap(({ entry, before, after }) => {
    if (before === undefined || after === undefined) return [];
    const place = { node: entry.value, owner: node, roomy: startsLine(text, entry) };
    return additionSplices(source, place, before, after);
  });
  return [...changes, ...insertEntries(source, node, newEntries(before, after))];
}

/** Every entry that says nothing after the edit; with a key given several times, all of them. */
function doomedEntries(text: string, { entries }: Container, after: JsonValue): Set<Entry> {
  const stays = ({ key }: Entry, index: number) =>
    isList(after) ? index < after.length : key !== undefined && Object.hasOwn(Object(after), keyName(text, key));
  return new Set(entries.filter((entry, index) => !stays(entry, index)));
}

/** Takes away what only `before` has. */
function removalSplices(text: string, node: Node, before: JsonValue, after: JsonValue): Splice[] {
  const slots = Object.is(before, after) ? undefined : slotsOf(text, node, before, after);
  if (node.kind === "scalar" || slots === undefined) return [];
  const changes = slots.flatMap(({ entry, before, after }) =>
    before === undefined || after === undefined ? [] : removalSplices(text, entry.value, before, after),
  );
  return [...changes, ...removeEntries(text, node, doomedEntries(text, node, after))];
}

/**
 * Makes a text that says `before` say `after`, by as few changes as will do. Additions come first: as long as the old
 * entries are there, the new ones can be written in their style.
 */
export function patchText(text: string, before: JsonValue, after: JsonValue): string {
  const source = new Source(text);
  const place = { node: source.root, owner: undefined, roomy: true };
  const extended = applySplices(text, additionSplices(source, place, before, after));
  if (removalSplices(text, source.root, before, after).length === 0) return extended;
  return applySplices(extended, removalSplices(extended, readTree(extended), before, after));
}
