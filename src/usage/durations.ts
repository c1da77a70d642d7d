/** Tenths of a millisecond, as the record has them. */
const PER_MS = 10;

/** Waits as it comes, so that most sums, which are small, cost no more than that. */
const WAITING = 256;

/** @why beyond that many different times a share is right to a five-hundredth: nobody sees more of it. */
const MOST_EXACT = 1_024;
const KEPT_BITS = 9;

const LONGEST = 0xffff_ffff;

const NONE = new Uint32Array(0);

/**
 * Durations of which quantiles are asked for. The result is the same in whatever order they came, and whether they were added one
 * by one or in groups; memory is bounded, however many there are.
 */
export class Durations {
  #waiting: number[] = [];
  /** Different ones, ascending. */
  #values: Uint32Array = NONE;
  #counts: Uint32Array = NONE;
  #isRounded = false;

  add(ms: number): void {
    this.#waiting.push(Math.min(Math.round(ms * PER_MS), LONGEST));
    if (this.#waiting.length === WAITING) this.#take();
  }

  addAll(other: Durations): void {
    if (other.#values.length > 0) this.#merge(other.#values, other.#counts, other.#isRounded);
    for (const value of other.#waiting) {
      this.#waiting.push(value);
      if (this.#waiting.length === WAITING) this.#take();
    }
  }

  /** The time in milliseconds that so large a share did not exceed; `undefined` without one. */
  quantile(share: number): number | undefined {
    this.#take();
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    let left = Math.max(Math.ceil(share * total), 1);
    for (const [index, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return (this.#values[index] ?? 0) / PER_MS;
    }
    return undefined;
  }

  #take(): void {
    if (this.#waiting.length === 0) return;
    const values = Uint32Array.from(this.#waiting).sort();
    this.#waiting = [];
    this.#merge(values, new Uint32Array(values.length).fill(1), false);
  }

  #merge(values: Uint32Array, counts: Uint32Array, isRounded: boolean): void {
    const isBoth = this.#isRounded || isRounded;
    const own = isBoth && !this.#isRounded ? rounded(this.#values) : this.#values;
    this.#set(merged(own, this.#counts, isBoth && !isRounded ? rounded(values) : values, counts));
    this.#isRounded = isBoth;
    if (isBoth || this.#values.length <= MOST_EXACT) return;
    this.#isRounded = true;
    this.#set(merged(rounded(this.#values), this.#counts, NONE, NONE));
  }

  #set({ values, counts }: CountedValues): void {
    this.#values = values;
    this.#counts = counts;
  }
}

/** Ascending stays ascending. */
const rounded = (values: Uint32Array): Uint32Array => values.map(roundedDown);

function roundedDown(value: number): number {
  const dropped = Math.max(32 - Math.clz32(value) - KEPT_BITS, 0);
  return ((value >>> dropped) << dropped) >>> 0;
}

interface CountedValues {
  readonly values: Uint32Array;
  readonly counts: Uint32Array;
}

/** Both ascend; the same value may come more than once in either. */
function merged(
  values: Uint32Array,
  counts: Uint32Array,
  others: Uint32Array,
  otherCounts: Uint32Array,
): CountedValues {
  const all = new Uint32Array(values.length + others.length);
  const sums = new Uint32Array(all.length);
  let size = 0;
  const put = (value: number, count: number) => {
    if (size > 0 && all[size - 1] === value) sums[size - 1] = (sums[size - 1] ?? 0) + count;
    else {
      all[size] = value;
      sums[size] = count;
      size += 1;
    }
  };
  let one = 0;
  let other = 0;
  while (one < values.length || other < others.length) {
    const value = values[one] ?? Number.POSITIVE_INFINITY;
    const otherValue = others[other] ?? Number.POSITIVE_INFINITY;
    if (value <= otherValue) {
      put(value, counts[one] ?? 0);
      one += 1;
    } else {
      put(otherValue, otherCounts[other] ?? 0);
      other += 1;
    }
  }
  return { values: all.slice(0, size), counts: sums.slice(0, size) };
}
