import { readdirSync, readFileSync } from "node:fs";

/** Processes that this one has started and that run the program. */
export function childrenCalled(name: string): readonly number[] {
  const tasks = readdirSync(`/proc/${process.pid}/task`);
  const children = tasks.flatMap((task) =>
    readFileSync(`/proc/${process.pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean),
  );
  return children.map(Number).filter((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim() === name);
}

/** What a process has in memory, in bytes. */
export function residentBytes(pid: number): number {
  const [, kib = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) * 1024;
}
