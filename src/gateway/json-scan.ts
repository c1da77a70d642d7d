import { CLOSING_BRACE, CLOSING_BRACKET, COLON, COMMA, OPENING_BRACE, OPENING_BRACKET, QUOTE } from "../core/ascii.ts";
import { parseJson } from "../core/json.ts";
import type { Sliced } from "../core/sliced.ts";
import { type ByteSpan, isBlank, isValue, PAUSED, type Scan } from "./json-tokens.ts";

export interface ScannedValue extends ByteSpan {
  /** Of a list, unless it is broken or has too many; their offsets are from the start of the list. */
  readonly elements: readonly ByteSpan[] | undefined;
}

/** An object whose member values were skipped without being parsed. */
export interface ScannedObject {
  readonly end: number;
  readonly isEmpty: boolean;
  /** Place of the value of each wanted name, if present. */
  readonly values: ReadonlyMap<string, ScannedValue>;
}

/** @why no request has nearly as many, and an object of millions would take a second. */
const MOST_MEMBERS = 10_000;

/** @source platform.claude.com, "Message Batches": as many requests as a batch may have; no list is longer in good faith. */
const MOST_ELEMENTS = 100_000;

/** @why longer than any wanted name, all of its letters spelled as escapes. */
const LONGEST_KEY_BYTES = 256;

/** @measured JSON.parse takes as much longer than a loop. */
const PARSED_STEPS = 8;

/**
 * Scans the object that begins at `start`, unless it has too many members. As in JSON.parse, the last of repeated names
 * counts. Text that JSON.parse rejects may pass, since values are not parsed; everything up to its first error is
 * located correctly.
 */
export function* scanObject(scan: Scan, start: number, wanted: ReadonlySet<string>): Sliced<ScannedObject | undefined> {
  const { bytes } = scan;
  if (bytes[start] !== OPENING_BRACE) return undefined;
  const values = new Map<string, ScannedValue>();
  let expected: "first" | "name" | "colon" | "value" | "comma" = "first";
  let name = "";
  let count = 0;
  for (let at = start + 1; ; ) {
    const first = bytes[at];
    if ((first === COLON && expected === "colon") || (first === COMMA && expected === "comma")) {
      expected = first === COLON ? "value" : "name";
      at++;
      continue;
    }
    if (first === CLOSING_BRACE && (expected === "comma" || expected === "first")) {
      return { end: at + 1, isEmpty: count === 0, values };
    }
    let elements: readonly ByteSpan[] | undefined;
    let end = PAUSED;
    if (first === OPENING_BRACKET && expected === "value" && wanted.has(name)) {
      const list = yield* scanList(scan, at);
      if (list !== undefined) ({ end, elements } = list);
    }
    while (end === PAUSED) {
      end = scan.tokenEnd(at);
      if (end === PAUSED) yield;
    }
    if (end === at) return undefined;
    if (expected === "value" && isValue(first)) {
      if (wanted.has(name)) values.set(name, { start: at, end, elements });
      expected = "comma";
    } else if (first === QUOTE && (expected === "first" || expected === "name")) {
      const key = ++count <= MOST_MEMBERS ? keyAt(bytes, at, end) : undefined;
      if (key === undefined) return undefined;
      name = key;
      expected = "colon";
    } else if (!isBlank(first)) return undefined;
    at = end;
  }
}

/** The list that begins at `start`, unless it is broken or has too many elements. */
function* scanList(
  scan: Scan,
  start: number,
): Sliced<{ readonly end: number; readonly elements: readonly ByteSpan[] } | undefined> {
  const { bytes } = scan;
  const elements: ByteSpan[] = [];
  let expected: "first" | "value" | "comma" = "first";
  for (let at = start + 1; ; ) {
    const first = bytes[at];
    if (first === COMMA && expected === "comma") {
      expected = "value";
      at++;
      continue;
    }
    if (first === CLOSING_BRACKET && expected !== "value") return { end: at + 1, elements };
    const end = scan.tokenEnd(at);
    if (end === PAUSED) {
      yield;
      continue;
    }
    if (end === at) return undefined;
    if (expected !== "comma" && isValue(first)) {
      if (elements.length === MOST_ELEMENTS) return undefined;
      elements.push({ start: at - start, end: end - start });
      expected = "comma";
    } else if (!isBlank(first)) return undefined;
    at = end;
  }
}

export const within = ({ start, end }: ByteSpan, whole: ByteSpan): ByteSpan => ({
  start: whole.start + start,
  end: whole.start + end,
});

/** `undefined` if it is not valid JSON. */
export function parseAt(scan: Scan, { start, end }: ByteSpan): unknown {
  scan.spend((end - start) * PARSED_STEPS);
  return parseJson(scan.bytes.toString("utf8", start, end));
}

/** @why longer than whatever is looked at in good faith; parsing takes far longer than scanning, and far more memory. */
const LONGEST_PARSED_BYTES = 16 * 1024;

export const isShort = ({ start, end }: ByteSpan): boolean => end - start <= LONGEST_PARSED_BYTES;

const TYPE: ReadonlySet<string> = new Set(["type"]);

/**
 * As much of a value as is looked at: all of a short one, the beginning of a long text, the `type` of a long object, an
 * empty list in place of a long one.
 */
export function* valueAt(scan: Scan, at: ByteSpan): Sliced<unknown> {
  if (isShort(at)) return parseAt(scan, at);
  const { bytes } = scan;
  const first = bytes[at.start];
  if (first === QUOTE) return bytes.toString("latin1", at.start + 1, at.start + LONGEST_PARSED_BYTES);
  if (first === OPENING_BRACKET) return [];
  return first === OPENING_BRACE ? { type: yield* typeAt(scan, at) } : undefined;
}

/** True if it is not valid JSON; a long value is not judged. */
export const isBrokenAt = (scan: Scan, at: ByteSpan): boolean => isShort(at) && parseAt(scan, at) === undefined;

/** The `type` of an object. */
export function* typeAt(scan: Scan, { start }: ByteSpan): Sliced<unknown> {
  const type = (yield* scanObject(scan, start, TYPE))?.values.get("type");
  return type && (yield* valueAt(scan, type));
}

export const isListAt = (bytes: Buffer, { start }: ByteSpan): boolean => bytes[start] === OPENING_BRACKET;

/** The offset of the first non-whitespace byte from `at` on. */
export function* skipBlanks(scan: Scan, at: number): Sliced<number> {
  while (isBlank(scan.bytes[at])) {
    const end = scan.tokenEnd(at);
    if (end !== PAUSED) return end;
    yield;
  }
  return at;
}

/** A key's letters may be spelled as escapes. A long one is none that is wanted, and not read. */
function keyAt(bytes: Buffer, start: number, end: number): string | undefined {
  if (end - start > LONGEST_KEY_BYTES) return "";
  const raw = bytes.toString("latin1", start + 1, end - 1);
  if (!raw.includes("\\")) return raw;
  return parseJson(bytes.toString("utf8", start, end)) as string | undefined;
}
