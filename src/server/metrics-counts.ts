import { OUTCOMES } from "../usage/outcome.ts";

/** The labels of each kind of row, in their order. */
const LABELS = {
  requests: ["provider", "model", "client", "operation"],
  times: ["provider", "model", "operation", "outcome"],
  failures: ["provider", "model", "layer", "code"],
  refusals: ["status"],
  record: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type CountKind = keyof typeof LABELS;

const COUNT_KINDS = Object.keys(LABELS) as readonly CountKind[];

export const STATUSES = ["2xx", "3xx", "4xx", "5xx"] as const;

/** The places of a row of requests: first one for each status and outcome. */
const RESULTS = STATUSES.length * OUTCOMES.length;
export const TOKENS = ["input", "output", "cache_read", "cache_write_5m", "cache_write_1h"] as const;
export const SLOT = {
  tokens: RESULTS,
  /** In billionths of a USD. */
  cost: RESULTS + TOKENS.length,
  fee: RESULTS + TOKENS.length + 1,
  unpriced: RESULTS + TOKENS.length + 2,
  failovers: RESULTS + TOKENS.length + 3,
  cacheHits: RESULTS + TOKENS.length + 4,
  requestBytes: RESULTS + TOKENS.length + 5,
  responseBytes: RESULTS + TOKENS.length + 6,
} as const;

/** Upper bounds in milliseconds. @why answers of models take from a tenth of a second to ten minutes. */
export const DURATION_MS = [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000];
export const FIRST_BYTE_MS = [25, 50, 100, 250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

/** A row of times: for each histogram what is in each bucket alone, what is beyond the last one, and the sum in milliseconds. */
export const FIRST_BYTE_AT = DURATION_MS.length + 2;

const WIDTH: Readonly<Record<CountKind, number>> = {
  requests: RESULTS + TOKENS.length + 7,
  times: FIRST_BYTE_AT + FIRST_BYTE_MS.length + 2,
  failures: 1,
  refusals: 1,
  record: 1,
};

/** @why names in labels come from configurations, which may change as often as somebody likes. */
export const MOST_ROWS: Readonly<Record<CountKind, number>> = {
  requests: 1_000,
  times: 1_000,
  failures: 500,
  refusals: 100,
  record: 1,
};

export const OTHER = "other";

const SEPARATOR = "\n";

/** Counts on their way to where they are added: data that can go to another process. */
export type Counts = readonly (readonly [kind: CountKind, labels: readonly string[], numbers: readonly number[]])[];

interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly numbers: number[];
}

/** Rows of numbers by their labels. Beyond a limit, what has new labels is counted together. */
export class CountTable {
  readonly #rows = new Map<CountKind, Map<string, Row>>(COUNT_KINDS.map((kind) => [kind, new Map()]));

  /** The row of these labels, to add to. It stays the same until the table is gone. */
  row(kind: CountKind, labels: readonly string[]): number[] {
    const rows = this.#of(kind);
    const key = labels.join(SEPARATOR);
    const known = rows.get(key);
    if (known !== undefined) return known.numbers;
    if (rows.size >= MOST_ROWS[kind]) return this.#shared(kind);
    return this.#added(kind, key).numbers;
  }

  #shared(kind: CountKind): number[] {
    const key = LABELS[kind].map(() => OTHER).join(SEPARATOR);
    return (this.#of(kind).get(key) ?? this.#added(kind, key)).numbers;
  }

  #added(kind: CountKind, key: string): Row {
    const values = labelsOf(key);
    const labels = Object.fromEntries(LABELS[kind].map((name, index) => [name, values[index] ?? ""]));
    const row = { labels, numbers: new Array<number>(WIDTH[kind]).fill(0) };
    this.#of(kind).set(key, row);
    return row;
  }

  #of(kind: CountKind): Map<string, Row> {
    return this.#rows.get(kind) ?? new Map();
  }

  add(counts: Counts): void {
    for (const [kind, labels, numbers] of counts) {
      const row = this.row(kind, labels);
      for (let index = 0; index < row.length; index += 1) row[index] = (row[index] ?? 0) + (numbers[index] ?? 0);
    }
  }

  /** Hands over what has been counted since, and begins anew. */
  take(): Counts {
    const taken: [CountKind, readonly string[], readonly number[]][] = [];
    for (const [kind, rows] of this.#rows)
      for (const [key, { numbers }] of rows) {
        if (numbers.every((number) => number === 0)) continue;
        taken.push([kind, labelsOf(key), numbers.slice()]);
        numbers.fill(0);
      }
    return taken;
  }

  /** The labels of a row are always the same object. */
  rows(
    kind: CountKind,
  ): readonly { readonly labels: Readonly<Record<string, string>>; readonly numbers: readonly number[] }[] {
    return [...this.#of(kind).values()];
  }
}

const labelsOf = (key: string): readonly string[] => (key === "" ? [] : key.split(SEPARATOR));

/** Counts a value in the bucket that it belongs to. */
export function observe(row: number[], at: number, bounds: readonly number[], value: number): void {
  let bucket = 0;
  while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
  row[at + bucket] = (row[at + bucket] ?? 0) + 1;
  const sum = at + bounds.length + 1;
  row[sum] = (row[sum] ?? 0) + value;
}
