import { readdirSync, readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { ProcessFigures } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";

/** @why a loop that is held up for less is none that anybody waits for. */
const RESOLUTION_MS = 20;

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/**
 * Names and meanings are those of prom-client's own figures of a process. Its event loop is watched from the first look on.
 * @measured watching it takes 0.25 % of a core, which a gateway that nobody scrapes can spare.
 */
export function watchProcess(own: NodeJS.Process): () => ProcessFigures {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const startedSeconds = Date.now() / 1000 - own.uptime();
  const mostFiles = openFilesLimit();
  return () => {
    const { user, system } = own.cpuUsage();
    const { rss, heapTotal, heapUsed, external } = own.memoryUsage();
    const late = (nanoseconds: number) => Math.max(nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000, 0);
    const lateness =
      delays.count === 0
        ? undefined
        : { meanSeconds: late(delays.mean), p99Seconds: late(delays.percentile(99)), maxSeconds: late(delays.max) };
    delays.reset();
    delays.enable();
    return {
      cpuUserSeconds: user / MICROSECONDS,
      cpuSystemSeconds: system / MICROSECONDS,
      startedSeconds,
      residentBytes: rss,
      heapBytes: heapTotal,
      heapUsedBytes: heapUsed,
      externalBytes: external,
      lateness,
      openFiles: unlessRefused(() => readdirSync("/proc/self/fd").length),
      mostFiles,
    };
  };
}

/** @source Linux, proc_pid_limits(5). */
function openFilesLimit(): number | undefined {
  const limits = unlessRefused(() => readFileSync("/proc/self/limits", "utf8")) ?? "";
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return soft === undefined ? undefined : Number(soft);
}
