/**
 * How much more a gateway serves with more workers. Clients and upstream are programs in C (wrk and haproxy), since those on
 * Node would take the cores that the workers are to have; nothing is pinned to a core.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { jsonLine, markdownTable, median, quartiles, shuffled, spread } from "../figures.ts";
import { COMMON_HEADERS, MESSAGE } from "./answers.ts";
import { start, stop } from "./children.ts";
import type { Contender } from "./contenders/contender.ts";
import { haproxy } from "./contenders/proxies.ts";
import { entrants } from "./contenders.ts";
import { cpuMs, cpuMsOfEach, workingProcesses } from "./machine.ts";
import { startIn, surroundings } from "./rounds.ts";
import { canShare, holdToShare } from "./share-of-core.ts";
import { conversation, requestBytes } from "./traffic.ts";

const USUAL_ROUNDS = 8;
const CLIENTS = 32;
const WARM_UP_SECONDS = 4;
const MEASURED_SECONDS = 1;
/** @why two workers of so much, with the clients and the upstream for them, leave a part of two cores idle. */
const SHARE = 0.4;
const BODIES = [
  ["1 KB", 1024],
  ["100 KB", 100 * 1024],
] as const;

/** One run of one contender; processor time in microseconds for each request. */
export interface Run {
  readonly requestsPerSecond: number;
  readonly gatewayUs: number;
  /** Of the clients and the upstream. */
  readonly loadUs: number;
  /** The smallest share of the workers' processor time that one of them had, of its equal part: 1 if all had the same. */
  readonly evenness: number;
}

/** Runs contenders with 1 worker and more, as many as there are cores if none is named. */
export async function workers(work: string, names: readonly string[]): Promise<void> {
  if (["wrk", "haproxy"].some((name) => spawnSync(name, ["-v"]).error !== undefined))
    throw new Error("Not installed: wrk or haproxy, which this measurement takes as clients and upstream.");
  const counts = Array.from({ length: cpus().length }, (_, index) => index + 1);
  const all =
    names.length > 0 ? names : ["nginx", "openclaw"].flatMap((name) => counts.map((count) => `${name}:${count}`));
  const rounds = Number(process.env.OPENCLAW_BENCH_ROUNDS ?? USUAL_ROUNDS);
  const only = process.env.OPENCLAW_BENCH_ONLY ?? "";
  const said = surroundings();
  const upstream = await startUpstream(work);
  const runners: (Contender & { readonly name: string })[] = [];
  for (const entrant of entrants(all, "any"))
    runners.push({ name: entrant.name, ...(await startIn({ work, upstreamPort: upstream.port }, entrant)) });
  const rows: (readonly string[])[] = [];
  const figures: object[] = [];
  for (const [size, bytes] of BODIES.filter(([size]) => size.includes(only))) {
    const body = conversation(bytes, false);
    const ask = (runner: Contender, seconds: number) => runOnce(work, runner, upstream, body, seconds);
    for (const runner of runners) await ask(runner, WARM_UP_SECONDS);
    for (const share of canShare() ? [undefined, SHARE] : [undefined]) {
      const held = share === undefined ? [] : runners.flatMap((runner) => holdEach(runner, share));
      const runs = new Map<string, Run[]>(runners.map(({ name }) => [name, []]));
      for (let round = 0; round < rounds; round += 1) {
        for (const runner of shuffled(runners)) runs.get(runner.name)?.push(await ask(runner, MEASURED_SECONDS));
        process.stderr.write(`\r${size}: ${round + 1} of ${rounds} rounds`);
      }
      for (const release of held) release();
      for (const [name, own] of runs) {
        const figure = workerFigures(own, runs.get(name.replace(/:\d+$/, ":1")) ?? [], workersOf(name), {
          cores: cpus().length,
          share: share ?? 1,
        });
        figures.push({ size, share, name, ...figure });
        rows.push(row(size, share, name, figure));
      }
    }
  }
  process.stderr.write("\n");
  for (const { child } of runners) if (child !== undefined) await stop(child);
  const { about } = said();
  console.log(`${said().text.replace(/;.*/, "")}; ${rounds} rounds, ${CLIENTS} clients, nothing pinned to a core\n`);
  console.log(
    markdownTable([
      [
        ...[
          "request",
          "a worker has",
          "program",
          "requests/s",
          "CPU, us",
          "of load and upstream",
          "to 1 worker (quartiles)",
        ],
        ...["the most that can be", "least used worker"],
      ],
      ...rows,
    ]),
  );
  console.log(`\n${jsonLine({ ...about, rounds, figures })}`);
}

/** Answers when it has the whole request, with the document and the headers of the other upstream. */
function startUpstream(work: string): Promise<Contender> {
  const folder = join(work, "upstream");
  mkdirSync(folder);
  writeFileSync(join(folder, "message.json"), JSON.stringify(MESSAGE));
  const headers = COMMON_HEADERS.filter((line) => !line.startsWith("connection:"))
    .map((line) => ` hdr ${line.replace(": ", ' "')}"`)
    .join("");
  return haproxy(
    { folder, core: "any" },
    (port) => `
global
  maxconn 8192
  tune.bufsize 262144
defaults
  mode http
  timeout client 600s
frontend upstream
  bind 127.0.0.1:${port}
  http-request wait-for-body time 10s
  http-request return status 200 content-type application/json${headers} file ${join(folder, "message.json")}
`,
  );
}

const workersOf = (name: string) => Number(/:(\d+)$/.exec(name)?.[1] ?? 1);

/** What wrk says at its end; its clock is the processor time of all its threads. @source wrk's SCRIPTING file */
interface Said {
  readonly requests: number;
  readonly us: number;
  readonly wrong: string;
  readonly cpuSeconds: number;
}

const wrkScript = (file: string) => `
local file = io.open("${file}", "rb")
local bytes = file:read("*a")
file:close()
request = function() return bytes end
done = function(summary)
  local e = summary.errors
  local wrong = string.format("%d connect, %d read, %d write, %d status, %d late", e.connect, e.read, e.write, e.status, e.timeout)
  io.write(string.format('{"requests":%d,"us":%d,"wrong":"%s","cpuSeconds":%f}\\n', summary.requests, summary.duration, wrong, os.clock()))
end
`;

async function runOnce(
  work: string,
  { port, child, headers }: Contender,
  upstream: Contender,
  body: Buffer,
  seconds: number,
): Promise<Run> {
  const [request, script] = [join(work, "request"), join(work, "wrk.lua")];
  writeFileSync(request, requestBytes(port, "json", body, headers));
  writeFileSync(script, wrkScript(request));
  const spent = () => ({ upstreamMs: spentMs(upstream), each: cpuMsOfEach(child?.pid ?? process.pid) });
  const before = spent();
  const { requests, us, wrong, cpuSeconds } = await wrk(port, script, seconds);
  const after = spent();
  if (/[1-9]/.test(wrong) || requests === 0) throw new Error(`Of ${requests} requests went wrong: ${wrong}.`);
  const each = new Map([...after.each].map(([pid, ms]) => [pid, ms - (before.each.get(pid) ?? 0)]));
  return {
    requestsPerSecond: (requests / us) * 1e6,
    gatewayUs: ([...each.values()].reduce((sum, ms) => sum + ms, 0) * 1000) / requests,
    loadUs: ((after.upstreamMs - before.upstreamMs) * 1000 + cpuSeconds * 1e6) / requests,
    evenness: evenness(workingProcesses(child?.pid ?? process.pid).map((pid) => each.get(pid) ?? 0)),
  };
}

const spentMs = ({ child }: Contender) => (child?.pid === undefined ? 0 : cpuMs(child.pid));

/** Of equal parts, how much of its own the worker had that had least. */
const evenness = (each: readonly number[]): number =>
  (Math.min(...each) * each.length) / each.reduce((sum, ms) => sum + ms, 0);

/** Gives each worker a share of a core; threads of one process have theirs together. */
function holdEach({ name, child }: Contender & { readonly name: string }, share: number): readonly (() => void)[] {
  const pids = child?.pid === undefined ? [] : workingProcesses(child.pid);
  return pids.map((pid) => holdToShare(pid, (share * workersOf(name)) / pids.length));
}

async function wrk(port: number, script: string, seconds: number): Promise<Said> {
  const args = ["-t", "1", "-c", String(CLIENTS), "-d", `${seconds}s`, "-s", script, `http://127.0.0.1:${port}`];
  const child = start("wrk", args, { core: "any", stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (more: string) => {
    text += more;
  });
  await once(child, "close");
  return JSON.parse(/^\{.*\}$/m.exec(text)?.[0] ?? "null") as Said;
}

/** The figures of a contender beside those of the same with one worker, where each worker can have a share of a core. */
export function workerFigures(
  own: readonly Run[],
  one: readonly Run[],
  count: number,
  { cores, share }: { readonly cores: number; readonly share: number },
) {
  const rate = (runs: readonly Run[]) => median(runs.map(({ requestsPerSecond }) => requestsPerSecond));
  const gatewayUs = median(own.map((run) => run.gatewayUs));
  const loadUs = median(own.map((run) => run.loadUs));
  return {
    requestsPerSecond: rate(own),
    gatewayUs,
    loadUs,
    toOne: quartiles(own.map((run, round) => run.requestsPerSecond / (one[round]?.requestsPerSecond ?? Number.NaN))),
    /** If nothing else ran and no worker were ever idle: what clients and upstream take is not there for the workers. */
    mostToOne: (Math.min((count * share) / gatewayUs, cores / (gatewayUs + loadUs)) * 1e6) / rate(one),
    evenness: median(own.map((run) => run.evenness)),
  };
}

const row = (
  size: string,
  share: number | undefined,
  name: string,
  figure: ReturnType<typeof workerFigures>,
): readonly string[] => [
  ...[size, share === undefined ? "what is left" : `${share} of a core`, name, figure.requestsPerSecond.toFixed(0)],
  ...[figure.gatewayUs.toFixed(1), figure.loadUs.toFixed(1), spread(figure.toOne, 2)],
  ...[figure.mostToOne.toFixed(2), figure.evenness.toFixed(2)],
];
