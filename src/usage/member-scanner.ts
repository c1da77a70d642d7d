import { BACKSLASH, CLOSING_BRACE, COMMA, DELETE, DIGIT_0, DIGIT_9, POINT, QUOTE, SPACE } from "../core/ascii.ts";
import { type ByteText, byteText, standsAt } from "./byte-text.ts";

/** Recent names, of which a record has few. A power of two. */
const KEPT_NAMES = 4_096;

/** A power of two. */
const RECENT = 8;

/** @why of a number with more digits, its digits and its fraction apart are not what `JSON.parse` makes of it. */
const MOST_DIGITS = 15;

const TEN_TO = Array.from({ length: MOST_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/** @why what is looked for at the end of a piece is never behind the end of the memory. */
export const SPARE_BYTES = 64;

const NO_NAME = byteText("");

/**
 * Reads members of a flat JSON object, one after the other, without parsing what is between them. Texts that stand in many
 * lines are kept, so that there is one copy of each.
 */
export class MemberScanner {
  /** Of the next byte that is read. */
  position = 0;
  /** Something that was read is not plain: nothing of it counts. */
  isOdd = false;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #names: ByteText[] = new Array<ByteText>(KEPT_NAMES).fill(NO_NAME);
  /** Some names of each member that stood in lines before. */
  readonly #recent: ByteText[][];
  #replaced = 0;

  /**
   * @param bytes with `SPARE_BYTES` at the end that are no part of a line
   * @param names how many members have texts that are kept
   */
  constructor(bytes: Buffer, names: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#recent = Array.from({ length: names }, () => []);
  }

  /** True if this text stands there. */
  has(text: ByteText, position: number): boolean {
    return standsAt(text, this.#view, position);
  }

  /** True, and behind it, if these bytes come next. */
  skip(key: ByteText): boolean {
    if (!standsAt(key, this.#view, this.position)) return false;
    this.position += key.length;
    return true;
  }

  /** The position of a text behind this key, and itself behind its closing quote; -1 if the key does not come next. */
  range(key: ByteText): number {
    if (this.isOdd || !this.skip(key)) return -1;
    const bytes = this.#bytes;
    const start = this.position;
    let end = start;
    for (; bytes[end] !== QUOTE; end += 1) {
      if (isPlain(bytes[end])) continue;
      this.isOdd = true;
      return start;
    }
    this.position = end + 1;
    return start;
  }

  /** A text that stands in many lines, of which there is one copy then. */
  name(key: ByteText, field: number): string | undefined {
    if (this.isOdd || !this.skip(key)) return undefined;
    const bytes = this.#bytes;
    const start = this.position;
    const recent = this.#recent[field] ?? [];
    for (let index = 0; index < recent.length; index += 1) {
      const name = recent[index] ?? NO_NAME;
      const end = start + name.length;
      if (end >= bytes.length || bytes[end] !== QUOTE || !standsAt(name, this.#view, start)) continue;
      this.position = end + 1;
      return name.text;
    }
    let end = start;
    let hash = 0;
    for (let byte = bytes[end]; byte !== QUOTE; byte = bytes[end]) {
      if (!isPlain(byte)) return this.#odd();
      hash = (Math.imul(hash, 31) + byte) | 0;
      end += 1;
    }
    this.position = end + 1;
    const name = this.#known(start, end, (hash ^ (hash >>> 12)) & (KEPT_NAMES - 1));
    if (recent.length < RECENT) recent.push(name);
    else recent[this.#replaced++ & (RECENT - 1)] = name;
    return name.text;
  }

  #known(start: number, end: number, slot: number): ByteText {
    const kept = this.#names[slot] ?? NO_NAME;
    if (kept.length === end - start && standsAt(kept, this.#view, start)) return kept;
    const name = byteText(this.#bytes.toString("latin1", start, end));
    this.#names[slot] = name;
    return name;
  }

  number(key: ByteText): number | undefined {
    if (this.isOdd || !this.skip(key)) return undefined;
    const bytes = this.#bytes;
    const start = this.position;
    let end = start;
    let digits = 0;
    let point = -1;
    for (let byte = bytes[end]; byte !== COMMA && byte !== CLOSING_BRACE; byte = bytes[end]) {
      if (byte === POINT && point < 0) point = end;
      else if (byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9) digits = digits * 10 + byte - DIGIT_0;
      else return this.#odd();
      end += 1;
    }
    this.position = end;
    const wholeEnd = point < 0 ? end : point;
    const isExact =
      end - start <= MOST_DIGITS &&
      wholeEnd > start &&
      point !== end - 1 &&
      (bytes[start] !== DIGIT_0 || wholeEnd === start + 1);
    if (!isExact) return this.#odd();
    return point < 0 ? digits : digits / (TEN_TO[end - point - 1] ?? 1);
  }

  #odd(): undefined {
    this.isOdd = true;
  }
}

/** ASCII that JSON leaves as it is. */
const isPlain = (byte: number | undefined): byte is number =>
  byte !== undefined && byte >= SPACE && byte < DELETE && byte !== BACKSLASH;
