import { AggregatorRegistry, type OpenMetricsContentType, Registry } from "prom-client";
import type { CountTable } from "./metrics-counts.ts";
import { METRICS, type MetricsState } from "./metrics-table.ts";

export type MetricsFormat = "prometheus" | "openmetrics";

/**
 * All metrics as text, by prom-client, as it has them for what it got from several processes.
 * @why loaded by the first who asks: nobody else needs it.
 */
export async function metricsText(counts: CountTable, state: MetricsState, format: MetricsFormat): Promise<string> {
  const isOpen = format === "openmetrics";
  const metrics = METRICS.map(({ name, help, type, samples }) => ({
    // There prom-client adds the ending itself, without looking.
    name: isOpen && type === "counter" ? name.replace(/_total$/, "") : name,
    help,
    type,
    values: samples(counts, state).map(({ name: metricName, ...sample }) => ({
      ...sample,
      ...(metricName !== undefined && { metricName }),
    })),
    aggregator: "sum",
  }));
  const registry = AggregatorRegistry.aggregate<OpenMetricsContentType>([metrics]);
  if (isOpen) registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry.metrics();
}
