import {
  BACKSLASH,
  CARRIAGE_RETURN,
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COLON,
  COMMA,
  LINE_FEED,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
  SPACE,
  TAB,
} from "../core/ascii.ts";

/** `end` is exclusive. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Work that may be done at a time: a byte looked at is a step.
 * @measured a millisecond, whatever they are spent on.
 */
const SLICE_STEPS = 256 * 1024;

/** @measured a native call takes as long as a loop over as many bytes; its search itself is not counted: 32 MB take 3 ms. */
const CALL_STEPS = 32;

/** A token's end is not found yet: to be asked for once more, after others have been served. */
export const PAUSED = -1;

/** Steps that are left of a slice, and those of each. */
export interface Budget {
  left: number;
  readonly each: number;
}

/** Finds the tokens of a text, and counts the steps that it takes. Where it pauses, it goes on with the next question. */
export class Scan {
  /**
   * One that always lives, for its shape. @why a major garbage collection drops the shape of what is gone by then, and all
   * code that was compiled for it. @measured 4 to 6 % of the processor time of a Worker's requests: it compiled again after
   * every few thousand.
   */
  static readonly lasting = new Scan(Buffer.alloc(0));
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
    if (first === OPENING_BRACKET) return this.#containerEnd(at, CLOSING_BRACKET);
    if (first === OPENING_BRACE) return this.#containerEnd(at, CLOSING_BRACE);
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
      } else if (byte === OPENING_BRACKET || byte === OPENING_BRACE) depth++;
      else if ((byte === CLOSING_BRACKET || byte === CLOSING_BRACE) && --depth === 0) {
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

export const isBlank = (byte: number | undefined): boolean =>
  byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB;

const isLiteral = (byte: number | undefined) =>
  byte !== undefined &&
  byte !== COMMA &&
  byte !== COLON &&
  byte !== OPENING_BRACKET &&
  byte !== CLOSING_BRACKET &&
  byte !== OPENING_BRACE &&
  byte !== CLOSING_BRACE &&
  byte !== QUOTE &&
  !isBlank(byte);

export const isValue = (first: number | undefined) =>
  first === QUOTE || first === OPENING_BRACKET || first === OPENING_BRACE || isLiteral(first);
