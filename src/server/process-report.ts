import type { ProcessFigures } from "../core/context.ts";
import type { ProcessReport } from "./gateway-metrics.ts";
import type { GatewayServer } from "./node-server.ts";

/** The report of this process; `own` of the open requests are what asks for it. */
export const reportOf = (
  server: Pick<GatewayServer, "openRequests" | "openStreams" | "heldBytes">,
  watch: () => ProcessFigures,
  own = 0,
): ProcessReport => ({
  openRequests: Math.max(server.openRequests() - own, 0),
  openStreams: server.openStreams(),
  heldBytes: server.heldBytes(),
  figures: watch(),
});

const NO_CPU = { cpuUserSeconds: 0, cpuSystemSeconds: 0 };

/** The last reports of processes, by their ids. What one took of the processor stays when it has ended. */
export class ProcessReports {
  /** Processes that have ended and were to go on. */
  ended = 0;
  readonly #last = new Map<number, ProcessReport>();
  #cpu = NO_CPU;

  hear(pid: number, report: ProcessReport): void {
    this.#last.set(pid, report);
  }

  leave(pid: number, isUnexpected: boolean): void {
    const { cpuUserSeconds, cpuSystemSeconds } = this.#last.get(pid)?.figures ?? NO_CPU;
    this.#cpu = {
      cpuUserSeconds: this.#cpu.cpuUserSeconds + cpuUserSeconds,
      cpuSystemSeconds: this.#cpu.cpuSystemSeconds + cpuSystemSeconds,
    };
    this.#last.delete(pid);
    if (isUnexpected) this.ended += 1;
  }

  /** Of all, and of the process that listens. */
  sum(own: ProcessFigures): ProcessReport {
    const all = [...this.#last.values()];
    const sum = (value: (report: ProcessReport) => number) => all.reduce((total, one) => total + value(one), 0);
    const figures = sumOfFigures([own, ...all.map((report) => report.figures)]);
    return {
      openRequests: sum((one) => one.openRequests),
      openStreams: sum((one) => one.openStreams),
      heldBytes: sum((one) => one.heldBytes),
      figures: {
        ...figures,
        cpuUserSeconds: figures.cpuUserSeconds + this.#cpu.cpuUserSeconds,
        cpuSystemSeconds: figures.cpuSystemSeconds + this.#cpu.cpuSystemSeconds,
      },
    };
  }
}

/** The figures of several processes as those of one: sums, but for the greatest lateness and what is said of each. */
function sumOfFigures(all: readonly [ProcessFigures, ...ProcessFigures[]]): ProcessFigures {
  const sum = (value: (figures: ProcessFigures) => number) => all.reduce((total, one) => total + value(one), 0);
  const late = all.flatMap(({ lateness }) => lateness ?? []);
  const most = (value: (one: NonNullable<ProcessFigures["lateness"]>) => number) => Math.max(...late.map(value));
  return {
    cpuUserSeconds: sum((one) => one.cpuUserSeconds),
    cpuSystemSeconds: sum((one) => one.cpuSystemSeconds),
    startedSeconds: all[0].startedSeconds,
    residentBytes: sum((one) => one.residentBytes),
    heapBytes: sum((one) => one.heapBytes),
    heapUsedBytes: sum((one) => one.heapUsedBytes),
    externalBytes: sum((one) => one.externalBytes),
    lateness:
      late.length === 0
        ? undefined
        : {
            meanSeconds: most((one) => one.meanSeconds),
            p99Seconds: most((one) => one.p99Seconds),
            maxSeconds: most((one) => one.maxSeconds),
          },
    openFiles: all[0].openFiles === undefined ? undefined : sum((one) => one.openFiles ?? 0),
    mostFiles: all[0].mostFiles,
  };
}
