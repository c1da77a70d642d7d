import type { ProcessFigures } from "../core/context.ts";
import type { SharedCooldown } from "../gateway/cooldown-book.ts";
import { USD } from "../usage/cost.ts";
import { OUTCOMES } from "../usage/outcome.ts";
import {
  type CountKind,
  type CountTable,
  DURATION_MS,
  FIRST_BYTE_AT,
  FIRST_BYTE_MS,
  SLOT,
  STATUSES,
  TOKENS,
} from "./metrics-counts.ts";

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
  /** How many serve, and how many are to. */
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
  /** What it has in common with others: the same object in all of them, which prom-client writes once. */
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

const PREFIX = "openclaw_gateway_";

/** A sample for each row, of the numbers that are not 0. */
const perRow = (
  kind: CountKind,
  values: (numbers: readonly number[]) => readonly (readonly [more: Labels, value: number])[],
) =>
  function* (counts: CountTable): Generator<Sample> {
    for (const { labels: shared, numbers } of counts.rows(kind))
      for (const [labels, value] of values(numbers)) if (value !== 0) yield { shared, labels, value };
  };

const OF_REQUESTS = ["provider", "model", "client", "operation"];

/** One number of each request's row. */
const ofRequests = (name: string, help: string, slot: number, unit = 1): Metric => ({
  name: PREFIX + name,
  help,
  type: "counter",
  labels: OF_REQUESTS,
  samples: perRow("requests", (numbers) => [[{}, (numbers[slot] ?? 0) / unit]]),
});

const gauge = (name: string, help: string, value: (state: MetricsState) => number | undefined): Metric => ({
  name,
  help,
  type: "gauge",
  labels: [],
  samples: (_, state) => {
    const found = value(state);
    return found === undefined ? [] : [{ labels: {}, value: found }];
  },
});

const counter = (name: string, help: string, value: (state: MetricsState) => number): Metric => ({
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
const histogram = ({ name, help, at, bounds, labels }: HistogramOf): Metric => ({
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
  const [total, all] = [`${name}_sum`, `${name}_count`];
  return [...buckets, { name: total, shared, labels: {}, value: sum }, { name: all, shared, labels: {}, value: count }];
}

const resultsOf = (numbers: readonly number[]) =>
  STATUSES.flatMap((status, row) =>
    OUTCOMES.map((outcome, column) => [{ status, outcome }, numbers[row * OUTCOMES.length + column] ?? 0] as const),
  );

/** Everything at `/metrics`, in its order. */
export const METRICS: readonly Metric[] = [
  {
    name: `${PREFIX}requests_total`,
    help: "Requests that were to be forwarded and are over, by the class of their status and how they ended.",
    type: "counter",
    labels: [...OF_REQUESTS, "status", "outcome"],
    samples: perRow("requests", resultsOf),
  },
  histogram({
    name: "request_duration_seconds",
    help: "Time from a request to the end of its response.",
    at: 0,
    bounds: DURATION_MS,
    labels: ["provider", "model", "operation", "outcome"],
  }),
  histogram({
    name: "time_to_first_byte_seconds",
    help: "Time from a request to the first byte of its answer, of requests whose status is no error.",
    at: FIRST_BYTE_AT,
    bounds: FIRST_BYTE_MS,
    labels: ["provider", "model", "operation"],
  }),
  {
    name: `${PREFIX}tokens_total`,
    help: "Tokens that answers say they took. Input is without what a cache held or took in.",
    type: "counter",
    labels: [...OF_REQUESTS, "type"],
    samples: perRow("requests", (numbers) =>
      TOKENS.map((type, index) => [{ type }, numbers[SLOT.tokens + index] ?? 0] as const),
    ),
  },
  {
    ...ofRequests("cost_usd_total", "Cost in USD by the table of prices, with the fee of Unified Billing.", SLOT.cost),
    samples: perRow("requests", (numbers) => [[{}, ((numbers[SLOT.cost] ?? 0) + (numbers[SLOT.fee] ?? 0)) / USD]]),
  },
  ofRequests("unified_billing_fee_usd_total", "What of the cost is the fee of Unified Billing, in USD.", SLOT.fee, USD),
  ofRequests(
    "unpriced_requests_total",
    "Requests that are not in the cost, since their price or their tokens are not known.",
    SLOT.unpriced,
  ),
  ofRequests("failovers_total", "Requests served or tried by another than their first choice.", SLOT.failovers),
  ofRequests("cache_hits_total", "Requests answered from the cache of the gateway in front.", SLOT.cacheHits),
  ofRequests("request_body_bytes_total", "Bytes of requests' bodies, decoded.", SLOT.requestBytes),
  ofRequests("response_body_bytes_total", "Bytes of responses' bodies.", SLOT.responseBytes),
  {
    name: `${PREFIX}upstream_failures_total`,
    help: "Attempts that an upstream did not serve, by the layer to blame and the code of the diagnosis.",
    type: "counter",
    labels: ["provider", "model", "layer", "code"],
    samples: perRow("failures", ([count = 0]) => [[{}, count]]),
  },
  {
    name: `${PREFIX}refused_requests_total`,
    help: "Requests that the gateway refused itself, such as those without a token, by status.",
    type: "counter",
    labels: ["status"],
    samples: perRow("refusals", ([count = 0]) => [[{}, count]]),
  },
  gauge(`${PREFIX}open_requests`, "Requests that are being served.", ({ openRequests }) => openRequests),
  gauge(`${PREFIX}open_streams`, "Responses that have begun and are not over.", ({ openStreams }) => openStreams),
  gauge(`${PREFIX}held_bytes`, "Bytes of requests' bodies that are held.", ({ heldBytes }) => heldBytes),
  {
    name: `${PREFIX}cooldown_remaining_seconds`,
    help: "Time until a model that has failed is tried again. Absent for a model that is not cooling down.",
    type: "gauge",
    labels: ["provider", "model"],
    samples: (_, { cooldowns }) => {
      const longest = new Map<string, Sample>();
      for (const { provider, model, leftMs } of cooldowns) {
        const key = `${provider}/${model}`;
        const value = Math.max(leftMs / 1000, longest.get(key)?.value ?? 0);
        longest.set(key, { labels: { provider, model }, value });
      }
      return [...longest.values()];
    },
  },
  {
    name: `${PREFIX}record_lines_lost_total`,
    help: "Lines that the record of requests lacks, since the disk did not take them.",
    type: "counter",
    labels: [],
    samples: (counts) => [{ labels: {}, value: counts.row("record", [])[0] ?? 0 }],
  },
  gauge(`${PREFIX}ready`, "1 if requests for the default model can be served.", ({ isReady }) => Number(isReady)),
  {
    name: `${PREFIX}config_reloads_total`,
    help: "Changes of the configuration that were taken up, or could not be.",
    type: "counter",
    labels: ["result"],
    samples: (_, { reloads: { ok, failed } }) => [
      { labels: { result: "ok" }, value: ok },
      { labels: { result: "failed" }, value: failed },
    ],
  },
  gauge(
    `${PREFIX}config_last_reload_successful`,
    "0 if the last change of the configuration could not be used.",
    (state) => Number(state.configuration.isLast),
  ),
  gauge(
    `${PREFIX}config_last_reload_success_timestamp_seconds`,
    "When the configuration in use was read.",
    ({ configuration }) => configuration.readSeconds,
  ),
  {
    name: `${PREFIX}processes`,
    help: "Processes that serve, and how many are to.",
    type: "gauge",
    labels: ["state"],
    samples: (_, { processes: { wanted, serving } }) => [
      { labels: { state: "wanted" }, value: wanted },
      { labels: { state: "serving" }, value: serving },
    ],
  },
  counter(
    `${PREFIX}process_ends_total`,
    "Processes of --workers that ended and had to be replaced.",
    ({ processes }) => processes.ended,
  ),
  {
    name: `${PREFIX}info`,
    help: "The version of the gateway and of Node.",
    type: "gauge",
    labels: ["version", "node"],
    samples: (_, { version, node }) => [{ labels: { version, node }, value: 1 }],
  },
  counter("process_cpu_user_seconds_total", "User CPU time spent.", ({ figures }) => figures.cpuUserSeconds),
  counter("process_cpu_system_seconds_total", "System CPU time spent.", ({ figures }) => figures.cpuSystemSeconds),
  counter(
    "process_cpu_seconds_total",
    "User and system CPU time spent.",
    ({ figures }) => figures.cpuUserSeconds + figures.cpuSystemSeconds,
  ),
  gauge("process_start_time_seconds", "Start of the gateway since the epoch.", ({ figures }) => figures.startedSeconds),
  gauge("process_resident_memory_bytes", "Resident memory, of all processes.", ({ figures }) => figures.residentBytes),
  gauge("process_open_fds", "Open file descriptors, of all processes.", ({ figures }) => figures.openFiles),
  gauge("process_max_fds", "File descriptors that a process may open.", ({ figures }) => figures.mostFiles),
  gauge("nodejs_heap_size_total_bytes", "Heap of Node, of all processes.", ({ figures }) => figures.heapBytes),
  gauge("nodejs_heap_size_used_bytes", "What of the heap is used.", ({ figures }) => figures.heapUsedBytes),
  gauge("nodejs_external_memory_bytes", "Memory of Node outside of the heap.", ({ figures }) => figures.externalBytes),
  gauge(
    "nodejs_eventloop_lag_mean_seconds",
    "By how much timers were late on average since the last scrape, of the process where it is most.",
    ({ figures }) => figures.lateness?.meanSeconds,
  ),
  gauge(
    "nodejs_eventloop_lag_p99_seconds",
    "By how much one timer in a hundred was late at least, likewise.",
    ({ figures }) => figures.lateness?.p99Seconds,
  ),
  gauge(
    "nodejs_eventloop_lag_max_seconds",
    "By how much a timer was late at most, likewise.",
    ({ figures }) => figures.lateness?.maxSeconds,
  ),
];

/** The figures of several processes as those of one: sums, but for the greatest lateness and what is said of each. */
export function sumOfFigures(all: readonly [ProcessFigures, ...ProcessFigures[]]): ProcessFigures {
  const sum = (value: (figures: ProcessFigures) => number) => all.reduce((total, one) => total + value(one), 0);
  const late = all.flatMap(({ lateness }) => lateness ?? []);
  const most = (value: (one: NonNullable<ProcessFigures["lateness"]>) => number) => Math.max(...late.map(value));
  return {
    cpuUserSeconds: sum((one) => one.cpuUserSeconds),
    cpuSystemSeconds: sum((one) => one.cpuSystemSeconds),
    startedSeconds: all[0].startedSeconds,
    residentBytes: sum((one) => one.residentBytes),
    heapBytes: sum((one) => one.heapBytes),
    heapUsedBytes: sum((one) => one.heapUsedBytes),
    externalBytes: sum((one) => one.externalBytes),
    lateness:
      late.length === 0
        ? undefined
        : {
            meanSeconds: most((one) => one.meanSeconds),
            p99Seconds: most((one) => one.p99Seconds),
            maxSeconds: most((one) => one.maxSeconds),
          },
    openFiles: all[0].openFiles === undefined ? undefined : sum((one) => one.openFiles ?? 0),
    mostFiles: all[0].mostFiles,
  };
}

/** The model of a cooldown, without the place of its key. */
export function modelOfCooldown({ id }: Pick<SharedCooldown, "id">): {
  readonly provider: string;
  readonly model: string;
} {
  const ref = id.replace(/ \(key \d+\)$/, "");
  const slash = ref.indexOf("/");
  return slash < 0 ? { provider: ref, model: "" } : { provider: ref.slice(0, slash), model: ref.slice(slash + 1) };
}
