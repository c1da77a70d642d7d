import { parseJson } from "../core/json.ts";
import type { Sliced } from "../core/sliced.ts";

/** `end` is exclusive. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

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

const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [LIST_OPEN, LIST_CLOSE, OBJECT_OPEN, OBJECT_CLOSE] = [0x5b, 0x5d, 0x7b, 0x7d];

/** @why no request has nearly as many, and an object of millions would take a second. */
const MOST_MEMBERS = 10_000;

/** @source platform.claude.com, "Message Batches": as many requests as a batch may have; no list is longer in good faith. */
const MOST_ELEMENTS = 100_000;

/** @why longer than any wanted name, all of its letters spelled as escapes. */
const LONGEST_KEY_BYTES = 256;

/**
 * Work that may be done at a time: a byte looked at is a step.
 * @measured a millisecond, whatever they are spent on.
 */
const SLICE_STEPS = 256 * 1024;

/** @measured a native call takes as long as a loop over as many bytes; its search itself is not counted: 32 MB take 3 ms. */
const CALL_STEPS = 32;

/** @measured JSON.parse takes as much longer than a loop. */
const PARSED_STEPS = 8;

/** A token's end is not found yet: to be asked for once more, after others have been served. */
const PAUSED = -1;

/** Steps that are left of a slice, and those of each. */
export interface Budget {
  left: number;
  readonly each: number;
}

/** Finds the tokens of a text, and counts the steps that it takes. Where it pauses, it goes on with the next question. */
export class Scan {
  readonly bytes: Buffer;
  readonly budget: Budget;
  /** Offset up to which the unfinished token has been looked at, and the depth of nesting there. */
  #at = 0;
  #depth = 0;
  /** The last quote that was found inside the unfinished string. */
  #quote = 0;

  constructor(bytes: Buffer, budget: Budget = { left: SLICE_STEPS, each: SLICE_STEPS }) {
    this.bytes = bytes;
    this.budget = budget;
  }

  /** A part on its own, at the expense of the whole. */
  part({ start, end }: ByteSpan): Scan {
    return new Scan(this.bytes.subarray(start, end), this.budget);
  }

  spend(steps: number): void {
    this.budget.left -= steps;
  }

  /** Of a run of blanks, a comma or the like, or a whole value; `at` itself if that is incomplete. */
  tokenEnd(at: number): number {
    if (this.budget.left <= 0) return this.#pause(this.#at, this.#depth);
    this.budget.left -= CALL_STEPS;
    const first = this.bytes[at];
    if (first === QUOTE) return this.#stringEnd(at);
    if (first === LIST_OPEN) return this.#containerEnd(at, LIST_CLOSE);
    if (first === OBJECT_OPEN) return this.#containerEnd(at, OBJECT_CLOSE);
    if (isBlank(first)) return this.#runEnd(at, isBlank);
    return isLiteral(first) ? this.#runEnd(at, isLiteral) : Math.min(at + 1, this.bytes.length);
  }

  #pause(at: number, depth: number): typeof PAUSED {
    this.#at = at;
    this.#depth = depth;
    this.budget.left = this.budget.each;
    return PAUSED;
  }

  #runEnd(start: number, isPart: (byte: number | undefined) => boolean): number {
    const { bytes } = this;
    let at = this.#at || start;
    this.#at = 0;
    const until = at + Math.max(this.budget.left, 1);
    while (isPart(bytes[at])) {
      if (at >= until) return this.#pause(at, 0);
      at++;
    }
    this.budget.left = until - at;
    return at;
  }

  #containerEnd(start: number, close: number): number {
    const { bytes } = this;
    const budget = this.budget;
    let at = this.#at || start;
    let depth = this.#depth;
    this.#at = 0;
    this.#depth = 0;
    for (let until = at + Math.max(budget.left, 1); at < bytes.length; at++) {
      if (at >= until) return this.#pause(at, depth);
      const byte = bytes[at];
      if (byte === QUOTE) {
        const known = this.#quote;
        const quote = known || bytes.indexOf(QUOTE, at + 1);
        if (known === 0 && quote > 0 && bytes[quote - 1] !== BACKSLASH) {
          until += quote - at - CALL_STEPS;
          at = quote;
          continue;
        }
        budget.left = until - at - CALL_STEPS;
        const end = this.#stringEnd(at, quote);
        if (end === PAUSED) return this.#pause(at, depth);
        if (end === at) return start;
        at = end - 1;
        until = end + budget.left;
      } else if (byte === LIST_OPEN || byte === OBJECT_OPEN) depth++;
      else if ((byte === LIST_CLOSE || byte === OBJECT_CLOSE) && --depth === 0) {
        budget.left = until - at;
        return byte === close ? at + 1 : start;
      }
    }
    return start;
  }

  /**
   * @measured a native search for each quote takes a half to a sixth of a loop over the bytes, in a long text a
   * twentieth.
   */
  #stringEnd(start: number, known = this.#quote || this.bytes.indexOf(QUOTE, start + 1)): number {
    const { bytes } = this;
    let quote = known;
    let { left } = this.budget;
    while (quote > 0 && bytes[quote - 1] === BACKSLASH && (bytes[quote - 2] !== BACKSLASH || this.#isEscaped(quote))) {
      left -= CALL_STEPS;
      if (bytes[quote - 2] === BACKSLASH) left -= 2 * LONG_RUN;
      quote = bytes.indexOf(QUOTE, quote + 1);
      if (left > 0) continue;
      this.#quote = quote;
      return this.#pause(this.#at, this.#depth);
    }
    this.budget.left = left;
    this.#quote = 0;
    return quote < 0 ? start : quote + 1;
  }

  #isEscaped(quote: number): boolean {
    const { bytes } = this;
    let at = quote - 1;
    while (bytes[at] === BACKSLASH && quote - at < LONG_RUN) at--;
    if (quote - at === LONG_RUN) {
      while (at >= LONG_RUN && bytes.compare(BACKSLASHES, 0, LONG_RUN, at - LONG_RUN + 1, at + 1) === 0) at -= LONG_RUN;
      while (bytes[at] === BACKSLASH) at--;
    }
    return (quote - at) % 2 === 0;
  }
}

/** Even, so that it can be skipped. @measured comparing so many at once takes a fiftieth of a loop. */
const LONG_RUN = 4096;
const BACKSLASHES = Buffer.alloc(LONG_RUN, BACKSLASH);

/**
 * Scans the object that begins at `start`, unless it has too many members. As in JSON.parse, the last of repeated names
 * counts. Text that JSON.parse rejects may pass, since values are not parsed; everything up to its first error is
 * located correctly.
 */
export function* scanObject(scan: Scan, start: number, wanted: ReadonlySet<string>): Sliced<ScannedObject | undefined> {
  const { bytes } = scan;
  if (bytes[start] !== OBJECT_OPEN) return undefined;
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
    if (first === OBJECT_CLOSE && (expected === "comma" || expected === "first")) {
      return { end: at + 1, isEmpty: count === 0, values };
    }
    let elements: readonly ByteSpan[] | undefined;
    let end = PAUSED;
    if (first === LIST_OPEN && expected === "value" && wanted.has(name)) {
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
    if (first === LIST_CLOSE && expected !== "value") return { end: at + 1, elements };
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
  if (first === LIST_OPEN) return [];
  return first === OBJECT_OPEN ? { type: yield* typeAt(scan, at) } : undefined;
}

/** True if it is not valid JSON; a long value is not judged. */
export const isBrokenAt = (scan: Scan, at: ByteSpan): boolean => isShort(at) && parseAt(scan, at) === undefined;

/** The `type` of an object. */
export function* typeAt(scan: Scan, { start }: ByteSpan): Sliced<unknown> {
  const type = (yield* scanObject(scan, start, TYPE))?.values.get("type");
  return type && (yield* valueAt(scan, type));
}

export const isListAt = (bytes: Buffer, { start }: ByteSpan): boolean => bytes[start] === LIST_OPEN;

/** The offset of the first non-whitespace byte from `at` on. */
export function* skipBlanks(scan: Scan, at: number): Sliced<number> {
  while (isBlank(scan.bytes[at])) {
    const end = scan.tokenEnd(at);
    if (end !== PAUSED) return end;
    yield;
  }
  return at;
}

export const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const isLiteral = (byte: number | undefined) =>
  byte !== undefined &&
  byte !== COMMA &&
  byte !== COLON &&
  byte !== LIST_OPEN &&
  byte !== LIST_CLOSE &&
  byte !== OBJECT_OPEN &&
  byte !== OBJECT_CLOSE &&
  byte !== QUOTE &&
  !isBlank(byte);

const isValue = (first: number | undefined) =>
  first === QUOTE || first === LIST_OPEN || first === OBJECT_OPEN || isLiteral(first);

/** A key's letters may be spelled as escapes. A long one is none that is wanted, and not read. */
function keyAt(bytes: Buffer, start: number, end: number): string | undefined {
  if (end - start > LONGEST_KEY_BYTES) return "";
  const raw = bytes.toString("latin1", start + 1, end - 1);
  if (!raw.includes("\\")) return raw;
  return parseJson(bytes.toString("utf8", start, end)) as string | undefined;
}
