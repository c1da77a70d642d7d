import { nextToken, parseQuietly, type Span, type Token } from "./json5-parse.ts";
import type { JsonPath } from "./json5-value.ts";

interface Scalar extends Span {
  readonly kind: "scalar";
}

export interface Container extends Span {
  readonly kind: "object" | "array";
  readonly entries: readonly Entry[];
}

export type Node = Scalar | Container;

/** A member or item, from the start of its key or value to the end of its value. */
export interface Entry extends Span {
  readonly key: Span | undefined;
  readonly value: Node;
  readonly comma: number | undefined;
  /** The end of the preceding comma or bracket. */
  readonly gapStart: number;
}

/** Reads tokens one at a time, skipping comments, with one token of lookahead. */
class TokenReader {
  readonly #text: string;
  #next: Token | undefined;
  end = 0;

  constructor(text: string) {
    this.#text = text;
    this.#next = this.#significantFrom(0);
  }

  #significantFrom(from: number): Token | undefined {
    let token = nextToken(this.#text, from);
    while (token?.kind === "comment") token = nextToken(this.#text, token.end);
    return token;
  }

  take(): Token {
    const token = this.#next;
    if (token === undefined) throw new Error("The scanner and json5 disagree about where the text ends.");
    this.end = token.end;
    this.#next = this.#significantFrom(token.end);
    return token;
  }

  takeIf(kind: Token["kind"]): Token | undefined {
    return this.#next?.kind === kind ? this.take() : undefined;
  }
}

function readNode(tokens: TokenReader): Node {
  const { kind, start, end } = tokens.take();
  if (kind === "{") return readContainer(tokens, start, "object");
  if (kind === "[") return readContainer(tokens, start, "array");
  return { kind: "scalar", start, end };
}

function readContainer(tokens: TokenReader, start: number, kind: Container["kind"]): Container {
  const entries: Entry[] = [];
  const close = kind === "object" ? "}" : "]";
  let last = tokens.takeIf(close);
  while (last === undefined) {
    entries.push(readEntry(tokens, kind));
    last = tokens.takeIf(close);
  }
  return { kind, start, end: last.end, entries };
}

function readEntry(tokens: TokenReader, owner: Container["kind"]): Entry {
  const gapStart = tokens.end;
  const key = owner === "object" ? tokens.take() : undefined;
  if (key !== undefined) tokens.takeIf(":");
  const value = readNode(tokens);
  const comma = tokens.takeIf(",")?.start;
  return { key, value, comma, gapStart, start: key?.start ?? value.start, end: value.end };
}

/** Parses `text`, which json5 must already have accepted. */
export const readTree = (text: string): Node => readNode(new TokenReader(text));

/** json5 decodes any escapes. */
export function keyName(text: string, { start, end }: Span): string {
  const written = text.slice(start, end);
  if (written.includes("\\")) return Object.keys(Object(parseQuietly(`{${written}:0}`))).join();
  return /^["']/.test(written) ? written.slice(1, -1) : written;
}

const effective = new WeakMap<Container, ReadonlyMap<string, Entry>>();

/** The last occurrence of each key, which is the one that counts. */
export function effectiveEntries(text: string, container: Container): ReadonlyMap<string, Entry> {
  const known = effective.get(container);
  if (known !== undefined) return known;
  const entries = new Map(container.entries.flatMap((entry) => (entry.key ? [[keyName(text, entry.key), entry]] : [])));
  effective.set(container, entries);
  return entries;
}

/** Every entry a path step leads to. A repeated key yields several, of which the last counts. */
export function entriesAt(text: string, node: Node, step: string | number): Entry[] {
  if (node.kind === "scalar") return [];
  if (node.kind === "array") return node.entries.filter((_, index) => index === step);
  return node.entries.filter(({ key }) => key !== undefined && keyName(text, key) === step);
}

function entryAt(text: string, node: Node, step: string | number): Entry | undefined {
  if (node.kind === "scalar") return undefined;
  if (node.kind === "array") return typeof step === "number" ? node.entries[step] : undefined;
  return typeof step === "string" ? effectiveEntries(text, node).get(step) : undefined;
}

export function entriesAlong(text: string, root: Node, path: JsonPath): Entry[] {
  const found: Entry[] = [];
  let node = root;
  for (const step of path) {
    const entry = entryAt(text, node, step);
    if (entry === undefined) break;
    found.push(entry);
    node = entry.value;
  }
  return found;
}
