import { BACKSLASH, DIGIT_0, OPENING_BRACE, POINT, QUOTE } from "./ascii.ts";
import { shownJson } from "./json.ts";

const FIRST_BLOCK_BYTES = 16 * 1024;

/** @why one burst of long lines does not hold its memory for ever. */
const KEPT_BLOCK_BYTES = 1024 * 1024;

/** @why UTF-8 takes no more of them for a character of a string. */
const BYTES_PER_CHAR = 3;

/** @why no number is written with more characters. */
const LONGEST_NUMBER = 25;

/** Beyond all counts, and tenths of milliseconds, of a request. */
const SHORT_NUMBER_BELOW = 1e9;

const END = Buffer.from("}\n");

/** What precedes the value of a member. Names are the program's own, so there are few. */
const beginnings = new Map<string, Uint8Array>();

function beginningOf(name: string): Uint8Array {
  const known = beginnings.get(name);
  if (known !== undefined) return known;
  const made = Buffer.from(`,"${name}":`);
  beginnings.set(name, made);
  return made;
}

/**
 * Lines of JSON as bytes, one object each, in a block that grows with them and is used again.
 * @why a string for each line would have to be encoded, and collected.
 * @measured most members of a request equal those of the one before; copying them at once takes half the time of writing them.
 */
export class JsonLines {
  #block = Buffer.alloc(0);
  #lengthBytes = 0;
  /** Where the line that is being made begins. */
  #start = 0;
  /** How many members it has so far, with those that were left out. */
  #members = 0;
  /** The members of the line before, each replaced by the one that is made in its place, and where they end in the block. */
  readonly #names: string[] = [];
  readonly #values: unknown[] = [];
  readonly #ends: number[] = [];
  /** How many members the line before has; 0 if it is not in the block. */
  #known = 0;
  /** Up to here the line before has been compared. */
  #comparedTo = 0;
  /** From there to here it is repeated, and still to be copied; -1 if not. */
  #repeatedFrom = -1;

  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  /** A line that is no JSON, without its line end. */
  addText(line: string): void {
    this.#write(`${line}\n`);
    this.#start = this.#lengthBytes;
  }

  /** The members of a flat object. What is undefined is left out; its names are the program's own. */
  addMembers(fields: object): void {
    for (const name in fields) this.add(name, fields[name as keyof typeof fields]);
  }

  add(name: string, value: unknown): void {
    const index = this.#members;
    const start = this.#comparedTo;
    this.#members = index + 1;
    if (index < this.#known) {
      const end = this.#ends[index] as number;
      this.#comparedTo = end;
      // What an array holds may have changed.
      if (this.#values[index] === value && this.#names[index] === name && typeof value !== "object") {
        if (this.#repeatedFrom < 0) this.#repeatedFrom = start;
        this.#ends[index] = this.#lengthBytes + end - this.#repeatedFrom;
        return;
      }
    }
    this.#copyRepeated(start);
    if (value !== undefined) this.#addNew(name, value);
    this.#names[index] = name;
    this.#values[index] = value;
    this.#ends[index] = this.#lengthBytes;
  }

  #addNew(name: string, value: unknown): void {
    const beginning = beginningOf(name);
    this.#reserve(beginning.length + (typeof value === "string" ? value.length + 2 : LONGEST_NUMBER));
    this.#copy(beginning);
    if (typeof value === "number") this.#number(value);
    else if (typeof value !== "string" || !this.#plainText(value)) this.#write(shownJson(value));
  }

  #copyRepeated(end: number): void {
    const start = this.#repeatedFrom;
    if (start < 0) return;
    this.#reserve(end - start);
    this.#block.copyWithin(this.#lengthBytes, start, end);
    this.#lengthBytes += end - start;
    this.#repeatedFrom = -1;
  }

  endLine(): void {
    this.#copyRepeated(this.#comparedTo);
    this.#reserve(END.length + 1);
    this.#copy(END);
    // There was a comma before the first member.
    this.#block[this.#start] = OPENING_BRACE;
    this.#known = this.#members;
    this.#members = 0;
    this.#comparedTo = this.#start;
    this.#start = this.#lengthBytes;
  }

  /** All of it, until something is added; nothing is left. */
  take(): Buffer {
    const bytes = this.#block.subarray(0, this.#lengthBytes);
    this.#lengthBytes = 0;
    this.#start = 0;
    this.#known = 0;
    if (this.#block.length > KEPT_BLOCK_BYTES) this.#block = Buffer.alloc(0);
    return bytes;
  }

  #write(text: string): void {
    this.#reserve(text.length * BYTES_PER_CHAR);
    this.#lengthBytes += this.#block.write(text, this.#lengthBytes);
  }

  #copy(bytes: Uint8Array): void {
    const block = this.#block;
    let at = this.#lengthBytes;
    for (let index = 0; index < bytes.length; index += 1, at += 1) block[at] = bytes[index] as number;
    this.#lengthBytes = at;
  }

  /** Returns false, and adds nothing, if JSON does more to it than put quotes around it. */
  #plainText(text: string): boolean {
    const block = this.#block;
    let at = this.#lengthBytes;
    block[at] = QUOTE;
    at += 1;
    for (let index = 0; index < text.length; index += 1, at += 1) {
      const code = text.charCodeAt(index);
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return false;
      block[at] = code;
    }
    block[at] = QUOTE;
    this.#lengthBytes = at + 1;
    return true;
  }

  #number(value: number): void {
    const tenths = Math.round(value * 10);
    // A quotient is the nearest there is, so this has no more digits.
    const isShort = value >= 0 && value < SHORT_NUMBER_BELOW && tenths / 10 === value;
    if (!isShort) {
      this.#write(shownJson(value));
      return;
    }
    const whole = Math.floor(value);
    this.#digits(whole);
    if (whole === value) return;
    this.#block[this.#lengthBytes] = POINT;
    this.#block[this.#lengthBytes + 1] = DIGIT_0 + tenths - whole * 10;
    this.#lengthBytes += 2;
  }

  #digits(whole: number): void {
    let digits = 1;
    for (let power = 10; whole >= power; power *= 10) digits += 1;
    const end = this.#lengthBytes + digits;
    let rest = whole;
    for (let at = end - 1; at >= this.#lengthBytes; at -= 1) {
      const next = Math.floor(rest / 10);
      this.#block[at] = DIGIT_0 + rest - next * 10;
      rest = next;
    }
    this.#lengthBytes = end;
  }

  #reserve(bytes: number): void {
    const needed = this.#lengthBytes + bytes;
    if (needed <= this.#block.length) return;
    const block = Buffer.allocUnsafeSlow(Math.max(needed, this.#block.length * 2, FIRST_BLOCK_BYTES));
    block.set(this.#block.subarray(0, this.#lengthBytes));
    this.#block = block;
  }
}
