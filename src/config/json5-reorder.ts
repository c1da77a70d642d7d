import type { Splice } from "./json5-edits.ts";
import type { Span } from "./json5-parse.ts";
import { lineStartBefore } from "./json5-style.ts";
import type { Container, Entry } from "./json5-tree.ts";
import { type JsonValue, sameValue } from "./json5-value.ts";

/** @why each item is compared with each; no list that a person orders is longer. */
const LONGEST = 100;

/** For each place of `after`, where its item was before; `undefined` unless the two are the same items in another order. */
export function newOrder(before: readonly JsonValue[], after: readonly JsonValue[]): readonly number[] | undefined {
  if (before.length !== after.length || before.length > LONGEST) return undefined;
  const taken = new Set<number>();
  for (const item of after) {
    const from = before.findIndex((other, index) => !taken.has(index) && sameValue(other, item));
    if (from < 0) return undefined;
    taken.add(from);
  }
  const order = [...taken];
  return order.some((from, index) => from !== index) ? order : undefined;
}

const FIRST_BREAK = /\r\n|[\n\r\u2028\u2029]/;

/** An item with all that belongs to it: the lines of comments above it, its value, and the rest of its line. */
interface Belongings {
  readonly lead: Span;
  readonly value: Span;
  readonly trail: Span;
}

/**
 * Brings the items of a list into another order, each with its comments. `undefined` if items share lines, so that nobody
 * can tell whose a comment is.
 */
export function reorder(text: string, list: Container, order: readonly number[]): readonly Splice[] | undefined {
  const all = list.entries.map((entry, index) =>
    belongings(text, entry, list.entries[index + 1]?.start ?? list.end - 1),
  );
  if (!isComplete(all)) return undefined;
  return order.flatMap((from, index) => {
    const [to, source] = [all[index], all[from]];
    if (to === undefined || source === undefined || from === index) return [];
    const moved = (part: keyof Belongings): Splice => ({
      ...to[part],
      text: text.slice(source[part].start, source[part].end),
    });
    return [moved("lead"), moved("value"), moved("trail")];
  });
}

const isComplete = <T>(list: readonly (T | undefined)[]): list is readonly T[] =>
  list.every((one) => one !== undefined);

/** `next` is where the next item or the end of the list begins. */
function belongings(text: string, entry: Entry, next: number): Belongings | undefined {
  const { gapStart, start, end, comma } = entry;
  const above = FIRST_BREAK.exec(text.slice(gapStart, start));
  const lineStart = lineStartBefore(text, start);
  const after = comma === undefined ? end : comma + 1;
  const below = FIRST_BREAK.exec(text.slice(after, next));
  if (above === null || below === null || /\S/.test(text.slice(lineStart, start))) return undefined;
  const trail = { start: after, end: after + below.index };
  // A comment that goes on in the next line is not all of what stands behind.
  const last = text.slice(trail.start, trail.end).lastIndexOf("/*");
  if (last >= 0 && !text.slice(trail.start + last, trail.end).includes("*/")) return undefined;
  return { lead: { start: gapStart + above.index + above[0].length, end: lineStart }, value: { start, end }, trail };
}
