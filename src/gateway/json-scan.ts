import { parseJson } from "../core/json.ts";

/** `end` is exclusive. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/** An object whose member values were skipped without being parsed. */
export interface ScannedObject {
  readonly end: number;
  /** Where the value of each wanted name is, if present. */
  readonly values: ReadonlyMap<string, ByteSpan>;
}

interface ListElement extends ByteSpan {
  /** The offset of the preceding comma, or of the list's opening bracket. */
  readonly before: number;
}

const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [LIST_OPEN, LIST_CLOSE, OBJECT_OPEN, OBJECT_CLOSE] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * @why no request has nearly as many, and an object of millions would keep everybody else waiting for a second.
 */
const MOST_MEMBERS = 10_000;

/**
 * Scans the object that begins at `start`, unless it has too many members. As in JSON.parse, the last of repeated names
 * counts. Text that JSON.parse rejects may pass, since values are not parsed; everything up to its first error is
 * located correctly.
 */
export function scanObject(bytes: Buffer, start: number, wanted: ReadonlySet<string>): ScannedObject | undefined {
  if (bytes[start] !== OBJECT_OPEN) return undefined;
  const values = new Map<string, ByteSpan>();
  let at = skipBlanks(bytes, start + 1);
  if (bytes[at] === OBJECT_CLOSE) return { end: at + 1, values };
  for (let count = 0; count < MOST_MEMBERS; count++) {
    const keyEnd = stringEnd(bytes, at);
    const name = keyEnd === at ? undefined : keyAt(bytes, { start: at, end: keyEnd });
    const colon = skipBlanks(bytes, keyEnd);
    if (name === undefined || bytes[colon] !== COLON) return undefined;
    const valueStart = skipBlanks(bytes, colon + 1);
    const end = valueEnd(bytes, valueStart);
    if (end === valueStart) return undefined;
    if (wanted.has(name)) values.set(name, { start: valueStart, end });
    at = skipBlanks(bytes, end);
    if (bytes[at] === OBJECT_CLOSE) return { end: at + 1, values };
    if (bytes[at] !== COMMA) return undefined;
    at = skipBlanks(bytes, at + 1);
  }
  return undefined;
}

/**
 * True if `test` is true for any of the first elements of the list that begins at `start`, or if it has more than `most`.
 */
export function someElement(bytes: Buffer, start: number, most: number, test: (element: ByteSpan) => boolean): boolean {
  let at = skipBlanks(bytes, start + 1);
  if (bytes[at] === LIST_CLOSE) return false;
  for (let count = 0; count < most; count++) {
    const end = valueEnd(bytes, at);
    if (end === at) return false;
    if (test({ start: at, end })) return true;
    at = skipBlanks(bytes, end);
    if (bytes[at] !== COMMA) return false;
    at = skipBlanks(bytes, at + 1);
  }
  return true;
}

/**
 * The element of the list opening at `open` that ends before `close`, which is a comma of the list or its closing
 * bracket.
 * @why backwards: a long list need not be scanned for its last element. JSON has no backslash outside strings, so
 * scanning backwards can still tell whether a quote ends a string.
 */
export function elementBefore(bytes: Buffer, open: number, close: number): ListElement | undefined {
  let end = close;
  while (isBlank(bytes[end - 1])) end--;
  let before = end - 1;
  for (let depth = 0; before > open; before--) {
    const byte = bytes[before];
    if (byte === QUOTE) before = stringStart(bytes, before);
    else if (byte === LIST_CLOSE || byte === OBJECT_CLOSE) depth++;
    else if (byte === LIST_OPEN || byte === OBJECT_OPEN) depth--;
    else if (byte === COMMA && depth === 0) break;
  }
  const start = skipBlanks(bytes, before + 1);
  return before < open || start >= end ? undefined : { before, start, end };
}

/** `undefined` if it is not valid JSON. */
const parseAt = (bytes: Buffer, { start, end }: ByteSpan): unknown => parseJson(bytes.toString("utf8", start, end));

/** @why longer than whatever is looked at in good faith; parsing takes far longer than scanning, and far more memory. */
const LONGEST_PARSED_BYTES = 16 * 1024;

const TYPE: ReadonlySet<string> = new Set(["type"]);

/**
 * What is to be known of a value: all of a short one. Of a longer one its kind, the beginning of its text, and the `type`
 * of an object.
 */
export function valueAt(bytes: Buffer, at: ByteSpan): unknown {
  if (at.end - at.start <= LONGEST_PARSED_BYTES) return parseAt(bytes, at);
  const first = bytes[at.start];
  if (first === QUOTE) return bytes.toString("latin1", at.start + 1, at.start + LONGEST_PARSED_BYTES);
  if (first === LIST_OPEN) return [];
  return first === OBJECT_OPEN ? { type: typeAt(bytes, at) } : undefined;
}

/** True if it is not valid JSON; a long value is not judged. */
export const isBrokenAt = (bytes: Buffer, at: ByteSpan): boolean =>
  at.end - at.start <= LONGEST_PARSED_BYTES && parseAt(bytes, at) === undefined;

/** The `type` of an object. */
export function typeAt(bytes: Buffer, { start }: ByteSpan): unknown {
  const type = scanObject(bytes, start, TYPE)?.values.get("type");
  return type && valueAt(bytes, type);
}

export const isListAt = (bytes: Buffer, { start }: ByteSpan): boolean => bytes[start] === LIST_OPEN;

export const isObjectEnd = (bytes: Buffer, at: number): boolean => bytes[at] === OBJECT_CLOSE;

/** The offset of the first non-whitespace byte from `at` on. */
export function skipBlanks(bytes: Buffer, at: number): number {
  let end = at;
  while (isBlank(bytes[end])) end++;
  return end;
}

const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** A key's letters may be spelled as escapes. */
function keyAt(bytes: Buffer, { start, end }: ByteSpan): string | undefined {
  const raw = bytes.toString("latin1", start + 1, end - 1);
  if (!raw.includes("\\")) return raw;
  return valueAt(bytes, { start, end }) as string | undefined;
}

/** The end of the value at `at`; `at` itself if there is no complete value. */
function valueEnd(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return stringEnd(bytes, at);
  if (first === LIST_OPEN) return containerEnd(bytes, at, LIST_CLOSE);
  if (first === OBJECT_OPEN) return containerEnd(bytes, at, OBJECT_CLOSE);
  let end = at;
  while (end < bytes.length && isLiteral(bytes[end])) end++;
  return end;
}

const isLiteral = (byte: number | undefined) =>
  byte !== COMMA && byte !== OBJECT_CLOSE && byte !== LIST_CLOSE && byte !== QUOTE && !isBlank(byte);

function containerEnd(bytes: Buffer, start: number, close: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const end = stringEnd(bytes, at);
      if (end === at) return start;
      at = end - 1;
    } else if (byte === LIST_OPEN || byte === OBJECT_OPEN) depth++;
    else if ((byte === LIST_CLOSE || byte === OBJECT_CLOSE) && --depth === 0) return byte === close ? at + 1 : start;
  }
  return start;
}

/**
 * @measured a native search for each quote takes a half to a sixth of a loop over the bytes, in a long text a
 * twentieth.
 */
function stringEnd(bytes: Buffer, start: number): number {
  if (bytes[start] !== QUOTE) return start;
  let quote = bytes.indexOf(QUOTE, start + 1);
  while (quote > 0 && isEscaped(bytes, quote)) quote = bytes.indexOf(QUOTE, quote + 1);
  return quote < 0 ? start : quote + 1;
}

/** The opening quote of the string that ends at `end`; less than 1 if there is none. */
function stringStart(bytes: Buffer, end: number): number {
  let quote = end;
  do {
    quote = bytes.lastIndexOf(QUOTE, quote - 1);
  } while (quote > 0 && isEscaped(bytes, quote));
  return quote;
}

function isEscaped(bytes: Buffer, quote: number): boolean {
  let at = quote - 1;
  while (bytes[at] === BACKSLASH) at--;
  return (quote - at) % 2 === 0;
}
