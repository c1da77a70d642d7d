/** One line of values. */
interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly ParsedSample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  counter: [""],
  gauge: [""],
  histogram: ["_bucket", "_sum", "_count"],
};

function refuse(line: string, why: string): never {
  throw new Error(`${why}: ${line}`);
}

/**
 * Reads what a scraper gets, and throws at the first thing that the format does not allow: stricter than Prometheus, which
 * forgives what it can.
 * @source prometheus.io, "Exposition formats"; openmetrics.io, 1.0.0.
 */
export function parseMetrics(
  text: string,
  format: "prometheus" | "openmetrics" = "prometheus",
): readonly ParsedMetric[] {
  const isOpen = format === "openmetrics";
  if (!text.endsWith("\n")) refuse(text.slice(-80), "the last line has no end");
  const lines = text.slice(0, -1).split("\n");
  if (isOpen && lines.pop() !== "# EOF") refuse(lines.at(-1) ?? "", "does not end with # EOF");
  const metrics: { name: string; help: string; type: string; samples: ParsedSample[] }[] = [];
  const seen = new Set<string>();
  let helped: { name: string; help: string } | undefined;
  for (const line of lines) {
    if (line === "") {
      if (isOpen) refuse(line, "an empty line");
      continue;
    }
    const help = /^# HELP (\S+) (.+)$/.exec(line);
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (help) helped = { name: help[1] ?? "", help: help[2] ?? "" };
    else if (type) {
      const [, name = "", kind = ""] = type;
      if (helped?.name !== name) refuse(line, "TYPE without its HELP before it");
      if (!NAME.test(name) || metrics.some((metric) => metric.name === name)) refuse(line, "a name that cannot be");
      if (!(kind in ENDINGS)) refuse(line, "an unknown type");
      if (kind === "counter" && !isOpen && !name.endsWith("_total")) refuse(line, "a counter not named so");
      metrics.push({ name, help: helped?.help ?? "", type: kind, samples: [] });
    } else if (line.startsWith("#")) refuse(line, "a comment");
    else {
      const metric = metrics.at(-1) ?? refuse(line, "values before their type");
      const sample = sampleIn(line);
      const endings = isOpen && metric.type === "counter" ? ["_total"] : (ENDINGS[metric.type] ?? []);
      if (!endings.some((ending) => metric.name + ending === sample.name)) refuse(line, "values of another metric");
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).toSorted()]);
      if (seen.has(key)) refuse(line, "said twice");
      seen.add(key);
      if (metric.type !== "gauge" && !(sample.value >= 0)) refuse(line, "less than nothing");
      metric.samples.push(sample);
    }
  }
  for (const metric of metrics) if (metric.type === "histogram") checkHistogram(metric);
  return metrics;
}

function sampleIn(line: string): ParsedSample {
  const [, name = "", inner = "", value = ""] = /^([^{ ]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? refuse(line, "no sample");
  if (!NAME.test(name)) refuse(line, "a name that cannot be");
  const labels: Record<string, string> = {};
  let rest = inner;
  while (rest !== "") {
    const [whole, label = "", quoted = ""] =
      /^([^=,{}]+)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?=.)|$)/.exec(rest) ?? refuse(line, "labels that cannot be read");
    if (!LABEL.test(label) || label in labels || label.startsWith("__")) refuse(line, "a label that cannot be");
    labels[label] = quoted.replace(/\\([\\"n])/g, (_, escaped) => (escaped === "n" ? "\n" : escaped));
    rest = rest.slice(whole.length);
  }
  const number = value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value);
  if (Number.isNaN(number)) refuse(line, "no number");
  return { name, labels, value: number };
}

function checkHistogram({ name, samples }: ParsedMetric): void {
  const groups = new Map<string, ParsedSample[]>();
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    const key = JSON.stringify(Object.entries(labels).toSorted());
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const [key, group] of groups) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const one = (ending: string) => group.filter((sample) => sample.name === name + ending).map(({ value }) => value);
    const bounds = buckets.map(({ labels: { le = "" } }) => (le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le)));
    const counts = buckets.map(({ value }) => value);
    const isRising = (all: readonly number[], isStrict: boolean) =>
      all.every(
        (value, index) => index === 0 || (isStrict ? value > (all[index - 1] ?? 0) : value >= (all[index - 1] ?? 0)),
      );
    if (!isRising(bounds, true) || bounds.at(-1) !== Number.POSITIVE_INFINITY) refuse(key, "buckets out of order");
    if (!isRising(counts, false)) refuse(key, "buckets that do not add up");
    if (one("_sum").length !== 1 || one("_count").length !== 1) refuse(key, "no sum or no count");
    if (one("_count")[0] !== counts.at(-1)) refuse(key, "the count is not that of the last bucket");
  }
}

/** The sum of a metric's values with these labels. */
export function totalOf(
  metrics: readonly ParsedMetric[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return metrics
    .flatMap(({ samples }) => samples)
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
