import { jsonLine, markdownTable, median, quartiles, spread } from "../figures.ts";
import { entrants } from "./contenders.ts";
import type { Sample } from "./measure.ts";
import { type Bench, inRounds, surroundings } from "./rounds.ts";
import { LOADS, MARKED, named, WARM_UP } from "./scenarios.ts";

const LIVES = 2;
const USUAL_ROUNDS = 20;

/**
 * Compares programs with the first of them in short runs that alternate, so that a busy machine affects all alike: the
 * figures to trust are the medians of the ratios, one for each round, and their quartiles.
 */
export async function pairs(bench: Bench, names: readonly string[]): Promise<void> {
  if (names.length < 2) throw new Error("Name two contenders or more: npm run bench:gateway -- pairs nginx openclaw.");
  const rounds = Number(process.env.OPENCLAW_BENCH_ROUNDS ?? USUAL_ROUNDS);
  const scenarios = named(LOADS, process.env.OPENCLAW_BENCH_ONLY ?? MARKED.some);
  const said = surroundings();
  const { samples, faults } = await inRounds(bench, {
    ...{ entrants: entrants(names), scenarios, warmUp: WARM_UP.slice(0, 1), rounds, lives: LIVES },
  });
  const { about, text } = said();
  console.log(`${text}; ${rounds} rounds, ${LIVES} processes of each\n`);
  const figures = [...samples].flatMap(([scenario, byContender]) =>
    names.flatMap((name) => {
      const own = byContender.get(name) ?? [];
      return own.length === 0 ? [] : [{ scenario, name, ...pairFigures(own, byContender.get(names[0] ?? "") ?? []) }];
    }),
  );
  console.log(
    markdownTable([
      [
        "traffic",
        "program",
        "requests/s",
        "CPU, us",
        `rate to ${names[0]} (quartiles)`,
        `CPU to ${names[0]} (quartiles)`,
      ],
      ...figures.map(({ scenario, name, requestsPerSecond, cpuUs, rate, cpu }) => [
        ...[scenario, name, requestsPerSecond.toFixed(0), cpuUs.toFixed(1), spread(rate, 3), spread(cpu, 3)],
      ]),
    ]),
  );
  for (const fault of faults) console.log(`\nNot counted: ${fault}`);
  console.log(`\n${jsonLine({ ...about, rounds, faults, figures })}`);
}

/** The medians of a program, and the ratios of its rounds to those of another. */
export function pairFigures(own: readonly Sample[], first: readonly Sample[]) {
  const byRound = new Map(first.map((sample) => [sample.round, sample]));
  const ratios = (figure: (sample: Sample) => number) =>
    quartiles(
      own.flatMap((sample) => {
        const other = byRound.get(sample.round);
        return other === undefined ? [] : [figure(sample) / figure(other)];
      }),
    );
  return {
    requestsPerSecond: median(own.map((sample) => sample.requestsPerSecond)),
    cpuUs: median(own.map((sample) => sample.cpuUs)),
    rate: ratios((sample) => sample.requestsPerSecond),
    cpu: ratios((sample) => sample.cpuUs),
  };
}
