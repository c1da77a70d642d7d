import type { ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { jsonLine } from "../figures.ts";
import { isPinned, stop } from "./children.ts";
import { type ContenderKind, contenderKinds, type Place } from "./contenders.ts";
import { Measurement, type Runner } from "./measure.ts";
import { holdStreams, type MemorySample } from "./memory.ts";
import { report } from "./report.ts";
import { LOADS, STREAMS, WARM_UP } from "./scenarios.ts";
import { summarise } from "./summary.ts";

/** @why the same program in another process can be a tenth faster or slower: V8 does not compile it alike each time. */
const LIVES = 3;
/** @why with fewer, the median of the ratios varies by more than the differences that matter here. */
const FEWEST_ROUNDS = 6;
const MEMORY_SAMPLES = 3;

/** Compares all contenders that are installed, and prints the results. */
export async function compare(work: string, upstreamPort: number, load: ChildProcess): Promise<void> {
  const perLife = Math.ceil(Math.max(FEWEST_ROUNDS, Number(process.env.OPENCLAW_BENCH_ROUNDS ?? 9)) / LIVES);
  let folders = 0;
  const place = (): Place => {
    const folder = join(work, String(folders++));
    mkdirSync(folder);
    return { folder, upstreamPort };
  };
  const kinds = contenderKinds();
  const only = process.env.OPENCLAW_BENCH_ONLY ?? "";
  const scenarios = [...LOADS, ...STREAMS].filter(({ name }) => name.includes(only));
  const missing = kinds.filter(({ start }) => start === undefined).map(({ name }) => name);
  if (missing.length > 0) console.log(`Not installed, and left out: ${missing.join(", ")}.\n`);
  const loadBefore = loadavg()[0] ?? 0;
  const measurement = new Measurement(load);
  for (let life = 0; life < LIVES; life += 1) {
    const runners = await startAll(kinds, place);
    await measurement.warmUp(runners, WARM_UP);
    for (let round = 0; round < perLife; round += 1) {
      await measurement.round(runners, scenarios);
      process.stderr.write(`\r${life * perLife + round + 1} of ${LIVES * perLife} rounds`);
    }
    for (const { child } of runners) if (child !== undefined) await stop(child);
  }
  process.stderr.write("\n");
  const memory = only === "" ? await measureMemory(kinds, place, load) : [];
  const about = {
    node: process.version,
    cpu: cpus()[0]?.model ?? "",
    cpus: cpus().length,
    isPinned,
    load: [loadBefore, loadavg()[0]],
    rounds: LIVES * perLife,
  };
  console.log(
    `Node ${about.node}, ${about.cpus} x ${about.cpu}, load ${about.load.map((one) => one?.toFixed(1)).join(" to ")}, ` +
      `${about.rounds} rounds; contenders ${isPinned ? "on a core of their own" : "on no core of their own"}\n`,
  );
  const figures = summarise(measurement.samples, memory);
  console.log(report(figures));
  for (const fault of measurement.faults) console.log(`\nNot counted: ${fault}`);
  console.log(`\n${jsonLine({ ...about, faults: measurement.faults, ...figures })}`);
}

async function startAll(kinds: readonly ContenderKind[], place: () => Place): Promise<readonly Runner[]> {
  const runners: Runner[] = [];
  for (const { name, carriesStreams, start } of kinds) {
    if (start !== undefined) runners.push({ name, carriesStreams, ...(await start(place())) });
  }
  return runners;
}

/** Takes each sample from a new process. */
async function measureMemory(
  kinds: readonly ContenderKind[],
  place: () => Place,
  load: ChildProcess,
): Promise<readonly MemorySample[]> {
  const memory: MemorySample[] = [];
  for (let sample = 0; sample < MEMORY_SAMPLES; sample += 1) {
    for (const { name, carriesStreams, start } of kinds) {
      if (start === undefined || !carriesStreams || name === "direct") continue;
      for (const age of ["young", "warm"] as const)
        memory.push(await holdStreams(name, age, await start(place()), load));
    }
  }
  return memory;
}
