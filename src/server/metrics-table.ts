import { USD } from "../usage/cost.ts";
import { OUTCOMES } from "../usage/outcome.ts";
import { DURATION_MS, FIRST_BYTE_AT, FIRST_BYTE_MS, SLOT, STATUSES, TOKENS } from "./metrics-counts.ts";
import {
  counter,
  gauge,
  histogram,
  type Metric,
  OF_REQUESTS,
  ofRequests,
  PREFIX,
  perRow,
  type Sample,
} from "./metrics-kinds.ts";

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
