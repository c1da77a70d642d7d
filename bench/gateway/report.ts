import { markdownTable } from "../figures.ts";
import type { Age } from "./memory.ts";
import { LOADS, MARKED, STREAMS } from "./scenarios.ts";
import type { Delay, Figures, Summary } from "./summary.ts";

const OURS = "openclaw";

/** All figures as tables, of what was measured. */
export function report(figures: Figures): string {
  const { traffic, memory } = figures;
  const ofTraffic = [
    "Requests per second, and CPU per request in microseconds:",
    loadTable(figures),
    "Medians of the ratios of the rounds, ours to others:",
    ratioTable(figures),
    "Milliseconds to the first byte, p50 / p99; contenders: added to direct:",
    delayTable(figures, [...LOADS.filter(({ clients }) => clients === 1), ...STREAMS], firstByteOf),
    "Milliseconds from the upstream to the client for each event, the same way:",
    delayTable(figures, STREAMS, eventOf),
  ];
  return [
    ...(traffic.length > 0 ? ofTraffic : []),
    ...(memory.length > 0 ? ["Memory in MiB, before and with 1,000 idle streams:", memoryTable(figures)] : []),
    "Targets:",
    targetTable(figures),
  ].join("\n\n");
}

function finder({ traffic }: Figures) {
  return (scenario: string, contender: string): Summary | undefined =>
    traffic.find((one) => one.scenario === scenario && one.contender === contender);
}

const contendersOf = ({ traffic }: Figures) => [...new Set(traffic.map(({ contender }) => contender))];

/** Three significant digits. */
const short = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? "-" : Number(value.toPrecision(3)).toLocaleString("en-US");

function loadTable(figures: Figures): string {
  const find = finder(figures);
  const names = contendersOf(figures);
  const cell = (one: Summary | undefined) =>
    one === undefined ? "-" : `${short(one.requestsPerSecond)}${one.cpuUs > 0 ? ` (${short(one.cpuUs)})` : ""}`;
  return markdownTable([
    ["answer, request, clients", ...names],
    ...LOADS.filter(({ name }) => names.some((contender) => find(name, contender) !== undefined)).map(({ name }) => [
      name,
      ...names.map((contender) => cell(find(name, contender))),
    ]),
  ]);
}

function ratioTable(figures: Figures): string {
  const find = finder(figures);
  const peers = ["nginx", "haproxy", "portkey", "ccr"] as const;
  const rows = LOADS.map(({ name }) => {
    const own = find(name, OURS);
    const worker = find(name, "worker");
    return [
      name,
      ...peers.map((peer) => short(own?.rateTo[peer])),
      ...[own?.cpuTo.nginx, own?.cpuTo.haproxy, worker?.cpuTo.forward].map(short),
    ];
  });
  return markdownTable([
    [
      "answer, request, clients",
      ...peers.map((peer) => `rate / ${peer}`),
      ...["CPU / nginx", "CPU / haproxy", "CPU of worker / forward"],
    ],
    ...rows.filter(([, ...cells]) => cells.some((cell) => cell !== "-")),
  ]);
}

interface Delays {
  readonly whole: Delay;
  readonly added: Delay;
}

const firstByteOf = ({ firstByte, addedFirstByte }: Summary): Delays => ({ whole: firstByte, added: addedFirstByte });
const eventOf = ({ event, addedEvent }: Summary): Delays => ({ whole: event, added: addedEvent });

function delayTable(
  figures: Figures,
  scenarios: readonly { readonly name: string }[],
  delaysOf: (summary: Summary) => Delays,
): string {
  const find = finder(figures);
  const names = contendersOf(figures);
  const cell = (one: Summary | undefined) => {
    if (one === undefined) return "-";
    const { whole, added } = delaysOf(one);
    if (one.contender === "direct") return `${whole.p50.toFixed(2)} / ${whole.p99.toFixed(2)}`;
    return `+${added.p50.toFixed(2)} / ${added.p99 < 0 ? "" : "+"}${added.p99.toFixed(2)}`;
  };
  return markdownTable([
    ["answer, request, clients", ...names],
    ...scenarios
      .filter(({ name }) => names.some((contender) => find(name, contender) !== undefined))
      .map(({ name }) => [name, ...names.map((contender) => cell(find(name, contender)))]),
  ]);
}

const memoryTable = ({ memory }: Figures): string =>
  markdownTable([
    ["contender", "age", "before", "with streams", "KiB per stream"],
    ...memory.map(({ contender, age, beforeMiB, holdingMiB, perStreamKiB }) => [
      ...[contender, age, beforeMiB.toFixed(0), holdingMiB.toFixed(0), perStreamKiB.toFixed(1)],
    ]),
  ]);

/** Targets for the gateway; nothing fails if they are missed. */
function targetTable(figures: Figures): string {
  const find = finder(figures);
  const at = (scenario: string) => find(scenario, OURS);
  const memoryOf = (age: Age) => figures.memory.find((one) => one.contender === OURS && one.age === age)?.perStreamKiB;
  const targets: readonly (readonly [what: string, value: number | undefined, sign: "<=" | ">=", limit: number])[] = [
    ["requests/s to Portkey's, 1 client", at(MARKED.one)?.rateTo.portkey, ">=", 5],
    ["the same, 16 clients", at(MARKED.some)?.rateTo.portkey, ">=", 10],
    ["the same, 128 clients", at(MARKED.many)?.rateTo.portkey, ">=", 10],
    ["requests/s to nginx's, 16 clients", at(MARKED.some)?.rateTo.nginx, ">=", 0.33],
    ["CPU per request to nginx's, 16 clients", at(MARKED.some)?.cpuTo.nginx, "<=", 4],
    ["the same, few headers", at(MARKED.plain)?.cpuTo.nginx, "<=", 4],
    ["the Worker's CPU to forward's, 16 clients", find(MARKED.some, "worker")?.cpuTo.forward, "<=", 1.5],
    ["ms added to the first byte, p50, 1 client", at(MARKED.one)?.addedFirstByte.p50, "<=", 0.3],
    ["ms added to a stream's first byte, p50, 1 client", at(MARKED.stream)?.addedFirstByte.p50, "<=", 0.7],
    ["KiB per idle stream, soon after the start", memoryOf("young"), "<=", 35],
    ["the same, after more requests", memoryOf("warm"), "<=", 35],
  ];
  const word = (value: number, sign: "<=" | ">=", limit: number) =>
    (sign === "<=" ? value <= limit : value >= limit) ? "yes" : "no";
  return markdownTable([
    ["what", "measured", "target", "reached"],
    ...targets.map(([what, value = Number.NaN, sign, limit]) => [
      ...[what, short(value), `${sign} ${limit}`, Number.isNaN(value) ? "-" : word(value, sign, limit)],
    ]),
  ]);
}
