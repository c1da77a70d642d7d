import { median, quantile } from "../figures.ts";
import type { Sample, Samples } from "./measure.ts";
import { type Age, type MemorySample, STREAMS_HELD } from "./memory.ts";

/** Median and slow end of some times, in milliseconds. */
export interface Delay {
  readonly p50: number;
  readonly p99: number;
}

/** Whom others are compared with. */
const REFERENCES = ["nginx", "haproxy", "portkey", "ccr", "forward"] as const;
type Reference = (typeof REFERENCES)[number];

/** The figures of one contender for one kind of traffic. */
export interface Summary {
  readonly scenario: string;
  readonly contender: string;
  /** Medians of the rounds. */
  readonly requestsPerSecond: number;
  readonly cpuUs: number;
  /** Medians of the ratios of the rounds; NaN without a contender to compare with. */
  readonly rateTo: Readonly<Record<Reference, number>>;
  readonly cpuTo: Readonly<Record<Reference, number>>;
  /** Of all requests of all rounds, in which the order changed. */
  readonly firstByte: Delay;
  readonly addedFirstByte: Delay;
  readonly event: Delay;
  readonly addedEvent: Delay;
}

interface MemorySummary {
  readonly contender: string;
  readonly age: Age;
  readonly beforeMiB: number;
  readonly holdingMiB: number;
  readonly perStreamKiB: number;
}

export interface Figures {
  readonly traffic: readonly Summary[];
  readonly memory: readonly MemorySummary[];
}

/** Summarises all measurements. */
export function summarise(samples: Samples, memory: readonly MemorySample[]): Figures {
  return {
    traffic: [...samples].flatMap(([scenario, byContender]) =>
      [...byContender].flatMap(([contender, own]) =>
        own.length === 0 ? [] : summary(scenario, contender, own, (name) => byContender.get(name) ?? []),
      ),
    ),
    memory: [...new Map(memory.map((one) => [`${one.contender} ${one.age}`, one])).values()].map((one) =>
      memorySummary(
        one,
        memory.filter(({ contender, age }) => contender === one.contender && age === one.age),
      ),
    ),
  };
}

const memorySummary = ({ contender, age }: MemorySample, own: readonly MemorySample[]): MemorySummary => ({
  contender,
  age,
  beforeMiB: median(own.map(({ before }) => before)) / 1024,
  holdingMiB: median(own.map(({ holding }) => holding)) / 1024,
  perStreamKiB: median(own.map(({ before, holding }) => (holding - before) / STREAMS_HELD)),
});

function summary(
  scenario: string,
  contender: string,
  own: readonly Sample[],
  others: (contender: string) => readonly Sample[],
): Summary {
  const rate = ({ requestsPerSecond }: Sample) => requestsPerSecond;
  const cpu = ({ cpuUs }: Sample) => cpuUs;
  const firstByte = delay(own, (sample) => sample.firstByteMs);
  const event = delay(own, (sample) => sample.eventMs);
  const direct = others("direct");
  return {
    scenario,
    contender,
    requestsPerSecond: median(own.map(rate)),
    cpuUs: median(own.map(cpu)),
    rateTo: toEach((reference) => ratio(own, others(reference), rate)),
    cpuTo: toEach((reference) => ratio(own, others(reference), cpu)),
    firstByte,
    addedFirstByte: less(
      firstByte,
      delay(direct, (sample) => sample.firstByteMs),
    ),
    event,
    addedEvent: less(
      event,
      delay(direct, (sample) => sample.eventMs),
    ),
  };
}

const toEach = (figure: (reference: Reference) => number) =>
  Object.fromEntries(REFERENCES.map((name) => [name, figure(name)])) as Record<Reference, number>;

/** The median of the ratios to another contender's sample of the same round. */
function ratio(own: readonly Sample[], others: readonly Sample[], figure: (sample: Sample) => number): number {
  const byRound = new Map(others.map((sample) => [sample.round, figure(sample)]));
  const ratios = own.map((sample) => figure(sample) / (byRound.get(sample.round) ?? Number.NaN));
  return median(ratios.filter((one) => !Number.isNaN(one)));
}

function delay(samples: readonly Sample[], times: (sample: Sample) => Float64Array): Delay {
  const all = samples.flatMap((sample) => [...times(sample)]);
  return { p50: quantile(all, 0.5), p99: quantile(all, 0.99) };
}

const less = (one: Delay, other: Delay): Delay => ({ p50: one.p50 - other.p50, p99: one.p99 - other.p99 });
