import { readdirSync, readFileSync } from "node:fs";

/** A process and all its descendants. */
function family(pid: number): readonly number[] {
  const children = threads(pid).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(family)];
}

const threads = (pid: number) => readdirSync(`/proc/${pid}/task`);

/**
 * Milliseconds of processor time of a process and its children, system calls included.
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

/** Resident memory of a process and its children. */
export const residentKiB = (pid: number): number =>
  sum(family(pid).map((member) => Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${member}/status`, "utf8"))?.[1])));

/** Number of open files and sockets of a process. */
export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
