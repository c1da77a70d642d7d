import { jsonLine } from "../figures.ts";
import { type Entrant, entrants } from "./contenders.ts";
import { holdStreams, type MemorySample } from "./memory.ts";
import { report } from "./report.ts";
import { type Bench, inRounds, startIn, surroundings } from "./rounds.ts";
import { LOADS, named, STREAMS, WARM_UP } from "./scenarios.ts";
import { summarise } from "./summary.ts";

const LIVES = 3;
/** @why with fewer, the median of the ratios varies by more than the differences that matter here. */
const FEWEST_ROUNDS = 6;
const MEMORY_SAMPLES = 3;

/** Compares contenders, all that are installed if none is named, and prints the results. */
export async function compare(bench: Bench, names: readonly string[]): Promise<void> {
  const rounds = Math.max(FEWEST_ROUNDS, Number(process.env.OPENCLAW_BENCH_ROUNDS ?? 9));
  const only = process.env.OPENCLAW_BENCH_ONLY;
  const chosen = entrants(names);
  const scenarios = only === "memory" ? [] : named([...LOADS, ...STREAMS], only);
  const said = surroundings();
  const { samples, faults } = await inRounds(bench, {
    ...{ entrants: chosen, scenarios, warmUp: WARM_UP, rounds, lives: scenarios.length === 0 ? 0 : LIVES },
  });
  const memory = only === undefined || only === "memory" ? await measureMemory(bench, chosen) : [];
  const { about, text } = said();
  console.log(`${text}; ${rounds} rounds\n`);
  const figures = summarise(samples, memory);
  console.log(report(figures));
  for (const fault of faults) console.log(`\nNot counted: ${fault}`);
  console.log(`\n${jsonLine({ ...about, rounds, faults, ...figures })}`);
}

/** Takes each sample from a new process. */
async function measureMemory(bench: Bench, chosen: readonly Entrant[]): Promise<readonly MemorySample[]> {
  const memory: MemorySample[] = [];
  for (let sample = 0; sample < MEMORY_SAMPLES; sample += 1) {
    for (const entrant of chosen) {
      if (!entrant.carriesStreams || entrant.name === "direct") continue;
      for (const age of ["young", "warm"] as const)
        memory.push(await holdStreams(entrant.name, age, await startIn(bench, entrant), bench.load));
    }
  }
  return memory;
}
