import type { Container, Entry, Node } from "./json5-tree.ts";
import { entriesOf, isList, type JsonValue, type NewEntry } from "./json5-value.ts";

type Quote = '"' | "'";

/** The formatting habits of a file, which new text should follow. */
export interface Style {
  /** True if keys that need no quotes are left bare. */
  readonly bareKeys: boolean;
  readonly keyQuote: Quote;
  readonly quote: Quote;
  readonly colon: string;
  /** Between a comma and the next entry on the same line. */
  readonly gap: string;
  /** Between a brace and the members on the same line. */
  readonly objectPadding: string;
  readonly arrayPadding: string;
  /** True if a comma follows the last entry when the closing bracket is on another line. */
  readonly trailingComma: boolean;
  readonly unit: string;
  readonly eol: string;
}

/** Excludes `__proto__`, which other readers take for the prototype unless it is quoted. */
const BARE_KEY = /^(?!__proto__$)[A-Za-z_$][\w$]*$/;
const LINE_BREAK = /[\n\r\u2028\u2029]/;

export const breaksLine = (text: string): boolean => LINE_BREAK.test(text);

export function lineStartBefore(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !LINE_BREAK.test(text.charAt(start - 1))) start--;
  return start;
}

export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStartBefore(text, offset), offset))?.[0] ?? "";
}

export const startsLine = (text: string, { gapStart, start }: Entry): boolean =>
  breaksLine(text.slice(gapStart, start));

function firstDefined<T, R>(items: Iterable<T>, probe: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = probe(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The opening quote at `offset`, or `undefined` if no string starts there. */
export function quoteAt(text: string, offset: number): Quote | undefined {
  const character = text[offset];
  return character === '"' || character === "'" ? character : undefined;
}

function isBareByChoice(text: string, { key }: Entry): boolean | undefined {
  if (key === undefined) return undefined;
  if (quoteAt(text, key.start) === undefined) return true;
  return BARE_KEY.test(text.slice(key.start + 1, key.end - 1)) ? false : undefined;
}

function colonOf(text: string, { key, value }: Entry): string | undefined {
  const written = key && /^([ \t]?)[ \t]*:([ \t]?)[ \t]*$/.exec(text.slice(key.end, value.start));
  return written ? `${written[1]}:${written[2]}` : undefined;
}

/** The whitespace before an entry that shares a line with what precedes it. */
const spaceBefore = (text: string, { gapStart, start }: Entry): string | undefined =>
  /^[ \t]?$/.exec(text.slice(gapStart, start))?.[0];

const gapOf = (text: string, { entries }: Container): string | undefined =>
  firstDefined(entries, (entry) => (entry === entries[0] ? undefined : spaceBefore(text, entry)));

const paddingOf = (text: string, { kind, entries }: Container, wanted: Container["kind"]): string | undefined =>
  kind === wanted && entries[0] !== undefined ? spaceBefore(text, entries[0]) : undefined;

function endsInComma(text: string, { entries, end }: Container): boolean | undefined {
  const last = entries.at(-1);
  if (last === undefined || !breaksLine(text.slice(last.end, end))) return undefined;
  return last.comma !== undefined;
}

function unitOf(text: string, container: Container): string | undefined {
  const first = container.entries[0];
  if (first === undefined || !startsLine(text, first)) return undefined;
  const outer = indentAt(text, container.start);
  const inner = indentAt(text, first.start);
  return inner.startsWith(outer) && inner !== outer ? inner.slice(outer.length) : undefined;
}

/** The first example of each habit in `containers` counts; `fallback` fills in the rest. */
function styleOf(text: string, containers: readonly Container[], fallback: Style): Style {
  const inContainers = <R>(probe: (container: Container) => R | undefined) => firstDefined(containers, probe);
  const inEntries = <R>(probe: (entry: Entry) => R | undefined) =>
    inContainers(({ entries }) => firstDefined(entries, probe));
  const quote = inEntries(({ value }) => quoteAt(text, value.start));
  const keyQuote = inEntries(({ key }) => key && quoteAt(text, key.start));
  return {
    bareKeys: inEntries((entry) => isBareByChoice(text, entry)) ?? fallback.bareKeys,
    keyQuote: keyQuote ?? quote ?? fallback.keyQuote,
    quote: quote ?? keyQuote ?? fallback.quote,
    colon: inEntries((entry) => colonOf(text, entry)) ?? fallback.colon,
    gap: inContainers((container) => gapOf(text, container)) ?? fallback.gap,
    objectPadding: inContainers((container) => paddingOf(text, container, "object")) ?? fallback.objectPadding,
    arrayPadding: inContainers((container) => paddingOf(text, container, "array")) ?? fallback.arrayPadding,
    trailingComma: inContainers((container) => endsInComma(text, container)) ?? fallback.trailingComma,
    unit: inContainers((container) => unitOf(text, container)) ?? fallback.unit,
    eol: fallback.eol,
  };
}

function* containersIn(node: Node): Generator<Container> {
  if (node.kind === "scalar") return;
  yield node;
  for (const { value } of node.entries) yield* containersIn(value);
}

/** For a file without examples of its own. Valid JSON, since such a file must stay valid JSON. */
const PLAIN_JSON: Style = {
  bareKeys: false,
  keyQuote: '"',
  quote: '"',
  colon: ": ",
  gap: " ",
  objectPadding: " ",
  arrayPadding: "",
  trailingComma: false,
  unit: "  ",
  eol: "\n",
};

export function styleOfFile(text: string, root: Node): Style {
  const containers = [...containersIn(root)];
  const eol = /\r\n?|\n/.exec(text)?.[0] ?? PLAIN_JSON.eol;
  const style = styleOf(text, containers, { ...PLAIN_JSON, eol });
  // A file that writes `"a":1` saves spaces, even if it has no comma to show that.
  const gap = style.colon.endsWith(":") ? "" : PLAIN_JSON.gap;
  return { ...style, gap: firstDefined(containers, (container) => gapOf(text, container)) ?? gap };
}

/** Follows the container's own entries, falling back to the file's style. */
export const styleOfContainer = (text: string, container: Container, ofFile: Style): Style =>
  styleOf(text, [container], ofFile);

function renderString(value: string, quote: Quote): string {
  // JSON.stringify takes care of control characters and lone surrogates.
  const json = JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
  if (quote === '"') return json;
  return `'${json.slice(1, -1).replace(/\\"|'/g, (found) => (found === "'" ? "\\'" : '"'))}'`;
}

function renderKey(key: string | undefined, { bareKeys, keyQuote, colon }: Style): string {
  if (key === undefined) return "";
  return (bareKeys && BARE_KEY.test(key) ? key : renderString(key, keyQuote)) + colon;
}

/** Renders on several lines, the last one indented by `indent`, or on one line if that is `undefined`. */
export function renderValue(value: JsonValue, style: Style, indent: string | undefined): string {
  if (typeof value === "string") return renderString(value, style.quote);
  if (value === null || typeof value !== "object") return Object.is(value, -0) ? "-0" : String(value);
  const entries = entriesOf(value);
  const [open, padding, close] = isList(value) ? ["[", style.arrayPadding, "]"] : ["{", style.objectPadding, "}"];
  if (entries.length === 0) return open + close;
  if (indent === undefined) return open + padding + renderEntries(entries, style, indent) + padding + close;
  const inner = indent + style.unit;
  const comma = style.trailingComma ? "," : "";
  return open + style.eol + inner + renderEntries(entries, style, inner) + comma + style.eol + indent + close;
}

/** Renders each entry on its own line starting with `indent`, or all on one line if that is `undefined`. */
export function renderEntries(entries: readonly NewEntry[], style: Style, indent: string | undefined): string {
  const separator = indent === undefined ? style.gap : style.eol + indent;
  return entries
    .map(({ key, value }) => renderKey(key, style) + renderValue(value, style, indent))
    .join(`,${separator}`);
}
