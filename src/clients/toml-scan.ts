import { parse } from "smol-toml";
import type { Span } from "../config/json5-parse.ts";

export interface TomlNode extends Span {
  readonly kind: "scalar" | "array" | "inline";
  /** Of an inline table. */
  readonly entries: readonly TomlEntry[];
}

/** A key and its value, from the start of the key to the end of the value. */
export interface TomlEntry extends Span {
  readonly key: readonly string[];
  readonly keyEnd: number;
  readonly value: TomlNode;
  /** The comma behind it in an inline table. */
  readonly comma: number | undefined;
}

/** The entries below one header. The first table is the root, which has none. */
export interface TomlTable {
  readonly path: readonly string[];
  /** Of a header in double brackets. */
  readonly isItem: boolean;
  readonly header: Span | undefined;
  readonly entries: readonly TomlEntry[];
}

const BARE = /[A-Za-z0-9_-]+/y;
/** Comments, blanks and line ends. */
const BETWEEN = /(?:[ \t\r\n\uFEFF]+|#[^\n]*)*/y;
const BLANKS = /[ \t]*/y;
const SCALAR = /[^,\]}#\r\n]*/y;
const STRING = {
  '"""': /"""(?:[^"\\]+|\\[\s\S]|"(?!""))*"{3,5}/y,
  "'''": /'''(?:[^']+|'(?!''))*'{3,5}/y,
  '"': /"(?:[^"\\\n]+|\\.)*"/y,
  "'": /'[^'\n]*'/y,
};

class Scanner {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get next(): string | undefined {
    return this.#text[this.at];
  }

  isAt(text: string): boolean {
    return this.#text.startsWith(text, this.at);
  }

  /** Moves over what matches here, and returns it. */
  over(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  overOne(character: string): void {
    if (this.next !== character) this.fail();
    this.at += 1;
  }

  fail(): never {
    throw new Error(`The scanner and smol-toml disagree at character ${this.at}.`);
  }

  string(): string {
    const quote = (Object.keys(STRING) as (keyof typeof STRING)[]).find((one) => this.isAt(one));
    return quote === undefined ? "" : this.over(STRING[quote]);
  }

  key(): string[] {
    const parts: string[] = [];
    for (;;) {
      this.over(BLANKS);
      const quoted = this.string();
      const part = quoted === "" ? this.over(BARE) : quoted;
      if (part === "") this.fail();
      parts.push(quoted === "" ? part : unquoted(quoted));
      const end = this.at;
      this.over(BLANKS);
      if (this.next !== ".") {
        this.at = end;
        return parts;
      }
      this.at += 1;
    }
  }

  node(): TomlNode {
    const start = this.at;
    if (this.next === "[") return this.#array(start);
    if (this.next === "{") return this.#inlineTable(start);
    if (this.string() === "") this.at = start + this.over(SCALAR).trimEnd().length;
    if (this.at === start) this.fail();
    return { kind: "scalar", start, end: this.at, entries: [] };
  }

  #array(start: number): TomlNode {
    this.at += 1;
    for (this.over(BETWEEN); this.next !== "]"; this.over(BETWEEN)) {
      if (this.next === ",") this.at += 1;
      else this.node();
    }
    this.at += 1;
    return { kind: "array", start, end: this.at, entries: [] };
  }

  #inlineTable(start: number): TomlNode {
    const entries: TomlEntry[] = [];
    this.at += 1;
    for (this.over(BETWEEN); this.next !== "}"; this.over(BETWEEN)) {
      const entry = this.entry();
      this.over(BETWEEN);
      const comma = this.next === "," ? this.at : undefined;
      if (comma !== undefined) this.at += 1;
      entries.push({ ...entry, comma });
    }
    this.at += 1;
    return { kind: "inline", start, end: this.at, entries };
  }

  entry(): TomlEntry {
    const start = this.at;
    const key = this.key();
    const keyEnd = this.at;
    this.over(BLANKS);
    this.overOne("=");
    this.over(BLANKS);
    const value = this.node();
    return { start, key, keyEnd, value, end: value.end, comma: undefined };
  }
}

/** smol-toml decodes any escapes. */
function unquoted(written: string): string {
  return written.includes("\\") ? (Object.keys(parse(`${written}=0`))[0] ?? "") : written.slice(1, -1);
}

/** Finds where keys, values and headers stand in a text that smol-toml has accepted. */
export function readTables(text: string): readonly TomlTable[] {
  const scanner = new Scanner(text);
  const entriesBelow = (): TomlEntry[] => {
    const entries: TomlEntry[] = [];
    for (scanner.over(BETWEEN); scanner.next !== undefined && scanner.next !== "["; scanner.over(BETWEEN)) {
      entries.push(scanner.entry());
    }
    return entries;
  };
  const tables: TomlTable[] = [{ path: [], isItem: false, header: undefined, entries: entriesBelow() }];
  while (scanner.next === "[") {
    const start = scanner.at;
    const isItem = scanner.isAt("[[");
    scanner.at += isItem ? 2 : 1;
    const path = scanner.key();
    scanner.over(BLANKS);
    for (let bracket = 0; bracket < (isItem ? 2 : 1); bracket += 1) scanner.overOne("]");
    const header = { start, end: scanner.at };
    tables.push({ path, isItem, header, entries: entriesBelow() });
  }
  return tables;
}
