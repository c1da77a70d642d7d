import { type Metric as ClientMetric, Registry, type RegistryContentType } from "prom-client";
import type { Pause } from "../core/sliced.ts";
import type { CountTable } from "./metrics-counts.ts";
import type { Metric, MetricsState, Sample } from "./metrics-kinds.ts";
import { METRICS } from "./metrics-table.ts";

export type MetricsFormat = "prometheus" | "openmetrics";

/** @measured takes 10 ms on a busy machine, as long as others may wait. */
const SAMPLES_AT_ONCE = 500;

/** The next tick, so that requests are served meanwhile. */
const PAUSE: Pause = () => new Promise((resolve) => setImmediate(resolve));

/** All metrics as text, by prom-client, a piece at a time: as many series as there can be are 45,000 lines. */
export async function metricsText(
  counts: CountTable,
  state: MetricsState,
  format: MetricsFormat,
  pause = PAUSE,
): Promise<string> {
  const isOpen = format === "openmetrics";
  const registry: Registry<RegistryContentType> = new Registry();
  if (isOpen) registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const texts: string[] = [];
  for (const metric of METRICS) {
    // There prom-client adds the ending itself, without looking.
    const name = isOpen && metric.type === "counter" ? metric.name.replace(/_total$/, "") : metric.name;
    const pieces: string[] = [];
    for (const samples of inPieces(metric.samples(counts, state), SAMPLES_AT_ONCE)) {
      registry.clear();
      registry.registerMetric(clientMetric(metric, name, samples));
      const text = await registry.getSingleMetricAsString(name);
      pieces.push(pieces.length === 0 ? text : text.slice(headOf(text)));
      await pause();
    }
    texts.push(pieces.join("\n"));
  }
  return isOpen ? `${texts.join("\n")}\n# EOF\n` : `${texts.join("\n\n")}\n`;
}

/** At least one, which may be empty. */
function* inPieces<T>(all: Iterable<T>, most: number): Generator<readonly T[]> {
  let piece: T[] = [];
  for (const one of all) {
    if (piece.length === most) {
      yield piece;
      piece = [];
    }
    piece.push(one);
  }
  yield piece;
}

/** The length of the two lines that say what a metric is. */
const headOf = (text: string): number => text.indexOf("\n", text.indexOf("\n") + 1) + 1;

/** A metric with what prom-client asks of its own, which keep their values themselves. */
function clientMetric({ help, type }: Metric, name: string, samples: readonly Sample[]): ClientMetric<string> {
  const values = samples.map(({ name: metricName, shared: sharedLabels, labels, value }) => ({
    ...(metricName !== undefined && { metricName }),
    ...(sharedLabels !== undefined && { sharedLabels }),
    labels,
    value,
  }));
  return {
    name,
    get: async () => ({ name, help, type, values, aggregator: "sum" }),
  } as unknown as ClientMetric<string>;
}
