import type { ProcessFigures } from "../core/context.ts";
import type { CountKind, CountTable } from "./metrics-counts.ts";

/** The gateway as a whole at one moment. */
export interface MetricsState {
  readonly version: string;
  readonly node: string;
  /** Requests for the default model can be served. */
  readonly isReady: boolean;
  readonly openRequests: number;
  readonly openStreams: number;
  readonly heldBytes: number;
  /** Of models, by the labels that they have. */
  readonly cooldowns: readonly { readonly provider: string; readonly model: string; readonly leftMs: number }[];
  /** `wanted`: how many are to serve. `ended`: how many had to be replaced. */
  readonly processes: { readonly wanted: number; readonly serving: number; readonly ended: number };
  readonly figures: ProcessFigures;
  readonly reloads: { readonly ok: number; readonly failed: number };
  /** When the configuration that is used was read, and whether a later one could not be. */
  readonly configuration: { readonly readSeconds: number; readonly isLast: boolean };
}

type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** Of a histogram, with its ending. */
  readonly name?: string;
  /** Labels in common with others: the same object in all of them, which prom-client writes once. */
  readonly shared?: Labels;
  readonly labels: Labels;
  readonly value: number;
}

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly labels: readonly string[];
  readonly samples: (counts: CountTable, state: MetricsState) => Iterable<Sample>;
}

export const PREFIX = "openclaw_gateway_";

/** A sample for each row, of the numbers that are not 0. */
export const perRow = (
  kind: CountKind,
  values: (numbers: readonly number[]) => readonly (readonly [more: Labels, value: number])[],
) =>
  function* (counts: CountTable): Generator<Sample> {
    for (const { labels: shared, numbers } of counts.rows(kind))
      for (const [labels, value] of values(numbers)) if (value !== 0) yield { shared, labels, value };
  };

export const OF_REQUESTS = ["provider", "model", "client", "operation"];

/** One number of each request's row. */
export const ofRequests = (name: string, help: string, slot: number, unit = 1): Metric => ({
  name: PREFIX + name,
  help,
  type: "counter",
  labels: OF_REQUESTS,
  samples: perRow("requests", (numbers) => [[{}, (numbers[slot] ?? 0) / unit]]),
});

export const gauge = (name: string, help: string, value: (state: MetricsState) => number | undefined): Metric => ({
  name,
  help,
  type: "gauge",
  labels: [],
  samples: (_, state) => {
    const found = value(state);
    return found === undefined ? [] : [{ labels: {}, value: found }];
  },
});

export const counter = (name: string, help: string, value: (state: MetricsState) => number): Metric => ({
  ...gauge(name, help, value),
  type: "counter",
});

interface HistogramOf {
  readonly name: string;
  readonly help: string;
  readonly at: number;
  readonly bounds: readonly number[];
  readonly labels: readonly string[];
}

/** Of rows of times; those that have the same labels are one. */
export const histogram = ({ name, help, at, bounds, labels }: HistogramOf): Metric => ({
  name: PREFIX + name,
  help,
  type: "histogram",
  labels,
  *samples(counts) {
    const sums = new Map<string, { readonly labels: Labels; readonly numbers: number[] }>();
    for (const { labels: all, numbers } of counts.rows("times")) {
      const own = Object.fromEntries(labels.map((label) => [label, all[label] ?? ""]));
      const key = JSON.stringify(own);
      const known = sums.get(key);
      const values = numbers.slice(at, at + bounds.length + 2);
      sums.set(key, { labels: own, numbers: values.map((value, index) => value + (known?.numbers[index] ?? 0)) });
    }
    for (const sum of sums.values()) yield* bucketsOf(PREFIX + name, sum.labels, sum.numbers, bounds);
  },
});

function bucketsOf(
  name: string,
  shared: Labels,
  numbers: readonly number[],
  bounds: readonly number[],
): readonly Sample[] {
  let count = 0;
  const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
    count += numbers[index] ?? 0;
    const le = bound === Number.POSITIVE_INFINITY ? "+Inf" : String(bound / 1000);
    return { name: `${name}_bucket`, shared, labels: { le }, value: count };
  });
  if (count === 0) return [];
  const sum = (numbers[bounds.length + 1] ?? 0) / 1000;
  const single = (ending: string, value: number): Sample => ({ name: name + ending, shared, labels: {}, value });
  return [...buckets, single("_sum", sum), single("_count", count)];
}
