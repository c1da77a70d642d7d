import { readdirSync, readFileSync } from "node:fs";

/** A process and all that it has started. */
function family(pid: number): readonly number[] {
  const children = threads(pid).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(family)];
}

const threads = (pid: number) => readdirSync(`/proc/${pid}/task`);

/**
 * Milliseconds that a process and its children have spent on a processor, their system calls included.
 * @source proc(5), schedstat: nanoseconds, where `stat` counts in hundredths of a second.
 */
export function cpuMs(pid: number): number {
  const each = family(pid).flatMap((member) =>
    threads(member).map((thread) =>
      Number(readFileSync(`/proc/${member}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
    ),
  );
  return sum(each) / 1e6;
}

/** Memory that a process and its children have at this moment. */
export const residentKiB = (pid: number): number =>
  sum(family(pid).map((member) => Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${member}/status`, "utf8"))?.[1])));

/** Files and sockets that a process has open. */
export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
