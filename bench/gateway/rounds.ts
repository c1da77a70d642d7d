import type { ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { isPinned, stop } from "./children.ts";
import type { Contender } from "./contenders/contender.ts";
import type { Entrant } from "./contenders.ts";
import { Measurement, type Runner } from "./measure.ts";
import type { Scenario } from "./scenarios.ts";

/** The folder of a bench and what the contenders share. */
export interface Bench {
  readonly work: string;
  readonly upstreamPort: number;
  /** The clients. */
  readonly load: ChildProcess;
}

let folders = 0;

/** Starts a contender in an empty folder of its own. */
export function startIn(
  { work, upstreamPort }: Pick<Bench, "work" | "upstreamPort">,
  entrant: Entrant,
): Promise<Contender> {
  const folder = join(work, String(folders++));
  mkdirSync(folder);
  return entrant.start({ folder, upstreamPort });
}

interface Plan {
  readonly entrants: readonly Entrant[];
  readonly scenarios: readonly Scenario[];
  readonly warmUp: readonly Scenario[];
  readonly rounds: number;
  /** @why the same program in another process can be a tenth faster or slower: V8 does not compile it alike each time. */
  readonly lives: number;
}

/** Gives every scenario to every contender in rounds, with new processes after some of them. */
export async function inRounds(
  bench: Bench,
  { entrants, scenarios, warmUp, rounds, lives }: Plan,
): Promise<Measurement> {
  const measurement = new Measurement(bench.load);
  const perLife = Math.ceil(rounds / lives);
  for (let life = 0; life < lives; life += 1) {
    const runners: Runner[] = [];
    for (const entrant of entrants) runners.push({ ...entrant, ...(await startIn(bench, entrant)) });
    await measurement.warmUp(runners, warmUp);
    for (let round = 0; round < perLife; round += 1) {
      await measurement.round(runners, scenarios);
      process.stderr.write(`\r${life * perLife + round + 1} of ${lives * perLife} rounds`);
    }
    for (const { child } of runners) if (child !== undefined) await stop(child);
  }
  if (lives > 0) process.stderr.write("\n");
  return measurement;
}

/** The machine and how busy it is, before and after what is measured. */
export function surroundings(): () => { readonly about: object; readonly text: string } {
  const loadBefore = loadavg()[0] ?? 0;
  return () => {
    const load = [loadBefore, loadavg()[0] ?? 0];
    const about = { node: process.version, cpu: cpus()[0]?.model ?? "", cpus: cpus().length, isPinned, load };
    const text =
      `Node ${about.node}, ${about.cpus} x ${about.cpu}, load ${load.map((one) => one.toFixed(1)).join(" to ")}; ` +
      `contenders ${isPinned ? "on a core of their own" : "on no core of their own"}`;
    return { about, text };
  };
}
