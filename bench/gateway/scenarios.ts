import type { Answer } from "./traffic.ts";

/** One kind of traffic. */
export interface Scenario {
  readonly name: string;
  readonly answer: Answer;
  readonly bodyBytes: number;
  readonly clients: number;
  readonly durationMs: number;
}

const [KB, MB] = [1024, 1024 * 1024];

/** @why slower streams for more clients, so that events do not wait for the upstream or the clients. */
const PACED: ReadonlyMap<number, Answer> = new Map([
  [1, "paced-5-4"],
  [16, "paced-5-20"],
  [128, "paced-5-100"],
]);

const scenario = (kind: string, size: string, answer: Answer, bodyBytes: number, clients: number): Scenario => ({
  name: `${kind}, ${size}, ${clients}`,
  answer,
  bodyBytes,
  clients,
  durationMs: answer.startsWith("paced") ? 1_500 : 500,
});

/** Answers that are there at once, for throughput; the number is that of the clients. */
export const LOADS: readonly Scenario[] = [
  ...[1, 16, 128].map((clients) => scenario("JSON", "1 KB", "json", KB, clients)),
  scenario("plain", "1 KB", "plain", KB, 16),
  ...[1, 16, 128].map((clients) => scenario("burst", "1 KB", "burst", KB, clients)),
  ...[1, 16, 128].map((clients) => scenario("JSON", "100 KB", "json", 100 * KB, clients)),
  // The gateway rightly refuses more of them at a time than it may hold in memory.
  ...[1, 16].map((clients) => scenario("JSON", "5 MB", "json", 5 * MB, clients)),
];

/** Streams at the pace of a model, for delays. */
export const STREAMS: readonly Scenario[] = [...PACED].map(([clients, answer]) =>
  scenario("paced", "1 KB", answer, KB, clients),
);

/** @measured after five seconds of small requests a contender on Node is as fast as it gets. */
export const WARM_UP: readonly Scenario[] = [
  { ...scenario("JSON", "1 KB", "json", KB, 16), durationMs: 5_000 },
  { ...scenario("burst", "1 KB", "burst", KB, 16), durationMs: 2_000 },
  { ...scenario("JSON", "100 KB", "json", 100 * KB, 16), durationMs: 1_000 },
];

/** The scenarios of the targets. */
export const MARKED = {
  one: "JSON, 1 KB, 1",
  some: "JSON, 1 KB, 16",
  many: "JSON, 1 KB, 128",
  plain: "plain, 1 KB, 16",
  stream: "paced, 1 KB, 1",
} as const;

/** The one of that name, or those whose names contain it; all without one. @throws {Error} if there is none */
export function named(scenarios: readonly Scenario[], text = ""): readonly Scenario[] {
  const exact = scenarios.filter(({ name }) => name === text);
  const found = exact.length > 0 ? exact : scenarios.filter(({ name }) => name.includes(text));
  if (found.length === 0)
    throw new Error(`No traffic is named ${text}: ${scenarios.map(({ name }) => name).join("; ")}.`);
  return found;
}
