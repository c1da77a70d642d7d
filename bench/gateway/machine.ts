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
export const cpuMs = (pid: number): number => sum([...cpuMsOfEach(pid).values()]);

/** The same of each process, by its id. */
export const cpuMsOfEach = (pid: number): ReadonlyMap<number, number> =>
  new Map(family(pid).map((member) => [member, sum(threads(member).map((thread) => threadMs(member, thread)))]));

/** The processes that do the work: those of the family that have no children. */
export const workingProcesses = (pid: number): readonly number[] =>
  family(pid).filter((member) => family(member).length === 1);

const threadMs = (pid: number, thread: string) =>
  Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1e6;

/** Resident memory of a process and its children. */
export const residentKiB = (pid: number): number =>
  sum(family(pid).map((member) => Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${member}/status`, "utf8"))?.[1])));

/** Number of open files and sockets of a process. */
export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
